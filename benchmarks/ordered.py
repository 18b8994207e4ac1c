"""One training for every bottleneck size: what it costs in error, and what it spares in time.

On all of MNIST, with the app's settings but for the epochs: the ordered network; networks of exactly k numbers with the
same layers, and with those of the network "dense", each trained as long; PCA with k numbers. Judged on all the test
pictures, through LiteRT, as the pages show them. Beside the times, plain Keras `model.fit` of the dense layers. Each
training has a fresh process.
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
EPOCHS = {"deep": 11, "dense": 15}  # as many as take about as long as FIT_EPOCHS of `model.fit`


def measure(options: Options) -> Iterator[Table]:
    """The seconds of each training, then the errors at each size."""
    if not options.has_mnist:
        yield skipped("Ordered against exact bottlenecks on MNIST", NO_MNIST)
        return
    epochs = {network: options.epochs or options.count(count, 1) for network, count in EPOCHS.items()}
    sizes = (*SIZES, LARGEST)
    ordered = once(train, network="deep", bottleneck="ordered", size=LARGEST, epochs=epochs["deep"], sizes=[*sizes])
    fit = _fit_seconds(options)
    exact = {
        (network, size): once(train, network=network, bottleneck="exact", size=size, epochs=count, sizes=[size])
        for size in sizes
        for network, count in epochs.items()
    }
    yield _times(ordered, exact, fit, epochs)
    yield _errors(ordered, exact, once(pca_errors, sizes=[*sizes]), epochs)


# In processes of their own


def train(network: str, bottleneck: str, size: int, epochs: int, sizes: list[int]) -> Iterator[dict[str, Any]]:
    """Train, then judge; the seconds are those of building, compiling and learning."""
    begin = time.perf_counter()
    from autoencoder.analysis.compression import error_by_size
    from autoencoder.networks.compiled import CompiledNetwork
    from autoencoder.training.settings import TrainingSettings
    from autoencoder.training.trainer import Trainer

    imported = time.perf_counter()
    trainer = Trainer(TrainingSettings("mnist", network, bottleneck, size, epochs))
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


def _times(ordered: Any, exact: dict[tuple[str, int], Any], fit: tuple[float, str], epochs: dict[str, int]) -> Table:
    own = ordered["seconds"]
    rows = [("ordered: every size from 1 to 64", own, 1.0, own / fit[0])]
    for network in epochs:
        seconds = [exact[network, size]["seconds"] for size in SIZES]
        alone, together = median(seconds), sum(seconds)
        rows += [
            (f"exact, {network}: a size, median of {len(SIZES)}", alone, alone / own, alone / fit[0]),
            (f"exact, {network}: the {len(SIZES)} sizes together", together, together / own, together / fit[0]),
        ]
    rows.append((f"peer: model.fit of the dense layers, {FIT_EPOCHS} epochs", fit[0], fit[0] / own, 1.0))
    return Table(
        f"Training on MNIST, {_said(epochs)}: wall seconds with compilation, without importing",
        ("", "s", "/ ordered", "/ model.fit"),
        rows,
        [
            f"model.fit: {fit[1]}. Importing TensorFlow took {ordered['import']:.1f} s.",
            "PCA's pictures: all 60,000; ours: 55,000.",
        ],
    )


def _errors(ordered: Any, exact: dict[tuple[str, int], Any], pca: list[float], epochs: dict[str, int]) -> Table:
    rows = []
    for size, own, linear in zip((*SIZES, LARGEST), ordered["errors"], pca, strict=True):
        deep, dense = (exact[network, size]["errors"][0] for network in epochs)
        rows.append((str(size), own, deep, dense, linear, own / deep, own / dense, own / linear))
    columns = ("numbers", "ordered", "exact", "exact, dense", "PCA", "ordered / exact", "ordered / dense", "/ PCA")
    return Table(f"Mean squared error on the 10,000 test pictures, after {_said(epochs)}", columns, rows)


def _said(epochs: dict[str, int]) -> str:
    return " and ".join(f"{count} epochs of the network {network!r}" for network, count in epochs.items())
