"""Names of files and folders that strangers chose, as plain text of one line."""

import re
import unicodedata

LONGEST = 60  # characters that are shown
NAMELESS = "(no name)"

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, bidi and zero-width, surrogates, private, unassigned


def plain(name: str) -> str:
    """Return the last part of a path, without what cannot be seen, at most 60 characters long.

    Args:
        name: Whatever a browser or a zip called a file; `/` and `\\` part folders.

    Returns:
        Text of one line, never empty; not escaped: for `st.text`, charts and files.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part.strip()]
    seen = "".join(_visible(character) for character in (parts[-1] if parts else ""))
    return _shortened(" ".join(seen.split())) or NAMELESS


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
