"""Numbers as a table that any spreadsheet and any program reads: comma-separated values, every digit of them."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # what a spreadsheet may take for the beginning of a formula
QUOTE = "'"  # before which it takes nothing for one

Cell = str | int | float | bool | np.generic | None


@dataclass(frozen=True)
class Table:
    """A table: what each column is, in words, with its unit → its cells, as many in each; None or NaN where unknown."""

    columns: Mapping[str, Sequence[Cell]]

    def to_csv(self) -> bytes:
        """Return the table as a file: UTF-8, commas, lines that end in CR LF (RFC 4180).

        A number is written with as many digits as it takes to read back the same one. None and NaN are empty cells;
        True and False are "yes" and "no". A text that a spreadsheet could take for a formula has an apostrophe before.

        Raises:
            ValueError: If a column is longer than another.
        """
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow([harmless(title) for title in self.columns])
        writer.writerows([_to_text(cell) for cell in row] for row in zip(*self.columns.values(), strict=True))
        return text.getvalue().encode()


def harmless(text: str) -> str:
    """Return the text, with an apostrophe before it where a spreadsheet could take it for a formula.

    What begins with =, +, -, @ (or their wide forms, also after blanks), a tab or a line break: OWASP, "CSV Injection".
    """
    dangerous = text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r", "\n"))
    return QUOTE + text if dangerous else text


def _to_text(cell: Cell) -> str:
    value: Any = cell.item() if isinstance(cell, np.generic) else cell
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return harmless(value) if isinstance(value, str) else repr(value)
