"""What a bottleneck keeps and what it loses: for ten pictures at every size, and for all the test pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from autoencoder.images.picture_set import PictureSet
from autoencoder.images.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import LARGEST_CODE, TrainingSettings
from autoencoder.training.store import TrainedModel

MEASURED_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MEASURED = "error_by_size"  # the name under which a run keeps it
BATCH = 1000  # pictures decoded at once, which bounds the memory


@dataclass(frozen=True, eq=False)
class Squeezed:
    """Some pictures through a bottleneck of every size.

    Args:
        sizes: The bottleneck sizes, in the order of the frames.
        codes: float32 (pictures, code_size), before anything is left out.
        reconstructions: float32 (sizes, pictures, height, width, channels) in [0, 1].
        errors: float32 (sizes, pictures), the mean squared error of each picture.
    """

    sizes: tuple[int, ...]
    codes: np.ndarray = field(repr=False)
    reconstructions: np.ndarray = field(repr=False)
    errors: np.ndarray = field(repr=False)


def squeeze(model: TrainedModel, pictures: np.ndarray) -> Squeezed:
    """Every size's reconstructions, from one pass through the encoder and one batched pass through the decoder.

    Args:
        model: A trained network.
        pictures: float32 (n, height, width, channels) in [0, 1].
    """
    sizes = model.settings.sizes
    codes = model.network.encode(pictures)
    rebuilt = model.network.decode(np.tile(codes, (len(sizes), 1)), np.repeat(sizes, len(codes)))
    frames = rebuilt.reshape(len(sizes), *pictures.shape)
    return Squeezed(tuple(sizes), codes, frames, reconstruction_error(pictures[np.newaxis], frames))


def reconstruction_error(pictures: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """The mean squared error of each picture: (…, height, width, channels) → (…)"""
    return np.square(reconstructions - pictures).mean(axis=(-3, -2, -1))


def measure(folder: RunFolder) -> None:
    """Work out the error at several bottleneck sizes over all the test pictures, beside PCA's, and keep it.

    Runs in the worker, after a training.
    """
    settings = folder.settings()
    test = get_source(settings.source).load(test_only=True).test
    sizes = [size for size in MEASURED_SIZES if size in settings.sizes] or settings.sizes
    errors = error_by_size(CompiledNetwork(*folder.network()), test, sizes)
    values: dict[str, Any] = {"sizes": sizes, "errors": errors, "pictures": len(test)}
    folder.write_measured(MEASURED, values | {"pca": pca_of_source(settings.source)})


def error_by_size(network: CompiledNetwork, pictures: np.ndarray, sizes: list[int]) -> list[float]:
    """The mean squared error over all `pictures`, float32 (n, height, width, channels), at each bottleneck size."""
    totals = np.zeros(len(sizes))
    for begin in range(0, len(pictures), BATCH):
        part = pictures[begin : begin + BATCH]
        codes = network.encode(part)
        for number, size in enumerate(sizes):
            totals[number] += reconstruction_error(part, network.decode(codes, size)).sum(dtype=np.float64)
    return [float(total) for total in totals / len(pictures)]


@lru_cache(maxsize=4)
def pca_of_source(source: str) -> dict[str, Any]:
    """`pca_error_by_size` for a source of pictures, at the measured sizes."""
    pictures = get_source(source).load()
    sizes = [size for size in MEASURED_SIZES if size <= min(LARGEST_CODE, *pictures.train.shape[:1])]
    return {"sizes": sizes, "errors": pca_error_by_size(pictures, sizes)}


def pca_error_by_size(pictures: PictureSet, sizes: list[int]) -> list[float]:
    """The mean squared error on the test pictures of PCA with as many numbers, fitted to the training pictures.

    K. Pearson, "On lines and planes of closest fit to systems of points in space", 1901,
    doi:10.1080/14786440109462720.
    """
    from sklearn.decomposition import PCA  # here, because it takes 200 MB and only workers need it

    train = pictures.train.reshape(len(pictures.train), -1)
    test = pictures.test.reshape(len(pictures.test), -1)
    pca = PCA(max(sizes), svd_solver="covariance_eigh" if len(train) > train.shape[1] else "full").fit(train)
    explained = np.square(pca.transform(test)).mean(axis=0).cumsum()  # Pythagoras: what a component gives, it takes
    total = np.square(test - pca.mean_).sum(axis=1).mean()  # from what is left
    return [float((total - explained[size - 1]) / test.shape[1]) for size in sizes]


def exact_errors(settings: TrainingSettings, runs: Iterable[RunFolder]) -> list[tuple[int, float]]:
    """The measured errors of exact-size networks of the same kind, trained on the same pictures: (size, error)."""
    best: dict[int, float] = {}
    for run in runs:
        other, measured = run.settings(), run.measured(MEASURED)
        if measured and not other.ordered and _comparable(settings, other):
            error = float(measured["errors"][0])
            best[other.bottleneck_size] = min(error, best.get(other.bottleneck_size, error))
    return sorted(best.items())


def ordered_twin(settings: TrainingSettings, runs: Iterable[RunFolder]) -> RunFolder | None:
    """A finished ordered network of the same kind and pictures that answers for the size of these settings."""
    for run in runs:
        other = run.settings()
        if other.ordered and other.bottleneck_size >= settings.bottleneck_size and _comparable(settings, other):
            return run
    return None


def _comparable(one: TrainingSettings, other: TrainingSettings) -> bool:
    return set(one.differences(other)) <= {"bottleneck", "bottleneck_size", "seed", "epochs", "batch_size", "learning_rate"}
