"""The codes of test pictures, and what can be made of them: one number changed at a time, averages, and new ones."""

from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.training.store import TrainedModel

MOST_CODES = 2000
MOST_VALUES = 2_000_000  # pixel values of all thumbnails together, which travel to the browser
THUMBNAIL = 32 * 32  # pixels, the most of one
KNOB_STEPS = 21  # of one number
KNOB_RANGE = (0.01, 0.99)  # quantiles of the number in the test codes
AT_ONCE = 3  # numbers of a code whose pictures are decoded together, which fills a batch
ENOUGH = 2  # codes, to fit a normal distribution to
VOTES = 15  # of the nearest real pictures, fewer where a class has fewer


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of the first test pictures, float32 (n, size), and their labels, integer (n,), if they have any."""

    values: np.ndarray = field(repr=False)
    labels: np.ndarray | None = field(default=None, repr=False)
    class_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def classes(self) -> list[int]:
        """Return the labels that occur, in rising order."""
        return [] if self.labels is None else np.unique(self.labels).tolist()

    def of_class(self, label: int | None) -> np.ndarray:
        """Return the codes of one class, float32 (m, size); all for None or where there are no labels."""
        return self.values if label is None or self.labels is None else self.values[self.labels == label]


def code_sizes(model: TrainedModel) -> list[int]:
    """Return the bottleneck sizes to choose from: 2, 4, 8, … and the largest of an ordered network; else its only."""
    largest = model.settings.bottleneck_size
    smaller = [size for size in (2, 4, 8, 16, 32) if size < largest]
    return [*smaller, largest] if model.settings.ordered else [largest]


def codes_of(model: TrainedModel, pictures: ImageDataset, size: int) -> Codes:
    """Return the first `size` numbers of the codes of test pictures: of at most MOST_CODES, of fewer in color."""
    height, width, channels = pictures.shape
    count = min(MOST_CODES, MOST_VALUES // (min(height * width, THUMBNAIL) * channels), len(pictures.test))
    labels = None if pictures.test_labels is None else pictures.test_labels[:count]
    return Codes(model.network.encode(pictures.test[:count])[:, :size], labels, pictures.class_names)


def decode(model: TrainedModel, codes: np.ndarray) -> np.ndarray:
    """Return pictures, float32 (n, height, width, channels) in [0, 1], from the first numbers of codes, (n, size)."""
    whole = np.zeros((len(codes), model.settings.bottleneck_size), np.float32)
    whole[:, : codes.shape[1]] = codes
    return model.network.decode(whole, codes.shape[1])


def _squared_distances(codes: np.ndarray, others: np.ndarray) -> np.ndarray:  # (m, …), (n, …) → (m, n)
    codes, others = (some.reshape(len(some), -1).astype(np.float64) for some in (codes, others))
    squares = np.square(codes).sum(axis=1)[:, np.newaxis] + np.square(others).sum(axis=1)
    return np.maximum(squares - 2 * codes @ others.T, 0)


def nearest(codes: np.ndarray, among: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest of `among` (n, …) to each of codes or pictures (m, …): its place and distance, (m,) both.

    Without `among` it is the nearest other one of at least two codes.
    """
    away = _squared_distances(codes, codes if among is None else among)
    if among is None:
        np.fill_diagonal(away, np.inf)
    return away.argmin(axis=1), np.sqrt(away.min(axis=1))


def farthest_pair(codes: np.ndarray) -> tuple[int, int]:
    """Return the two codes (n, size) that lie farthest apart, the earlier first; one twice where there is but one."""
    away = _squared_distances(codes, codes)
    first, second = sorted(divmod(int(away.argmax()), len(codes)))
    return first, second


def traversal_values(codes: np.ndarray) -> np.ndarray:
    """Return over which values, (size, KNOB_STEPS), each number of codes (n, size) moves: nearly all that they have."""
    low, high = np.quantile(codes, KNOB_RANGE, axis=0)
    return np.linspace(low, high, KNOB_STEPS, axis=1).astype(np.float32)


def traverse(code: np.ndarray, number: int, values: np.ndarray) -> np.ndarray:
    """Return codes float32 (steps, size) that are `code`, (size,), but for one number, which has `values`, (steps,)."""
    turned = np.tile(code, (len(values), 1))
    turned[:, number] = values
    return turned


def influences(model: TrainedModel, code: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return how much each number of a code (size,) changes the picture, (size,), while it moves over (size, steps).

    It is the variance, averaged over the pixels; of AT_ONCE numbers together, because all would take much memory.
    """
    found: list[np.ndarray] = []
    for some in np.split(np.arange(len(values)), range(AT_ONCE, len(values), AT_ONCE)):
        pictures = decode(model, np.concatenate([traverse(code, number, values[number]) for number in some]))
        found += [*pictures.reshape(len(some), values.shape[1], -1).var(axis=1, dtype=np.float64).mean(axis=1)]
    return np.array(found)


def class_averages(arrays: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
    """Return the average, float32 (classes, …), of codes or pictures (n, …) of every class; of all without labels."""
    groups = [arrays] if labels is None else [arrays[labels == label] for label in np.unique(labels)]
    # added up in double precision: numbers of both signs nearly cancel out
    return np.stack([group.mean(axis=0, dtype=np.float64) for group in groups]).astype(np.float32)


def draw_similar(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return new codes, float32 (count, size), from a normal distribution fitted to codes (n ≥ ENOUGH, size)."""
    mean, covariance = codes.mean(axis=0, dtype=np.float64), np.cov(codes, rowvar=False, dtype=np.float64)
    generator = np.random.default_rng(seed)
    drawn = generator.multivariate_normal(mean, np.atleast_2d(covariance), count, "ignore", method="eigh")
    return drawn.astype(np.float32)


def strangeness(drawn: np.ndarray, codes: np.ndarray) -> float:
    """Return how far new codes (m, size) lie from known ones (n ≥ 2, size), as a multiple of how far apart these lie.

    It is the median distance from a new code to the nearest known one, by the median distance from a known one to the
    nearest other; about 1 where new ones lie as the known ones do; NaN where the known ones are all the same.
    """
    typical = float(np.median(nearest(codes)[1]))
    return float(np.median(nearest(drawn, codes)[1])) / typical if typical > 0 else float("nan")


@dataclass(frozen=True)
class Likeness:
    """What pictures, one for each class, look like, by the class of most of each one's nearest real pictures."""

    mistaken: list[tuple[int, int]]  # those that look like another class: (their own, the other)
    distance: float  # from each to its nearest real picture, the root mean squared difference, on average


def likeness(pictures: np.ndarray, real: np.ndarray, labels: np.ndarray) -> Likeness:
    """Compare pictures, one for each class in rising order, with real ones (n, …) of the classes `labels` (n,)."""
    classes, counts = np.unique(labels, return_counts=True)
    closest = np.argsort(_squared_distances(pictures, real), axis=1, kind="stable")[:, : min(VOTES, counts.min())]
    votes = [int(np.bincount(labels[indices]).argmax()) for indices in closest]
    away = mean_squared_error(pictures, real[closest[:, 0]])
    mistaken = [(own, other) for own, other in zip(classes.tolist(), votes, strict=True) if own != other]
    return Likeness(mistaken, float(np.sqrt(away).mean()))
