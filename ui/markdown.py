"""Text that strangers chose, made harmless to show where Markdown is."""

import re

from autoencoder.data.uploads.reading import one_line

WORD_JOINER = "\u2060"  # has no width; keeps what looks like a link or an icon's name from being taken for one

_SPECIAL = re.compile(r"[&<>\"'`*{}\[\]()#|$~\\=!^]|(?<![^\W_])_|_(?![^\W_])")
_BEGINS_A_LIST = re.compile(r"^((?=[-+])|\d+(?=\.))(.)")  # of `1.` only the point is special: it stays a number
_TAKEN_FOR_LINKS = re.compile(r"[:@]|(?:https?|ftp|www)(?=[.:])", re.IGNORECASE)
_TAKEN_FOR_ARROWS = re.compile(r"-(?=[->])")


def escape_markdown(name: str) -> str:
    """Return a name so that Markdown and HTML show it literally: no markup, link, formula, icon or list comes of it.

    What is special is written as HTML entities, which Markdown too shows as plain characters. Streamlit looks for
    links, icons (`:material/…:`) and arrows in text that is already parsed, where escaping is of no help; there a
    character without width parts what it looks for.
    """
    text = _TAKEN_FOR_LINKS.sub(rf"\g<0>{WORD_JOINER}", one_line(name))
    text = _TAKEN_FOR_ARROWS.sub(rf"-{WORD_JOINER}", text)
    text = _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)
    return _BEGINS_A_LIST.sub(lambda match: f"{match[1]}&#{ord(match[2])};", text)
