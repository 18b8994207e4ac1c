"""How well scores tell abnormal pictures from normal ones. A higher score is more abnormal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Counts:
    """What a threshold does: the confusion matrix, abnormal being the positive class.

    Args:
        true_positives: Abnormal, and called so.
        false_positives: Normal, but called abnormal: false alarms.
        true_negatives: Normal, and called so.
        false_negatives: Abnormal, but called normal: missed.
    """

    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        """The share of the alarms that were right; NaN where there was none."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """The share of the abnormal pictures that were found."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def false_positive_rate(self) -> float:
        """The share of the normal pictures that were called abnormal."""
        return _ratio(self.false_positives, self.false_positives + self.true_negatives)


def threshold_for(normal_scores: np.ndarray, false_positive_rate: float) -> float:
    """The threshold that so many of the held-out normal pictures exceed; it never sees an abnormal one.

    Args:
        normal_scores: float (n,), of normal pictures that were not learned from.
        false_positive_rate: The share of these that the learner accepts to be called abnormal, in [0, 1].

    Returns:
        One of the scores, or something just below them all where every one may be exceeded. At most ⌊false_alarms × n⌋
        of the scores lie above it.

    Raises:
        ValueError: If there is no score, or `false_positive_rate` is out of range.
    """
    if not 0 <= false_positive_rate <= 1:
        raise ValueError(f"Expected `false_positive_rate` in [0, 1]. Received: {false_positive_rate}.")
    if not len(normal_scores):
        raise ValueError("Expected at least one score in `normal_scores`. Received: none.")
    ordered = np.sort(normal_scores)[::-1]
    accepted = int(np.floor(false_positive_rate * len(ordered) + 1e-9))
    return float(ordered[accepted]) if accepted < len(ordered) else float(np.nextafter(ordered[-1], -np.inf))


def threshold_steps(
    normal_scores: np.ndarray, scores: np.ndarray, false_positive_rate: Sequence[float], count: int
) -> np.ndarray:
    """Thresholds to go through: from below all scores to above, evenly by their ratios.

    Among them, to the last digit, are those for `false_positive_rate`: rounded to the others, they would depend on the
    scores of test pictures.

    Args:
        normal_scores: float (n,), of normal pictures that were not learned from.
        scores: float (m,), of test pictures.
        false_positive_rate: Shares as in `threshold_for`.
        count: How many thresholds; more than there are shares.

    Returns:
        float64 (count,), rising, above 0.
    """
    together = np.concatenate([normal_scores, scores]).astype(np.float64)
    lowest, highest = max(np.quantile(together, 0.001), 1e-6) * 0.9, max(together.max(), 2e-6) * 1.02
    accepted = [max(lowest, threshold_for(normal_scores, share)) for share in false_positive_rate]
    return np.sort([*np.geomspace(lowest, highest, count - len(accepted)), *accepted])


def step_for(thresholds: np.ndarray, normal_scores: np.ndarray, false_positive_rate: float) -> int:
    """Return which of the rising `thresholds` is the first that keeps the promise of `threshold_for`; else the last."""
    step = int(np.searchsorted(thresholds, threshold_for(normal_scores, false_positive_rate)))
    return min(step, len(thresholds) - 1)


def shares_between(scores: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """A histogram: the share of the scores between each edge and the next; what is outside counts at the ends.

    Args:
        scores: float (n,).
        edges: float (m + 1,), rising.

    Returns:
        float (m,) that add up to 1, or are 0 where there are no scores.
    """
    return np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0] / max(1, len(scores))


def count(scores: np.ndarray, abnormal: np.ndarray, threshold: float) -> Counts:
    """The confusion matrix of "abnormal where the score is above the threshold".

    Args:
        scores: float (n,).
        abnormal: bool (n,), the truth.
        threshold: Of the scores.
    """
    called = scores > threshold
    return Counts(
        int((called & abnormal).sum()),
        int((called & ~abnormal).sum()),
        int((~called & ~abnormal).sum()),
        int((~called & abnormal).sum()),
    )


def auroc(scores: np.ndarray, abnormal: np.ndarray) -> float:
    """The area under the ROC curve: how often an abnormal picture's score is above a normal one's, ties counting half.

    By ranks, as in J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating
    characteristic (ROC) curve", Radiology 143 (1982), doi:10.1148/radiology.143.1.7063747.

    Args:
        scores: float (n,).
        abnormal: bool (n,), the truth.

    Returns:
        In [0, 1]; 0.5 for guessing; NaN where all are of one kind.
    """
    positives, negatives = int(abnormal.sum()), int((~abnormal).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2  # the mean rank of equal scores
    above = ranks[inverse][abnormal].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(scores: np.ndarray, abnormal: np.ndarray) -> float:
    """The mean precision over the abnormal pictures, from the highest score down: the area under precision and recall.

    Args:
        scores: float (n,).
        abnormal: bool (n,), the truth.

    Returns:
        In [0, 1]; about the share of abnormal pictures for guessing; NaN where there is no abnormal one.
    """
    if not abnormal.any():
        return float("nan")
    false, true = _cumulative(scores, abnormal)
    precision = true / (true + false)
    return float((precision * np.diff(true, prepend=0)).sum() / true[-1])


def roc_curve(scores: np.ndarray, abnormal: np.ndarray, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The false alarms and the recall at each threshold.

    Args:
        scores: float (n,).
        abnormal: bool (n,), the truth.
        thresholds: float (m,).

    Returns:
        float (m,) in [0, 1], twice.
    """
    return _share_above(scores[~abnormal], thresholds), _share_above(scores[abnormal], thresholds)


def _share_above(scores: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    if not len(scores):
        return np.zeros(len(thresholds))
    return 1 - np.searchsorted(np.sort(scores), thresholds, side="right") / len(scores)


def _cumulative(scores: np.ndarray, abnormal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many normal and abnormal pictures have at least each score, from the highest down; equal scores as one."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.diff(scores[order], append=np.nan))  # the last of equal scores
    true = np.cumsum(abnormal[order])[last]
    return last + 1 - true, true


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
