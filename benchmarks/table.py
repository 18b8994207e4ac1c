"""A table of results, as aligned text and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """What one measurement gave.

    Args:
        title: What was measured.
        columns: Their names, with units.
        rows: As long as `columns` each; None where there is nothing to say.
        notes: Sentences below the table: how it was measured, what was skipped.
        samples: Every single measurement, by name; kept in the JSON alone.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def to_text(self) -> str:
        """Title, aligned columns, notes; the first column on the left, the others on the right."""
        lines = [list(self.columns), *([_words(cell) for cell in row] for row in self.rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.columns))]
        body = [_line(cells, widths) for cells in lines]
        return "\n".join([self.title, body[0], "-" * len(body[0]), *body[1:], *(f"  {note}" for note in self.notes)])

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, with every sample."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": list(self.notes), "samples": dict(self.samples)}


def skipped(title: str, why: str) -> Table:
    """A table that only says why there is none."""
    return Table(title, ("skipped",), [(why,)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join([cells[0].ljust(widths[0]), *rest])


def _words(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else cell
