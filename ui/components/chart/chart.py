"""A line chart drawn in the browser, whose marker can follow a finger without the server.

A page describes the chart with `ChartData` and draws it with `chart`, or gives it to a
player (`ui.components.player.player.Player`), where a vertical marker follows the slider.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from ui.components.bridge import bundle, read_assets, send_letter

Scale = Literal["linear", "log"]


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Args:
        name: What the legend calls it.
        points: (x, y) pairs, x increasing. A `nan` or infinite y leaves a gap.
        style: "line", "dashed", "points" for marker shapes alone, or "area" for a histogram: each point is where a
            step begins and how high it is.
        color: 0 to 5, an index into a palette that the color-blind can tell apart. The
            marker shape goes with it, so give every line of a chart its own.
    """

    name: str
    points: Sequence[tuple[float, float]]
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
        x_range: (from, to) that the horizontal axis shows at least, or None. A curve that
            grows looks calmer when its whole length is there from the start.
        x_ticks: Where to put ticks, e.g. `(1, 2, 4, 8, 16, 32, 64)`. Empty: chosen for you.
        shade: (from, to) on the x axis of a gray band, or None.
        shade_text: A word or two at the top of the band.
        description: What the chart shows, for those who cannot see it. The first and last
            value of every line are added by themselves.
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
    marker_x: Sequence[float] = ()
    marker_y: Sequence[float] = ()


_chart = st.components.v2.component(
    "hourglass_chart",
    css=read_assets("components/chart/chart.css"),
    js=bundle("components/chart/mount.js"),
)


def chart(data: ChartData, *, key: str, height: int = 260) -> None:
    """Draws a chart as wide as its place. Call it again with more points and it grows.

    Args:
        data: What to show.
        key: A name that no other element of the app has.
        height: Of the drawing in px, without title and legend. Keep it constant.

    Example:
        >>> chart(ChartData("Loss", "Epoch", "Mean squared error",
        ...                 [Line("Training", [(1, 0.09), (2, 0.05)])]), key="loss")
    """
    with st.container(gap=None):
        _chart(data={"key": key, "height": height}, key=key)
        send_letter(key, "chart", chart=to_json(data))


def to_json(data: ChartData) -> dict[str, Any]:
    """The chart as JSON can carry it: plain floats, and None where there is no number."""
    content: dict[str, Any] = {**vars(data)}
    content["lines"] = [
        {"name": line.name, "style": line.style, "color": int(line.color), "points": _points(line)}
        for line in data.lines
    ]
    for name in ("x_ticks", "marker_x", "marker_y"):
        content[name] = [float(value) for value in content[name]]
    for name in ("x_range", "shade"):
        content[name] = content[name] and [float(value) for value in content[name]]
    return content


def _points(line: Line) -> list[list[float | None]]:
    return [[_number(x), _number(y)] for x, y in line.points]


def _number(value: float) -> float | None:
    # Seven digits are more than a screen shows, and half the bytes of sixteen.
    return float(f"{value:.7g}") if math.isfinite(value) else None
