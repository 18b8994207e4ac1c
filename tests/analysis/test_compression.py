import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from autoencoder.analysis import compression as module
from autoencoder.analysis.compression import (
    MEASURED,
    CompressionReport,
    error_by_class,
    error_by_size,
    exact_errors,
    measure,
    ordered_twin,
    pca_error_by_size,
    reconstruct,
)
from autoencoder.data.sources import SOURCES
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import TrainedModel
from tests.conftest import Exported
from tests.examples import make_pictures, make_set

pytestmark = pytest.mark.slow  # imports TensorFlow

ORDERED = TrainingSettings(bottleneck_size=12)


@pytest.fixture(scope="module")
def model(ordered_network: Exported) -> TrainedModel:
    return TrainedModel(ORDERED, CompiledNetwork(*ordered_network.files))


def direct_error(model: TrainedModel, pictures: np.ndarray, size: int) -> float:
    return float(np.mean([np.mean((model.reconstruct(one[np.newaxis], size) - one) ** 2) for one in pictures]))


def test_each_frame_is_the_reconstruction_at_its_size(model: TrainedModel) -> None:
    pictures = make_pictures(10, (8, 8, 1))
    reconstructions = reconstruct(model, pictures)
    assert reconstructions.sizes == tuple(range(1, 13))
    assert reconstructions.codes.shape == (10, 12)
    for size, frame, errors in zip(
        reconstructions.sizes, reconstructions.reconstructions, reconstructions.errors, strict=True
    ):
        for picture, rebuilt, error in zip(pictures, frame, errors, strict=True):
            expected = model.reconstruct(picture[np.newaxis], size)[0]
            np.testing.assert_allclose(rebuilt, expected, rtol=0, atol=1e-5)  # in another batch
            assert error == pytest.approx(np.mean((rebuilt - picture) ** 2), rel=1e-4)


def test_an_exact_network_has_one_frame(exact_network: Exported) -> None:
    settings = TrainingSettings(bottleneck="exact", bottleneck_size=5)
    exact = TrainedModel(settings, CompiledNetwork(*exact_network.files))
    pictures = make_pictures(4, (9, 10, 3))
    reconstructions = reconstruct(exact, pictures)
    assert reconstructions.sizes == (5,)
    np.testing.assert_allclose(reconstructions.reconstructions[0], exact.reconstruct(pictures), rtol=0, atol=1e-5)


