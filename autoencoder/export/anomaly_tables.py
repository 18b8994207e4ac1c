"""What the page Anomalies shows as numbers, as tables to take along."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.comparing import auroc_by_size
from autoencoder.analysis.detection import count
from autoencoder.export.lesson_tables import CLASS, PICTURE, SIZE
from autoencoder.export.table import Table


def scores_table(
    anomaly_scores: AnomalyScores,
    size: int,
    classes: Sequence[str],
    abnormal: np.ndarray,
    score: str,
    threshold: float,
) -> Table:
    """Return every score of every test picture, and the verdict by one of them.

    Args:
        anomaly_scores: The scores.
        size: The bottleneck size, one of `anomaly_scores.sizes`.
        classes: The class of each test picture.
        abnormal: bool (pictures,), the truth.
        score: A key of `SCORES`: by which is judged.
        threshold: Above which a picture is called an anomaly.
    """
    number = anomaly_scores.sizes.index(size)
    scores = [anomaly_scores.test[name][number] for name in SCORES]
    chosen = anomaly_scores.test[score][number]
    header = (
        PICTURE,
        CLASS,
        "truth",
        *(f"score: {SCORES[name].title.lower()}" for name in SCORES),
        f"threshold ({SCORES[score].title.lower()})",
        "verdict",
    )
    rows = [
        (
            index,
            classes[index],
            "abnormal" if abnormal[index] else "normal",
            *(values[index] for values in scores),
            float(threshold),
            "anomaly" if chosen[index] > threshold else "normal",
        )
        for index in range(len(chosen))
    ]
    return Table(header, rows)


def thresholds_table(scores: np.ndarray, abnormal: np.ndarray, thresholds: np.ndarray, score: str) -> Table:
    """Return what every threshold does: confusion matrix, recall, false alarms and precision, so the ROC curve too.

    Args:
        scores: float (n,), of the test pictures.
        abnormal: bool (n,), the truth.
        thresholds: float (m,).
        score: A key of `SCORES`.
    """
    header = (
        f"threshold ({SCORES[score].title.lower()})",
        "abnormal, called anomaly",
        "abnormal, called normal",
        "normal, called anomaly",
        "normal, called normal",
        "recall (share of the abnormal)",
        "false alarms (share of the normal)",
        "precision (share of the alarms)",
    )
    rows = []
    for threshold in thresholds.tolist():
        one = count(scores, abnormal, threshold)
        cells = (one.true_positives, one.false_negatives, one.false_positives, one.true_negatives)
        rows.append((threshold, *cells, *map(_known, (one.recall, one.false_positive_rate, one.precision))))
    return Table(header, rows)


def aurocs_table(anomaly_scores: AnomalyScores, abnormal: np.ndarray) -> Table:
    """Return the AUROC at every bottleneck size, by every score; and by pixel, where that is known."""
    curves = auroc_by_size(anomaly_scores, abnormal)
    titles = {name: score.title.lower() for name, score in SCORES.items()}
    pixel = [name for name in SCORES if name in anomaly_scores.pixel_auroc]
    header = (
        SIZE,
        *(f"AUROC by picture: {titles[name]}" for name in SCORES),
        *(f"AUROC by pixel: {titles[name]}" for name in pixel),
    )
    rows = [
        (
            size,
            *(_known(curves[name][number][1]) for name in SCORES),
            *(_known(float(anomaly_scores.pixel_auroc[name][number])) for name in pixel),
        )
        for number, size in enumerate(anomaly_scores.sizes)
    ]
    return Table(header, rows)


def _known(value: float) -> float | None:
    """Return an empty cell where there is no such number."""
    return None if np.isnan(value) else float(value)
