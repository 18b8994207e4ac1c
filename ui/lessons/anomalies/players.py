"""Players for anomalies: one whose slider is the threshold, and one that studies a picture at every bottleneck size."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autoencoder.analysis.anomalies import SCORES, damage_masks, maps_of, rebuild, ripe_twins, scored_sizes, study
from autoencoder.analysis.detection import Counts, count, shares_between
from autoencoder.rendering.difference import Legend, colors_of, palette, to_levels
from autoencoder.rendering.sprites import png, sheet, to_bytes
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table
from ui.lessons.anomalies.view import THRESHOLDS, ThresholdView, View, scores_of, threshold_view
from ui.lessons.common.players import (
    Indices,
    class_names,
    player_of,
    row_of,
    shown_pictures,
    size_slider,
    with_names,
)
from ui.lessons.common.text import number_in_words
from ui.services.cache import clearable_cache
from ui.services.trained_run import TrainedRun

BINS = 40  # of the histogram


@clearable_cache(3)
def threshold_player(
    view: View, indices: Indices, *, with_classes: bool = False, contrast: float | None = 1.0
) -> Player:
    """Return a player of test pictures whose slider is the threshold: verdicts, matrix, histogram and ROC follow it.

    Their classes are said where `with_classes`. For the contrast of the difference maps, see `DifferenceStyle`.
    """
    known, source = threshold_view(view), view.run.settings.source
    counts = [count(known.test, known.abnormal, threshold) for threshold in known.thresholds]
    names = class_names(source, indices) if with_classes else []
    cells = [(one.true_positives, one.false_negatives, one.false_positives, one.true_negatives) for one in counts]
    return verdict_player(
        view,
        shown_pictures(source, indices),
        with_names(f"{len(indices)} test pictures", names),
        contrast,
        lambda scores: [_rates_in_words(one) for one in counts],
        column_names=names,
        table=Table(
            f"Confusion matrix of {sum(cells[0]):,} test pictures",
            ("truly abnormal", "truly normal"),
            ("called anomaly", "called normal"),
            [[f"{number:,}" for number in row] for row in cells],
        ),
        chart=_histogram(known, view.score),
        more_charts=(_roc(counts),),
    )


def verdict_player(
    view: View,
    inputs: np.ndarray,
    description: str,
    contrast: float | None,
    captions: Callable[[np.ndarray], Sequence[str]],
    **more: Any,
) -> Player:
    """Return inputs, reconstructions and differences with their verdicts as a player whose slider is the threshold.

    Args:
        view: By what they are judged.
        inputs: float32 (n, height, width, channels) in [0, 1].
        description: What they are, for screen readers.
        contrast: See `DifferenceStyle`.
        captions: Their scores, float32 (n,) → a sentence for every threshold.
        more: What else a `Player` takes.
    """
    known = threshold_view(view)
    rebuilt = rebuild(view.run.model.network, view.run.settings, inputs, view.size)
    maps = maps_of(inputs, rebuilt, known.baseline_error, view.score)
    scores = SCORES[view.score].of(maps)
    alarms = scores > known.thresholds[:, np.newaxis]
    texts = [number_in_words(float(score)) for score in scores]
    levels = to_levels(_scaled(maps, view.score, contrast), signed=False)
    return player_of(
        inputs,
        [
            row_of("Input", inputs[np.newaxis], description),
            row_of("Reconstruction", rebuilt[np.newaxis], "What the network makes of these"),
            Row(
                "Difference",
                png(sheet(levels[np.newaxis]), palette(signed=False)),
                1,
                "Where they differ; lighter is more",
            ),
        ],
        slider_label="Threshold",
        positions=known.words,
        ticks=list(range(0, THRESHOLDS, (THRESHOLDS - 1) // 5)),
        captions=captions(scores),
        notes=[
            [f"{text}\n{'anomaly' if alarm else 'normal'}" for text, alarm in zip(texts, row, strict=True)]
            for row in alarms
        ],
        notes_label="Score, verdict",
        alarms=alarms.tolist(),
        legend=_legend(view.score, contrast),
        play=False,
        **more,
    )


@clearable_cache(4)
def study_player(run: TrainedRun, index: int, score: str, contrast: float | None = 1.0) -> Player:
    """Return a test picture, large, at every bottleneck size, with the maps of a score; see `threshold_player`.

    Beside it stand its ripe twin and its damage, where they are known.
    """
    settings, sizes = run.settings, scored_sizes(run.settings)
    picture = shown_pictures(settings.source, (index,))
    rebuilt, maps = study(run.model.network, settings, picture, scores_of(run).baseline_error, score)
    columns = {
        "Input": to_bytes(picture),
        "Reconstruction": to_bytes(rebuilt),
        "Difference": colors_of(_scaled(maps, score, contrast), signed=False),
        **{title: pictures[index] for title, pictures in twins_and_damage(settings.source).items()},
    }
    shape = (*rebuilt.shape[:3], 3)
    sprite = png(sheet(np.stack([np.broadcast_to(pictures, shape) for pictures in columns.values()], axis=1)))
    slider = size_slider(sizes)
    if settings.bottleneck == "open":
        slider |= {
            "slider_label": "No bottleneck: a code of",
            "position_text": "No bottleneck: a code of {position} numbers",
            "positions": [f"{size:,}" for size in sizes],
        }
    return Player(
        rows=[Row("", sprite, len(sizes), f"{', '.join(columns)}, from {{position}} numbers")],
        columns=len(columns),
        tile_width=picture.shape[2],
        tile_height=picture.shape[1],
        column_names=list(columns),
        captions=[f"Score {number_in_words(value)}" for value in SCORES[score].of(maps)],
        legend=_legend(score, contrast),
        play=len(sizes) > 1,
        large=True,
        **slider,
    )


@clearable_cache(1)
def twins_and_damage(source: str) -> dict[str, np.ndarray]:
    """Return all test pictures' ripe twins and damaged pixels, uint8 (n, height, width, 1 or 3), if they are known."""
    twins, masks = ripe_twins(source), damage_masks(source)
    if twins is None or masks is None:
        return {}
    return {"Ripe twin": to_bytes(twins), "Damage": 255 * masks[..., np.newaxis].astype(np.uint8)}


