"""The table of sources of pictures. A new source is one line here and one file beside this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from autoencoder.images import bananas, digits, mnist
from autoencoder.images.picture_set import PictureSet


class Load(Protocol):
    """Loads a set of pictures; `test_only` leaves out the training pictures."""

    def __call__(self, *, test_only: bool = False) -> PictureSet: ...


@dataclass(frozen=True)
class Source:
    """Where pictures come from.

    Args:
        title: What a learner reads in the list of sources.
        about: One sentence on what these pictures are.
        shape: (height, width, channels) of one picture, known before anything is loaded.
        training_pictures: How many there are to train on.
        class_names: A name for each label, as its pictures have them; nothing where they have no labels.
        load: Loads them.
        missing: Returns a sentence where the pictures are not on this computer, else None.
        train_bytes: Loads the training pictures alone, uint8 (n, height, width, channels), where that spares memory.
    """

    title: str
    about: str
    shape: tuple[int, int, int]
    training_pictures: int
    class_names: tuple[str, ...]
    load: Load
    missing: Callable[[], str | None] = lambda: None
    train_bytes: Callable[[], np.ndarray] | None = None


def _mnist_missing() -> str | None:
    try:
        mnist.find()
    except mnist.MnistError as error:
        return str(error)
    return None


SOURCES: Mapping[str, Source] = {
    "mnist": Source(
        "MNIST",
        "60,000 handwritten digits to train on and 10,000 to test with.",
        (28, 28, 1),
        60_000,
        tuple("0123456789"),
        mnist.load,
        _mnist_missing,
        mnist.train_bytes,
    ),
    "digits": Source(
        "Small digits",
        "1,500 digits to train on and 297 to test with; coarser, but built in and trained in seconds.",
        (28, 28, 1),
        1_500,
        tuple("0123456789"),
        digits.load,
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
    """The source of this name.

    Raises:
        ValueError: If there is none.
    """
    if not isinstance(name, str) or name not in SOURCES:
        raise ValueError(f"Expected `source` to be one of {', '.join(SOURCES)}. Received: {name!r}.")
    return SOURCES[name]
