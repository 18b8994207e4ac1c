"""Which photos are learned from and which are judged on: never the same, not even in part."""

import hashlib
from collections.abc import Sequence

import numpy as np

from autoencoder.data.uploads.reading import Photo

TEST_SHARE = 0.2
BANDS = 5  # that a single photo is parted into, the last one to judge on


def split(photos: Sequence[Photo], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A fifth of each class to test with, at least one where a class has two; equal pictures stay together.

    Args:
        photos: With their labels.
        seed: Another seed, another draw.

    Returns:
        integer (n,) and (m,): the places of those to train on and of those to test with, in their order. n ≥ 1 where
        there is a photo.
    """
    generator = np.random.default_rng([seed, 13])
    test: list[int] = []
    for groups in _by_class(photos):
        wanted = max(1, round(TEST_SHARE * sum(map(len, groups)))) if len(groups) > 1 else 0
        drawn: list[int] = []
        for number in generator.permutation(len(groups))[:-1]:
            if len(drawn) < wanted:
                drawn += groups[number]
        test += drawn
    train = sorted(set(range(len(photos))) - set(test))
    return np.array(train, np.intp), np.array(sorted(test), np.intp)


def bands(photo: Photo, side: int) -> list[Photo]:
    """A photo in up to five parts along its longer side, each at least `side` long, that share no pixel.

    Args:
        photo: Of any size.
        side: Of the patches that will be cut, pixels.

    Returns:
        1 to 5 photos, from left to right or from top to bottom; one where the photo is shorter than two patches.
    """
    along = 0 if photo.pixels.shape[0] > photo.pixels.shape[1] else 1
    count = int(np.clip(photo.pixels.shape[along] // side, 1, BANDS))
    return [Photo(photo.name, photo.label, part) for part in np.array_split(photo.pixels, count, axis=along)]


def same_pictures(photos: Sequence[Photo]) -> np.ndarray:
    """A number for each photo, the same for those that are equal in every pixel: integer (n,)."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(_fingerprint(photo.pixels), len(numbers)) for photo in photos], np.intp)


def _by_class(photos: Sequence[Photo]) -> list[list[list[int]]]:
    """For each class, the groups of equal pictures; a picture that is in two classes counts to its first."""
    classes: dict[str | None, dict[int, list[int]]] = {}
    home: dict[int, str | None] = {}
    for index, (photo, number) in enumerate(zip(photos, same_pictures(photos).tolist(), strict=True)):
        label = home.setdefault(number, photo.label)
        classes.setdefault(label, {}).setdefault(number, []).append(index)
    return [list(groups.values()) for groups in classes.values()]


def _fingerprint(pixels: np.ndarray) -> bytes:
    return hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=16).digest()
