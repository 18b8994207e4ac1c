"""What a bottleneck keeps and what it loses: for ten pictures at every size, and for all the test pictures."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import takewhile

import numpy as np

from autoencoder.analysis.measured import Curve, best_of_each_size, from_json, readable
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.principal import principal_components, training_pictures
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import TrainedModel

MEASURED_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MEASURED = "error_by_size"  # the name under which a run keeps it
CLASS_SIZE = 8  # the bottleneck size at which the classes are compared
BATCH = 1000  # pictures decoded at once, which bounds the memory
HOW_IT_WAS_TRAINED = {"bottleneck", "bottleneck_size", "seed", "epochs", "batch_size", "learning_rate"}


@dataclass(frozen=True, eq=False)
class Reconstructions:
    """Some pictures through a bottleneck of every size."""

    sizes: tuple[int, ...]
    codes: np.ndarray = field(repr=False)  # (pictures, code_size), before anything is left out
    reconstructions: np.ndarray = field(repr=False)  # float32 (sizes, pictures, height, width, channels) in [0, 1]
    errors: np.ndarray = field(repr=False)  # mean squared ones, (sizes, pictures)


def reconstruct(model: TrainedModel, pictures: np.ndarray) -> Reconstructions:
    """Return every size's reconstructions of pictures, float32 (n, …) in [0, 1], from one pass through each half."""
    sizes = model.settings.sizes
    codes = model.network.encode(pictures)
    rebuilt = model.network.decode(np.tile(codes, (len(sizes), 1)), np.repeat(sizes, len(codes)))
    frames = rebuilt.reshape(len(sizes), *pictures.shape)
    return Reconstructions(tuple(sizes), codes, frames, mean_squared_error(pictures[np.newaxis], frames))


@dataclass(frozen=True)
class CompressionReport:
    """What a trained network reaches on all the test pictures. Every error is a mean squared one."""

    pictures: int  # test pictures
    sizes: tuple[int, ...]  # the bottleneck sizes that were measured
    errors: tuple[float, ...]  # at each of them
    pca_sizes: tuple[int, ...]  # the numbers of components that PCA was measured with
    pca_errors: tuple[float, ...]  # with each
    class_size: int  # the bottleneck size at which the classes were compared
    class_errors: tuple[float, ...] = ()  # of each class; nothing where the pictures have no labels

    def __post_init__(self) -> None:
        if not len(self.sizes) == len(self.errors) > 0 or len(self.pca_sizes) != len(self.pca_errors):
            raise ValueError(f"Expected an error for every size. Received: {self}.")

    @classmethod
    def of(cls, folder: RunFolder) -> "CompressionReport | None":
        """Return what was measured of the run in `folder`; None where that is not there yet or cannot be read."""
        return from_json(cls, folder.measured(MEASURED))

    @property
    def points(self) -> Curve:
        """Return (bottleneck size, error) of the network."""
        return tuple(zip(self.sizes, self.errors, strict=True))

    @property
    def pca_points(self) -> Curve:
        """Return (components, error) of PCA."""
        return tuple(zip(self.pca_sizes, self.pca_errors, strict=True))

    @property
    def pca_ahead_from(self) -> int | None:
        """Return the size from which on PCA's error is lower, up to the largest that was measured; None for none."""
        pca = dict(self.pca_points)
        ahead = takewhile(lambda point: pca.get(point[0], math.inf) < point[1], reversed(self.points))
        return min((size for size, _ in ahead), default=None)

    def pca_needs(self, size: int) -> range:
        """Return the fewest components with which PCA does as well as the network at `size`; nothing where none do.

        Runs from before were measured at some sizes only, so it is one of several.
        """
        error = dict(self.points).get(size, -math.inf)
        for before, (count, own) in zip((0, *self.pca_sizes), self.pca_points, strict=False):
            if own <= error:
                return range(before + 1, count + 1)
        return range(0)


