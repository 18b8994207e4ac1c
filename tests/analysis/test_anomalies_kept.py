"""What is kept of a network's scores, and whose stand beside each other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autoencoder.analysis.anomalies import DEFAULTS, MEASURED, SCORES, AnomalyScores, comparable_runs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings


def made_up_scores(masks: bool) -> AnomalyScores:
    def numbers(*shape: int) -> dict[str, np.ndarray]:
        return {name: np.random.default_rng(len(name)).random(shape, np.float32) for name in SCORES}

    baseline_error = np.random.default_rng(0).random((2, 4, 5), np.float32)
    if not masks:
        return AnomalyScores((1, 4), numbers(2, 7), numbers(2, 9), baseline_error, {})
    scores = numbers(2, 7), numbers(2, 9), baseline_error, numbers(2), numbers(2)
    return AnomalyScores((1, 4), *scores, 0.12, np.ones((3, 8)), {"mold": np.ones(9)})


@pytest.mark.parametrize("masks", [True, False])
def test_scores_are_read_as_they_were_written(tmp_path: Path, masks: bool) -> None:
    folder, anomaly_scores = RunFolder(tmp_path), made_up_scores(masks)
    folder.write_measured_arrays(MEASURED, anomaly_scores.to_arrays())
    again = AnomalyScores.of(folder)
    assert again is not None
    assert again.sizes == anomaly_scores.sizes
    np.testing.assert_array_equal(again.baseline_error, anomaly_scores.baseline_error)
    assert masks == (again.outlines is not None)
    if masks:
        np.testing.assert_array_equal(again.outlines, anomaly_scores.outlines)
    assert again.damaged_share == pytest.approx(anomaly_scores.damaged_share, nan_ok=True)
    for kind in ("held_out", "test", "pixel_auroc", "pixel_average_precision", "damage"):
        one, other = getattr(anomaly_scores, kind), getattr(again, kind)
        assert list(one) == list(other)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


def test_scores_from_before_there_was_a_precision_by_pixel_are_read(tmp_path: Path) -> None:
    folder, arrays = RunFolder(tmp_path), made_up_scores(True).to_arrays()
    older = {name: array for name, array in arrays.items() if not name.startswith(("pixel_average", "damage"))}
    folder.write_measured_arrays(MEASURED, older)
    found = AnomalyScores.of(folder)
    assert found is not None
    assert set(found.pixel_auroc) == set(SCORES)
    assert found.pixel_average_precision == {}
    assert np.isnan(found.damaged_share)
    assert found.damage == {}


def test_scores_that_are_damaged_or_lack_something_are_not_there(tmp_path: Path) -> None:
    folder, arrays = RunFolder(tmp_path), made_up_scores(True).to_arrays()
    assert AnomalyScores.of(folder) is None
    for left_out in ("sizes", "usual", *(f"{kind} {name}" for kind in ("held_out", "test") for name in SCORES)):
        folder.write_measured_arrays(MEASURED, {name: array for name, array in arrays.items() if name != left_out})
        assert AnomalyScores.of(folder) is None, left_out
    folder.write_measured_arrays(MEASURED, arrays)
    path = tmp_path / "measured" / f"{MEASURED}.npz"
    for content in (b"", b"damage", path.read_bytes()[:300]):
        path.write_bytes(content)
        assert AnomalyScores.of(folder) is None


def test_runs_that_learned_the_same_classes_are_comparable(tmp_path: Path) -> None:
    def run(settings: TrainingSettings) -> RunFolder:
        folder = RunFolder(tmp_path / settings.key)
        folder.create(settings)
        return folder

    digits = DEFAULTS["mnist_sample"]
    this, other = run(digits), run(replace(digits, bottleneck="ordered", seed=4))
    others = [run(replace(digits, normal_classes=(1,))), run(replace(digits, source="mnist"))]
    assert comparable_runs(this, digits, [this, *others, other]) == [other]


def test_the_auroc_at_every_size_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    test = {name: random.random((3, 40), np.float32) for name in ("squared", "absolute")}
    abnormal = np.arange(40) % 3 == 0
    found = AnomalyScores((1, 8, 64), {}, test, np.zeros((3, 4, 4)), {}).auroc_by_size(abnormal)
    assert set(found) == set(test)
    for name, curve in found.items():
        assert [size for size, _ in curve] == [1, 8, 64]
        assert [value for _, value in curve] == pytest.approx([roc_auc_score(abnormal, row) for row in test[name]])
