"""A line chart drawn for a slide, as PNG and as PDF: the same lines, colors and shapes as on the page."""

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from autoencoder.export.canvas import GRAY, INK, Drawn, save, sheet, write
from autoencoder.export.plate import (
    CAPTION,
    DPI,
    FOOTER,
    FOOTER_LETTERS,
    GAP,
    HEIGHT,
    LABEL,
    LINE,
    MARGIN,
    NOTE,
    POSITION,
    TITLE,
    WIDTH,
    lines_of_parts,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

COLORS = ("#0072b2", "#c44e00", "#00835f", "#a8487f", "#8f6500", "#4b5563")  # those of the page, which are told apart
SHAPES = ("o", "s", "^", "D", "v", "P")
FEW = 40  # points of a line that each has its shape
LEFT, RIGHT, BOTTOM = 310, 60, 170  # dots around the axes
LEGEND_LETTERS, LEGEND_MARK = 96, 6  # in a line of the legend; of them, the room of a line's mark
SQUARED_POWERS = 2.5  # powers of ten, up to which their 2 and 5 fold are told too


@dataclass(frozen=True)
class Curve:
    """A line of a chart.

    Args:
        name: What the legend calls it.
        points: (x, y) pairs, x rising. A y that is no number leaves a gap.
        style: "line", "dashed", "points", or "area" for steps: where each begins and how high it is.
        color: Tells lines apart: a place in COLORS and SHAPES; from the seventh on other pairs of them.
    """

    name: str
    points: tuple[tuple[float, float], ...] = field(repr=False)
    style: Literal["line", "dashed", "points", "area"] = "line"
    color: int = 0


@dataclass(frozen=True)
class Chart:
    """All that is on a chart.

    Args:
        title: What it shows.
        subtitle: Of which network, or "".
        labels: What the axes are, with their units: (x, y).
        curves: The lines.
        scales: "linear" or "log": (x, y). On "log", points at or below zero are left out.
        x_range: What the horizontal axis shows at least, or None.
        x_ticks: Where its ticks are; chosen for you where there are none.
        shade: (from, to) of a gray band, or None.
        shade_text: A word in it.
        marker: The x of a vertical marker, or None.
        marker_y: Where on the marker a dot is, or None.
        footer: The settings, in small type.
    """

    title: str
    subtitle: str
    labels: tuple[str, str]
    curves: tuple[Curve, ...]
    scales: tuple[Literal["linear", "log"], Literal["linear", "log"]] = ("linear", "linear")
    x_range: tuple[float, float] | None = None
    x_ticks: tuple[float, ...] = ()
    shade: tuple[float, float] | None = None
    shade_text: str = ""
    marker: float | None = None
    marker_y: float | None = None
    footer: str = ""


def draw_chart(chart: Chart) -> Drawn:
    """The chart as files, as large as a slide."""
    with sheet(WIDTH, HEIGHT) as (figure, page):
        footer = lines_of_parts(chart.footer, FOOTER_LETTERS)
        bottom = HEIGHT - MARGIN // 2 - round(len(footer) * FOOTER * LINE)
        top = _head(page, chart)
        for number, line in enumerate(footer):
            write(
                page, MARGIN, bottom + (number + 0.5) * FOOTER * LINE, line, FOOTER, most=WIDTH - 2 * MARGIN, color=GRAY
            )
        axes = _axes(figure, top + _legend_rows(chart) * LABEL * LINE + GAP, bottom - BOTTOM)
        _marks(axes, chart)
        for curve in chart.curves:
            _draw_curve(axes, curve, chart.scales)
        _scale(axes, chart)
        _legend(figure, axes, chart, top)
        return save(figure, chart.title)


def _head(page: "Axes", chart: Chart) -> float:
    """Title and subtitle; returns where they end."""
    room, y = WIDTH - 2 * MARGIN, float(MARGIN)
    for text, size, style in ((chart.title, TITLE, {"fontweight": "bold"}), (chart.subtitle, POSITION, {})):
        for line in textwrap.wrap(text, 56 if size == TITLE else 72):
            write(page, MARGIN, y + size * LINE / 2, line, size, most=room, **style)
            y += size * LINE
    return y + GAP


def _axes(figure: "Figure", top: float, bottom: float) -> "Axes":
    """Axes between these heights, in dots from the top."""
    width = WIDTH - LEFT - RIGHT
    axes = figure.add_axes((LEFT / WIDTH, 1 - bottom / HEIGHT, width / WIDTH, (bottom - top) / HEIGHT))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(color="#dddddd", linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=72 * NOTE / DPI)
    return axes


def _draw_curve(axes: "Axes", curve: Curve, scales: Sequence[str]) -> None:
    x, y = _drawable(curve.points, scales)
    turn = curve.color // len(COLORS)
    color, shape = COLORS[curve.color % len(COLORS)], SHAPES[(curve.color + turn) % len(SHAPES)]
    if curve.style == "area":
        axes.fill_between(x, y, step="post", color=color, alpha=0.3, linewidth=0)
        axes.step(x, y, where="post", color=color, linewidth=2, label=curve.name)
        return
    marked = curve.style == "points" or len(x) <= FEW
    axes.plot(
        x,
        y,
        color=color,
        linestyle={"line": "-", "dashed": "--", "points": ""}[curve.style],
        linewidth=2.5,
        marker=shape if marked else "",
        markersize=8 if len(x) <= FEW else 4,
        label=curve.name,
    )


def _drawable(points: Iterable[tuple[float, float]], scales: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """x and y, with gaps where there is nothing to draw."""
    pairs = np.array(list(points), np.float64).reshape(-1, 2)
    x, y = pairs[:, 0].copy(), pairs[:, 1].copy()
    y[~np.isfinite(y)] = np.nan
    for values, scale in ((x, scales[0]), (y, scales[1])):
        if scale == "log":
            y[values <= 0] = np.nan
    return x, y


def _marks(axes: "Axes", chart: Chart) -> None:
    """The gray band, and the marker."""
    if chart.shade:
        axes.axvspan(*chart.shade, color="#999999", alpha=0.2, linewidth=0)
        size, up = 72 * CAPTION / DPI, axes.get_xaxis_transform()
        axes.text(chart.shade[0], 0.98, f" {chart.shade_text}", fontsize=size, color=GRAY, transform=up, va="top")
    if chart.marker is not None:
        axes.axvline(chart.marker, color=INK, linewidth=2)
        if chart.marker_y is not None:
            axes.plot([chart.marker], [chart.marker_y], "o", color=INK, markersize=10)


def _scale(axes: "Axes", chart: Chart) -> None:
    """Scales, limits, ticks and what the axes are."""
    axes.set(xscale=chart.scales[0], yscale=chart.scales[1])
    if any(curve.style == "area" for curve in chart.curves):
        axes.set_ylim(bottom=0)
    if chart.x_range:
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, chart.x_range[0]), max(high, chart.x_range[1]))
    for axis, scale, ticks in ((axes.xaxis, chart.scales[0], chart.x_ticks), (axes.yaxis, chart.scales[1], ())):
        _ticks(axis, scale, ticks)
    size = 72 * LABEL / DPI
    axes.set_xlabel(chart.labels[0], fontsize=size, labelpad=12)
    axes.set_ylabel(chart.labels[1], fontsize=size, labelpad=14)


