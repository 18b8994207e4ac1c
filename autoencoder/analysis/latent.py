"""What can be made of codes: walks between two, one number changed at a time, averages, and new ones."""

from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.codes import Codes, decode
from autoencoder.training.store import TrainedModel

STEPS = 41  # of a walk
KNOB_STEPS = 21  # of one number
KNOB_RANGE = (0.01, 0.99)  # quantiles of the number in the test codes
AT_ONCE = 3  # numbers of a code whose pictures are decoded together, which fills a batch
ENOUGH = 2  # codes, to fit a normal distribution to


def interpolate(start: np.ndarray, end: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """From one array to another in equal steps, both ends exactly as they are: codes, or pictures that fade.

    Args:
        start: float32, any shape.
        end: float32, of the same shape.
        steps: How many, both ends among them; at least 2.

    Returns:
        float32 (steps, …).
    """
    shares = np.linspace(0, 1, steps, dtype=np.float32).reshape(-1, *([1] * start.ndim))
    return ((1 - shares) * start + shares * end).astype(np.float32)


def nearest(codes: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of `codes` (m, size) the nearest of `among` (n, size): places int64 (m,), distances float64 (m,)."""
    squares = np.square(codes, dtype=np.float64).sum(axis=1)[:, np.newaxis] + np.square(among, dtype=np.float64).sum(1)
    away = np.maximum(squares - 2 * codes.astype(np.float64) @ among.T.astype(np.float64), 0)
    indices = away.argmin(axis=1)
    return indices, np.sqrt(away[np.arange(len(codes)), indices])


def farthest_pair(codes: np.ndarray) -> tuple[int, int]:
    """The two codes (n, size) that lie farthest apart, the earlier first; the same one twice where there is but one."""
    away = np.square(codes[:, np.newaxis] - codes).sum(axis=2)
    first, second = np.unravel_index(away.argmax(), away.shape)
    return int(min(first, second)), int(max(first, second))


def traversal_values(codes: np.ndarray, steps: int = KNOB_STEPS) -> np.ndarray:
    """Over which values each number of the code is moved: nearly all that the test pictures have.

    Args:
        codes: float32 (n, size).
        steps: How many.

    Returns:
        float32 (size, steps), rising.
    """
    low, high = np.quantile(codes, KNOB_RANGE, axis=0)
    return np.linspace(low, high, steps, axis=1).astype(np.float32)


def traverse(code: np.ndarray, number: int, values: np.ndarray) -> np.ndarray:
    """Codes in which one number moves and the others stay.

    Args:
        code: float32 (size,), from which the others are.
        number: Which one moves.
        values: float32 (steps,), where to.

    Returns:
        float32 (steps, size).
    """
    turned = np.tile(code, (len(values), 1))
    turned[:, number] = values
    return turned


def influences(model: TrainedModel, code: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How much each number changes the picture while it moves: the variance over the steps, averaged over the pixels.

    Some numbers at a time, because the pictures of all of them can take more memory than there is.

    Args:
        model: A trained network.
        code: float32 (size,), from which the other numbers are.
        values: float32 (size, steps), over which each number moves.

    Returns:
        float64 (size,).
    """
    found = []
    for begin in range(0, len(values), AT_ONCE):
        some = range(begin, min(begin + AT_ONCE, len(values)))
        pictures = decode(model, np.concatenate([traverse(code, number, values[number]) for number in some]))
        steps = pictures.reshape(len(some), values.shape[1], -1)
        found.append(steps.var(axis=1, dtype=np.float64).mean(axis=1))
    return np.concatenate(found)


def class_averages(codes: Codes) -> np.ndarray:
    """The average code of every class that occurs, float32 (classes, size); of all codes where there are no labels."""
    groups = [codes.of_class(label) for label in codes.classes] or [codes.values]
    return np.stack([_mean(group) for group in groups])


def average_pictures(pictures: np.ndarray, codes: Codes) -> np.ndarray:
    """The average picture of every class, pixel by pixel: float32 (classes, height, width, channels).

    Args:
        pictures: float32 (n, height, width, channels) in [0, 1], those of the codes.
        codes: Their codes.
    """
    if codes.labels is None:
        return _mean(pictures)[np.newaxis]
    return np.stack([_mean(pictures[codes.labels == label]) for label in codes.classes])


def _mean(arrays: np.ndarray) -> np.ndarray:
    """float32 (n, …) → float32 (…), added up in double precision: numbers of both signs nearly cancel out."""
    mean: np.ndarray = arrays.mean(axis=0, dtype=np.float64)
    return mean.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Normal:
    """A normal distribution that was fitted to codes.

    Args:
        mean: float64 (size,).
        covariance: float64 (size, size).
    """

    mean: np.ndarray = field(repr=False)
    covariance: np.ndarray = field(repr=False)

    @classmethod
    def fitted(cls, codes: np.ndarray) -> "Normal":
        """The one with the mean and the covariance of codes (n, size).

        Raises:
            ValueError: If there are fewer than two.
        """
        if len(codes) < ENOUGH:
            raise ValueError(f"Expected at least {ENOUGH} codes. Received: {len(codes)}.")
        size = codes.shape[1]
        covariance = np.cov(codes, rowvar=False, dtype=np.float64).reshape(size, size)
        return cls(codes.mean(axis=0, dtype=np.float64), covariance)

    def draw(self, count: int, seed: int) -> np.ndarray:
        """New codes, float32 (count, size); the same seed draws the same."""
        generator = np.random.default_rng(seed)
        values, vectors = np.linalg.eigh(self.covariance)  # which also serves where some number never changes
        spread = vectors * np.sqrt(np.maximum(values, 0))
        return (self.mean + generator.standard_normal((count, len(self.mean))) @ spread.T).astype(np.float32)


def strangeness(drawn: np.ndarray, codes: np.ndarray) -> float:
    """Return how far new codes lie from all known ones, as a multiple of how far these lie from each other.

    Args:
        drawn: (m, size).
        codes: (n ≥ 2, size).

    Returns:
        The median distance from a new code to the nearest known one, by the median distance from a known one to the
        nearest other; about 1 where new ones lie as the known ones do; NaN where the known ones are all the same.
    """
    _, away = nearest(drawn, codes)
    squares = np.square(codes, dtype=np.float64).sum(axis=1)
    among = squares[:, np.newaxis] + squares - 2 * codes.astype(np.float64) @ codes.T.astype(np.float64)
    np.fill_diagonal(among, np.inf)
    typical = float(np.median(np.sqrt(np.maximum(among.min(axis=1), 0))))
    return float(np.median(away)) / typical if typical > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class Traversal:
    """One number of a code as it moves, while the others stay.

    Args:
        values: float32 (steps,), over which it moves; see `traversal_values`.
        pictures: float32 (steps, height, width, channels) in [0, 1], decoded.
        start: The step that is closest to where it is in the code.
        share: Of what all numbers change, in [0, 1].
    """

    values: np.ndarray = field(repr=False)
    pictures: np.ndarray = field(repr=False)
    start: int
    share: float


def traversal(model: TrainedModel, codes: np.ndarray, index: int, number: int, changes: np.ndarray) -> Traversal:
    """Move one number of a code.

    Args:
        model: A trained network.
        codes: float32 (n, size), of the test pictures.
        index: Whose code.
        number: Which number of it.
        changes: float64 (size,), the `influences` of that code's numbers.
    """
    values = traversal_values(codes)[number]
    start = int(np.abs(values - codes[index, number]).argmin())
    share = float(changes[number] / max(changes.sum(), np.finfo(np.float64).tiny))
    return Traversal(values, decode(model, traverse(codes[index], number, values)), start, share)
