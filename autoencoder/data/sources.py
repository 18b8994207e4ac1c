"""The table of sources of pictures. A new source is one line here and one file beside this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from autoencoder.data import mnist, own
from autoencoder.data.bananas import bananas
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.uploads.datasets import TITLE
from autoencoder.data.uploads.storage import load_dataset

Load = Callable[..., ImageDataset]  # `test_only=True` leaves out the training pictures


@dataclass(frozen=True)
class Source:
    """Where pictures come from; all but the last two is known before anything is loaded."""

    title: str  # what a learner reads in the list of sources
    about: str  # one sentence on what these pictures are
    shape: tuple[int, int, int]  # (height, width, channels) of one picture
    training_pictures: int  # how many there are to train on
    class_names: tuple[str, ...]  # a name for each label; nothing where its pictures have no labels
    load: Load
    train_bytes: Callable[[], np.ndarray] | None = None  # those to train on, uint8, where that spares memory


SOURCES: Mapping[str, Source] = {
    "mnist_sample": Source(
        "MNIST sample",
        "4,000 handwritten digits of MNIST to train on and 1,000 to test with. They are built in.",
        (28, 28, 1),
        4_000,
        mnist.DIGITS,
        mnist.load_sample,
    ),
    "mnist": Source(
        "Full MNIST",
        "All of it: 60,000 handwritten digits to train on and 10,000 to test with.",
        (28, 28, 1),
        60_000,
        mnist.DIGITS,
        mnist.load,
        lambda: mnist.read_array(mnist.find(), "x_train")[..., np.newaxis],  # a quarter of what `load` takes
    ),
    "bananas": Source(
        "Bananas",
        "6,000 ripe bananas to train on; 500 ripe and 500 rotten ones to test with. They are drawn, and built in.",
        (bananas.SIDE, bananas.SIDE, 3),
        bananas.TRAINING_PICTURES,
        bananas.CLASS_NAMES,
        bananas.load,
    ),
}


def get_source(name: str) -> Source:
    """Return one of `SOURCES`, else a ValueError; or a session's own, else a PictureError, as its pictures are gone."""
    if isinstance(name, str) and own.token_of(name):
        about, folder = "Pictures that were uploaded in this tab.", own.set_folder(name)
        return Source(TITLE, about, *own.describe(folder), lambda **which: load_dataset(folder, **which)[0])
    if not isinstance(name, str) or name not in SOURCES:
        raise ValueError(f"Expected `source` to be one of {', '.join(SOURCES)}. Received: {name!r}.")
    return SOURCES[name]


def title_of(name: str) -> str:
    """Return what a learner reads for a source; of a session's own also when its pictures are gone."""
    return TITLE if own.token_of(name) else get_source(name).title
