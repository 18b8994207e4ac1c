import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.uploads.names import LONGEST, NAMELESS, plain


@given(st.text(max_size=200))
def test_a_name_is_one_short_visible_line(name: str) -> None:
    text = plain(name)
    assert 1 <= len(text) <= LONGEST
    assert text.isprintable()
    assert not set(text) & set("/\\")
    assert text == plain(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\0b\x1b[31m.png", "ab[31m.png"),
        ("folder/", "folder"),
        ("", NAMELESS),
        ("/\u200b/", NAMELESS),
        ("süß 猫.png", "süß 猫.png"),
    ],
)
def test_plain_names(name: str, expected: str) -> None:
    assert plain(name) == expected


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    assert plain("begin" + "x" * 200 + "end.jpeg").startswith("beginxxx")
    assert plain("begin" + "x" * 200 + "end.jpeg").endswith("xend.jpeg")
