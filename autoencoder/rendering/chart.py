"""What a line chart shows: the same for the page, which draws it in the browser, and for figures to take along."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Scale = Literal["linear", "log"]


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Args:
        name: What the legend calls it.
        points: (x, y) pairs, x increasing. A `nan` or infinite y leaves a gap.
        style: "line", "dashed", "points" for marker shapes alone, or "area" for a histogram: each point is where a
            step begins and how high it is.
        color: 0 to 5, an index into a palette that the color-blind can tell apart. The marker shape goes with it, so
            give every line of a chart its own. Figures have other pairs of color and shape from 6 on.
    """

    name: str
    points: Sequence[tuple[float, float]] = field(repr=False)
    style: Literal["line", "dashed", "points", "area"] = "line"
    color: int = 0


@dataclass(frozen=True)
class ChartData:
    """Everything that a chart shows.

    Args:
        title: A heading above the chart; "" for none.
        x_label: Name of the horizontal axis.
        y_label: Name of the vertical axis.
        lines: The lines, in the order of the legend.
        x_scale: "linear" or "log". On "log", points at or below zero are left out.
        y_scale: The same for the vertical axis.
        x_range: (from, to) that the horizontal axis shows at least, or None: a curve that grows looks calmer so.
        x_ticks: Where to put ticks, e.g. `(1, 2, 4, 8, 16, 32, 64)`. Empty: chosen for you.
        shade: (from, to) on the x axis of a gray band, or None.
        shade_text: A word or two at the top of the band.
        description: What the chart shows, for those who cannot see it; every line's first and last value is added.
        hint: What can be done with the chart on the page; stands after the title there.
        marker_x: In a player only: the x of the vertical marker at every slider position.
        marker_y: There too: the y of the first line, where it has several at one x; or nothing.
    """

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    x_range: tuple[float, float] | None = None
    x_ticks: Sequence[float] = ()
    shade: tuple[float, float] | None = None
    shade_text: str = ""
    description: str = ""
    hint: str = ""
    marker_x: Sequence[float] = ()
    marker_y: Sequence[float] = ()

    @property
    def heading(self) -> str:
        """Return the title, or what the axes are where there is none."""
        return self.title or f"{self.y_label} against {self.x_label.lower()}"
