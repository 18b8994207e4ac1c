from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.images.picture_set import PictureError, PictureSet
from autoencoder.images.sources import SOURCES, get_source
from autoencoder.lessons import compression
from autoencoder.lessons.compression import Measured, error_by_size
from autoencoder.lessons.pretrain import FOLDER, KEPT, SETTINGS, pretrain
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

pytestmark = pytest.mark.slow  # each trains, and TensorFlow compiles first


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_the_pages_need_is_kept_and_nothing_else(tmp_path: Path, tiny_source: str) -> None:
    compression.pca_of_source.cache_clear()
    settings = TrainingSettings(source=tiny_source, epochs=1, batch_size=8, bottleneck_size=4)
    pretrain(tmp_path / "pretrained", settings)
    compression.pca_of_source.cache_clear()
    folder = RunFolder(tmp_path / "pretrained")
    assert files(folder.path) == set(KEPT)
    assert folder.settings() == settings
    assert CompiledNetwork(*folder.network()).ordered
    assert Measured.of(folder) is not None


def test_a_training_that_fails_leaves_the_old_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*, test_only: bool = False) -> PictureSet:
        raise PictureError("The pictures are gone.")

    monkeypatch.setitem(SOURCES, "broken", replace(SOURCES["digits"], load=load))  # type: ignore[arg-type]
    (tmp_path / "old").write_text("old")
    with pytest.raises(RuntimeError, match=r"Expected the training to finish\. Received: failed, .*pictures are gone"):
        pretrain(tmp_path, TrainingSettings(source="broken"))
    assert files(tmp_path) == {"old"}


def test_the_network_that_comes_with_the_app_is_whole_and_as_good_as_it_says() -> None:
    folder = RunFolder(FOLDER)
    assert files(FOLDER) == set(KEPT)
    assert folder.settings() == SETTINGS
    measured = Measured.of(folder)
    assert measured is not None
    test = get_source(SETTINGS.source).load(test_only=True).test
    assert measured.pictures == len(test)
    errors = error_by_size(CompiledNetwork(*folder.network()), test, list(measured.sizes))
    np.testing.assert_allclose(errors, measured.errors, rtol=1e-3)
    assert errors[-1] < errors[0] / 4
