"""What it costs a training to keep tiles of weights and maps with its previews: time, and bytes of its folder.

The same training with and without, with all that goes to its folder until the network is exported, each warm in a
process of its own, in turn; in time of the processor, which what else runs changes less. The shorter the epochs, the
more it costs, so these are short ones. What is added is also timed by itself, because two trainings one after the other
differ by more than it takes.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from autoencoder.files import bytes_in
from autoencoder.training.growth import moments, pack
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from benchmarks.fresh import Fresh
from benchmarks.options import Options
from benchmarks.table import Cell, Table
from benchmarks.timing import seconds, take_turns

PAUSE = 0.5  # s between two trainings, in which the threads of the process before come to rest
TIMES = 30  # that what is added is timed
TRAININGS: dict[str, dict[str, Any]] = {
    "dense": {"epochs": 6},
    "shallow": {"network": "shallow", "bottleneck": "exact", "bottleneck_size": 8, "epochs": 20},
    "convolutional": {"network": "convolutional", "epochs": 2},
    "denoiser": {"network": "denoiser", "bottleneck": "open", "noise": "gaussian", "noise_high": 0.5, "epochs": 1},
    "keras_example": {"network": "keras_example", "bottleneck": "open", "noise": "gaussian", "epochs": 1},
}


def trainings(keeps: bool, **settings: Any) -> Iterator[list[float]]:
    """Train again and again from the same weights; give what it takes until the export, and adds.

    That is the s of the processor, the s, the bytes of the folder, and the s that one preview takes longer.
    """
    from autoencoder.training import training_loop
    from autoencoder.training.trainer import Trainer

    training_loop.LEASE = float("inf")  # nobody watches
    if not keeps:
        training_loop.moments = lambda *of: set()
    wanted = TrainingSettings("mnist_sample", **settings)
    learner = Trainer(wanted)
    first, export, ended = learner.arrays(), learner.export, [0.0, 0.0]

    def note_and_export() -> tuple[bytes, bytes]:
        ended[:] = time.process_time(), time.perf_counter()
        return export()

    learner.export = note_and_export  # type: ignore[method-assign]
    while True:
        learner.restore(first)
        with TemporaryDirectory() as home:
            folder = RunFolder(Path(home) / "run")
            folder.create(wanted)
            began = time.process_time(), time.perf_counter()
            training_loop.fit(folder, learner)
            size = bytes_in(folder.path)
            yield [ended[0] - began[0], ended[1] - began[1], size, _added(folder, learner)]


def _added(folder: RunFolder, learner: Any) -> float:
    """Return the s that one preview takes longer with tiles."""
    shown, previews = learner.show(), len(folder.snapshot().previews)
    without = [seconds(partial(folder.write_preview, 0, shown)) for _ in range(TIMES)]
    with_tiles = [
        seconds(lambda: folder.write_preview(0, shown, pack(learner.tiles(), previews))) for _ in range(TIMES)
    ]
    return median(with_tiles) - median(without)


def measure(options: Options) -> Iterator[Table]:
    """Each network with tiles and without, in turn."""
    rows: list[tuple[Cell, ...]] = []
    samples: dict[str, list[float]] = {}
    for name, settings in TRAININGS.items():
        with ExitStack() as stack:
            fresh = {keeps: stack.enter_context(Fresh(trainings, keeps=keeps, **settings)) for keeps in (True, False)}
            (_, _, size, added), _ = (fresh[keeps].ask() for keeps in (True, False))  # TensorFlow compiles
            _, whole, without, _ = fresh[False].ask()
            ask = {str(keeps): lambda one=one: one.ask()[0] for keeps, one in fresh.items()}
            taken = take_turns(ask, options.count(7, 2), PAUSE)
        pairs = [one / other for one, other in zip(taken["True"], taken["False"], strict=True)]
        samples[name] = pairs
        kept = len(moments(settings["epochs"] + 5))
        share = added * kept / whole
        times = (median(taken["True"]), median(taken["False"]))
        rows.append((name, *times, median(pairs), 1000 * added, share, (size - without) / 1e6))
    columns = ("", "s with tiles", "s without", "/, of pairs", "ms a preview", "share of the time", "MB more")
    yield Table(
        "A training on the MNIST sample until its export, with tiles and without", columns, rows, samples=samples
    )
