"""Photos made here, and a disk that does not take them."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autoencoder.data.uploads.reading import Photo
from tests.data.uploads.corpus import scene


def make_photo(width: int = 120, height: int = 90, seed: int = 0, label: str | None = None) -> Photo:
    return Photo(f"{seed}.png", label, np.asarray(scene(width, height, seed)))


def make_photos(count: int, *labels: str) -> list[Photo]:
    """`count` of each label, all different."""
    return [
        make_photo(seed=number * 100 + place, label=label)
        for place, label in enumerate(labels or (None,))
        for number in range(count)
    ]


@contextmanager
def most_bytes_of_a_file(count: int) -> Iterator[None]:
    """The system lets no file grow beyond this; not on Windows."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
