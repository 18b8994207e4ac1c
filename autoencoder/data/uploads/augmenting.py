"""More pictures from few: each one shifted, mirrored, turned and lit a little differently.

What a network should not care about is varied, so that it sees it vary: C. Shorten and T. M. Khoshgoftaar, "A survey on
image data augmentation for deep learning", Journal of Big Data 6 (2019), doi:10.1186/s40537-019-0197-0.
"""

from dataclasses import dataclass

import numpy as np

FARTHEST_SHIFT = 0.08  # of the side
LARGEST_TURN = 12.0  # degrees
BRIGHTNESS, CONTRAST = 0.1, 0.2  # added at most, multiplied at most by 1 ± this
CHUNK = 64  # pictures that are varied at once


@dataclass(frozen=True)
class Variation:
    """What may differ between variants of a picture.

    Args:
        shifts: Up to 8 % of the side, by whole pixels.
        flips: Mirrored left and right, for half of them.
        turns: Up to 12°.
        light: Brightness and contrast.
    """

    shifts: bool = True
    flips: bool = True
    turns: bool = True
    light: bool = True


EVERYTHING = Variation()


def augment(
    pictures: np.ndarray, count: int, seed: int, variation: Variation = EVERYTHING
) -> tuple[np.ndarray, np.ndarray]:
    """The pictures themselves, then variants of them in turn until there are `count`.

    Args:
        pictures: float32 (n, height, width, channels) in [0, 1], n ≥ 1.
        count: How many there shall be, at least n.
        seed: Another seed, other variants.
        variation: What may differ.

    Returns:
        float32 (count, height, width, channels) in [0, 1], and integer (count,): which picture each one is made from.

    Raises:
        ValueError: If there are no pictures, or `count` is smaller than their number.
    """
    if not 1 <= len(pictures) <= count:
        raise ValueError(f"Expected 1 to `count` pictures. Received: {len(pictures)}, and {count}.")
    origins = np.arange(count) % len(pictures)
    enlarged = np.empty((count, *pictures.shape[1:]), np.float32)
    enlarged[: len(pictures)] = pictures
    generator = np.random.default_rng([seed, 11])
    for begin in range(len(pictures), count, CHUNK):
        chunk = slice(begin, min(count, begin + CHUNK))
        enlarged[chunk] = _varied(pictures[origins[chunk]], generator, variation)
    return enlarged, origins


def _varied(pictures: np.ndarray, generator: np.random.Generator, variation: Variation) -> np.ndarray:
    """One variant of each. As many numbers are drawn whatever may differ, so a choice changes nothing else."""
    draws = generator.uniform(-1, 1, (6, len(pictures)))
    height, width = pictures.shape[1:3]
    turns = np.deg2rad(LARGEST_TURN) * draws[0] * variation.turns
    down = np.rint(FARTHEST_SHIFT * height * draws[1] * variation.shifts)
    right = np.rint(FARTHEST_SHIFT * width * draws[2] * variation.shifts)
    mirrored = np.where((draws[3] > 0) & variation.flips, -1.0, 1.0)
    rows, columns = _sources((height, width), turns, down, right, mirrored)
    varied = _sampled(pictures, rows, columns)
    return _lit(varied, draws[4], draws[5]) if variation.light else varied


def _sources(
    shape: tuple[int, int], turns: np.ndarray, down: np.ndarray, right: np.ndarray, mirrored: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where each pixel of each variant comes from: rows and columns, float64 (n, height, width)."""
    height, width = shape
    y = np.arange(height)[:, np.newaxis] - (height - 1) / 2 - down[:, np.newaxis, np.newaxis]
    x = np.arange(width) - (width - 1) / 2 - right[:, np.newaxis, np.newaxis]
    cosine, sine = (part(turns)[:, np.newaxis, np.newaxis] for part in (np.cos, np.sin))
    across = mirrored[:, np.newaxis, np.newaxis] * (cosine * x - sine * y)
    return sine * x + cosine * y + (height - 1) / 2, across + (width - 1) / 2


def _sampled(pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Bilinear, float32 (n, height, width, channels); beyond an edge lies the mirrored picture, nothing black."""
    count, height, width, channels = pictures.shape
    first_rows = height * np.arange(count)[:, np.newaxis, np.newaxis]
    pixels = pictures.reshape(-1, channels)
    sampled = np.zeros_like(pictures)
    for row, row_share in _neighbors(rows, height):
        for column, column_share in _neighbors(columns, width):
            share = (row_share * column_share)[..., np.newaxis]
            sampled += share * pixels.take((first_rows + row) * width + column, axis=0)
    return sampled.clip(0, 1)


def _neighbors(positions: np.ndarray, length: int) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """The two whole places beside each, within 0 to length − 1, and how much each counts."""
    below = np.floor(positions + 1e-9)
    share = np.clip(positions - below, 0, 1).astype(np.float32)
    return (_reflected(below, length), 1 - share), (_reflected(below + 1, length), share)


def _reflected(positions: np.ndarray, length: int) -> np.ndarray:
    """…, 2, 1, 0, 1, 2, …: the edge pixel stands once."""
    period = max(1, 2 * (length - 1))
    folded = np.mod(positions, period)
    return np.minimum(folded, period - folded).astype(np.intp) if length > 1 else np.zeros(positions.shape, np.intp)


def _lit(pictures: np.ndarray, brightness: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """Each picture's contrast around its own mean, then its brightness."""
    shape = (len(pictures), 1, 1, 1)
    means = pictures.mean(axis=(1, 2, 3), keepdims=True)
    factor = (1 + CONTRAST * contrast).astype(np.float32).reshape(shape)
    added = (BRIGHTNESS * brightness).astype(np.float32).reshape(shape)
    lit: np.ndarray = means + factor * (pictures - means) + added
    return lit.clip(0, 1)
