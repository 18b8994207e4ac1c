"""MNIST: 60,000 + 10,000 handwritten digits, 28 by 28 pixels, gray.

Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
Proceedings of the IEEE 86 (1998), doi:10.1109/5.726791. The file is the one that Keras downloads, in its layout.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np

from autoencoder.data.image_dataset import ImageDataset, PictureError

VARIABLE = "HOURGLASS_MNIST"
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"

SHAPES: Mapping[str, tuple[int, ...]] = {
    "x_train": (60_000, 28, 28),
    "y_train": (60_000,),
    "x_test": (10_000, 28, 28),
    "y_test": (10_000,),
}
SHA256: Mapping[str, str] = {  # of each array's bytes
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}


class MnistError(PictureError):
    """MNIST is not there, or the file is not MNIST. The message is a sentence for the learner."""


def keras_home() -> Path:
    """Return where Keras keeps its files; for a user without a home that is a temporary folder."""
    if named := os.environ.get("KERAS_HOME"):
        return Path(named)
    try:
        return Path.home() / ".keras"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / ".keras"


def keras_path() -> Path:
    """Return where Keras' downloader keeps its copy."""
    return keras_home() / "datasets" / "mnist.npz"


def find() -> Path:
    """The file to read: the one that HOURGLASS_MNIST names, else Keras' copy.

    Raises:
        MnistError: If there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise MnistError(
                f"Expected the MNIST file that {VARIABLE} names. Received: the name of no file, {Path(named).name!r}."
            )
        return Path(named)
    if keras_path().is_file():
        return keras_path()
    raise MnistError("MNIST is not on this computer yet.")


def load(*, test_only: bool = False, path: Path | None = None) -> ImageDataset:
    """MNIST, checked: names, shapes, dtype and SHA-256 of what is read.

    Args:
        test_only: Leave out the training pictures, which take 188 MB.
        path: The file; by default the one that `find` finds.

    Raises:
        MnistError: If there is no file, or what is in it is not MNIST.
    """
    path = path or find()
    test, test_labels = to_float(read_array(path, "x_test")), read_array(path, "y_test")
    if test_only:
        train, train_labels = test[:0], test_labels[:0]
    else:
        train, train_labels = to_float(read_array(path, "x_train")), read_array(path, "y_train")
    return ImageDataset(
        name="mnist",
        title="Full MNIST",
        train=train,
        test=test,
        train_labels=train_labels.astype(np.int64),
        test_labels=test_labels.astype(np.int64),
        class_names=tuple("0123456789"),
    )


def train_bytes() -> np.ndarray:
    """The training pictures as the file has them, uint8 (60000, 28, 28, 1): a quarter of the memory of `load`.

    Raises:
        MnistError: If there is no file, or what is in it is not MNIST.
    """
    return read_array(find(), "x_train")[..., np.newaxis]


def read_array(path: Path, name: str) -> np.ndarray:
    """One array of the file, uint8, whose header is checked before it is unpacked and whose bytes after.

    Raises:
        MnistError: If the file, the array or a byte of it is not MNIST's.
    """
    expected = f"Expected Keras' MNIST file, with `{name}` uint8 {SHAPES[name]}"
    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
            shape, dtype = _header(member)
            if shape != SHAPES[name] or dtype != np.uint8:
                raise MnistError(f"{expected}. Received: {path.name} with {dtype} {shape}.")
            content = member.read(int(np.prod(shape)) + 1)
    except KeyError:
        raise MnistError(f"{expected}. Received: {path.name}, which has no such array.") from None
    except MnistError:
        raise
    except Exception as error:  # a damaged archive makes the libraries raise a dozen kinds
        raise MnistError(f"{expected}. Received: {path.name}, truncated or of another kind ({error}).") from error
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise MnistError(f"{expected}. Received: {path.name}, whose `{name}` holds other values.")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _header(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran_order, dtype = read(member)
    if fortran_order:
        raise ValueError("its rows and columns are swapped")
    return shape, dtype


def to_float(pixels: np.ndarray) -> np.ndarray:
    """uint8 (n, 28, 28) → float32 (n, 28, 28, 1) in [0, 1]."""
    scaled = pixels[..., np.newaxis].astype(np.float32)
    scaled /= 255
    return scaled
