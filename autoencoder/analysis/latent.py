"""The codes of test pictures, what can be made of them, and planes on which they are drawn.

A plane is PCA's or t-SNE's, with the way back from a place on it to a code: L. van der Maaten and G. Hinton,
"Visualizing data using t-SNE", Journal of Machine Learning Research 9, 2008. t-SNE goes in stages, each of which begins
where the one before ended, so that its progress can be seen. It is scikit-learn's, which the process that serves pages
must not import: `stage` runs in the background process.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.ordered import milestones
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.store import TrainedModel

MOST_CODES = 2000
MOST_VALUES = 2_000_000  # pixel values of all thumbnails together, which travel to the browser
THUMBNAIL = 32 * 32  # pixels, the most of one
KNOB_STEPS = 21  # of one number
KNOB_RANGE = (0.01, 0.99)  # quantiles of the number in the test codes
AT_ONCE = 3  # numbers of a code whose pictures are decoded together, which fills a batch
ENOUGH = 2  # codes, to fit a normal distribution to
VOTES = 15  # of the nearest real pictures, fewer where a class has fewer
NEIGHBORS = 5  # codes that a place between them is made of, where a plane has no way back of its own
MARGIN = 0.04  # of the width, left free around the points
STAGES = 4  # of t-SNE
STAGE_STEPS = 250  # iterations; scikit-learn does not make fewer
EXAGGERATION = 12.0  # of the first stage, as scikit-learn has it
FEWEST = 5  # pictures that t-SNE can tell apart at all


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
    return milestones(largest)[largest > 1 :] if model.settings.ordered else [largest]


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


@dataclass(frozen=True, eq=False)
class FlatPlane:
    """A plane in the space of the codes, through `mean`: a place on it is a code."""

    points: np.ndarray = field(repr=False)  # float32 (n, 2), the codes' nearest places on the plane
    mean: np.ndarray = field(repr=False)  # float32 (size,), the code at place (0, 0)
    axes: np.ndarray = field(repr=False)  # float32 (2, size), orthonormal; the second is nothing for a single number
    explained: tuple[float, float] = (1.0, 0.0)  # the share of the codes' variance along each axis, in [0, 1]

    def codes_at(self, positions: np.ndarray) -> np.ndarray:
        """Return the codes float32 (m, size) of places (m, 2)."""
        return (self.mean + np.asarray(positions, np.float32) @ self.axes).astype(np.float32)

    def places_of(self, codes: np.ndarray) -> np.ndarray:
        """Return the nearest places on the plane, float32 (m, 2), of codes (m, size)."""
        return ((codes - self.mean) @ self.axes.T).astype(np.float32)


@dataclass(frozen=True, eq=False)
class NeighborPlane:
    """A plane without a way back, as t-SNE's: a place stands for a mixture of the codes that are drawn nearest to it.

    D. Shepard, "A two-dimensional interpolation function for irregularly-spaced data", 1968,
    doi:10.1145/800186.810616: each of the NEIGHBORS nearest weighs one by its squared distance.
    """

    points: np.ndarray = field(repr=False)
    values: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.points) != len(self.values):
            raise ValueError(f"Expected a point for each of {len(self.values)} codes. Received: {len(self.points)}.")

    def codes_at(self, positions: np.ndarray) -> np.ndarray:
        """Return the codes float32 (m, size) of places (m, 2); at a point itself, that point's code."""
        return _mix(np.square(np.asarray(positions)[:, np.newaxis] - self.points).sum(axis=2), self.values)

    def places_of(self, codes: np.ndarray) -> np.ndarray:
        """Return places, float32 (m, 2), of codes (m, size): mixtures of those of the codes nearest to them."""
        return _mix(_squared_distances(codes, self.values), self.points)


