"""The handwritten digits that ship with scikit-learn, enlarged to MNIST's 28 by 28 pixels, with MNIST's margin.

E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits" (1998), UCI Machine Learning Repository,
doi:10.24432/C50P49: 1,797 digits of 8 by 8 pixels with 17 shades of grey.

They are kept in `assets/digits.npz`, because importing `sklearn.datasets` takes 0.7 s and 200 MB, which is more than
the process that serves pages may use for it. `python -m autoencoder.images.digits` writes that file anew.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from autoencoder.images.picture_set import PictureSet

FILE = Path(__file__).parents[2] / "assets" / "digits.npz"
TEST_PICTURES = 297  # the other 1,500 are for training
SIDE, MARGIN = 28, 4  # pixels


def load(*, test_only: bool = False) -> PictureSet:
    """1,500 training and 297 test digits, in an order that never changes.

    Args:
        test_only: Leave out the training pictures.
    """
    with np.load(FILE) as file:
        small, labels = file["images"], file["labels"].astype(np.int64)
    order = np.random.default_rng(seed=0).permutation(len(small))
    test, train = order[:TEST_PICTURES], order[TEST_PICTURES:]
    if test_only:
        train = train[:0]
    return PictureSet(
        name="digits",
        title="Small digits",
        train=_enlarge(small[train]),
        test=_enlarge(small[test]),
        train_labels=labels[train],
        test_labels=labels[test],
        class_names=tuple("0123456789"),
        origin="The digits that come with scikit-learn, written by 43 people, enlarged from 8×8 to 20×20 pixels.",
    )


def _enlarge(small: np.ndarray) -> np.ndarray:
    """uint8 (n, 8, 8) in 0..16 → float32 (n, 28, 28, 1) in [0, 1]."""
    large = np.zeros((len(small), SIDE, SIDE, 1), np.float32)
    inner = slice(MARGIN, SIDE - MARGIN)
    for number, picture in enumerate(small):
        image = Image.fromarray(picture.astype(np.float32) / 16)
        resized = np.asarray(image.resize((SIDE - 2 * MARGIN,) * 2, Image.Resampling.BICUBIC))
        large[number, inner, inner, 0] = np.clip(resized, 0, 1)
    return np.rint(large * 255) / np.float32(255)  # as pictures of 8 bits have it


def write() -> None:
    """Copy the digits from scikit-learn to `assets/digits.npz`."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    np.savez_compressed(FILE, images=digits.images.astype(np.uint8), labels=digits.target.astype(np.uint8))


if __name__ == "__main__":
    write()
