"""Whether the average code of a class is decoded to a picture of that class: its nearest real pictures vote."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autoencoder.analysis.latent import Codes

VOTES = 15  # nearest real pictures, fewer where a class has fewer


@dataclass(frozen=True)
class Likeness:
    """What pictures, one for each class, look like.

    Args:
        classes: The classes that they stand for.
        votes: The class of most of each one's nearest real pictures.
        distance: From each to its nearest real picture, the root mean squared difference, on average.
    """

    classes: tuple[int, ...]
    votes: tuple[int, ...]
    distance: float

    @property
    def holds(self) -> bool:
        """Return whether each looks like its own class."""
        return self.classes == self.votes

    @property
    def mistaken(self) -> list[tuple[int, int]]:
        """Return those that look like another class: (their own, the other)."""
        return [(own, other) for own, other in zip(self.classes, self.votes, strict=True) if own != other]


@dataclass(frozen=True)
class Averages:
    """What the averages of the classes look like.

    Args:
        decoded: Bottleneck size → what the decoded average codes look like, at the size that is looked at. Where they
            do not all look like their own class, also at the next size at which they do, or else at the largest.
        pixels: What the average pictures look like; None, and `decoded` empty, where there are no classes.
    """

    decoded: Mapping[int, Likeness]
    pixels: Likeness | None


def likeness(pictures: np.ndarray, real: np.ndarray, codes: Codes) -> Likeness:
    """Compare pictures with real ones.

    Args:
        pictures: float32 (classes, height, width, channels), one for each of `codes.classes`.
        real: float32 (n, height, width, channels), those of the codes.
        codes: With labels.

    Raises:
        ValueError: If there are no labels.
    """
    if codes.labels is None:
        raise ValueError("Expected pictures with labels. Received: none.")
    known, made = (some.reshape(len(some), -1).astype(np.float32) for some in (real, pictures))
    squares = np.square(made).sum(axis=1)[:, np.newaxis] + np.square(known).sum(axis=1) - 2 * made @ known.T
    count = min(VOTES, *np.bincount(codes.labels)[codes.classes])
    nearest = np.argsort(squares, axis=1, kind="stable")[:, :count]
    votes = [int(np.bincount(codes.labels[indices]).argmax()) for indices in nearest]
    away = np.square(made - known[nearest[:, 0]]).mean(axis=1, dtype=np.float64)
    return Likeness(tuple(codes.classes), tuple(votes), float(np.sqrt(away).mean()))
