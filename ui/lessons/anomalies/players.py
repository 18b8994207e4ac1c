"""Players for anomalies: one whose slider is the threshold, and one that studies a picture at every bottleneck size."""

import numpy as np

from autoencoder.analysis.anomalies import SCORES, damage_masks, maps_of, rebuild, ripe_twins, scored_sizes
from autoencoder.analysis.detection import Counts, count, roc_curve, shares_between
from autoencoder.rendering.difference import Legend, colors_of, palette, to_levels
from autoencoder.rendering.sprites import picture_sheet, png, sheet
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table
from ui.lessons.anomalies.view import THRESHOLDS, ThresholdView, View, anomaly_scores, threshold_view
from ui.lessons.common.players import SIZE_TICKS, Indices, class_names, size_text
from ui.lessons.common.text import number_in_words
from ui.services.cache import clearable_cache
from ui.services.services import load_model, test_pictures

BINS = 40  # of the histogram


@clearable_cache(3)
def threshold_player(view: View, indices: Indices) -> Player:
    """A player whose slider is the threshold: verdicts, confusion matrix, histogram and ROC curve follow it.

    Args:
        view: What is looked at.
        indices: Which test pictures.
    """
    known = threshold_view(view)
    inputs = test_pictures(view.settings.source).test[list(indices)]
    rebuilt = rebuild(load_model(view.folder).network, view.settings, inputs, view.size)
    maps = maps_of(inputs, rebuilt, known.baseline_error, view.score)
    alarms = [[bool(value > threshold) for value in SCORES[view.score].of(maps)] for threshold in known.thresholds]
    counts = [count(known.test, known.abnormal, threshold) for threshold in known.thresholds]
    names = class_names(view.settings.source, indices)
    which = f": {', '.join(names)}" if names else ""
    return Player(
        slider_label="Threshold",
        positions=known.words,
        rows=rows_of(inputs, rebuilt, maps, view.score, f"{len(inputs)} test pictures{which}"),
        columns=len(inputs),
        tile_width=inputs.shape[2],
        tile_height=inputs.shape[1],
        captions=[_rates_in_words(one) for one in counts],
        ticks=list(range(0, THRESHOLDS, (THRESHOLDS - 1) // 5)),
        column_names=names,
        notes=[["anomaly" if alarm else "normal" for alarm in row] for row in alarms],
        notes_label="Verdict",
        alarms=alarms,
        table=_confusion(counts),
        chart=_histogram(known, view.score),
        more_charts=(_roc(known),),
        legend=map_legend(view.score),
        play=False,
    )


def rows_of(inputs: np.ndarray, rebuilt: np.ndarray, maps: np.ndarray, score: str, description: str) -> list[Row]:
    """Inputs, reconstructions and where they differ, none of which changes with the threshold.

    Args:
        inputs: float32 (n, height, width, channels) in [0, 1].
        rebuilt: The same shape: what the network makes of them.
        maps: float32 (n, height, width): of the score.
        score: A key of `SCORES`.
        description: What the inputs are, for screen readers.
    """
    return [
        Row("Input", picture_sheet(inputs[np.newaxis]), 1, description),
        Row("Reconstruction", picture_sheet(rebuilt[np.newaxis]), 1, "What the network makes of these"),
        Row("Difference", map_sheet(maps[np.newaxis], score), 1, "Where they differ; lighter is more"),
    ]


@clearable_cache(4)
def study_player(folder: RunFolder, version: str, settings: TrainingSettings, index: int, score: str) -> Player:
    """One test picture, large, and what becomes of it at every bottleneck size; beside it its ripe twin, if known.

    Args:
        folder: The run.
        version: Its `network_version`.
        settings: What it was trained with.
        index: Which test picture.
        score: A key of `SCORES`.
    """
    result = anomaly_scores(folder, version)
    sizes = scored_sizes(settings)
    picture = test_pictures(settings.source).test[index : index + 1]
    network = load_model(folder).network
    rebuilt = np.concatenate([rebuild(network, settings, picture, size) for size in sizes])
    baseline_error = (
        np.zeros((len(sizes), *picture.shape[1:3]), np.float32) if result is None else result.baseline_error
    )
    maps = np.concatenate(
        [maps_of(picture, rebuilt[[number]], baseline_error[number], score) for number in range(len(sizes))]
    )
    still = np.broadcast_to(picture, rebuilt.shape)
    columns = [("Input", _rgb(still)), ("Reconstruction", _rgb(rebuilt)), ("Difference", colored(maps, score))]
    twins, masks = twins_and_masks(settings.source)
    if twins is not None and masks is not None:
        columns.append(("Ripe twin", _rgb(np.broadcast_to(twins[index], rebuilt.shape))))
        mask = np.broadcast_to(masks[index][..., np.newaxis].astype(np.float32), (*rebuilt.shape[:3], 1))
        columns.append(("Damage", _rgb(mask)))
    names = [name for name, _ in columns]
    frames = np.stack([frames for _, frames in columns], axis=1)
    scores = SCORES[score].of(maps)
    is_open = settings.bottleneck == "open"
    return Player(
        slider_label="No bottleneck: a code of" if is_open else "Bottleneck size",
        positions=[f"{size:,}" for size in sizes],
        rows=[
            Row(
                "",
                png(sheet(frames)),
                len(sizes),
                f"{', '.join(names)}, from {{position}} numbers",
            )
        ],
        columns=len(columns),
        tile_width=picture.shape[2],
        tile_height=picture.shape[1],
        column_names=names,
        captions=[f"Score {number_in_words(value)}" for value in scores],
        ticks=[sizes.index(size) for size in SIZE_TICKS if size in sizes],
        legend=map_legend(score),
        play=len(sizes) > 1,
        large=True,
        position_text="No bottleneck: a code of {position} numbers" if is_open else size_text(sizes),
    )


@clearable_cache(1)
def twins_and_masks(source: str) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The ripe twin and the damaged pixels of every test picture, as bytes and bits; None where they are not known."""
    twins = ripe_twins(source)
    return (None if twins is None else np.rint(twins * 255).astype(np.uint8)), damage_masks(source)


def map_sheet(maps: np.ndarray, score: str) -> bytes:
    """Maps (frames, pictures, height, width) as a PNG sheet, on the scale of their score."""
    levels = to_levels(maps[..., np.newaxis] / SCORES[score].top, signed=False)
    return png(sheet(levels), palette(signed=False))


def colored(maps: np.ndarray, score: str) -> np.ndarray:
    """Maps (n, height, width) in their colors: uint8 (n, height, width, 3)"""
    return colors_of(maps[..., np.newaxis] / SCORES[score].top, signed=False)


def map_legend(score: str) -> Legend:
    """Return what the colors of the maps of a score mean: the same for all pictures."""
    top = SCORES[score].top
    text = f"{SCORES[score].title}, pixel by pixel, on one scale for all pictures"
    return Legend(False, "0", f"{top / 2:g}", f"≥ {top:g}", text)


def _rgb(pictures: np.ndarray) -> np.ndarray:
    """float in [0, 1] or uint8, (n, height, width, 1 or 3) → uint8 (n, height, width, 3)"""
    content = pictures if pictures.dtype == np.uint8 else np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)
    return np.broadcast_to(content, (*content.shape[:3], 3))


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


def _roc(known: ThresholdView) -> ChartData:
    false_positive_rate, recall = (
        values.tolist() for values in roc_curve(known.test, known.abnormal, known.thresholds)
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
