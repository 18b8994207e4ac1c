"""A file of comma-separated values, as a program reads it."""

import csv
from io import StringIO

from autoencoder.export.lesson_tables import Table, to_csv


def read(table: Table) -> dict[str, list[str]]:
    """Column → its cells, from the file."""
    header, *rows = csv.reader(StringIO(to_csv(table).decode("utf-8-sig"), newline=""))
    assert len(set(header)) == len(header)
    assert all(len(row) == len(header) for row in rows)
    return {title: [row[number] for row in rows] for number, title in enumerate(header)}


def numbers(cells: list[str]) -> list[float | None]:
    """Cells as numbers; None for empty ones."""
    return [float(cell) if cell else None for cell in cells]
