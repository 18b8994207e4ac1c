import hashlib
import importlib.util
import os
import shutil
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoencoder.data import mnist as module
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.sources import SOURCES

ARRAYS = {
    "x_train": np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8),
    "y_train": np.arange(6, dtype=np.uint8),
    "x_test": np.random.default_rng(1).integers(0, 256, (4, 28, 28), np.uint8),
    "y_test": np.arange(4, dtype=np.uint8),
}


def npz(arrays: dict[str, np.ndarray], save=np.savez_compressed) -> bytes:
    buffer = BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of ten pictures that is taken for MNIST."""
    checked = {name: (array.shape, hashlib.sha256(array.tobytes()).hexdigest()) for name, array in ARRAYS.items()}
    monkeypatch.setattr(module, "ARRAYS", checked)
    path = tmp_path / "mnist.npz"
    path.write_bytes(npz(ARRAYS))
    monkeypatch.setenv(module.VARIABLE, str(path))
    return path


def test_pictures_and_labels_are_those_of_the_file(small_mnist: Path) -> None:
    loaded = module.load()
    np.testing.assert_array_equal(np.rint(loaded.train[..., 0] * 255), ARRAYS["x_train"])
    np.testing.assert_array_equal(np.rint(loaded.test[..., 0] * 255), ARRAYS["x_test"])
    assert loaded.train_labels.tolist() == ARRAYS["y_train"].tolist()
    assert loaded.test_labels.tolist() == ARRAYS["y_test"].tolist()


def test_test_only_does_not_read_the_training_pictures(small_mnist: Path) -> None:
    small_mnist.write_bytes(npz({name: array for name, array in ARRAYS.items() if "test" in name}))
    loaded = module.load(test_only=True)
    assert (len(loaded.train), len(loaded.test)) == (0, 4)


@given(cut=st.integers(0, 10**6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_truncated_file_is_an_error_that_says_so(small_mnist: Path, cut: int) -> None:
    whole = npz(ARRAYS)
    small_mnist.write_bytes(whole[: cut % len(whole)])
    with pytest.raises(PictureError, match=r"mnist_file: ."):
        module.load()


@pytest.mark.slow
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_a_flipped_bit_is_an_error_or_changes_nothing(small_mnist: Path, save, place: int, bit: int) -> None:
    content = bytearray(npz(ARRAYS, save))
    content[place % len(content)] ^= 1 << bit
    small_mnist.write_bytes(content)
    with suppress(PictureError):
        np.testing.assert_array_equal(np.rint(module.load().train[..., 0] * 255), ARRAYS["x_train"])


@pytest.mark.parametrize(
    ("changes", "received"),
    [
        ({"x_test": None}, "no item named 'x_test.npy'"),
        ({"y_test": None}, "no item named 'y_test.npy'"),
        ({"x_train": None}, "no item named 'x_train.npy'"),
        ({"x_test": np.zeros((40, 784), np.float32)}, "`x_test` is too large"),
        ({"x_test": ARRAYS["x_test"].view(np.int8)}, "`x_test` holds other values"),
        ({"x_test": ARRAYS["x_test"][:3]}, "`x_test` holds other values"),
        ({"x_train": ARRAYS["x_train"].reshape(6, 784)}, "`x_train` holds other values"),
        ({"x_test": ARRAYS["x_test"] ^ 1}, "`x_test` holds other values"),
        ({"y_train": ARRAYS["y_train"][::-1].copy()}, "`y_train` holds other values"),
    ],
)
def test_another_npz_is_named_with_what_is_in_it(small_mnist: Path, changes: dict, received: str) -> None:
    arrays = {name: array for name, array in (ARRAYS | changes).items() if array is not None}
    small_mnist.write_bytes(npz(arrays))
    with pytest.raises(PictureError, match=rf"mnist_file: .*{received}"):
        module.load()


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.path,))


def test_pickled_objects_are_never_unpickled(small_mnist: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    trapped = np.full(4, Trap(sprung), dtype=object)
    small_mnist.write_bytes(npz(ARRAYS | {"x_test": trapped}))
    with np.load(small_mnist, allow_pickle=True) as file:
        assert file["x_test"] is not None
    assert sprung.exists(), "the trap does not work"
    sprung.unlink()
    with pytest.raises(PictureError, match="mnist_file"):
        module.load()
    assert not sprung.exists()


def test_the_variable_comes_first(no_mnist: Path, small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_mnist.parent.mkdir(parents=True)
    shutil.copyfile(small_mnist, no_mnist)
    monkeypatch.delenv(module.VARIABLE)
    assert module.find() == no_mnist == module.keras_path()
    monkeypatch.setenv(module.VARIABLE, str(small_mnist))
    assert module.find() == small_mnist


def test_a_user_without_a_home_has_no_mnist_and_a_place_for_it(
    homeless: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.delenv(module.VARIABLE, raising=False)
    with pytest.raises(PictureError, match="mnist_missing"):
        module.find()
    assert module.keras_path() == tmp_path / ".keras" / "datasets" / "mnist.npz"


@pytest.mark.parametrize("what", ["missing", "a folder"])
def test_a_wrong_variable_is_named_even_where_keras_has_a_copy(
    no_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    no_mnist.parent.mkdir(parents=True)
    no_mnist.touch()
    named = tmp_path / "nowhere.npz" if what == "missing" else tmp_path
    monkeypatch.setenv(module.VARIABLE, str(named))
    with pytest.raises(PictureError, match="mnist_named"):
        module.load()


def test_without_a_file_a_sentence_says_so(no_mnist: Path) -> None:
    with pytest.raises(PictureError, match="mnist_missing"):
        module.load()


@pytest.mark.mnist
@pytest.mark.parametrize("keep", [0.0, 0.01, 0.5, 0.99, 0.999999])
def test_the_real_file_truncated(mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: float) -> None:
    path = tmp_path / "mnist.npz"
    shutil.copyfile(mnist, path)
    os.chmod(path, 0o600)
    os.truncate(path, int(keep * mnist.stat().st_size))
    monkeypatch.setenv(module.VARIABLE, str(path))
    with pytest.raises(PictureError, match="mnist_file"):
        module.load(test_only=True)


def test_address_and_checksum_are_those_of_keras() -> None:
    package = Path(importlib.util.find_spec("keras").submodule_search_locations[0])
    source = (package / "src" / "datasets" / "mnist.py").read_text()
    folder, name = module.URL.rsplit("/", 1)
    assert module.FILE_SHA256 in source
    assert folder in source
    assert f'"{name}"' in source


@pytest.mark.slow
@pytest.mark.mnist
def test_the_real_file_passes_every_check(mnist: Path) -> None:
    with np.load(mnist) as file:
        for name in module.ARRAYS:
            np.testing.assert_array_equal(module.read_array(mnist, name), file[name])
    assert np.bincount(module.load(test_only=True).test_labels).tolist() == [  # of the literature
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    bytes_of = SOURCES["mnist"].train_bytes()
    assert bytes_of.shape == (60_000, 28, 28, 1)
    np.testing.assert_array_equal(bytes_of[:1000] / np.float32(255), module.load().train[:1000])
