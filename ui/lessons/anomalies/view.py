"""What the Anomalies page looks at, and what is known of it: worked out once, not on every move of a slider."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from autoencoder.analysis.anomalies import SCORES, AnomalyScores, comparable_runs, is_abnormal
from autoencoder.analysis.detection import threshold_steps
from autoencoder.analysis.measured import Curve, best_of_each_size
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.text import number_in_words
from ui.services.cache import clearable_cache
from ui.services.services import get_jobs, test_pictures
from ui.services.trained_run import TrainedRun

FALSE_POSITIVE_RATES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # that a learner may accept
THRESHOLDS = 161  # positions of the slider


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
    thresholds: np.ndarray  # float64 (THRESHOLDS,), the positions of the slider
    words: list[str]  # a text for each of them


@clearable_cache(16)
def scores_of(run: TrainedRun) -> AnomalyScores:
    """Return the scores of a network.

    Raises:
        LookupError: If they are not worked out yet. An error is not kept: they may come.
    """
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
    thresholds = threshold_steps(held_out, test, FALSE_POSITIVE_RATES, THRESHOLDS)
    abnormal, words = truth(view.run.settings, len(test)), thresholds_in_words(thresholds)
    return ThresholdView(held_out, test, abnormal, result.baseline_error[number], thresholds, words)


def truth(settings: TrainingSettings, pictures: int) -> np.ndarray:
    """Return which of the first test pictures are of a class that was not learned: bool (pictures,)."""
    labels = test_pictures(settings.source).test_labels
    assert labels is not None, "normal classes are of pictures with labels"
    return is_abnormal(labels[:pictures], settings)


@clearable_cache(128)
def curves(run: TrainedRun) -> Mapping[str, Curve]:
    """Return the AUROC of a network at every bottleneck size, by every score; a LookupError as in `scores_of`."""
    result = scores_of(run)
    return result.auroc_by_size(truth(run.settings, len(result.test["squared"][0])))


def curves_of_others(run: TrainedRun) -> Mapping[str, Curve]:
    """Return the same of all other networks that learned the same classes; of several with one size the best."""
    found, settings = [], run.settings
    for other in comparable_runs(run.folder, settings, get_jobs().store.finished(settings)):
        with suppress(LookupError):
            found.append(curves(TrainedRun(other, other.network_version(), settings.source, settings)))
    return {name: best_of_each_size([point for one in found for point in one[name]], max) for name in SCORES}


def thresholds_in_words(thresholds: np.ndarray) -> list[str]:
    """Return a text for every position: with two to four digits, the fewest that tell different ones apart."""
    for digits in (2, 3, 4):
        words = [number_in_words(value, digits) for value in thresholds]
        if len(set(words)) == len(np.unique(thresholds)):
            break
    return words