def _scaled(maps: np.ndarray, score: str, contrast: float | None) -> np.ndarray:
    """Return maps (n, height, width) so that their colors end at 1: (n, height, width, 1)"""
    if contrast is None:
        top = np.maximum(maps.max(axis=(-2, -1), keepdims=True), np.finfo(maps.dtype).tiny)
    else:
        top = SCORES[score].top / contrast
    return (maps / top)[..., np.newaxis]


def _legend(score: str, contrast: float | None) -> Legend:
    text = f"{SCORES[score].title} of each pixel"
    if contrast is None:
        return Legend(False, "0", "½ max", "max", f"{text}. Each map has a scale of its own, up to its largest value.")
    top = SCORES[score].top / contrast
    more = "" if contrast == 1 else f" Contrast × {contrast:g}."
    return Legend(False, "0", f"{top / 2:g}", f"≥ {top:g}", f"{text}, on one scale for all pictures.{more}")


def _rates_in_words(counts: Counts) -> str:
    precision = "–" if np.isnan(counts.precision) else f"{counts.precision:.0%}"
    return f"Recall {counts.recall:.1%} · precision {precision} · false alarms {counts.false_positive_rate:.1%}"


def _histogram(known: ThresholdView, score: str) -> ChartData:
    edges = np.geomspace(known.thresholds[0], known.thresholds[-1], BINS + 1)
    kinds = {"Normal test pictures": ~known.abnormal, "Abnormal test pictures": known.abnormal}
    lines = []
    for color, (name, chosen) in enumerate(kinds.items()):
        heights = [*shares_between(known.test[chosen], edges).tolist(), 0.0]
        lines.append(Line(name, tuple(zip(edges.tolist(), heights, strict=True)), "area", color))
    return ChartData(
        "Scores",
        SCORES[score].title,
        "Share of pictures",
        tuple(lines),
        x_scale="log",
        x_range=(float(edges[0]), float(edges[-1])),
        description="How the scores of normal and of abnormal test pictures lie",
        hint="drag the line",
        marker_x=tuple(known.thresholds.tolist()),
    )


def _roc(counts: list[Counts]) -> ChartData:
    false_alarms = np.nan_to_num([one.false_positive_rate for one in counts]).tolist()
    recall = np.nan_to_num([one.recall for one in counts]).tolist()
    points = zip(reversed(false_alarms), reversed(recall), strict=True)  # from few false alarms to many
    return ChartData(
        "ROC curve",
        "False alarms",
        "Recall",
        (
            Line("Recall at this threshold", ((0.0, 0.0), *points, (1.0, 1.0)), color=0),
            Line("Guessing", ((0, 0), (1, 1)), "dashed", 5),
        ),
        x_range=(0, 1),
        description="The share of anomalies that are found against the share of false alarms",
        marker_x=tuple(false_alarms),
        marker_y=tuple(recall),
    )
