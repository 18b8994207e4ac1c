import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autoencoder.data.uploads.reading import one_line
from ui.markdown import WORD_JOINER, escape_markdown

NASTY = [
    "<script>alert(1)<", "<img src=x onerror=alert(1)>", "**bold**", "_thin_", "__init__.png", "~~gone~~", "`code`",
    "```", "[x](javascript:alert(1))", "![x](http:x)", "[x]: y", "$x^2$", "$$", ":material-delete:", ":red[x]",
    ":smile:", "# title", "> quote", "1. one", "2) two", "- item", "+ item", "* item", "---", "===", "a | b",
    "|-|-|", "www.evil.com", "mailto:a@b.com", "a@b.com", "http:evil.com", "&lt;b&gt;", "&#60;", "\\*", "{x}",
    "^[note]", "line\nbreak", "tab\tbed", "a->b--c", "    code", "<!-- c -->", '"quoted"', "'",
    "IMG_20240101_1234.jpg",
]  # fmt: skip


def shown(text: str) -> str:
    """What a reader of the Markdown sees, by a parser of CommonMark with tables, strike-through and links."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    paragraph = re.fullmatch(r"<p>(.*)</p>\n", html, re.DOTALL)
    assert paragraph, html
    assert "<" not in paragraph[1], html
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        paragraph = re.fullmatch(r"(.*)", paragraph[1].replace(entity, character), re.DOTALL)
    return paragraph[1].replace(WORD_JOINER, "")


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_are_shown_literally(name: str) -> None:
    assert shown(escape_markdown(name)) == one_line(name)
    assert shown(f"“{escape_markdown(name)}” is not used.") == f"“{one_line(name)}” is not used."


@given(st.text(max_size=100))
def test_any_name_is_shown_literally(name: str) -> None:
    assert shown(escape_markdown(name)) == one_line(name)


@given(st.text(alphabet="*_`[]()<>!#+-.1 :|~$\\&;aw@{}=\"'/", max_size=30))
def test_any_markup_is_shown_literally(name: str) -> None:
    assert shown(escape_markdown(name)) == one_line(name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r":material/\w+:|:[\w+-]+:", ":smile:"),
        (r":\w+\[", ":red[x]"),
        (r"(https?:|www\.)\S", "www.evil.com https:evil"),
        (r"\S@\w", "a@b.com"),
        (r"->|--", "a->b--c"),
        (r"\$", "$x$"),
    ],
)
def test_what_streamlit_looks_for_in_parsed_text_is_not_there(pattern: str, name: str) -> None:
    assert not re.search(pattern, escape_markdown(name))
