"""How the codes of some test pictures move while a network learns: kept with some previews of a training, in few bytes.

Of codes that are ordered the first two numbers are kept, of others all: the plane on which they are drawn is known at
the end alone. Each number is kept as a level between its least and its largest value at that moment.
"""

from collections.abc import Mapping

import numpy as np

from autoencoder.training import growth

MOST_PICTURES = 1000
MOST_NUMBERS = 64  # of a code; what has more is no bottleneck
MOST_BYTES = 1_400_000  # in all of a training
WORK = 0.05  # of the pictures that are learned from, in all epochs together, so many are encoded for it
MOST_MOMENTS, FEWEST_MOMENTS, EARLY = 24, 8, 6  # EARLY are the first previews, in which most is learned
ENOUGH = 400  # pictures; below it there are fewer moments first
PLANE = 2  # numbers, which are kept as they are, and finer
LEVELS = {np.dtype(np.uint8): 2**8 - 1, np.dtype(np.uint16): 2**16 - 1}
CODES, LOW, HIGH = "codes", "codes low", "codes high"  # what they are called in the file of a preview
SEED = 0


def kept_numbers(size: int, *, ordered: bool) -> int:
    """Return how many numbers of each code are kept; 0 where there is no bottleneck."""
    return 0 if size > MOST_NUMBERS else min(size, PLANE) if ordered else size


def moments(previews: int, learned: int) -> set[int]:
    """Return with which previews, of so many, codes are kept in a training on `learned` pictures, in all epochs."""
    most = min(MOST_MOMENTS, max(FEWEST_MOMENTS, int(WORK * learned) // ENOUGH))
    return growth.moments(previews, most, EARLY)


def kept_pictures(there: int, previews: int, learned: int, numbers: int) -> int:
    """Return how many test pictures, of so many, are encoded at each of the `moments`, and kept with so many numbers.

    To encode them takes the training little time, whatever its network: see `python -m benchmarks unfold`.
    """
    times = len(moments(previews, learned))
    bounds = (there, MOST_PICTURES, MOST_BYTES // (times * numbers * _kind(numbers).itemsize))
    return min(*bounds, max(1, int(WORK * learned) // times))


def which_pictures(there: int, count: int) -> np.ndarray:
    """Return which of so many test pictures are kept, the same each time: integer (count,), rising."""
    return np.sort(np.random.default_rng(SEED).choice(there, count, replace=False))


def pack(codes: np.ndarray) -> dict[str, np.ndarray]:
    """Return codes float32 (n, numbers) as arrays for the file of a preview."""
    kind = _kind(codes.shape[1])
    low, high = codes.min(axis=0), codes.max(axis=0)
    shares = (codes - low) / np.where(high > low, high - low, 1)
    return {CODES: np.rint(shares * LEVELS[kind]).astype(kind), LOW: low, HIGH: high}


def unpack(arrays: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """Return the codes in what `pack` returned, float32 (n, numbers), to within a half of a level; None in all else."""
    codes, *ends = (np.asarray(arrays.get(name)) for name in (CODES, LOW, HIGH))
    if codes.dtype not in LEVELS or codes.ndim != 2 or not codes.size:
        return None
    if any(end.dtype != np.float32 or end.shape != codes.shape[1:] or not np.isfinite(end).all() for end in ends):
        return None
    low, high = ends
    return (low + (high - low) * (codes / LEVELS[codes.dtype])).astype(np.float32)


def _kind(numbers: int) -> np.dtype:
    return np.dtype(np.uint16 if numbers <= PLANE else np.uint8)
