"""Photos made here."""

import numpy as np

from autoencoder.images.uploads.reading import Photo
from tests.images.uploads.corpus import scene


def make_photo(width: int = 120, height: int = 90, seed: int = 0, label: str | None = None) -> Photo:
    return Photo(f"{seed}.png", label, np.asarray(scene(width, height, seed)))


def make_photos(count: int, *labels: str) -> list[Photo]:
    """`count` of each label, all different."""
    return [
        make_photo(seed=number * 100 + place, label=label)
        for place, label in enumerate(labels or (None,))
        for number in range(count)
    ]
