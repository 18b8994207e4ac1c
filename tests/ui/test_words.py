import pytest

from ui.words import count

COUNTED = [(1, "number", "1 number"), (2000, "number", "2,000 numbers"), (8, "patch", "8 patches")]


@pytest.mark.parametrize(("number", "noun", "words"), COUNTED)
def test_things_are_counted(number: int, noun: str, words: str) -> None:
    assert count(number, noun) == words
