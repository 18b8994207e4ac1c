import numpy as np
import pytest

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.detection import auroc, count, roc_curve
from autoencoder.export.anomaly_tables import aurocs_table, scores_table, thresholds_table
from autoencoder.export.lesson_tables import CLASS, PICTURE, SIZE
from tests.export.reading import numbers, read

RANDOM = np.random.default_rng(0)
PICTURES, SIZES = 12, (4, 8)
ABNORMAL = np.arange(PICTURES) % 3 == 0
CLASSES = ["=cmd|' /C calc'!A0" if abnormal else "ripe" for abnormal in ABNORMAL]


def anomaly_scores(*, by_pixel: bool = True) -> AnomalyScores:
    test = {name: RANDOM.random((2, PICTURES)).astype(np.float32) for name in SCORES}
    pixel = {name: RANDOM.random(2) for name in SCORES} if by_pixel else {}
    return AnomalyScores(
        SIZES, {name: np.zeros((2, 5), np.float32) for name in SCORES}, test, np.zeros((2, 1, 1)), pixel
    )


@pytest.mark.parametrize(("size", "score"), [(4, "squared"), (8, "structural")])
def test_every_score_of_every_picture_and_the_verdict_by_the_chosen_one(size: int, score: str) -> None:
    known = anomaly_scores()
    threshold = float(known.test[score][SIZES.index(size)][5])  # one of the scores: not above itself
    columns = read(scores_table(known, size, CLASSES, ABNORMAL, score, threshold))
    assert numbers(columns[PICTURE]) == list(range(PICTURES))
    assert columns[CLASS] == [name.replace("=", "'=") for name in CLASSES]
    assert [truth == "abnormal" for truth in columns["truth"]] == ABNORMAL.tolist()
    for name, kind in SCORES.items():
        back = np.float32(columns[f"score: {kind.title.lower()}"])
        np.testing.assert_array_equal(back, known.test[name][SIZES.index(size)])
    assert set(numbers(columns[f"threshold ({SCORES[score].title.lower()})"])) == {threshold}
    above = known.test[score][SIZES.index(size)] > threshold
    assert [verdict == "anomaly" for verdict in columns["verdict"]] == above.tolist()
    assert columns["verdict"][5] == "normal"


def test_thresholds_have_the_confusion_matrix_and_the_roc_curve() -> None:
    scores, thresholds = RANDOM.random(PICTURES).astype(np.float32), np.array([-1.0, 0.3, 0.6, 2.0])
    columns = read(thresholds_table(scores, ABNORMAL, thresholds, "squared"))
    assert numbers(columns["threshold (squared error)"]) == thresholds.tolist()
    counts = [count(scores, ABNORMAL, threshold) for threshold in thresholds]
    assert numbers(columns["abnormal, called anomaly"]) == [one.true_positives for one in counts]
    assert numbers(columns["normal, called anomaly"]) == [one.false_positives for one in counts]
    false_positive_rate, recall = roc_curve(scores, ABNORMAL, thresholds)
    np.testing.assert_allclose(numbers(columns["recall (share of the abnormal)"]), recall, atol=1e-12)
    np.testing.assert_allclose(numbers(columns["false alarms (share of the normal)"]), false_positive_rate, atol=1e-12)
    assert columns["precision (share of the alarms)"][-1] == ""  # there was no alarm


@pytest.mark.parametrize("by_pixel", [True, False])
def test_aurocs(by_pixel: bool) -> None:
    known = anomaly_scores(by_pixel=by_pixel)
    columns = read(aurocs_table(known, ABNORMAL))
    assert numbers(columns[SIZE]) == list(SIZES)
    for name, kind in SCORES.items():
        expected = [auroc(row, ABNORMAL) for row in known.test[name]]
        assert numbers(columns[f"AUROC by picture: {kind.title.lower()}"]) == expected
        if by_pixel:
            assert numbers(columns[f"AUROC by pixel: {kind.title.lower()}"]) == known.pixel_auroc[name].tolist()
    assert len(columns) == 1 + len(SCORES) * (1 + by_pixel)
