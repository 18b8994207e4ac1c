"""Photos in memory: large while they are few, smaller once they are many."""

from dataclasses import replace

import numpy as np
from PIL import Image

from autoencoder.data.uploads.reading import Photo

LEAST_SIDE = 192  # pixels that are always kept: twice the largest picture to train on


class Kept:
    """Photos that together take about `most_bytes`: whenever they would take more, all are halved.

    Args:
        most_bytes: Of the pixels of all photos; exceeded only by photos of `LEAST_SIDE`.
        side: The longest side of a photo, pixels.
    """

    def __init__(self, most_bytes: int, side: int) -> None:
        self.side = side
        self.photos: list[tuple[str, Photo]] = []
        self._most_bytes = most_bytes
        self._bytes = 0

    def add(self, path: str, photo: Photo) -> None:
        """Keep one more, and halve all where that is one too many."""
        self.photos.append((path, shrunk(photo, self.side)))
        self._bytes += self.photos[-1][1].pixels.nbytes
        if self._bytes > self._most_bytes and self.side >= 2 * LEAST_SIDE:
            self.side //= 2
            self.photos = [(path, shrunk(photo, self.side)) for path, photo in self.photos]
            self._bytes = sum(photo.pixels.nbytes for _, photo in self.photos)


def shrunk(photo: Photo, most_side: int) -> Photo:
    """The photo with its longer side at most `most_side` pixels; the same where it is no longer."""
    height, width = photo.pixels.shape[:2]
    if max(height, width) <= most_side:
        return photo
    scale = most_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return replace(photo, pixels=np.array(Image.fromarray(photo.pixels).resize(size, Image.Resampling.BICUBIC)))