def measure(folder: RunFolder) -> None:
    """Work out the errors over all test pictures, beside PCA's, and keep them. Runs in the worker, after a training."""
    settings = folder.settings()
    pca_sizes, pca_errors = pca_of_source(settings.source)  # first, because it needs the most memory
    pictures = get_source(settings.source).load(test_only=True)
    network = CompiledNetwork(*folder.network(), threads=cores())
    sizes = [size for size in MEASURED_SIZES if size in settings.sizes] or settings.sizes
    class_size = CLASS_SIZE if CLASS_SIZE in settings.sizes else settings.bottleneck_size
    measured = CompressionReport(
        pictures=len(pictures.test),
        sizes=tuple(sizes),
        errors=error_by_size(network, pictures.test, sizes),
        pca_sizes=pca_sizes,
        pca_errors=pca_errors,
        class_size=class_size,
        class_errors=error_by_class(network, pictures, class_size),
    )
    folder.write_measured(MEASURED, asdict(measured))


def error_by_size(
    network: CompiledNetwork, pictures: np.ndarray, sizes: list[int], shown: np.ndarray | None = None
) -> tuple[float, ...]:
    """Return the mean squared error over pictures, float32 (n, …), at each size; `shown`: what goes in instead."""
    totals, shown = np.zeros(len(sizes)), pictures if shown is None else shown
    for begin in range(0, len(pictures), BATCH):
        part = slice(begin, begin + BATCH)
        codes = network.encode(shown[part])
        for number, size in enumerate(sizes):
            totals[number] += mean_squared_error(pictures[part], network.decode(codes, size)).sum(dtype=np.float64)
    return tuple(float(total) for total in totals / len(pictures))


def error_by_class(network: CompiledNetwork, pictures: ImageDataset, size: int) -> tuple[float, ...]:
    """Return the mean squared error of each class of test pictures at one bottleneck size; nothing without labels."""
    if pictures.test_labels is None:
        return ()
    of_class = [pictures.test[pictures.test_labels == label] for label in range(len(pictures.class_names))]
    return tuple(error_by_size(network, some, [size])[0] if len(some) else math.nan for some in of_class)


@lru_cache(maxsize=4)
def pca_of_source(source: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return all sizes up to the largest that is measured, and `pca_error_by_size` for a source at these."""
    train = training_pictures(source)
    sizes = list(range(1, min(MEASURED_SIZES[-1], len(train)) + 1))
    return tuple(sizes), pca_error_by_size(train, get_source(source).load(test_only=True).test, sizes)


def pca_error_by_size(train: np.ndarray, test: np.ndarray, sizes: list[int]) -> tuple[float, ...]:
    """Return the mean squared error of PCA on `test`, float32 (m, height, width, channels) in [0, 1], at each size.

    It is fitted to `train`, the same or uint8, (n, …). Sizes are numbers of components, each at most n.
    """
    mean, components = principal_components(train, max(sizes))
    test = test.reshape(len(test), -1) - mean
    # Pythagoras: what a component gives, it takes from what is left
    explained = np.square(test @ components).mean(axis=0, dtype=np.float64).cumsum()
    total = np.square(test).sum(axis=1, dtype=np.float64).mean()
    return tuple(float((total - explained[size - 1]) / test.shape[1]) for size in sizes)


def exact_errors(settings: TrainingSettings, runs: Iterable[RunFolder]) -> tuple[Curve, set[int]]:
    """Return the lowest errors of exact-size networks of the same kind, trained on the same pictures: (size, error).

    And for how many epochs they were trained.
    """
    found = [(CompressionReport.of(run), it.epochs) for run, it in _comparable(settings, runs) if not it.ordered]
    known = [(report.points[0], epochs) for report, epochs in found if report]
    return best_of_each_size((point for point, _ in known), min), {epochs for _, epochs in known}


def ordered_twin(settings: TrainingSettings, runs: Iterable[RunFolder]) -> RunFolder | None:
    """Return a finished ordered network of the same kind and pictures that answers for the size of these settings.

    Of several it is the one that was trained for as many epochs, or nearly.
    """
    size = settings.bottleneck_size
    able = [pair for pair in _comparable(settings, runs) if pair[1].ordered and pair[1].bottleneck_size >= size]
    return min(able, key=lambda pair: abs(pair[1].epochs - settings.epochs), default=(None,))[0]


def _comparable(settings: TrainingSettings, runs: Iterable[RunFolder]) -> list[tuple[RunFolder, TrainingSettings]]:
    """Return the runs of the same kind of network, on the same pictures and with the same loss, and their settings."""
    return [pair for pair in readable(runs) if set(settings.differences(pair[1])) <= HOW_IT_WAS_TRAINED]
