"""What a page says before a training, of its time and its memory, beside what the training takes then.

Each training is one of a worker, in a fresh process: what it takes ends with the last epoch; what is worked out for the
pages afterwards is not in it. Memory is what the process has to itself, the files of libraries apart.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import psutil

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.sources import SOURCES
from autoencoder.training.capacity import SERVING
from autoencoder.training.estimates import WORKER, measured_speed, memory_parts, modeled_seconds
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from benchmarks.fresh import Fresh
from benchmarks.memory import Peak
from benchmarks.options import Options
from benchmarks.table import Cell, Table

REPAIRER = {"network": "repairer", "bottleneck": "open"}
DENOISER = {"network": "denoiser", "bottleneck": "open", "noise": "gaussian", "noise_high": 0.5}
TRAININGS: list[dict[str, Any]] = [
    {"source": "mnist_sample", "epochs": 10},
    {"source": "mnist_sample", "epochs": 10, "batch_size": 32},
    {"source": "mnist_sample", "epochs": 10, "network": "convolutional", "batch_size": 32},
    {"source": "mnist_sample", "epochs": 10, "network": "linear", "bottleneck": "exact", "bottleneck_size": 8},
    {"source": "mnist_sample", "epochs": 4, "batch_size": 8, **DENOISER},
    {"source": "mnist_sample", "epochs": 4, "batch_size": 64, **DENOISER},
    {"source": "mnist_sample", "epochs": 4, **DENOISER, "network": "keras_example"},
    {"source": "mnist", "epochs": 3},
    {"source": "bananas", "epochs": 4},
    {"source": "bananas", "epochs": 4, "network": "convolutional"},
    {"source": "bananas", "epochs": 2, "optimizer": "muon", "batch_size": 16, **REPAIRER},
    {"source": "bananas", "epochs": 4, "side": 96},
    {"source": "bananas", "epochs": 4, "side": 96, **DENOISER},
    {"source": "bananas", "epochs": 4, "side": 96, "batch_size": 32, **REPAIRER},
    {"source": "bananas", "epochs": 4, "side": 96, "batch_size": 32, "network": "convolutional"},
]


def train(side: int = 0, **settings: Any) -> Iterator[list[float]]:
    """Train on the source, or on random pictures of `side` pixels; give the s and MB estimated, and the s taken."""
    import numpy as np

    from autoencoder.training import training_loop, worker

    training_loop.LEASE = float("inf")  # nobody watches
    if side:
        draw, shape = np.random.default_rng(0).random, (side, side, 3)
        pictures = ImageDataset(train=draw((600, *shape), np.float32), test=draw((20, *shape), np.float32))
        large = replace(SOURCES[settings["source"]], shape=shape, training_pictures=600, load=lambda **_: pictures)
        cast(dict, SOURCES)[settings["source"]] = large
    wanted = TrainingSettings(**settings)
    worker.warm_up()
    with TemporaryDirectory() as home:
        folder = RunFolder(Path(home) / "run")
        folder.create(wanted)
        worker.train(str(folder.path))
        snapshot = folder.snapshot()
        if snapshot.state is not RunState.FINISHED:
            raise RuntimeError(f"Expected the training to finish. Received: {snapshot}")
    memory = SERVING / 1e6 + WORKER + sum(memory_parts(wanted).values())
    yield [modeled_seconds(wanted, wanted.epochs) * measured_speed(), memory, snapshot.seconds]


def _own(process: psutil.Process) -> float:
    """Return the MB that a process has to itself."""
    found = process.memory_info()
    return (found.rss - getattr(found, "shared", 0)) / 1e6


def measure(options: Options) -> Iterator[Table]:
    """Each training alone."""
    rows: list[tuple[Cell, ...]] = []
    for settings in TRAININGS[:: 4 if options.quick else 1]:
        if settings["source"] == "mnist" and not options.has_mnist:
            continue
        with Fresh(train, **settings) as fresh, Peak(partial(_own, psutil.Process(fresh.pid))) as peak:
            said, memory, took = fresh.ask()
        name = ", ".join(str(value) for value in settings.values())
        rows.append((name, took, said, said / took, peak.highest, memory, memory / peak.highest))
    columns = ("", "s", "estimated", "/", "MB", "estimated, with the server", "/")
    yield Table("Time and memory of a training, and the estimates", columns, rows)
