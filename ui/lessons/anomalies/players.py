"""Players for anomalies: one whose slider is the threshold, and one that studies a picture at every bottleneck size."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autoencoder.analysis.anomalies import SCORES, damage_masks, maps_of, rebuild, ripe_twins, scored_sizes, study
from autoencoder.analysis.detection import Counts, count, shares_between
from autoencoder.rendering.difference import Legend, colors_of, palette, to_levels
from autoencoder.rendering.sprites import png, sheet
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table
from ui.lessons.anomalies.view import THRESHOLDS, ThresholdView, View, anomaly_scores, threshold_view
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
    """Return a player whose slider is the threshold: verdicts, confusion matrix, histogram and ROC curve follow it.

    Args:
        view: What is looked at.
        indices: Which test pictures.
        with_classes: Whether the pictures' classes are said.
        contrast: Of the difference maps, see `DifferenceStyle`.
    """
    known, source = threshold_view(view), view.run.settings.source
    counts = [count(known.test, known.abnormal, threshold) for threshold in known.thresholds]
    names = class_names(source, indices) if with_classes else []
    return verdict_player(
        Verdicts.of(view, shown_pictures(source, indices)),
        view,
        with_names(f"{len(indices)} test pictures", names),
        contrast,
        captions=[_rates_in_words(one) for one in counts],
        column_names=names,
        table=_confusion(counts),
        chart=_histogram(known, view.score),
        more_charts=(_roc(counts),),
    )


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Some pictures through a network, and what every threshold makes of them.

    Args:
        inputs: float32 (n, height, width, channels) in [0, 1].
        rebuilt: The same shape: what the network makes of them.
        maps: float32 (n, height, width), of the score.
        scores: float32 (n,).
        alarms: For every threshold, which pictures are called anomalies.
    """

    inputs: np.ndarray
    rebuilt: np.ndarray
    maps: np.ndarray
    scores: np.ndarray
    alarms: list[list[bool]]

    @classmethod
    def of(cls, view: View, inputs: np.ndarray) -> "Verdicts":
        """Judge pictures, float32 (n, height, width, channels) in [0, 1]."""
        known = threshold_view(view)
        rebuilt = rebuild(view.run.model.network, view.run.settings, inputs, view.size)
        maps = maps_of(inputs, rebuilt, known.baseline_error, view.score)
        scores = SCORES[view.score].of(maps)
        return cls(inputs, rebuilt, maps, scores, (scores > known.thresholds[:, np.newaxis]).tolist())


