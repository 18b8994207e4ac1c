"""One training for every bottleneck size: what it costs in error, and what it spares in time.

On all of MNIST, with the app's settings but for the epochs: the ordered network; networks of exactly k numbers, trained
as long; PCA with k numbers. Judged on all the test pictures, through LiteRT, as the pages show them. Beside the times,
plain Keras `model.fit` of the same layers. Each training has a fresh process.
"""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.fresh import Fresh, once
from benchmarks.options import NO_MNIST, Options
from benchmarks.peers import keras_epochs
from benchmarks.table import Table, skipped

SIZES = (1, 2, 4, 8, 16, 32)
LARGEST = 64
FIT_EPOCHS = 10
EPOCHS = 15  # as many as take about as long as FIT_EPOCHS of `model.fit`


def measure(options: Options) -> Iterator[Table]:
    """The seconds of each training, then the errors at each size."""
    if not options.has_mnist:
        yield skipped("Ordered against exact bottlenecks on MNIST", NO_MNIST)
        return
    epochs = options.epochs or options.count(EPOCHS, 1)
    ordered = once(train, bottleneck="ordered", size=LARGEST, epochs=epochs, sizes=[*SIZES, LARGEST])
    fit = _fit_seconds(options)
    exact = {
        size: once(train, bottleneck="exact", size=size, epochs=epochs, sizes=[size]) for size in (*SIZES, LARGEST)
    }
    yield _times(ordered, exact, fit, epochs)
    yield _errors(ordered, exact, once(pca_errors, sizes=[*SIZES, LARGEST]), epochs)


# In processes of their own


def train(bottleneck: str, size: int, epochs: int, sizes: list[int]) -> Iterator[dict[str, Any]]:
    """Train, then judge; the seconds are those of building, compiling and learning."""
    begin = time.perf_counter()
    from autoencoder.analysis.compression import error_by_size
    from autoencoder.networks.compiled import CompiledNetwork
    from autoencoder.training.settings import TrainingSettings
    from autoencoder.training.trainer import Trainer

    imported = time.perf_counter()
    trainer = Trainer(TrainingSettings("mnist", "dense", bottleneck, size, epochs))
    while trainer.step < trainer.total_steps:
        trainer.advance(trainer.steps_per_epoch)
    learned = time.perf_counter()
    errors = error_by_size(CompiledNetwork(*trainer.export()), _pictures(test_only=True).test, sizes)
    yield {"import": imported - begin, "seconds": learned - imported, "errors": errors}


def pca_errors(sizes: list[int]) -> Iterator[list[float]]:
    """The mean squared error on the test pictures of scikit-learn's PCA, fitted to all 60,000 training pictures."""
    import numpy as np
    from sklearn.decomposition import PCA

    pictures = _pictures()
    train, test = (part.reshape(len(part), -1) for part in (pictures.train, pictures.test))
    pca = PCA(max(sizes), svd_solver="covariance_eigh").fit(train)
    codes = pca.transform(test)
    rebuilt = (codes[:, :size] @ pca.components_[:size] + pca.mean_ for size in sizes)
    yield [float(np.square(picture - test).mean(dtype=np.float64)) for picture in rebuilt]


def _pictures(*, test_only: bool = False) -> Any:
    from autoencoder.data.sources import get_source

    return get_source("mnist").load(test_only=test_only)


def _fit_seconds(options: Options) -> tuple[float, str]:
    """Ten epochs of plain `model.fit`, and how that was measured."""
    count = FIT_EPOCHS if options.full else options.count(3, 2)
    with Fresh(keras_epochs, source="mnist", network="dense") as fresh:
        epochs = [fresh.ask()["seconds"] for _ in range(count)]
    if options.full:
        return sum(epochs), "measured in full"
    return epochs[0] + (FIT_EPOCHS - 1) * median(epochs[1:]), f"the first epoch + 9 × the median of {count - 1} more"


# Tables


def _times(ordered: Any, exact: dict[int, Any], fit: tuple[float, str], epochs: int) -> Table:
    own = ordered["seconds"]
    rows = [("ordered: every size from 1 to 64", own, 1.0, own / fit[0])]
    rows += [
        (f"exact: {size}", run["seconds"], run["seconds"] / own, run["seconds"] / fit[0]) for size, run in exact.items()
    ]
    total = sum(exact[size]["seconds"] for size in SIZES)
    rows.append((f"exact: the {len(SIZES)} sizes up to {SIZES[-1]} together", total, total / own, total / fit[0]))
    rows.append((f"peer: model.fit of the same layers, {FIT_EPOCHS} epochs", fit[0], fit[0] / own, 1.0))
    return Table(
        f"Training on MNIST, {epochs} epochs at batch 128: wall seconds with compilation, without importing TensorFlow",
        ("", "s", "/ ordered", "/ model.fit"),
        rows,
        [f"model.fit: {fit[1]}. Importing took {ordered['import']:.1f} s. PCA's pictures: all 60,000; ours: 55,000."],
    )


def _errors(ordered: Any, exact: dict[int, Any], pca: list[float], epochs: int) -> Table:
    rows = []
    for size, own, linear in zip((*SIZES, LARGEST), ordered["errors"], pca, strict=True):
        alone = exact[size]["errors"][0]
        rows.append((str(size), own, alone, linear, own / alone, own / linear))
    columns = ("numbers", "ordered", "exact", "PCA", "ordered / exact", "ordered / PCA")
    return Table(f"Mean squared error on the 10,000 test pictures, after {epochs} epochs", columns, rows)
