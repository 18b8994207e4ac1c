"""A learner's own pictures, shown to a network that was trained on others: as it sees them, and how it does on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autoencoder.data.uploads import storage
from autoencoder.data.uploads.cropping import How, to_square
from autoencoder.data.uploads.reading import Photo

BRIGHT = 0.5  # the mean of a picture that is mostly light
DARK = 1 / 3  # the mean of pictures that are light strokes on a dark ground
LEAST_ERROR = 1e-12  # so that no error is infinitely many times another


@dataclass(frozen=True)
class ErrorComparison:
    """The error of a learner's own pictures beside that of the test pictures.

    Args:
        error: The mean over the learner's pictures.
        baseline_error: The mean over the test pictures; None where it is not measured.
    """

    error: float
    baseline_error: float | None = None

    @property
    def times(self) -> float | None:
        """Return how many times larger than usual the error is; None where that is not known."""
        return None if self.baseline_error is None else self.error / max(self.baseline_error, LEAST_ERROR)


def as_seen(
    photos: Sequence[Photo], shape: tuple[int, ...], how: How = "crop", *, inverted: bool = False
) -> np.ndarray:
    """Photos as a network takes them.

    Args:
        photos: At least one, of any size.
        shape: (side, side, 1 or 3) of the network's pictures.
        how: "crop" takes the largest square in the middle, "fit" shows the whole photo.
        inverted: Make light dark and dark light.

    Returns:
        float32 (n, side, side, 1 or 3) in [0, 1].

    Raises:
        ValueError: If `shape` is not square, or an argument is none of these.
    """
    side, width, channels = shape
    if side != width:
        raise ValueError(f"Expected `shape` of a square. Received: {shape!r}.")
    pictures = np.stack([to_square(photo, side, "gray" if channels == 1 else "color", how) for photo in photos])
    return 1 - pictures if inverted else pictures


def invites_inverting(pictures: np.ndarray, learned: np.ndarray) -> bool:
    """Return whether one of `pictures` is mostly light, where those that a network has learned are mostly dark.

    Args:
        pictures: float32 (n, height, width, channels) in [0, 1].
        learned: float32 (m, height, width, channels) in [0, 1]: some pictures like those that it has learned.
    """
    return bool(learned.mean() < DARK and (pictures.mean(axis=(1, 2, 3)) > BRIGHT).any())


def compare(errors: np.ndarray, baseline_error: Sequence[float] | None) -> list[ErrorComparison]:
    """The learner's pictures beside the test pictures, at every position of a slider.

    Args:
        errors: float (positions, pictures), of the learner's own.
        baseline_error: For every position the mean over the test pictures; None where it is not measured.
    """
    means = errors.mean(axis=1, dtype=np.float64).tolist()
    return [
        ErrorComparison(mean, None if baseline_error is None else baseline_error[index])
        for index, mean in enumerate(means)
    ]


def between(known: Sequence[tuple[float, float]], positions: Sequence[float]) -> list[float]:
    """Errors at `positions`, from those that were measured at some, (place, error): in between by equal ratios.

    Beyond the first and the last place it is the error measured there.
    """
    measured, errors = zip(*sorted(known), strict=True)
    logarithms = np.log(np.maximum(errors, LEAST_ERROR))
    return [float(error) for error in np.exp(np.interp(positions, measured, logarithms))]


def some_kept(folder: Path, most: int) -> list[Photo]:
    """At most `most` of the photos that a session keeps in its folder, from the first to the last.

    Raises:
        PictureError: If they cannot be read.
    """
    photos: list[Photo] = storage.evenly(storage.load_photos(folder), most)
    return photos
