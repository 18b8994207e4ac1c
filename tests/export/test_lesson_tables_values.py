import csv
from io import StringIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.export.lesson_tables import FORMULA, Table, harmless, to_csv

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))


def read(table: Table) -> list[list[str]]:
    """The file as a program reads it."""
    return list(csv.reader(StringIO(to_csv(table).decode("utf-8-sig"), newline="")))


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.integers()), max_size=5))
def test_numbers_come_back_as_they_were(rows: list[tuple[float, int]]) -> None:
    back = read({"epoch": [row[0] for row in rows], "loss": [row[1] for row in rows]})
    assert back[0] == ["epoch", "loss"]
    assert [(float(first), int(second)) for first, second in back[1:]] == rows


@given(st.floats(width=32, allow_nan=False))
def test_single_precision_comes_back_as_it_was(value: float) -> None:
    ((found,),) = read({"score": [np.float32(value)]})[1:]
    assert np.float32(found) == np.float32(value)


@given(TEXTS)
def test_a_text_comes_back_with_at_most_an_apostrophe_before_it(text: str) -> None:
    (row,) = read({"class": [text], "n": [1]})[1:]
    assert row == [harmless(text), "1"]
    assert harmless(text) in (text, f"'{text}")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\n", "＝1", "-"])
def test_what_a_spreadsheet_could_work_out_is_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert read({text: []})[0] == [f"'{text}"]


@given(TEXTS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).lstrip().startswith(FORMULA)


@pytest.mark.parametrize("text", ["ripe", "0", "a=b", "'", "7 of 9", ""])
def test_other_names_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("cell", "written"),
    [(None, ""), (np.float32("nan"), ""), (True, "yes"), (np.False_, "no"), (-0.5, "-0.5"), (np.int64(7), "7")],
)
def test_other_cells(cell: Any, written: str) -> None:
    assert read({"x": [cell], "y": [1]})[1] == [written, "1"]


def test_a_spreadsheet_finds_its_encoding_and_where_it_wants_one_a_decimal_comma() -> None:
    table = {"Größe; cm": [-0.5, np.float32(0.25)], "text": ["v1.5", "a;b"]}
    assert to_csv(table).startswith("\ufeffGröße; cm,text\r\n-0.5,v1.5\r\n".encode())
    spoken = to_csv(table, decimal_comma=True).decode("utf-8-sig")
    assert spoken == '"Größe; cm";text\r\n-0,5;v1.5\r\n0,25;"a;b"\r\n'


def test_a_column_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        to_csv({"a": [1, 2], "b": [3]})
