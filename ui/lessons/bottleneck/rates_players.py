"""Players whose slider is the bytes of a picture: the same pictures through the autoencoder, PCA, WebP and JPEG."""

from concurrent.futures import Future

import numpy as np

from autoencoder.analysis.rate_comparison import Comparison
from autoencoder.analysis.rates import BUDGETS, Coded, front
from autoencoder.rendering.sprites import png, sheet
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table
from ui.lessons.common.players import class_names, default_indices
from ui.services.cache import clearable_cache

LINES = {"This autoencoder": ("line", 0), "PCA": ("dashed", 1), "WebP": ("line", 2), "JPEG": ("line", 3)}


@clearable_cache(8)
def rate_player(future: Future, way: str, source: str | None, *, chart: bool) -> Player:
    """A player of a comparison.

    Args:
        future: Done; it gives a `Comparison`.
        way: A key of `autoencoder.analysis.codecs.WAYS`: how the bytes of JPEG and WebP are counted.
        source: Whose default test pictures are shown; None for other pictures.
        chart: Whether PSNR against bytes is drawn below.
    """
    comparison: Comparison = future.result()
    shown = comparison.shown
    codecs = [comparison.learned, *comparison.rivals(way)]
    inputs = Row("Input", _sprite(shown[np.newaxis]), 1, f"{len(shown)} of the {comparison.what} as they are")
    return Player(
        slider_label="Bytes a picture",
        positions=[str(budget) for budget in BUDGETS],
        rows=[inputs, *(_row(coded, comparison.what) for coded in codecs)],
        columns=len(shown),
        tile_height=shown.shape[1],
        tile_width=shown.shape[2],
        captions=[_caption(codecs, index) for index in range(len(BUDGETS))],
        column_names=[] if source is None else class_names(source, default_indices(source)),
        table=_table(codecs, comparison),
        chart=rate_chart(comparison, way) if chart else None,
        play=False,
    )


def budget_index(size: int) -> int:
    """The position of the most bytes that are no more than a bottleneck's size."""
    return max(index for index, budget in enumerate(BUDGETS) if budget <= max(size, BUDGETS[0]))


def rate_chart(comparison: Comparison, way: str) -> ChartData:
    """PSNR against bytes a picture."""
    codecs = [comparison.learned, *comparison.rivals(way)]
    return ChartData(
        f"{comparison.pictures} {comparison.what}: PSNR of the mean squared error; higher is closer",
        "Bytes a picture",
        "PSNR, dB",
        [_line(coded) for coded in codecs],
        x_scale="log",
        x_range=(BUDGETS[0], BUDGETS[-1]),
        x_ticks=BUDGETS[:4] + tuple(budget for budget in BUDGETS[4:] if budget & (budget - 1) == 0),
        description="The peak signal-to-noise ratio against the bytes of a picture",
        marker_x=BUDGETS,
    )


def _line(coded: Coded) -> Line:
    style, color = LINES[coded.title]
    points = [(point.rate, point.psnr) for point in front(coded.points)]
    return Line(coded.title, points, "dashed" if style == "dashed" else "line", color)


def _row(coded: Coded, what: str) -> Row:
    return Row(
        coded.title,
        _sprite(coded.frames),
        len(BUDGETS),
        f"{coded.title}: the same {what} in about {{position}} bytes each",
    )


def _sprite(frames: np.ndarray) -> bytes:
    """uint8 (frames, pictures, height, width, channels) → PNG"""
    return png(sheet(frames))


def _table(codecs: list[Coded], comparison: Comparison) -> Table:
    """Return what each codec spends and reaches, over all the pictures that were judged."""
    cells = []
    for index in range(len(BUDGETS)):
        points = [coded.shown[index] for coded in codecs]
        cells.append([text for point in points for text in (f"{point.rate:.1f}", f"{point.psnr:.1f}")])
    return Table(
        f"Mean bytes and PSNR, {comparison.pictures} {comparison.what}",
        [coded.title for coded in codecs],
        ("Bytes", "dB"),
        cells,
    )


def _caption(codecs: list[Coded], index: int) -> str:
    """Each codec's setting, and whether it is still too large: its smallest pictures are shown all the same."""
    return " · ".join(_setting(coded, index) for coded in codecs)


def _setting(coded: Coded, index: int) -> str:
    point = coded.shown[index]
    over = f" (its least: {point.rate:.0f} bytes)" if point.rate > BUDGETS[index] else ""
    return f"{coded.title}: {point.setting}{over}"
