"""A line chart drawn for a slide, PNG or PDF: the same lines, colors and shapes as on the page."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autoencoder.export import slide
from autoencoder.export.slide import Format
from autoencoder.rendering.chart import ChartData, Line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.legend import Legend

COLORS = ("#0072b2", "#c44e00", "#00835f", "#a8487f", "#8f6500", "#4b5563")  # those of the page, which are told apart
SHAPES = ("o", "s", "^", "D", "v", "P")
FEW = 40  # points of a line that each has its shape
MANY = 4  # lines; the names of more are written smaller
LEGEND_LETTERS, LEGEND_MARK = 88, 6  # in a line of the legend; of them, the room of a line's mark
LETTERS, X_LETTERS, Y_LETTERS = 62, 80, 32  # in a line of the subtitle, and of the axes' labels
LOWEST_AXES = 900  # dots, with their ticks and labels
FEW_POWERS = 2.5  # powers of ten, up to which their 2 and 5 fold are told too


@dataclass(frozen=True)
class ChartFigure:
    """All that is on a figure of a chart: of which network, the settings, and where the slider of its marker stands."""

    data: ChartData
    subtitle: str = ""
    footer: str = ""
    index: int | None = None


def draw_chart(chart: ChartFigure, format: Format) -> bytes:
    """Draw the chart as a file, as large as a slide."""
    data = chart.data
    with slide.new(data.heading, chart.footer) as figure:
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#dddddd", linewidth=1)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=slide.NOTE)
        _mark(axes, chart)
        for line in data.lines:
            _draw_line(axes, line, (data.x_scale, data.y_scale))
        _scale(axes, data)
        legend = _write_legend(axes, chart)
        around = [*figure.texts, legend]  # title, footer and legend: where they take much room the figure is higher
        taken = sum(artist.get_window_extent().height for artist in around)
        slide.resize(figure, slide.WIDTH, max(slide.HEIGHT, round(taken) + LOWEST_AXES))
        return slide.to_file(figure, data.heading, format)


def _draw_line(axes: "Axes", line: Line, scales: Sequence[str]) -> None:
    x, y = np.array(line.points, np.float64).reshape(-1, 2).T
    nowhere = ~np.isfinite(y)
    for values, scale in zip((x, y), scales, strict=True):
        nowhere |= (values <= 0) & (scale == "log")
    y = np.where(nowhere, np.nan, y)  # gaps where there is nothing to draw
    turn = line.color // len(COLORS)
    color, shape = COLORS[line.color % len(COLORS)], SHAPES[(line.color + turn) % len(SHAPES)]
    if line.style == "area":
        axes.fill_between(x, y, step="post", color=color, alpha=0.3, linewidth=0)
        axes.step(x, y, where="post", color=color, linewidth=2, label=line.name)
        return
    style, few = {"line": "-", "dashed": "--", "points": ""}[line.style], len(x) <= FEW
    marks: dict[str, Any] = {"marker": shape if few or not style else "", "markersize": 8 if few else 4}
    axes.plot(x, y, color=color, linestyle=style, linewidth=2.5, label=line.name, **marks)


def _mark(axes: "Axes", chart: ChartFigure) -> None:
    data, index = chart.data, chart.index
    if data.shade:
        axes.axvspan(*data.shade, color="#999999", alpha=0.2, linewidth=0)
        beside: Any = {"transform": axes.get_xaxis_transform(), "va": "top", "clip_on": True}
        axes.text(data.shade[0], 0.98, f" {data.shade_text}", fontsize=slide.NOTE, color=slide.GRAY, **beside)
    if index is not None and data.marker_x:
        axes.axvline(data.marker_x[index], color=slide.INK, linewidth=2)
        if data.marker_y:
            axes.plot([data.marker_x[index]], [data.marker_y[index]], "o", color=slide.INK, markersize=10, zorder=3)


def _scale(axes: "Axes", data: ChartData) -> None:
    axes.set(xscale=data.x_scale, yscale=data.y_scale)
    if any(line.style == "area" for line in data.lines):
        axes.set_ylim(bottom=0)
    if data.x_range:
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, data.x_range[0]), max(high, data.x_range[1]))
    _ticks(axes.xaxis, data.x_scale, data.x_ticks)
    _ticks(axes.yaxis, data.y_scale, ())
    axes.set_xlabel(textwrap.fill(data.x_label, X_LETTERS), fontsize=slide.LABEL, labelpad=12)
    axes.set_ylabel(textwrap.fill(data.y_label, Y_LETTERS), fontsize=slide.LABEL, labelpad=14)


def _ticks(axis: "Axis", scale: str, ticks: Sequence[float]) -> None:
    """Write plain numbers at the ticks: matplotlib's own powers of ten are formulas."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

    low, high = sorted(axis.get_view_interval())
    if ticks:
        axis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    elif scale == "log":
        few = math.log10(high / low) < FEW_POWERS
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,), numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _number(value)))
    axis.set_minor_formatter(NullFormatter())


def _number(value: float) -> str:
    """0.00001, not 1e-05; larger and smaller ones by powers of ten."""
    plain = value == 0 or 1e-6 <= abs(value) < 1e7
    text = np.format_float_positional(value, precision=6, fractional=False, trim="-") if plain else f"{value:.0e}"
    return text.replace("-", "−")


def _write_legend(axes: "Axes", chart: ChartFigure) -> "Legend":
    """Write the subtitle and the names of the lines, above the axes."""
    many = len(chart.data.lines) > MANY
    size, letters = (slide.FOOTER, LEGEND_LETTERS * slide.NOTE / slide.FOOTER) if many else (slide.NOTE, LEGEND_LETTERS)
    handles, names = axes.get_legend_handles_labels()
    names = [textwrap.fill(name, LEGEND_LETTERS - LEGEND_MARK) for name in names]
    longest = max(map(len, names), default=0) + LEGEND_MARK
    return axes.legend(
        handles,
        names,
        title=textwrap.fill(chart.subtitle, LETTERS),
        title_fontsize=slide.SUBTITLE,
        fontsize=size,
        ncols=max(1, min(len(names), int(letters // longest))),
        bbox_to_anchor=(0, 1),
        alignment="left",
        markerscale=1 if any(len(line.points) <= FEW for line in chart.data.lines) else 2,
    )