def _mix(away: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return mixtures, float32 (m, …), of the NEIGHBORS nearest of values (n, …), by squared distances (m, n)."""
    closest = np.argsort(away, axis=1, kind="stable")[:, :NEIGHBORS]
    weights = 1 / np.maximum(np.take_along_axis(away, closest, axis=1), 1e-12)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("mk,mks->ms", weights, values[closest]).astype(np.float32)


Plane = FlatPlane | NeighborPlane


def plane_of(codes: np.ndarray) -> FlatPlane:
    """Return the plane to draw codes float32 (n, size) on: one or two numbers as they are, else by PCA.

    A single number is drawn from left to right, all on one height. Of more than two the first two principal components
    are drawn, each pointing to where its largest entry is positive, so that the same codes give the same plane.
    """
    size = codes.shape[1]
    if size > 2:
        mean = codes.mean(axis=0, dtype=np.float64)
        variances, vectors = np.linalg.eigh(np.cov(codes, rowvar=False, bias=True))
        variances, axes = variances[::-1], vectors[:, :-3:-1].T
        axes = axes * np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, np.newaxis]
    else:
        mean, axes = np.zeros(size), np.eye(2, size)
        variances = np.append(codes.var(axis=0, dtype=np.float64), 0)
    first, second = (variances[:2] / max(variances.sum(), np.finfo(np.float32).tiny)).tolist()
    points = ((codes - mean) @ axes.T).astype(np.float32)
    return FlatPlane(points, mean.astype(np.float32), axes.astype(np.float32), (first, second))


def stage(folder: RunFolder, version: str, source: str, size: int, number: int, before: bytes) -> bytes:
    """Return where a stage of t-SNE, 0 to STAGES − 1, moves the first `size` numbers of the codes of test pictures.

    They are those of a source, not always that which the run has learned from.

    It is given what the stage before returned, or nothing; the first one begins at two principal components, and
    exaggerates how close neighbors are, so that groups find each other. The points are bytes, see `points_of`, as a
    question that is remembered must be hashable; `network_version` has a network that was trained on looked at anew.
    """
    from sklearn.manifold import TSNE

    settings = folder.settings()
    model = TrainedModel(settings, CompiledNetwork(*folder.network()))
    codes = codes_of(model, get_source(source).load(test_only=True), size).values
    method = TSNE(
        init=points_of(before) if before else "pca" if size > 1 else "random",
        perplexity=min(30.0, (len(codes) - 1) / 3),  # fewer neighbors count where there are few
        early_exaggeration=1.0 if number else EXAGGERATION,
        learning_rate=max(len(codes) / EXAGGERATION / 4, 50.0),  # as scikit-learn has it
        max_iter=STAGE_STEPS,
        random_state=0,
    )
    return method.fit_transform(codes).astype(np.float32).tobytes()


def points_of(answer: bytes) -> np.ndarray:
    """Return what `stage` returned as points, float32 (n, 2)."""
    return np.frombuffer(answer, np.float32).reshape(-1, 2)


@dataclass(frozen=True)
class Frame:
    """The part of a plane that is drawn, from its bottom left to its top right corner."""

    low: tuple[float, float]
    high: tuple[float, float]

    def position(self, across: float, up: float) -> np.ndarray:
        """Return the place float64 (2,) at shares of the width and the height, each in [0, 1]."""
        return self.low + np.array([across, up]) * np.subtract(self.high, self.low)

    def shares(self, points: np.ndarray | Sequence[Sequence[float]]) -> np.ndarray:
        """Return points (n, 2) as shares of the width and the height: float64 (n, 2), inside in [0, 1]."""
        return np.subtract(points, self.low) / np.subtract(self.high, self.low)

    def grid(self, columns: int, rows: int) -> np.ndarray:
        """Return the middles of equal cells, row by row from the top left: float64 (rows × columns, 2)."""
        across, down = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
        return np.array([self.position(x, 1 - y) for y in down for x in across])


def frame_of(points: np.ndarray) -> Frame:
    """Return the frame of all the points (n, 2) with a margin around them; never of no width."""
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    margin = MARGIN * np.where(high > low, high - low, 1.0)
    (left, bottom), (right, top) = (low - margin).tolist(), (high + margin).tolist()
    return Frame((left, bottom), (right, top))


def quantile_grid(points: np.ndarray, side: int) -> np.ndarray:
    """Return places (side × side, 2), row by row from the top left: quantiles of points (n, 2) along both axes."""
    across, up = np.quantile(points, (np.arange(side) + 0.5) / side, axis=0).T
    return np.array([(x, y) for y in up[::-1] for x in across])


@dataclass(frozen=True)
class Rail:
    """What a slider needs to move along one axis: its ends, multiples of the step, which is a power of ten."""

    low: float
    high: float
    step: float
    decimals: int  # digits after the point that its values have

    def snap(self, value: float) -> float:
        """Return the nearest value of the slider."""
        return float(round(min(max(round(value / self.step) * self.step, self.low), self.high), self.decimals))


def rail(low: float, high: float) -> Rail:
    """Return a slider from about `low` to about `high` (larger), and not less."""
    power = math.floor(math.log10((high - low) / 100))
    step, decimals = 10.0**power, max(0, -power)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return Rail(round(low, decimals), round(high, decimals), step, decimals)
