from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from autoencoder.analysis import denoising as module
from autoencoder.analysis.denoising import (
    LEVELS,
    TEST_SEED,
    DenoisingTable,
    Quality,
    denoise,
    measure,
    quality,
    table_of,
)
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, add_noise
from autoencoder.data.sources import SOURCES
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import TrainedModel
from tests.conftest import Exported
from tests.examples import make_pictures

imports_tensorflow = pytest.mark.slow
GRAIN = TrainingSettings(bottleneck_size=12, noise="gaussian", noise_high=0.5)


def test_quality_is_the_mean_over_the_pictures() -> None:
    pictures = make_pictures(6, (20, 16, 3))
    others = add_noise(pictures, "gaussian", np.linspace(0.1, 0.6, 6), 0)
    pairs = list(zip(pictures.astype(float), others.astype(float), strict=True))
    reached = quality(pictures, others)
    # 960 squares are added up in single precision: at the very worst 6e-5 off, which are 3e-4 dB
    assert reached.mse == pytest.approx(np.mean([np.square(one - other).mean() for one, other in pairs]), rel=6e-5)
    psnrs = [peak_signal_noise_ratio(*each, data_range=1) for each in pairs]
    assert reached.psnr == pytest.approx(np.mean(psnrs), abs=3e-4)
    ssims = [structural_similarity(*each, channel_axis=-1, data_range=1) for each in pairs]
    assert reached.ssim == pytest.approx(np.mean(ssims))


def test_the_levels_of_the_slider_hold_those_that_are_measured() -> None:
    assert LEVELS[0] == 0
    assert LEVELS[-1] == 1
    assert set(SHOWN_LEVELS) <= set(LEVELS)
    np.testing.assert_allclose(np.diff(LEVELS), 0.05)


@imports_tensorflow
@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("name", ["ordered_network", "open_network"])
def test_each_level_is_denoised(name: str, kind: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    model = TrainedModel(GRAIN, CompiledNetwork(*network.files))
    pictures = make_pictures(4, network.plan.shape)
    made = denoise(model, pictures, kind, seed=5)
    assert made[0].shape == made[1].shape == (len(LEVELS), 4, *network.plan.shape)
    for level, noisy, rebuilt in zip(LEVELS, *made, strict=True):
        np.testing.assert_array_equal(noisy, add_noise(pictures, kind, level, 5))
        np.testing.assert_allclose(rebuilt, model.reconstruct(noisy), rtol=0, atol=1e-5)  # in other batches


# What is measured


@pytest.fixture
def run(tmp_path: Path, tiny_source: str, ordered_network: Exported) -> RunFolder:
    folder = RunFolder(tmp_path / "run")
    folder.create(TrainingSettings(**asdict(GRAIN) | {"source": tiny_source}))
    folder.write_network(*ordered_network.files)
    return folder


@imports_tensorflow
def test_the_table_is_of_noisy_test_pictures_and_what_becomes_of_them(
    run: RunFolder, tiny_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(run, "patch")
    table = table_of(run, "patch")
    assert table is not None
    assert table.pictures == 24
    test = SOURCES[tiny_source].load().test
    network = CompiledNetwork(*run.network())
    for level, before, after in zip(SHOWN_LEVELS, table.before, table.after, strict=True):
        noisy = add_noise(test, "patch", level, TEST_SEED)
        assert asdict(before) == pytest.approx(asdict(quality(test, noisy)), rel=1e-5)
        assert asdict(after) == pytest.approx(asdict(quality(test, network.decode(network.encode(noisy)))), rel=1e-4)


@imports_tensorflow
def test_a_training_measures_the_noise_that_was_taught_and_a_page_may_ask_for_another(run: RunFolder) -> None:
    measure(run)
    assert table_of(run, "gaussian") is not None
    assert table_of(run, "blur") is None
    measure(run, "blur")
    assert table_of(run, "blur") != table_of(run, "gaussian")


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    table = DenoisingTable(3, (Quality(0.1, 10.0, 0.2),) * 11, (Quality(0.01, 20.0, 0.8),) * 11)
    folder.write_measured("denoising blur", asdict(table))
    assert table_of(folder, "blur") == table


@pytest.mark.parametrize("count", [0, 10])
def test_a_table_of_other_levels_is_not_there(tmp_path: Path, count: int) -> None:
    folder = RunFolder(tmp_path)
    assert table_of(folder, "blur") is None
    folder.write_measured(
        "denoising blur",
        asdict(DenoisingTable(3, (Quality(0.1, 10.0, 0.2),) * 11, ()))
        | {"after": [asdict(Quality(0.1, 10.0, 0.2))] * count},
    )
    assert table_of(folder, "blur") is None


@imports_tensorflow
def test_as_many_pictures_are_measured_as_is_said(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEASURED_PICTURES", 6)
    measure(run, "masked")
    table = table_of(run, "masked")
    assert table is not None
    assert table.pictures == 6
