"""How fast a network learns: seconds an epoch of MNIST at batch 128.

Our Trainer beside plain Keras `model.fit` and loops of PyTorch, plain and compiled, with the very same layers and as
many pictures, each warm in a process of its own, epoch by epoch in turn. Beside them, how much of the machine's matrix
product in float32 the steps reach.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any

from autoencoder.networks.blocks import PatchConvolution, Residual, Shortcut, TransposedPatchConvolution
from autoencoder.networks.layers import Dense, Flatten, Reshape
from autoencoder.networks.plan import Plan
from autoencoder.training.settings import TrainingSettings
from benchmarks.fresh import Fresh, Work, once
from benchmarks.options import NO_MNIST, Options
from benchmarks.peers import keras_epochs, torch_epochs, trainer_epochs
from benchmarks.table import Cell, Table, skipped
from benchmarks.timing import take_turns

SIDE = 2048  # of the matrices
PAUSE = 0.5  # s between two epochs, in which the threads of the process before come to rest
CHANNELS_LAST = ("convolutional",)  # as PyTorch advises for convolutions; the other layout was not measured

Kinds = dict[str, tuple[Work, dict[str, Any]]]


def measure(options: Options) -> Iterator[Table]:
    """The dense network, then the convolutional one, and what share of the machine each uses."""
    if not options.has_mnist:
        yield skipped("Seconds an epoch of MNIST", NO_MNIST)
        return
    for network, rounds in (("dense", options.count(7, 2)), ("convolutional", options.count(5, 1))):
        plan = TrainingSettings("mnist", network, "exact").plan
        peaks = [once(matrix_products)]
        epochs, notes = _measure(_kinds(network, options), rounds, options)
        peaks.append(once(matrix_products))
        layers = "-".join(str(width) for _, width in plan.widths)
        yield _table(f"{network.capitalize()} {layers}", epochs, "model.fit", notes)
        yield _share(network, plan, epochs, max(peaks))


def _kinds(network: str, options: Options) -> Kinds:
    """What is measured: ours, and the same layers as others train them."""
    which = {"source": "mnist", "network": network}
    ours = {**which, "bottleneck": "exact"}
    torch = {**which, "python": options.torch_python, "channels_last": network in CHANNELS_LAST}
    halved = {"compiled": True, "halved": True}
    kinds: Kinds = {
        "our Trainer, exact": (trainer_epochs, ours),
        "model.fit": (keras_epochs, which),
        "PyTorch": (torch_epochs, torch),
        "PyTorch, torch.compile": (torch_epochs, {**torch, "compiled": True}),
        "PyTorch, torch.compile, in bfloat16": (torch_epochs, {**torch, **halved}),
        "our Trainer, exact, in float32": (trainer_epochs, {**ours, "halved": False}),
        "our Trainer, ordered (with every size)": (trainer_epochs, {**ours, "bottleneck": "ordered"}),
        "our Trainer, exact, by XLA": (trainer_epochs, {**ours, "fused": True}),
    }
    if network == "convolutional":
        del kinds["our Trainer, exact, by XLA"]  # twenty times as slow
    return kinds


def _measure(kinds: Kinds, rounds: int, options: Options) -> tuple[dict[str, list[float]], list[str]]:
    """Every kind warm after one epoch, then `rounds` epochs of each in turn; what had to be skipped, in words."""
    with ExitStack() as stack:
        takes: dict[str, Callable[[], float]] = {}
        notes = []
        what = "tenth of an epoch" if options.quick else "epoch"
        for name, (work, arguments) in kinds.items():
            fresh = stack.enter_context(Fresh(work, **arguments, parts=options.count(1, 10)))
            first = fresh.ask()
            if isinstance(first, str):
                notes.append(first)
                continue
            notes.append(f"{name}: the first {what}, with compilation, took {first['wall']:.1f} s.")
            takes[name] = lambda fresh=fresh: fresh.ask()["seconds"]  # type: ignore[misc]
        return take_turns(takes, rounds, PAUSE), notes


def matrix_products() -> Iterator[float]:
    """The most float32 operations a second that NumPy's matrix product reaches, in 10⁹."""
    import numpy as np

    generator = np.random.default_rng(0)
    one, other = (generator.random((SIDE, SIDE), np.float32) for _ in range(2))
    times = []
    for _ in range(12):
        begin = time.perf_counter()
        one @ other
        times.append(time.perf_counter() - begin)
    yield 2 * SIDE**3 / min(times) / 1e9


def operations(plan: Plan, pictures: int) -> int:
    """Return how many a training step must do for so many pictures, with what convolutions see beyond the edges.

    Two for each product of a weight forward, two for the weight's gradient, two to pass the gradient on; the layers
    that read the picture itself pass none on.
    """
    products = [*_products(plan.encoder.layers, plan.shape), *_products(plan.decoder.layers, plan.decoder_input)]
    first = [count for count, reads_picture in products if reads_picture]
    return (6 * sum(count for count, _ in products) - 2 * sum(first)) * pictures


def _products(layers: Sequence[Any], shape: tuple[int, ...]) -> Iterator[tuple[int, bool]]:
    """For each matrix of weights: the products for one picture, and whether it reads the picture as it is."""
    untouched = len(shape) == 3
    for layer in layers:
        read, shape = shape, layer.output_shape(shape)
        if isinstance(layer, Shortcut):
            inner = [count for count, _ in _products(layer.layers, read)]
            yield inner[0], untouched
            yield from ((count, False) for count in inner[1:])
            yield read[0] * layer.layers[-1].units, untouched
        elif isinstance(layer, Residual):
            yield 9 * math.prod(read) * layer.filters, untouched
            yield math.prod(read) * layer.filters, False
        elif isinstance(layer, Dense):
            yield math.prod(read) * layer.units, untouched
        elif isinstance(layer, PatchConvolution):
            yield math.prod(shape) * layer.side**2 * read[2], untouched
        elif isinstance(layer, TransposedPatchConvolution):
            yield math.prod(read) * layer.side**2 * shape[2], untouched
        elif not isinstance(layer, Flatten | Reshape):
            raise TypeError(f"Expected layers that are known here. Received: {layer!r}.")
        untouched = untouched and isinstance(layer, Flatten)


def _table(title: str, epochs: dict[str, list[float]], peer: str, notes: list[str]) -> Table:
    base = median(epochs[peer])
    rows: list[tuple[Cell, ...]] = [
        (name, median(values), min(values), max(values), median(values) / base, base / median(values))
        for name, values in epochs.items()
    ]
    columns = ("", "s an epoch", "least", "most", f"/ {peer}", "times as fast")
    rounds = len(epochs[peer])
    return Table(
        f"{title}: seconds an epoch of 55,000 pictures at batch 128, median of {rounds}", columns, rows, notes, epochs
    )


def _share(network: str, plan: Plan, epochs: dict[str, list[float]], peak: float) -> Table:
    work = operations(plan, 55_000) / 1e9
    rows: list[tuple[Cell, ...]] = [(f"peer: NumPy's product of {SIDE} × {SIDE}, the best", peak, 1.0)]
    for name, values in epochs.items():
        if "ordered" not in name:
            rows.append((name, work / median(values), work / median(values) / peak))
    title = f"{network.capitalize()}: share of the machine's float32 matrix product"
    return Table(title, ("", "10⁹ operations a second", "share"), rows)
