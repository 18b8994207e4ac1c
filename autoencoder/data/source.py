"""What a source of pictures is. The table of them is in `autoencoder.data.sources`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from autoencoder.data.image_dataset import ImageDataset


class Load(Protocol):
    """Loads a set of pictures; `test_only` leaves out the training pictures."""

    def __call__(self, *, test_only: bool = False) -> ImageDataset: ...


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
