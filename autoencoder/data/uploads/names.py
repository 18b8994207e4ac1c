"""Names of files and folders that strangers chose, made harmless to show."""

import re
import unicodedata

LONGEST = 60  # characters that are shown
NAMELESS = "(no name)"
WORD_JOINER = "\u2060"  # has no width; keeps what looks like a link or an icon's name from being taken for one

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, bidi and zero-width, surrogates, private, unassigned
_SPECIAL = re.compile(r"[&<>\"'`*{}\[\]()#|$~\\=!^]|(?<![^\W_])_|_(?![^\W_])")
_BEGINS_A_LIST = re.compile(r"^(?:[-+]|\d+(?=\.))(.?)")
_TAKEN_FOR_LINKS = re.compile(r"[:@]|(?:https?|ftp|www)(?=[.:])", re.IGNORECASE)
_TAKEN_FOR_ARROWS = re.compile(r"-(?=[->])")


def plain(name: str) -> str:
    """The last part of a path, without what cannot be seen, at most 60 characters long.

    Args:
        name: Whatever a browser or a zip called a file; `/` and `\\` part folders.

    Returns:
        Text of one line, never empty; not escaped: for `st.text`, charts and files.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part.strip()]
    seen = "".join(_visible(character) for character in (parts[-1] if parts else ""))
    return _shortened(" ".join(seen.split())) or NAMELESS


def markdown(name: str) -> str:
    """`plain`, so that Markdown and HTML show it literally: no markup, link, formula, icon or list comes of it.

    What is special is written as HTML entities, which Markdown too shows as plain characters. Streamlit looks for
    links, icons (`:material/…:`) and arrows in text that is already parsed, where escaping is of no help; there a
    character without width parts what it looks for.
    """
    text = _TAKEN_FOR_LINKS.sub(rf"\g<0>{WORD_JOINER}", plain(name))
    text = _TAKEN_FOR_ARROWS.sub(rf"-{WORD_JOINER}", text)
    text = _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)
    return _BEGINS_A_LIST.sub(_as_entities, text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _INVISIBLE and not character.isspace():
        return ""
    return " " if character.isspace() or category in {"Zl", "Zp"} else character


def _shortened(text: str) -> str:
    """The beginning and the end, where the kind of file is said."""
    if len(text) <= LONGEST:
        return text
    end = LONGEST // 3
    return f"{text[: LONGEST - end - 1].rstrip()}…{text[-end:].lstrip()}"


def _as_entities(match: re.Match[str]) -> str:
    """`-` as `&#45;`; of `1.` only the point, so that it stays a number."""
    if match[0][0] in "-+":
        return f"&#{ord(match[0][0])};{match[1]}"
    return f"{match[0][: -len(match[1]) or None]}&#46;"
