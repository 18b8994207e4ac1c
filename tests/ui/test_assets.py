"""What runs in the browser is said in words that all of them know."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLED = [
    ROOT / "app.py",
    *sorted(path for path in (ROOT / "ui").rglob("*") if path.suffix in (".css", ".js", ".py")),
    *sorted((ROOT / "pages").glob("*.py")),
]
DECORATION = re.compile(r"""text-?decoration["']?\s*[:=,]\s*["'`]?([^;}"'`\n]*)""", re.IGNORECASE)


def shorthands(text: str) -> list[str]:
    """What `text-decoration` is set to in CSS, or as `textDecoration` in JavaScript, where it is more than one word."""
    return [said.strip() for said in DECORATION.findall(text) if len(said.removesuffix("!important").split()) > 1]


@pytest.mark.parametrize("path", STYLED, ids=lambda path: str(path.relative_to(ROOT)))
def test_underlines_are_written_in_longhand(path: Path) -> None:
    """Safari before 26.2 ignores the shorthand where it carries a style, a thickness or a color."""
    assert shorthands(path.read_text("utf-8")) == []


def test_the_scan_finds_what_safari_ignores() -> None:
    ignored = [
        "a { text-decoration: underline dotted 1px rgb(128 128 128 / 0.9); }",
        "a { text-decoration: underline 2px var(--c1) }",
        "a {\n  text-decoration:\n    underline wavy;\n}",
        'node.style.textDecoration = "underline dotted";',
        'node.style.setProperty("text-decoration", "underline dotted");',
    ]
    known = [
        "a { text-decoration: none; }",
        "a { text-decoration: none !important; }",
        "a { text-decoration-line: underline; text-decoration-color: rgb(128 128 128 / 0.9); }",
        'node.style.textDecoration = "underline"; node.title = "two words";',
    ]
    assert [len(shorthands(text)) for text in ignored] == [1] * len(ignored)
    assert [shorthands(text) for text in known] == [[]] * len(known)
