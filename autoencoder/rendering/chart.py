"""What a line chart shows: the same for the page, which draws it in the browser, and for figures to take along."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Scale = Literal["linear", "log"]


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    name: str  # what the legend calls it
    points: Sequence[tuple[float, float]] = field(repr=False)  # (x, y), x increasing; a `nan` or infinite y is a gap
    style: Literal["line", "dashed", "points", "area"] = "line"  # a point of an "area": where a step begins, its height
    color: int = 0  # in a palette that the color-blind can tell apart; with its shape, so each line has its own


@dataclass(frozen=True)
class ChartData:
    """Everything that a chart shows."""

    title: str  # a heading above the chart; "" for none
    x_label: str
    y_label: str
    lines: Sequence[Line]  # in the order of the legend
    x_scale: Scale = "linear"  # on "log", points at or below zero are left out
    y_scale: Scale = "linear"
    x_range: tuple[float, float] | None = None  # what the axis shows at least: a curve that grows looks calmer so
    x_ticks: Sequence[float] = ()  # e.g. (1, 2, 4, 8, 16, 32, 64); empty: chosen for you
    shade: tuple[float, float] | None = None  # (from, to) on the x axis of a gray band
    shade_text: str = ""  # a word or two at the top of the band
    description: str = ""  # for those who cannot see it; every line's first and last value is added
    hint: str = ""  # what can be done with the chart on the page; stands after the title there
    marker_x: Sequence[float] = ()  # in a player: the x of the vertical marker at every slider position
    marker_y: Sequence[float] = ()  # there too: the y of the first line, where it has several at one x; or nothing

    @property
    def heading(self) -> str:
        """Return the title, or what the axes are where there is none."""
        return self.title or f"{self.y_label} against {self.x_label.lower()}"