def _ticks(axis: "Axis", scale: str, ticks: Sequence[float]) -> None:
    """Plain numbers at the ticks: matplotlib's own powers of ten are formulas."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

    low, high = sorted(axis.get_view_interval())
    if ticks:
        axis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    elif scale == "log":
        few = math.log10(high / low) < SQUARED_POWERS
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,), numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _number(value)))
    axis.set_minor_formatter(NullFormatter())


def _number(value: float) -> str:
    """0.00001, not 1e-05; larger and smaller ones by powers of ten."""
    plain = value == 0 or 1e-6 <= abs(value) < 1e7
    text = np.format_float_positional(value, precision=6, fractional=False, trim="-") if plain else f"{value:.0e}"
    return text.replace("-", "−")


def _legend_columns(chart: Chart) -> int:
    """Return how many names of lines stand side by side."""
    letters = max((len(curve.name) for curve in chart.curves), default=0) + LEGEND_MARK
    return max(1, min(len(chart.curves), LEGEND_LETTERS // letters))


def _legend_rows(chart: Chart) -> int:
    return math.ceil(len(chart.curves) / _legend_columns(chart))


def _legend(figure: "Figure", axes: "Axes", chart: Chart, top: float) -> None:
    """The names of the lines, above the axes."""
    handles, names = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(MARGIN / WIDTH, 1 - top / HEIGHT),
        borderaxespad=0,
        borderpad=0.2,
        ncols=_legend_columns(chart),
        frameon=False,
        fontsize=72 * NOTE / DPI,
    )
