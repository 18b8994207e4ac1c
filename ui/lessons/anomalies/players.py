"""What is known of a trained network, and the players of that: verdicts at every threshold, and one picture, large."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from autoencoder.analysis import anomalies, detection
from autoencoder.analysis.anomalies import SCORES, AnomalyScores, Damage
from autoencoder.analysis.measured import Curve, best_of_each_size
from autoencoder.rendering.difference import Legend, colors_of, palette, to_levels
from autoencoder.rendering.sprites import png, sheet, to_bytes
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table
from ui.lessons.common import players
from ui.lessons.common.text import number_in_words
from ui.services.services import clearable_cache, get_jobs, test_pictures
from ui.services.trained_run import TrainedRun
from ui.words import read_texts

FALSE_POSITIVE_RATES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # that a learner may accept
CHARTS = read_texts("lessons/anomalies/charts.toml")
THRESHOLDS = 161  # positions of the slider
BINS = 40  # of the histogram
MARKS = [digit * 10.0**power for digit in (2, 5, 1) for power in range(-3, 5)]  # × the usual score; the last first


@dataclass(frozen=True)
class View:
    """What the threshold is looked at for: a trained network, at one of `scored_sizes`, by one of `SCORES`."""

    run: TrainedRun
    size: int
    score: str


@dataclass(frozen=True, eq=False)
class ThresholdView:
    """The scores of a view, the truth, and the thresholds to judge by."""

    held_out: np.ndarray  # float32 (h,), scores of held-out normal pictures
    test: np.ndarray  # float32 (n,), scores of the first test pictures
    abnormal: np.ndarray  # bool (n,), which of these are
    baseline_error: np.ndarray  # float32 (height, width), see `Score`
    outlines: np.ndarray | None  # see `AnomalyScores`
    thresholds: np.ndarray  # float64 (THRESHOLDS,), the positions of the slider
    usual: float  # as whose multiples scores are shown, see `usual_score`
    words: list[str]  # a text for each threshold


@clearable_cache(16)
def scores_of(run: TrainedRun) -> AnomalyScores:
    """Return the scores of a network; a LookupError, which is not kept, where they are not worked out yet."""
    result = AnomalyScores.of(run.folder)
    if result is None:
        raise LookupError("The scores are not worked out yet.")
    return result


@clearable_cache(16)
def threshold_view(view: View) -> ThresholdView:
    """Return what is known of a view; a LookupError as in `scores_of`."""
    result = scores_of(view.run)
    number = result.sizes.index(view.size)
    held_out, test = result.held_out[view.score][number], result.test[view.score][number]
    usual = usual_score(held_out)
    marks = [mark * usual for mark in MARKS]
    thresholds = detection.threshold_steps(held_out, test, FALSE_POSITIVE_RATES, THRESHOLDS, marks)
    abnormal, words = truth(view.run.settings, len(test)), thresholds_in_words(thresholds / usual)
    usual_error = result.baseline_error[number]
    return ThresholdView(held_out, test, abnormal, usual_error, result.outlines, thresholds, usual, words)


def truth(settings: TrainingSettings, pictures: int) -> np.ndarray:
    """Return which of the first test pictures are of a class that was not learned: bool (pictures,)."""
    labels = test_pictures(settings.source).test_labels
    assert labels is not None, "normal classes are of pictures with labels"
    return anomalies.is_abnormal(labels[:pictures], settings)


def thresholds_in_words(thresholds: np.ndarray) -> list[str]:
    """Return a text for every multiple: with two digits, or up to four where others would read the same."""
    words = {value: times_in_words(value) for value in thresholds.tolist()}
    for digits in (3, 4):
        said = Counter(words.values())
        words = {value: times_in_words(value, digits) if said[word] > 1 else word for value, word in words.items()}
    return [words[value] for value in thresholds.tolist()]


def usual_score(held_out: np.ndarray) -> float:
    """Return the median of scores (n,) of held-out normal pictures; where that is 0 their mean, or else 1."""
    return float(np.median(held_out)) or float(held_out.mean()) or 1.0


def times_in_words(times: float, digits: int = 2) -> str:
    """Return a multiple of the usual score."""
    return f"{number_in_words(times, digits)} ×"


def share_in_words(part: int, others: int) -> str:
    """Return how many of how many, and in percent: 0 or 100 only where it is none or all."""
    if not (whole := part + others):
        return "–"
    share = part / whole if part in (0, whole) else min(max(part / whole, 0.001), 0.999)
    return f"{part:,} of {whole:,} ({share:.1%})"


@clearable_cache(128)
def curves(run: TrainedRun) -> Mapping[str, Curve]:
    """Return the AUROC of a network at every bottleneck size, by every score; a LookupError as in `scores_of`."""
    result = scores_of(run)
    return result.auroc_by_size(truth(run.settings, len(result.test["squared"][0])))


def curves_of_others(run: TrainedRun) -> Mapping[str, Curve]:
    """Return the same of all other networks that learned the same classes; of several with one size the best."""
    found, settings = [], run.settings
    for other in anomalies.comparable_runs(run.folder, settings, get_jobs().store.finished(settings)):
        with suppress(LookupError):
            found.append(curves(TrainedRun(other, other.network_version(), settings.source, settings)))
    return {name: best_of_each_size([point for one in found for point in one[name]], max) for name in SCORES}


@clearable_cache(3)
def threshold_player(
    view: View, indices: players.Indices, *, with_classes: bool = False, contrast: float | None = 1.0
) -> Player:
    """Return a player of test pictures whose slider is the threshold; for the contrast, see `DifferenceStyle`."""
    known, source = threshold_view(view), view.run.settings.source
    counts = [detection.count(known.test, known.abnormal, threshold) for threshold in known.thresholds]
    names = players.class_names(source, indices) if with_classes else []
    cells = [(one.true_positives, one.false_negatives, one.false_positives, one.true_negatives) for one in counts]
    rates = [
        f"Recall {share_in_words(found, missed)} · precision {share_in_words(found, false)} · "
        f"false alarms {share_in_words(false, normal)}"
        for found, missed, false, normal in cells
    ]
    inputs = players.shown_pictures(source, indices)
    return verdict_player(
        view,
        inputs,
        judge(view, inputs),
        players.with_names(f"{len(indices)} test pictures", names),
        contrast,
        rates,
        column_names=names,
        table=Table(
            f"Confusion matrix of {sum(cells[0]):,} test pictures",
            ("truly abnormal", "truly normal"),
            ("called anomaly", "called normal"),
            [[f"{number:,}" for number in row] for row in cells],
        ),
        charts=(_histogram(known, view.score), _roc(counts)),
    )


class Verdicts(NamedTuple):
    """What a network makes of n pictures, and how abnormal that says they are."""

    rebuilt: np.ndarray  # float32 (n, height, width, channels) in [0, 1]
    maps: np.ndarray  # float32 (n, height, width), see `Score`
    scores: np.ndarray  # float32 (n,)


def judge(view: View, inputs: np.ndarray) -> Verdicts:
    """Judge pictures, float32 (n, height, width, channels) in [0, 1], by the score of a view."""
    known = threshold_view(view)
    rebuilt = anomalies.rebuild(view.run.model.network, view.run.settings, inputs, view.size)
    maps = anomalies.maps_of(inputs, rebuilt, known.baseline_error, view.score, known.outlines)
    return Verdicts(rebuilt, maps, SCORES[view.score].of(maps))


def verdict_player(
    view: View,
    inputs: np.ndarray,
    verdicts: Verdicts,
    description: str,
    contrast: float | None,
    captions: Sequence[str],
    **more: Any,
) -> Player:
    """Return inputs, float32 (n, height, width, channels) in [0, 1], with their verdicts; the slider is the threshold.

    For the contrast, see `DifferenceStyle`; `captions` has a sentence for every threshold.
    """
    known, (rebuilt, maps, scores) = threshold_view(view), verdicts
    alarms = scores > known.thresholds[:, np.newaxis]
    texts = [times_in_words(score / known.usual) for score in scores]
    scaled, legend = _scaled(maps, view.score, contrast)
    raw = [f"score {number_in_words(threshold)}" for threshold in known.thresholds]
    about = f" 1 × is {number_in_words(known.usual)}, the usual (median) score of a normal picture."
    if contrast is not None:
        tops = 100 * known.thresholds * contrast / SCORES[view.score].top
        raw = [f"{one}, {number_in_words(top)} % of the maps' scale" for one, top in zip(raw, tops, strict=True)]
        about += " It is a mean over the map: one that looks black may be above the threshold (View, Own scale)."
    differences = png(sheet(to_levels(scaled[np.newaxis], signed=False)), palette(signed=False))
    return players.player_of(
        inputs,
        [
            players.row_of("Input", inputs[np.newaxis], description),
            players.row_of("Reconstruction", rebuilt[np.newaxis], "What the network makes of these"),
            Row("Difference", differences, 1, "Where they differ; lighter is more"),
        ],
        slider_label="Threshold",
        positions=known.words,
        ticks=[
            list(known.thresholds).index(mark * known.usual) for mark in MARKS if mark * known.usual in known.thresholds
        ],
        captions=[" · ".join(pair) for pair in zip(captions, raw, strict=True)],
        notes=[
            [f"{text}\n{'anomaly' if alarm else 'normal'}" for text, alarm in zip(texts, row, strict=True)]
            for row in alarms
        ],
        notes_label="Score, verdict",
        alarms=alarms.tolist(),
        legend=replace(legend, text=legend.text + about),
        play=False,
        **more,
    )


@clearable_cache(4)
def study_player(run: TrainedRun, index: int, score: str, contrast: float | None = 1.0) -> Player:
    """Return a test picture, large, at every bottleneck size, with its maps, and its twin and damage where known."""
    settings, sizes = run.settings, anomalies.scored_sizes(run.settings)
    picture = players.shown_pictures(settings.source, (index,))
    known = scores_of(run)
    rebuilt = np.concatenate([anomalies.rebuild(run.model.network, settings, picture, size) for size in sizes])
    pairs = zip(rebuilt[:, np.newaxis], known.baseline_error, strict=True)
    maps = np.concatenate([anomalies.maps_of(picture, one, usual, score, known.outlines) for one, usual in pairs])
    values, usual = SCORES[score].of(maps), map(usual_score, known.held_out[score])
    captions = [
        f"Score {times_in_words(value / one)} the usual one of normal pictures ({number_in_words(value)})"
        for value, one in zip(values, usual, strict=True)
    ]
    scaled, legend = _scaled(maps, score, contrast)
    columns = {
        "Input": to_bytes(picture),
        "Reconstruction": to_bytes(rebuilt),
        "Difference": colors_of(scaled, signed=False),
    }
    if damage := damage_of(settings.source):
        columns |= {"Ripe twin": damage.twins[index], "Damage": damage.masks[index][..., np.newaxis] * np.uint8(255)}
    shape = (*rebuilt.shape[:3], 3)
    sprite = png(sheet(np.stack([np.broadcast_to(pictures, shape) for pictures in columns.values()], axis=1)))
    slider = players.size_slider(sizes)
    if settings.bottleneck == "open":
        label, positions = "No bottleneck: a code of", [f"{size:,}" for size in sizes]
        slider |= {"slider_label": label, "position_text": f"{label} {{position}} numbers", "positions": positions}
    return Player(
        rows=[Row("", sprite, len(sizes), f"{', '.join(columns)}, from {{position}} numbers")],
        columns=len(columns),
        tile_width=picture.shape[2],
        tile_height=picture.shape[1],
        column_names=list(columns),
        captions=captions,
        legend=legend,
        play=len(sizes) > 1,
        large=True,
        **slider,
    )


@clearable_cache(1)
def damage_of(source: str) -> Damage | None:
    """Return what is wrong with the test pictures, where that is known; with their twins as uint8, which is smaller."""
    known = anomalies.known_damage(source)
    return known and known._replace(twins=to_bytes(known.twins))


def _scaled(maps: np.ndarray, score: str, contrast: float | None) -> tuple[np.ndarray, Legend]:
    """Return maps (n, height, width) so that their colors end at 1, (n, height, width, 1), and what these mean."""
    text = f"{SCORES[score].title} of each pixel"
    if contrast is None:
        tops = np.maximum(maps.max(axis=(-2, -1), keepdims=True), np.finfo(maps.dtype).tiny)
        text += ". Each map has a scale of its own, up to its largest value."
        return (maps / tops)[..., np.newaxis], Legend(False, "0", "½ max", "max", text)
    top = SCORES[score].top / contrast
    text += ", on one scale for all pictures." + ("" if contrast == 1 else f" Contrast × {contrast:g}.")
    return (maps / top)[..., np.newaxis], Legend(False, "0", f"{top / 2:g}", f"≥ {top:g}", text)


def _histogram(known: ThresholdView, score: str) -> ChartData:
    thresholds = known.thresholds / known.usual
    edges = np.geomspace(thresholds[0], thresholds[-1], BINS + 1)
    kinds = {"Normal test pictures": ~known.abnormal, "Abnormal test pictures": known.abnormal}
    lines = []
    for color, (name, chosen) in enumerate(kinds.items()):
        heights = [*detection.shares_between(known.test[chosen] / known.usual, edges).tolist(), 0.0]
        lines.append(Line(name, tuple(zip(edges.tolist(), heights, strict=True)), "area", color))
    return ChartData(
        x_label=f"{SCORES[score].title}: × the usual of normal pictures",
        lines=lines,
        x_range=(float(edges[0]), float(edges[-1])),
        marker_x=thresholds.tolist(),
        **CHARTS["scores"],
    )


def _roc(counts: list[detection.Counts]) -> ChartData:
    false_alarms = np.nan_to_num([one.false_positive_rate for one in counts]).tolist()
    recall = np.nan_to_num([one.recall for one in counts]).tolist()
    points = zip(reversed(false_alarms), reversed(recall), strict=True)  # from few false alarms to many
    return ChartData(
        lines=(
            Line("Recall at this threshold", ((0.0, 0.0), *points, (1.0, 1.0)), color=0),
            Line("Guessing", ((0, 0), (1, 1)), "dashed", 5),
        ),
        x_range=(0, 1),
        marker_x=false_alarms,
        marker_y=recall,
        **CHARTS["roc"],
    )


def auroc_chart(view: View, own: Curve, others: Curve) -> ChartData:
    """Return the AUROC against the numbers in the code, for this network and for others trained so far."""
    lines = [Line("This network", own, "line" if len(own) > 1 else "points", 0)]
    if others:
        lines.append(Line("Other networks, same normal classes, any training", others, "points", 1))
    return ChartData(
        f"AUROC by bottleneck size ({SCORES[view.score].title})",
        lines=lines,
        x_range=(1, max(64, *(size for size, _ in (*own, *others)))),
        shade=(view.size / 1.06, view.size * 1.06),
        **CHARTS["auroc"],
    )
