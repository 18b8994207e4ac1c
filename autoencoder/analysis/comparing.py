"""Networks that learned the same normal pictures, compared by how well they tell the others at every size."""

from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from autoencoder.analysis.anomalies import AnomalyScores
from autoencoder.analysis.detection import auroc
from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings

Curve = tuple[tuple[int, float], ...]  # (bottleneck size, AUROC), by rising size


def comparable_runs(folder: RunFolder, settings: TrainingSettings, runs: Iterable[RunFolder]) -> list[RunFolder]:
    """Those of `runs` in which the same classes were learned as in `folder`, without that one itself."""
    found = []
    for run in runs:
        with suppress(DamagedRun):  # it is reported when somebody looks at it
            other = run.settings()
            same = (other.source, other.normal_classes) == (settings.source, settings.normal_classes)
            if same and run.path != folder.path:
                found.append(run)
    return found


def auroc_by_size(anomaly_scores: AnomalyScores, abnormal: np.ndarray) -> dict[str, Curve]:
    """The AUROC at every size, by every score.

    Args:
        anomaly_scores: The scores of a trained network.
        abnormal: bool (n,), the truth of the test pictures that were scored.
    """
    return {
        name: tuple((size, auroc(scores, abnormal)) for size, scores in zip(anomaly_scores.sizes, rows, strict=True))
        for name, rows in anomaly_scores.test.items()
    }


def best_of_each_size(curves: Iterable[Curve]) -> Curve:
    """Several networks as one: the highest AUROC at every size that any of them has."""
    best: dict[int, float] = {}
    for curve in curves:
        for size, value in curve:
            best[size] = max(value, best.get(size, 0.0))
    return tuple(sorted(best.items()))
