"""A learner's own pictures, shown to a network that was trained on others: as it sees them, and how it does on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autoencoder.data.uploads import storage
from autoencoder.data.uploads.cropping import How, to_square
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.writing import like_mnist

LEAST_ERROR = 1e-12  # so that no error is infinitely many times another


@dataclass(frozen=True)
class ErrorComparison:
    """The mean error of a learner's own pictures beside that of the test pictures, which may not be measured."""

    error: float
    baseline_error: float | None = None

    @property
    def times(self) -> float | None:
        """Return how many times larger than usual the error is; None where that is not known."""
        return None if self.baseline_error is None else self.error / max(self.baseline_error, LEAST_ERROR)


def as_seen(photos: Sequence[Photo], shape: tuple[int, ...], how: How = "crop", *, writing: bool = False) -> np.ndarray:
    """Return photos, at least one, as a network takes them: float32 of its pictures' shape (side, side, 1 or 3).

    Of each, "crop" takes the largest square in the middle, "fit" shows all; of `writing`, what is written, as MNIST.
    """
    side, _, channels = shape
    if writing:
        return np.stack([like_mnist(photo, side) for photo in photos]).repeat(channels, axis=-1)
    return np.stack([to_square(photo, side, "gray" if channels == 1 else "color", how) for photo in photos])


def compare(errors: np.ndarray, baseline_error: Sequence[float] | None) -> list[ErrorComparison]:
    """Return errors (positions, pictures) of the learner's pictures beside the mean of test pictures, if known."""
    means = errors.mean(axis=1, dtype=np.float64).tolist()
    usual: Sequence[float | None] = baseline_error or [None] * len(means)
    return list(map(ErrorComparison, means, usual))


def between(known: Sequence[tuple[float, float]], positions: Sequence[float]) -> list[float]:
    """Return errors at `positions` from `known` (place, error): in between by equal ratios, at the ends as known."""
    measured, errors = zip(*sorted(known), strict=True)
    logarithms = np.interp(positions, measured, np.log(np.maximum(errors, LEAST_ERROR)))
    return np.exp(logarithms).tolist()


def some_kept(folder: Path, most: int) -> list[Photo]:
    """Return at most `most` photos that a session keeps in its folder; raises a PictureError if they cannot be read."""
    some: list[Photo] = storage.evenly(storage.load_photos(folder), most)
    return [Photo(photo.name, photo.label, photo.pixels) for photo in some]  # with their pixels, whatever becomes of it
