import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from autoencoder.images import digits
from autoencoder.images.picture_set import PictureSet


@pytest.fixture(scope="module")
def loaded() -> PictureSet:
    return digits.load()


def enlarge(small: np.ndarray) -> np.ndarray:
    """(n, 8, 8) in 0..16 → (n, 400): enlarging is linear, so it is known from what becomes of the 64 single pixels."""
    single = [Image.fromarray(pixel.reshape(8, 8)) for pixel in np.eye(64, dtype=np.float32)]
    matrix = np.array([np.asarray(image.resize((20, 20), Image.Resampling.BICUBIC)).ravel() for image in single])
    return np.clip(small.reshape(-1, 64) / 16 @ matrix, 0, 1)


def inner(pictures: np.ndarray) -> np.ndarray:
    """(n, 28, 28, 1) → (n, 400), without the margin"""
    return pictures[:, 4:24, 4:24, 0].reshape(len(pictures), -1)


def test_the_file_is_scikit_learns() -> None:
    original = load_digits()
    with np.load(digits.FILE) as file:
        np.testing.assert_array_equal(file["images"], original.images)
        np.testing.assert_array_equal(file["labels"], original.target)


def test_write_makes_the_same_file(tmp_path, monkeypatch) -> None:
    shipped = dict(np.load(digits.FILE))
    monkeypatch.setattr(digits, "FILE", tmp_path / "digits.npz")
    digits.write()
    written = dict(np.load(tmp_path / "digits.npz"))
    assert written.keys() == shipped.keys()
    for name, array in shipped.items():
        np.testing.assert_array_equal(written[name], array)
        assert written[name].dtype == array.dtype


def test_every_digit_is_there_once_either_to_train_or_to_test(loaded: PictureSet) -> None:
    original = load_digits()
    assert (len(loaded.train), len(loaded.test)) == (1500, 297)
    found = np.concatenate([inner(loaded.train), inner(loaded.test)])
    known = enlarge(original.images)
    squared = np.square(found).sum(1)[:, np.newaxis] - 2 * found @ known.T + np.square(known).sum(1)  # (found, known)
    nearest = squared.argmin(axis=1)
    assert sorted(nearest) == list(range(1797))
    np.testing.assert_allclose(found, known[nearest], atol=0.005)  # it keeps 255 shades
    labels = np.concatenate([loaded.train_labels, loaded.test_labels])
    np.testing.assert_array_equal(labels, original.target[nearest])


def test_the_margin_is_black(loaded: PictureSet) -> None:
    frame = loaded.train.copy()
    frame[:, 4:24, 4:24] = 0
    assert not frame.any()
    assert loaded.train.max() == 1


def test_test_only_leaves_out_the_training_pictures(loaded: PictureSet) -> None:
    alone = digits.load(test_only=True)
    assert len(alone.train) == len(alone.train_labels) == 0
    np.testing.assert_array_equal(alone.test, loaded.test)
    np.testing.assert_array_equal(alone.test_labels, loaded.test_labels)


def test_the_order_never_changes(loaded: PictureSet) -> None:
    np.testing.assert_array_equal(digits.load().train, loaded.train)
    order = np.random.default_rng(0).permutation(1797)  # numpy keeps the streams of its generators
    assert loaded.test_labels.tolist() == load_digits().target[order[:297]].tolist()
