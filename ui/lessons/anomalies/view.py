"""What the Anomalies page looks at, and what is known of it: worked out once, not on every move of a slider."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.anomalies import SCORES, AnomalyScores, comparable_runs, is_abnormal
from autoencoder.analysis.detection import threshold_steps
from autoencoder.analysis.measured import Curve, best_of_each_size
from autoencoder.data.selection import draw
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.players import Indices
from ui.lessons.common.text import number_in_words
from ui.services.cache import clearable_cache
from ui.services.services import get_jobs, test_pictures
from ui.services.trained_run import TrainedRun

FALSE_POSITIVE_RATES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # that a learner may accept
THRESHOLDS = 161  # positions of the slider


@dataclass(frozen=True)
class View:
    """What the threshold is looked at for: a trained network at one size, by one score.

    Args:
        run: The network.
        size: The bottleneck size, one of `scored_sizes`.
        score: A key of `SCORES`.
    """

    run: TrainedRun
    size: int
    score: str


@dataclass(frozen=True, eq=False)
class ThresholdView:
    """The scores of a view, the truth, and the thresholds to judge by.

    Args:
        held_out: float32 (h,), of held-out normal pictures.
        test: float32 (n,), of the first test pictures.
        abnormal: bool (n,), which of these are.
        baseline_error: float32 (height, width), see `Score`.
        thresholds: float64 (THRESHOLDS,), the positions of the slider.
        words: A text for each of them.
    """

    held_out: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)
    abnormal: np.ndarray = field(repr=False)
    baseline_error: np.ndarray = field(repr=False)
    thresholds: np.ndarray = field(repr=False)
    words: tuple[str, ...] = field(repr=False)


def anomaly_scores(run: TrainedRun) -> AnomalyScores | None:
    """Return the scores of a network; None where they are not worked out yet."""
    with suppress(LookupError):
        return _scored(run)
    return None


@clearable_cache(16)
def _scored(run: TrainedRun) -> AnomalyScores:
    result = AnomalyScores.of(run.folder)
    if result is None:
        raise LookupError("The scores are not worked out yet.")  # an error is not kept: they may come
    return result


@clearable_cache(16)
def threshold_view(view: View) -> ThresholdView:
    """Return what is known of a view.

    Raises:
        LookupError: If its scores are not worked out yet.
    """
    result = _scored(view.run)
    number = result.sizes.index(view.size)
    held_out, test = result.held_out[view.score][number], result.test[view.score][number]
    thresholds = threshold_steps(held_out, test, FALSE_POSITIVE_RATES, THRESHOLDS)
    abnormal = truth(view.run.settings, len(test))
    return ThresholdView(
        held_out, test, abnormal, result.baseline_error[number], thresholds, tuple(thresholds_in_words(thresholds))
    )


def truth(settings: TrainingSettings, pictures: int) -> np.ndarray:
    """Return which of the first test pictures are of a class that was not learned: bool (pictures,)."""
    labels = test_pictures(settings.source).test_labels
    if labels is None:
        raise LookupError(f"Expected labels of the test pictures of {settings.source}. Received: none.")
    return is_abnormal(labels[:pictures], settings)


@clearable_cache(128)
def curves(run: TrainedRun) -> Mapping[str, Curve]:
    """Return the AUROC of a network at every bottleneck size, by every score.

    Raises:
        LookupError: If its scores are not worked out yet.
    """
    result = AnomalyScores.of(run.folder)
    if result is None:
        raise LookupError("The scores are not worked out yet.")
    return result.auroc_by_size(truth(run.settings, len(result.test[next(iter(SCORES))][0])))


def curves_of_others(run: TrainedRun) -> Mapping[str, Curve]:
    """Return the same of all other networks that learned the same classes; of several with one size the best."""
    found, settings = [], run.settings
    for other in comparable_runs(run.folder, settings, get_jobs().store.finished(settings)):
        with suppress(LookupError):
            found.append(curves(TrainedRun(other, other.network_version(), settings.source, settings)))
    return {name: best_of_each_size([point for one in found for point in one[name]], max) for name in SCORES}


@clearable_cache(16)
def drawn_indices(
    settings: TrainingSettings, pictures: int, kinds: tuple[bool, bool], drawn: int, each: int
) -> Indices:
    """Return test pictures at random, abnormal or not.

    Args:
        settings: They say what is abnormal.
        pictures: How many test pictures there are to draw from.
        kinds: Whether the first half is to be abnormal, and whether the second.
        drawn: Another number draws others.
        each: How many of each half.
    """
    abnormal = truth(settings, pictures).astype(np.int64)
    indices: list[int] = []
    for number, kind in enumerate(kinds):
        found = draw(abnormal, pictures, int(kind), 2 * drawn + number, each)
        indices += [index for index in found.tolist() if index not in indices]
    return tuple(indices)


def thresholds_in_words(thresholds: np.ndarray) -> list[str]:
    """Return a text for every position: with two to four digits, the fewest that tell different ones apart."""
    for digits in (2, 3, 4):
        words = [number_in_words(value, digits) for value in thresholds]
        if len(set(words)) == len(np.unique(thresholds)):
            break
    return words