@pytest.mark.parametrize("batch", [7, 1000])
def test_the_error_by_size_is_the_mean_over_all_pictures(
    model: TrainedModel, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(module, "BATCH", batch)
    pictures = make_pictures(25, (8, 8, 1))
    errors = error_by_size(model.network, pictures, [1, 5, 12])
    assert errors == pytest.approx([direct_error(model, pictures, size) for size in (1, 5, 12)], rel=1e-4)


def test_the_network_may_be_shown_other_pictures(model: TrainedModel) -> None:
    pictures, shown = make_pictures(25, (8, 8, 1)), make_pictures(25, (8, 8, 1), seed=1)
    expected = np.square(model.reconstruct(shown, 5) - pictures).mean()
    assert error_by_size(model.network, pictures, [5], shown)[0] == pytest.approx(expected, rel=1e-4)


def test_the_error_by_class_is_the_mean_over_its_pictures(model: TrainedModel) -> None:
    pictures = make_set(5, 17, (8, 8, 1))
    errors = error_by_class(model.network, pictures, 3)
    assert errors[4] == pytest.approx(direct_error(model, pictures.test[[4, 14]], 3), rel=1e-4)
    assert len(errors) == 10
    assert error_by_class(model.network, make_set(5, 17, (8, 8, 1), labels=False), 3) == ()


@pytest.mark.parametrize("train", [40, 300], ids=["fewer pictures than pixels", "more"])
def test_pca_is_scikit_learns(train: int) -> None:
    pictures = make_set(train, 30, (8, 9, 1))
    flat, test = (each.reshape(len(each), -1).astype(np.float64) for each in (pictures.train, pictures.test))
    sizes = [1, 2, 3, 8, 16]
    for size, error in zip(sizes, pca_error_by_size(pictures.train, pictures.test, sizes), strict=True):
        pca = PCA(size, svd_solver="full").fit(flat)
        expected = np.mean((pca.inverse_transform(pca.transform(test)) - test) ** 2)
        assert error == pytest.approx(expected, rel=1e-4, abs=1e-7)  # of 0.1 a square, whose roundings are 6e-8 of it


@pytest.fixture
def measured_run(tmp_path: Path, tiny_source: str, ordered_network: Exported) -> RunFolder:
    module.pca_of_source.cache_clear()
    folder = RunFolder(tmp_path / "run")
    folder.create(replace(ORDERED, source=tiny_source))
    folder.write_network(*ordered_network.files)
    measure(folder)
    module.pca_of_source.cache_clear()
    return folder


def test_what_is_measured_is_kept_beside_pca(measured_run: RunFolder, model: TrainedModel, tiny_source: str) -> None:
    measured = CompressionReport.of(measured_run)
    pictures = SOURCES[tiny_source].load()
    assert measured is not None
    assert measured.pictures == 24
    assert measured.sizes == (1, 2, 3, 4, 6, 8, 12)
    assert measured.errors == pytest.approx(
        [direct_error(model, pictures.test, size) for size in measured.sizes], rel=1e-4
    )
    assert measured.pca_errors == pytest.approx(
        pca_error_by_size(pictures.train, pictures.test, list(measured.pca_sizes))
    )
    assert measured.pca_sizes == tuple(range(1, 61)), "at every one, up to the pictures that there are"
    assert dict(measured.pca_points)[2] == measured.pca_errors[1]
    assert dict(measured.points)[12] == measured.errors[-1]


def test_measurements_of_another_form_are_not_there(measured_run: RunFolder) -> None:
    measured_run.write_measured(MEASURED, {"sizes": [1], "errors": [0.5]})
    assert CompressionReport.of(measured_run) is None


def test_pca_needs_the_fewest_components_that_do_as_well() -> None:
    measured = CompressionReport(5, (2, 4), (0.3, 0.05), (1, 2, 3, 4, 8), (0.5, 0.4, 0.35, 0.3, 0.1), 2)
    assert measured.pca_needs(2) == range(4, 5)
    assert not measured.pca_needs(4)
    assert not measured.pca_needs(3)
    before = replace(measured, pca_sizes=(1, 2, 4, 8), pca_errors=(0.5, 0.4, 0.3, 0.1))
    assert before.pca_needs(2) == range(3, 5), "measured at some sizes only"


# Networks beside each other


def trained(path: Path, error: float, **changes) -> RunFolder:
    folder = RunFolder(path / TrainingSettings(**changes).key)
    folder.create(TrainingSettings(**changes))
    size = TrainingSettings(**changes).bottleneck_size
    values = {"pictures": 1, "sizes": [size], "errors": [error], "pca_sizes": [], "pca_errors": []}
    folder.write_measured(MEASURED, values | {"class_size": size, "class_errors": []})
    return folder


def test_exact_networks_of_the_same_kind_are_compared(tmp_path: Path) -> None:
    exact = {"bottleneck": "exact"}
    runs = [
        trained(tmp_path, 0.3, bottleneck_size=8, **exact),
        trained(tmp_path, 0.2, bottleneck_size=8, seed=1, **exact),
        trained(tmp_path, 0.5, bottleneck_size=2, epochs=3, **exact),
        trained(tmp_path, 0.1, bottleneck_size=2, network="convolutional", **exact),
        trained(tmp_path, 0.1, bottleneck_size=2, source="mnist", **exact),
        trained(tmp_path, 0.1, bottleneck_size=2, loss="mean_absolute_error", **exact),
        trained(tmp_path, 0.1, bottleneck_size=4),
    ]
    unmeasured = RunFolder(tmp_path / "unmeasured")
    unmeasured.create(TrainingSettings(bottleneck_size=3, **exact))
    assert exact_errors(TrainingSettings(), [*runs, unmeasured]) == (((2, 0.5), (8, 0.2)), {3, 10})


def test_the_ordered_twin_answers_for_the_size(tmp_path: Path) -> None:
    small, large = (trained(tmp_path, 0.1, bottleneck_size=size) for size in (4, 16))
    other = trained(tmp_path, 0.1, bottleneck_size=32, network="convolutional")
    wanted = TrainingSettings(bottleneck="exact", bottleneck_size=8)
    assert ordered_twin(wanted, [small, other, large]) == large
    assert ordered_twin(wanted, [small, other]) is None
    longer, as_long = (trained(tmp_path, 0.1, bottleneck_size=16, epochs=epochs) for epochs in (90, 12))
    assert ordered_twin(wanted, [longer, as_long]) == as_long


def test_a_class_without_pictures_has_no_error(model: TrainedModel) -> None:
    pictures = make_set(5, 3, (8, 8, 1))
    assert [math.isnan(error) for error in error_by_class(model.network, pictures, 3)] == [False] * 3 + [True] * 7
