from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.codecs import WAYS
from autoencoder.analysis.compression import CompressionReport, Reconstructions
from autoencoder.analysis.denoising import table_of
from autoencoder.analysis.detection import count
from autoencoder.analysis.family import MEMBERS, Figures
from autoencoder.analysis.filters import FILTERS, FilterTable
from autoencoder.analysis.rates import Coded, Comparison, Point
from autoencoder.data.noise import SHOWN_LEVELS
from autoencoder.export.lesson_tables import (
    CLASS,
    ERROR,
    FAMILY_COLUMNS,
    PICTURE,
    SIZE,
    aurocs_table,
    classes_table,
    codes_table,
    denoising_table,
    family_table,
    loss_in_words,
    losses_table,
    rates_table,
    scores_table,
    shown_errors_table,
    sizes_table,
    thresholds_table,
)
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Loss
from autoencoder.training.settings import TrainingSettings
from tests.export.reading import numbers, read

PRETRAINED = Path(__file__).parents[2] / "assets" / "pretrained"
RANDOM = np.random.default_rng(0)


def measured() -> CompressionReport:
    found = CompressionReport.of(RunFolder(PRETRAINED / "bottleneck"))
    assert found is not None
    return found


def test_losses() -> None:
    losses = tuple(Loss(epoch / 3, RANDOM.random(), None if epoch % 3 else RANDOM.random()) for epoch in range(1, 7))
    columns = read(losses_table(losses, TrainingSettings(loss="binary_crossentropy")))
    assert list(columns) == [
        "epochs passed",
        "training loss (binary cross-entropy)",
        "validation loss (binary cross-entropy)",
    ]
    epochs, training, validation = map(numbers, columns.values())
    assert epochs == [loss.epoch for loss in losses]
    assert training == [loss.training for loss in losses]
    assert validation == [loss.validation for loss in losses]


def test_a_penalty_is_a_part_of_what_is_made_small() -> None:
    settings = TrainingSettings("mnist_sample", "shallow", "exact", 8, penalty="sparse", penalty_weight=0.1)
    assert loss_in_words(settings) == "Mean squared error + sparse penalty"


def test_errors_by_size_beside_pca_and_other_networks() -> None:
    columns = read(sizes_table(measured(), {"exact-size networks": ((5, 0.1), (8, 0.2))}))
    by_size = {name: dict(zip(numbers(columns[SIZE]), numbers(cells), strict=True)) for name, cells in columns.items()}
    own, pca = by_size["mean squared error: this autoencoder"], by_size["mean squared error: PCA"]
    assert {size: error for size, error in own.items() if error is not None} == dict(measured().points)
    assert {size: error for size, error in pca.items() if error is not None} == dict(measured().pca_points)
    exact = by_size["mean squared error: exact-size networks"]
    assert {size: error for size, error in exact.items() if error is not None} == {5: 0.1, 8: 0.2}
    assert numbers(columns[SIZE]) == sorted({5, *measured().sizes, *measured().pca_sizes})


def test_errors_by_class() -> None:
    names = ["=HYPERLINK(1)", *map(str, range(1, 10))]
    columns = read(classes_table(measured(), names))
    assert columns[CLASS] == ["'=HYPERLINK(1)", *names[1:]]
    assert numbers(columns["mean squared error with 8 numbers"]) == list(measured().class_errors)


@pytest.mark.parametrize("names", [["3", "-2", "ripe"], []])
def test_errors_of_the_pictures_shown(names: list[str]) -> None:
    errors = RANDOM.random((2, 3)).astype(np.float32)
    reconstructions = Reconstructions(
        (4, 8), np.zeros((3, 8), np.float32), np.zeros((2, 3, 1, 1, 1), np.float32), errors
    )
    columns = read(shown_errors_table(reconstructions, (7, 0, 9), names))
    assert columns[CLASS] == (["3", "3", "'-2", "'-2", "ripe", "ripe"] if names else [""] * 6)
    back = {
        (int(picture), int(size)): np.float32(error)
        for picture, size, error in zip(columns[PICTURE], columns[SIZE], columns[ERROR], strict=True)
    }
    assert back == {
        (place, size): errors[row, column] for column, place in enumerate((7, 0, 9)) for row, size in enumerate((4, 8))
    }


@pytest.mark.parametrize("with_filters", [True, False])
def test_denoising(with_filters: bool) -> None:
    table = table_of(RunFolder(PRETRAINED / "denoising"), "gaussian")
    assert table is not None
    strengths = {name: RANDOM.random(11).tolist() for name in FILTERS}
    filters = FilterTable(strengths, {name: list(table.before) for name in FILTERS}) if with_filters else None
    columns = read(denoising_table(table, filters))
    assert numbers(columns["noise level (0 to 1)"]) == list(SHOWN_LEVELS)
    assert numbers(columns["PSNR (dB): this autoencoder"]) == [quality.psnr for quality in table.after]
    assert numbers(columns["SSIM: noisy, as it came"]) == [quality.ssim for quality in table.before]
    assert numbers(columns["mean squared error: this autoencoder"]) == [quality.mse for quality in table.after]
    assert ("PSNR (dB): median filter" in columns) == with_filters
    if with_filters:
        for name, kind in FILTERS.items():
            assert numbers(columns[f"strength: {kind.title.lower()}"]) == strengths[name]
            assert numbers(columns[f"PSNR (dB): {kind.title.lower()}"]) == [one.psnr for one in table.before]