def verdict_player(verdicts: Verdicts, view: View, description: str, contrast: float | None, **more: Any) -> Player:
    """Return inputs, reconstructions and differences with their verdicts as a player whose slider is the threshold.

    Args:
        verdicts: On the pictures.
        view: What is looked at.
        description: What the pictures are, for screen readers.
        contrast: Of the difference maps, see `DifferenceStyle`.
        more: What else a `Player` takes.
    """
    differences = map_sheet(verdicts.maps[np.newaxis], view.score, contrast)
    rows = [
        row_of("Input", verdicts.inputs[np.newaxis], description),
        row_of("Reconstruction", verdicts.rebuilt[np.newaxis], "What the network makes of these"),
        Row("Difference", differences, 1, "Where they differ; lighter is more"),
    ]
    scores = [number_in_words(float(score)) for score in verdicts.scores]
    return player_of(
        verdicts.inputs,
        rows,
        slider_label="Threshold",
        positions=threshold_view(view).words,
        ticks=list(range(0, THRESHOLDS, (THRESHOLDS - 1) // 5)),
        notes=[
            [f"{score}\n{'anomaly' if alarm else 'normal'}" for score, alarm in zip(scores, row, strict=True)]
            for row in verdicts.alarms
        ],
        notes_label="Score, verdict",
        alarms=verdicts.alarms,
        legend=map_legend(view.score, contrast),
        play=False,
        **more,
    )


@clearable_cache(4)
def study_player(run: TrainedRun, index: int, score: str, contrast: float | None = 1.0) -> Player:
    """Return a test picture, large, at every bottleneck size; beside it its ripe twin, where that is known.

    Args:
        run: The network.
        index: Which test picture.
        score: A key of `SCORES`.
        contrast: Of the difference maps, see `DifferenceStyle`.
    """
    settings, sizes = run.settings, scored_sizes(run.settings)
    picture = shown_pictures(settings.source, (index,))
    result = anomaly_scores(run)
    usual = np.zeros((len(sizes), *picture.shape[1:3]), np.float32) if result is None else result.baseline_error
    rebuilt, maps = study(run.model.network, settings, picture, usual, score)
    columns = {"Input": picture, "Reconstruction": rebuilt, "Difference": colored(maps, score, contrast)}
    columns |= _twin_and_damage(settings.source, index)
    shape = (*rebuilt.shape[:3], 3)
    sprite = png(sheet(np.stack([np.broadcast_to(_bytes(one), shape) for one in columns.values()], axis=1)))
    return Player(
        rows=[Row("", sprite, len(sizes), f"{', '.join(columns)}, from {{position}} numbers")],
        columns=len(columns),
        tile_width=picture.shape[2],
        tile_height=picture.shape[1],
        column_names=list(columns),
        captions=[f"Score {number_in_words(value)}" for value in SCORES[score].of(maps)],
        legend=map_legend(score, contrast),
        play=len(sizes) > 1,
        large=True,
        **size_slider(sizes) | _code_of_an_open_network(settings),
    )


def _code_of_an_open_network(settings: TrainingSettings) -> dict[str, Any]:
    """Return what a slider says whose only position is the code of a network without a bottleneck."""
    if settings.bottleneck != "open":
        return {}
    return {
        "slider_label": "No bottleneck: a code of",
        "position_text": "No bottleneck: a code of {position} numbers",
        "positions": [f"{size:,}" for size in settings.sizes],
    }


def _twin_and_damage(source: str, index: int) -> dict[str, np.ndarray]:
    """Return a test picture's ripe twin and its damaged pixels, uint8 (height, width, 1 or 3); nothing if not known."""
    twins, masks = twins_and_masks(source)
    if twins is None or masks is None:
        return {}
    return {"Ripe twin": twins[index], "Damage": 255 * masks[index, ..., np.newaxis].astype(np.uint8)}


@clearable_cache(1)
def twins_and_masks(source: str) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return every test picture's ripe twin (uint8) and damaged pixels (bool); None where they are not known."""
    twins = ripe_twins(source)
    return (None if twins is None else np.rint(twins * 255).astype(np.uint8)), damage_masks(source)


def map_sheet(maps: np.ndarray, score: str, contrast: float | None) -> bytes:
    """Return maps (frames, pictures, height, width) as a PNG sheet."""
    return png(sheet(to_levels(_scaled(maps, score, contrast), signed=False)), palette(signed=False))


def colored(maps: np.ndarray, score: str, contrast: float | None) -> np.ndarray:
    """Return maps (n, height, width) in their colors: uint8 (n, height, width, 3)"""
    return colors_of(_scaled(maps, score, contrast), signed=False)


def _scaled(maps: np.ndarray, score: str, contrast: float | None) -> np.ndarray:
    """Return maps (…, height, width) so that their colors end at 1: (…, height, width, 1)"""
    if contrast is None:
        top = np.maximum(maps.max(axis=(-2, -1), keepdims=True), np.finfo(maps.dtype).tiny)
    else:
        top = SCORES[score].top / contrast
    return (maps / top)[..., np.newaxis]


def map_legend(score: str, contrast: float | None) -> Legend:
    """Return what the colors of the maps of a score mean."""
    text = f"{SCORES[score].title} of each pixel"
    if contrast is None:
        return Legend(False, "0", "½ max", "max", f"{text}. Each map has a scale of its own, up to its largest value.")
    top = SCORES[score].top / contrast
    more = "" if contrast == 1 else f" Contrast × {contrast:g}."
    return Legend(False, "0", f"{top / 2:g}", f"≥ {top:g}", f"{text}, on one scale for all pictures.{more}")


def _bytes(pictures: np.ndarray) -> np.ndarray:
    """Return pictures of float in [0, 1], or of bytes already, as uint8."""
    return pictures if pictures.dtype == np.uint8 else np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)


def _rates_in_words(counts: Counts) -> str:
    precision = "–" if np.isnan(counts.precision) else f"{counts.precision:.0%}"
    return f"Recall {counts.recall:.1%} · precision {precision} · false alarms {counts.false_positive_rate:.1%}"


def _confusion(counts: list[Counts]) -> Table:
    cells = [(one.true_positives, one.false_negatives, one.false_positives, one.true_negatives) for one in counts]
    return Table(
        f"Confusion matrix of {sum(cells[0]):,} test pictures",
        ("truly abnormal", "truly normal"),
        ("called anomaly", "called normal"),
        [[f"{number:,}" for number in row] for row in cells],
    )


def _histogram(known: ThresholdView, score: str) -> ChartData:
    edges = np.geomspace(known.thresholds[0], known.thresholds[-1], BINS + 1)
    return ChartData(
        "Scores",
        SCORES[score].title,
        "Share of pictures",
        (
            _steps("Normal test pictures", known.test[~known.abnormal], edges, 0),
            _steps("Abnormal test pictures", known.test[known.abnormal], edges, 1),
        ),
        x_scale="log",
        x_range=(float(edges[0]), float(edges[-1])),
        description="How the scores of normal and of abnormal test pictures lie",
        hint="drag the line",
        marker_x=tuple(known.thresholds.tolist()),
    )


def _steps(name: str, values: np.ndarray, edges: np.ndarray, color: int) -> Line:
    heights = [*shares_between(values, edges).tolist(), 0.0]
    return Line(name, tuple(zip(edges.tolist(), heights, strict=True)), "area", color)


def _roc(counts: list[Counts]) -> ChartData:
    false_positive_rate, recall = (
        np.nan_to_num([getattr(one, name) for one in counts]).tolist() for name in ("false_positive_rate", "recall")
    )
    points = zip(reversed(false_positive_rate), reversed(recall), strict=True)  # from few false alarms to many
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
        marker_x=tuple(false_positive_rate),
        marker_y=tuple(recall),
    )
