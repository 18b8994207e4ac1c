"""A line chart drawn in the browser, whose marker can follow a finger without the server.

A page describes the chart with `ChartData` and draws it with `chart`, or gives it to a
player (`ui.components.player.player.Player`), where a vertical marker follows the slider. `st.altair_chart` for those
that follow none would be a second way to draw beside this one, and Vega adds 1.6 MB of JavaScript to a page's 0.7 MB.
"""

import math
from typing import Any

import streamlit as st

from autoencoder.rendering.chart import ChartData, Line
from ui.components.bridge import bundle, read_assets, send_letter

_chart = st.components.v2.component(
    "hourglass_chart", css=read_assets("components/chart/chart.css"), js=bundle("components/chart/mount.js")
)


def chart(data: ChartData, *, key: str, height: int) -> None:
    """Draw a chart as wide as its place, and `height` px high without title and legend.

    Call it again with more points and it grows.

    Example:
        >>> chart(ChartData("Loss", "Epoch", "Mean squared error",
        ...                 [Line("Training", [(1, 0.09), (2, 0.05)])]), key="loss", height=180)
    """
    with st.container(gap=None):
        _chart(data={"key": key, "height": height}, key=key)
        send_letter(key, "chart", chart=to_json(data))


def to_json(data: ChartData) -> dict[str, Any]:
    """Return the chart as JSON can carry it: plain floats, and None where there is no number."""
    content: dict[str, Any] = vars(data) | {"lines": [vars(line) | {"points": _numbers(line)} for line in data.lines]}
    content["title"] = ": ".join(filter(None, (data.title, content.pop("hint"))))
    for name in ("x_ticks", "marker_x", "marker_y", "x_range", "shade"):
        content[name] = None if content[name] is None else [float(value) for value in content[name]]
    return content


def _numbers(line: Line) -> list[list[float | None]]:
    # Seven digits are more than a screen shows, and half the bytes of sixteen.
    return [[float(f"{value:.7g}") if math.isfinite(value) else None for value in point] for point in line.points]