def test_rates() -> None:
    def coded(title: str, count: int) -> Coded:
        points = tuple(Point(RANDOM.random(), RANDOM.random(), f"quality {number}") for number in range(count))
        return Coded(title, points, (), np.zeros(0, np.uint8))

    codecs = {way: {title: coded(title, 3) for title in ("WebP", "JPEG")} for way in WAYS}
    own, pca = coded("This autoencoder", 2), coded("PCA", 1)
    comparison = Comparison("test pictures", 9, np.zeros(0, np.uint8), own, pca, codecs, 1, 1)
    for way in WAYS:
        every = [own, pca, *codecs[way].values()]
        columns = read(rates_table(comparison, way))
        assert columns["codec"] == [one.title for one in every for _ in one.points]
        assert columns["setting"] == [point.setting for one in every for point in one.points]
        assert numbers(columns["bytes a picture (mean)"]) == [point.rate for one in every for point in one.points]
        assert numbers(columns[ERROR]) == [point.error for one in every for point in one.points]
        assert numbers(columns["PSNR of that error (dB)"]) == [point.psnr for one in every for point in one.points]


def test_the_family() -> None:
    figures = {member: Figures.of(RunFolder(PRETRAINED / "family" / member)) for member in MEMBERS}
    known = {member: one for member, one in figures.items() if one is not None}
    assert len(known) == len(MEMBERS)
    columns = read(family_table(known))
    assert columns["member"] == [member.capitalize() for member in known]
    assert numbers(columns["mean squared error"]) == [one.error for one in known.values()]
    assert numbers(columns["active numbers in a code (mean)"]) == [one.active for one in known.values()]
    assert numbers(columns["Kullback-Leibler divergence (nats)"]) == [one.divergence for one in known.values()]
    assert numbers(columns["largest angle to PCA's plane (degrees)"]) == [one.pca_angle for one in known.values()]
    everything = {cell for cells in columns.values() for cell in cells}
    for name, value in vars(known["linear"]).items():
        assert name in ("active_share", "divergences") or value is None or repr(value) in everything


@pytest.mark.parametrize("classes", [["a", "+b", "c"], []])
def test_codes(classes: list[str]) -> None:
    values, points = RANDOM.normal(size=(3, 4)).astype(np.float32), RANDOM.normal(size=(3, 2))
    columns = read(codes_table(values, classes, points))
    back = np.array([numbers(columns[f"number {number} of the code"]) for number in (1, 2, 3, 4)]).T
    np.testing.assert_array_equal(back.astype(np.float32), values)
    np.testing.assert_array_equal(numbers(columns["plot: upwards"]), points[:, 1])
    assert columns[CLASS] == (["a", "'+b", "c"] if classes else [""] * 3)


def test_everything_that_is_measured_has_a_column() -> None:
    assert {field.name for field in fields(Figures)} - {"active_share", "divergences"} <= FAMILY_COLUMNS.keys()


# Anomalies

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
    assert numbers(columns["recall (share of the abnormal)"]) == [one.recall for one in counts]
    assert numbers(columns["false alarms (share of the normal)"]) == [one.false_positive_rate for one in counts]
    assert columns["precision (share of the alarms)"][-1] == ""  # there was no alarm


@pytest.mark.parametrize("by_pixel", [True, False])
def test_aurocs(by_pixel: bool) -> None:
    known = anomaly_scores(by_pixel=by_pixel)
    columns = read(aurocs_table(known, ABNORMAL))
    assert numbers(columns[SIZE]) == list(SIZES)
    for name, kind in SCORES.items():
        expected = [roc_auc_score(ABNORMAL, row) for row in known.test[name]]
        assert numbers(columns[f"AUROC by picture: {kind.title.lower()}"]) == pytest.approx(expected)
        if by_pixel:
            assert numbers(columns[f"AUROC by pixel: {kind.title.lower()}"]) == known.pixel_auroc[name].tolist()
        low, high = (
            numbers(columns[f"{end}, by picture: {kind.title.lower()} (95 % interval)"]) for end in ("from", "to")
        )
        assert all(low <= value <= high for low, value, high in zip(low, expected, high, strict=True))
    assert set(numbers(columns["abnormal test pictures"])) == {ABNORMAL.sum()}
    assert len(columns) == 3 + 3 * len(SCORES) * (1 + by_pixel)
