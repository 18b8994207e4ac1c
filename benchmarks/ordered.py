"""One training for every bottleneck size: what it costs in error, and what it spares in time.

On all of MNIST: the ordered network; the app's first network for exactly k numbers, trained as long, and for the time
of ten epochs of plain Keras `model.fit`; a network for exactly k numbers with the ordered one's layers, for that time
too; PCA with k numbers. Judged on all the test pictures, through LiteRT, as the pages show them. Beside the times,
`model.fit` of the dense layers. Each training has a fresh process.
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
ORDERED = ("gated", 50, 256)  # the network, its epochs, and its batches
EXACT = {  # in words → the same; as many epochs as take about as long
    "dense": ("dense", 55, 128),
    "dense, a third of the time": ("dense", 15, 128),
    "gated, a third of the time": ("gated", 15, 128),
}


def measure(options: Options) -> Iterator[Table]:
    """The seconds of each training, then the errors at each size."""
    if not options.has_mnist:
        yield skipped("Ordered against exact bottlenecks on MNIST", NO_MNIST)
        return

    def trained(kind: tuple[str, int, int], bottleneck: str, sizes: list[int]) -> Any:
        network, epochs, batch = kind
        epochs = options.epochs or options.count(epochs, 1)
        size = max(sizes)
        return once(train, network=network, bottleneck=bottleneck, size=size, epochs=epochs, batch=batch, sizes=sizes)

    ordered = trained(ORDERED, "ordered", [*SIZES, LARGEST])
    fit = _fit_seconds(options)
    exact = {(words, size): trained(kind, "exact", [size]) for size in SIZES for words, kind in EXACT.items()}
    yield _times(ordered, exact, fit)
    yield _errors(ordered, exact, once(pca_errors, sizes=[*SIZES]))


# In processes of their own


def train(
    network: str, bottleneck: str, size: int, epochs: int, batch: int, sizes: list[int]
) -> Iterator[dict[str, Any]]:
    """Train, then judge; the seconds are those of building, compiling and learning."""
    begin = time.perf_counter()
    from autoencoder.training.backend import import_tensorflow

    import_tensorflow()
    from autoencoder.analysis.compression import error_by_size
    from autoencoder.networks.compiled import CompiledNetwork
    from autoencoder.training.settings import TrainingSettings
    from autoencoder.training.trainer import Trainer

    imported = time.perf_counter()
    trainer = Trainer(TrainingSettings("mnist", network, bottleneck, size, epochs, batch))
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


def _times(ordered: Any, exact: dict[tuple[str, int], Any], fit: tuple[float, str]) -> Table:
    own = ordered["seconds"]
    rows = [("ordered: every size from 1 to 64", own, 1.0, own / fit[0])]
    for words in EXACT:
        seconds = [exact[words, size]["seconds"] for size in SIZES]
        alone, together = median(seconds), sum(seconds)
        rows += [
            (f"exact, {words}: a size, median of {len(SIZES)}", alone, alone / own, alone / fit[0]),
            (f"exact, {words}: the {len(SIZES)} sizes together", together, together / own, together / fit[0]),
        ]
    rows.append((f"peer: model.fit of the dense layers, {FIT_EPOCHS} epochs", fit[0], fit[0] / own, 1.0))
    return Table(
        "Training on MNIST: wall seconds with compilation, without importing",
        ("", "s", "/ ordered", "/ model.fit"),
        rows,
        [
            f"model.fit: {fit[1]}. Importing TensorFlow took {ordered['import']:.1f} s.",
            "PCA's pictures: all 60,000; ours: 55,000.",
        ],
    )


def _errors(ordered: Any, exact: dict[tuple[str, int], Any], pca: list[float]) -> Table:
    rows = []
    for size, own, linear in zip(SIZES, ordered["errors"], pca, strict=False):
        others = [*(exact[words, size]["errors"][0] for words in EXACT), linear]
        rows.append((str(size), own, *others, *(own / other for other in others)))
    names = [*(f"exact, {words}" for words in EXACT), "PCA"]
    columns = ("numbers", "ordered", *names, *(f"ordered / {name}" for name in names))
    note = f"Through {LARGEST} numbers: {ordered['errors'][-1]:.5f}."
    return Table("Mean squared error on the 10,000 test pictures", columns, rows, [note])
