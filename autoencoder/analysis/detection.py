"""How well scores tell abnormal pictures from normal ones. A higher score is more abnormal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Counts:
    """What a threshold does: the confusion matrix, abnormal being the positive class."""

    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        """Return the share of the alarms that were right; NaN where there was none."""
        return _ratio(self.true_positives, self.false_positives)

    @property
    def recall(self) -> float:
        """Return the share of the abnormal pictures that were found; NaN where there is none."""
        return _ratio(self.true_positives, self.false_negatives)

    @property
    def false_positive_rate(self) -> float:
        """Return the share of the normal pictures that were called abnormal; NaN where there is none."""
        return _ratio(self.false_positives, self.true_negatives)


def _ratio(part: int, others: int) -> float:
    return part / (part + others) if part + others else float("nan")


def threshold_for(normal_scores: np.ndarray, false_positive_rate: float) -> float:
    """Return the threshold that so many of the held-out normal pictures exceed; it never sees an abnormal one.

    It is one of the scores, float (n ≥ 1,), or something just below them all where every one may be exceeded. At most
    ⌊false_positive_rate × n⌋ of the scores lie above it.
    """
    ordered = np.sort(normal_scores)[::-1]
    accepted = int(np.floor(false_positive_rate * len(ordered) + 1e-9))
    return float(ordered[accepted]) if accepted < len(ordered) else float(np.nextafter(ordered[-1], -np.inf))


def threshold_steps(
    normal_scores: np.ndarray,
    scores: np.ndarray,
    false_positive_rates: Sequence[float],
    count: int,
    marks: Sequence[float] = (),
) -> np.ndarray:
    """Return thresholds to go through, float64 (count,): from below all scores to above, evenly by their ratios.

    Among them, to the last digit, are those for `false_positive_rates`, see `threshold_for`: rounded to the others,
    they would depend on the scores of test pictures, float (m,). So are those of `marks` that lie between.
    """
    together = np.concatenate([normal_scores, scores]).astype(np.float64)
    lowest, highest = max(np.quantile(together, 0.001), 1e-6) * 0.9, max(together.max(), 2e-6) * 1.02
    exact = [max(lowest, threshold_for(normal_scores, share)) for share in false_positive_rates]
    exact += [mark for mark in marks if lowest < mark < highest]
    return np.sort([*np.geomspace(lowest, highest, count - len(exact)), *exact])


def step_for(thresholds: np.ndarray, normal_scores: np.ndarray, false_positive_rate: float) -> int:
    """Return which of the rising `thresholds` is the first that keeps the promise of `threshold_for`; else the last."""
    step = int(np.searchsorted(thresholds, threshold_for(normal_scores, false_positive_rate)))
    return min(step, len(thresholds) - 1)


def shares_between(scores: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return a histogram of (n,) scores between (m + 1,) rising edges: shares (m,); what is outside is at the ends."""
    return np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0] / max(1, len(scores))


def count(scores: np.ndarray, abnormal: np.ndarray, threshold: float) -> Counts:
    """Return the confusion matrix of "abnormal where the score (n,) is above the threshold" and the truth (n,)."""
    called = scores > threshold
    pairs = ((called, abnormal), (called, ~abnormal), (~called, ~abnormal), (~called, abnormal))
    return Counts(*(int((one & other).sum()) for one, other in pairs))


def auroc(scores: np.ndarray, abnormal: np.ndarray) -> float:
    """Return the area under the ROC curve: how often an abnormal score is above a normal one, ties counting half.

    In [0, 1], 0.5 for guessing; NaN where all are of one kind. Scores are float (n,), the truth is bool (n,).
    Scikit-learn has the same, which the process that serves pages must not import.
    """
    if abnormal.all() or not abnormal.any():
        return float("nan")
    false, true = _cumulative(scores, abnormal)
    return float(np.trapezoid(true, false) / (true[-1] * false[-1]))


def interval(value: float, abnormal: int, normal: int | None = None) -> tuple[float, float]:
    """Return the 95 % interval of an AUROC from so many abnormal and normal pictures, each 1 or more.

    Without `normal`, of an average precision or another mean of `abnormal` numbers in [0, 1], as if each were 0 or 1.
    All values whose distance to the one found is within 1.96 of their own standard errors: E. B. Wilson, 1927; for the
    AUROC R. G. Newcombe, 2006, doi:10.1002/sim.2324, method 5. So one picture of each does not make 1 certain. Of a NaN
    both are NaN.
    """
    if np.isnan(value):
        return value, value
    true = np.linspace(0, 1, 10_001)
    more = 0 if normal is None else (abnormal + normal) / 2 - 1
    factor = 1 + more * ((1 - true) / (2 - true) + true / (1 + true))  # J. A. Hanley and B. J. McNeil, 1982
    error = np.sqrt(true * (1 - true) * factor / (abnormal * (normal or 1)))
    inside = true[np.abs(true - value) <= 1.96 * error + 5e-5]  # half a step
    return float(inside[0]), float(inside[-1])


def average_precision(scores: np.ndarray, abnormal: np.ndarray) -> float:
    """Return the mean precision over the abnormal pictures, from the highest score down; see `auroc`.

    In [0, 1], about the share of abnormal pictures for guessing; NaN where there is no abnormal one.
    """
    if not abnormal.any():
        return float("nan")
    false, true = _cumulative(scores, abnormal)
    return float((true[1:] / (true + false)[1:] * np.diff(true)).sum() / true[-1])


def _cumulative(scores: np.ndarray, abnormal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many normal and abnormal pictures have at least each score: from 0, highest first, equals as one."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.diff(scores[order], append=np.nan)) + 1  # after the last of equal scores
    true = np.cumsum(abnormal[order])[last - 1]
    return np.append(0, last - true), np.append(0, true)
