"""What a page says before a training, of its time and its memory, beside what the training takes then.

For networks that learners compose, of each epoch too, which is what the composer says. Each training is one of a
worker, in a fresh process: what it takes ends with the last epoch; what is worked out for the pages afterwards is not
in it. Memory is what the process has to itself, the files of libraries apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import psutil

from autoencoder.data import own
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.sources import SOURCES
from autoencoder.data.uploads import storage
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
    {"photos": 60, "epochs": 20, "batch_size": 32},
    {"photos": 60, "epochs": 10, "batch_size": 32, "network": "convolutional"},
    {"photos": 60, "epochs": 4, "batch_size": 8, **DENOISER},
    {"source": "mnist", "epochs": 3},
    {"source": "bananas", "epochs": 4},
    {"source": "bananas", "epochs": 4, "network": "convolutional"},
    {"source": "bananas", "epochs": 2, "optimizer": "muon", "batch_size": 16, **REPAIRER},
    {"source": "bananas", "epochs": 4, "side": 96},
    {"source": "bananas", "epochs": 4, "side": 96, **DENOISER},
    {"source": "bananas", "epochs": 4, "side": 96, "batch_size": 32, **REPAIRER},
    {"source": "bananas", "epochs": 4, "side": 96, "batch_size": 32, "network": "convolutional"},
]
COMPOSED: list[dict[str, Any]] = [
    {"source": "mnist_sample", "network": "own", "epochs": 6, "batch_size": batch_size, "composition": composition}
    for batch_size, composition in [
        (32, "dense-256.128"),
        (128, "dense-64"),
        (32, "dense-1024.512.256-to-1024"),
        (64, "dense-512.512.512.512.512-tanh"),
        (32, "dense-256.128-gelu-dropout0.2-norm"),
        (32, "conv-16k3s2.32k3s2"),
        (128, "conv-32k5s2.64k3s2-leaky_relu"),
        (64, "conv-16k3s2.32k3s2.64k3s2-dropout0.1-norm"),
        (64, "conv-8k3s1.16k3s2-gelu"),
        (128, "conv-64k4s4-to-64k4s4-decay0.0001"),
    ]
]


def train(side: int = 0, photos: int = 0, **settings: Any) -> Iterator[list[float]]:
    """Train on the source, or on random pictures of `side` pixels; give the s and MB estimated, and the s taken.

    With `photos`, so many are added as a learner adds them, and the pictures that the page makes of them are learned.
    """
    import numpy as np

    from autoencoder.training import training_loop, worker

    if photos:
        settings["source"] = own_set(photos)

    training_loop.LEASE = float("inf")  # nobody watches
    if side:
        draw, shape = np.random.default_rng(0).random, (side, side, 3)
        pictures = ImageDataset(train=draw((600, *shape), np.float32), test=draw((20, *shape), np.float32))
        large = replace(SOURCES[settings["source"]], shape=shape, training_pictures=600, load=lambda **_: pictures)
        cast(dict, SOURCES)[settings["source"]] = large
    wanted = TrainingSettings(**settings)
    worker.warm_up()
    with _trained(wanted) as folder:
        snapshot = folder.snapshot()
    memory = SERVING / 1e6 + WORKER + sum(memory_parts(wanted).values())
    yield [modeled_seconds(wanted, wanted.epochs) * measured_speed(), memory, snapshot.seconds]


def train_epochs(**settings: Any) -> Iterator[list[float]]:
    """Train; give the s of an epoch, as estimated and, from the end of the first to the end of the last, as taken."""
    from autoencoder.training import training_loop, worker

    training_loop.LEASE = float("inf")  # nobody watches
    wanted = TrainingSettings(**settings)
    worker.warm_up()
    with _trained(wanted) as folder:
        kept = sorted((folder.path / "moments").iterdir())[-wanted.epochs :]  # a preview after each epoch
        first, last = (path.stat().st_mtime for path in (kept[0], kept[-1]))
    modeled = modeled_seconds(wanted, 2) - modeled_seconds(wanted, 1)
    yield [modeled * measured_speed(), (last - first) / (wanted.epochs - 1)]


def own_set(photos: int) -> str:
    """Make a set of a session's own of so many photos, as the page does at first; return the name of its source."""
    import numpy as np

    from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
    from autoencoder.data.uploads.reading import Photo

    draw, source = np.random.default_rng(0).integers, own.name_of("0" * 32, "0" * 12)
    grains = [draw(0, 256, (6, 8, 3), np.uint8).repeat(20, axis=0).repeat(20, axis=1) for _ in range(photos)]
    found = [Photo(str(number), None, pixels) for number, pixels in enumerate(grains)]
    storage.save_dataset(own.set_folder(source), make_dataset(found, UploadChoices())[0], found)
    return source


@contextmanager
def _trained(settings: TrainingSettings) -> Iterator[RunFolder]:
    """Give a run that was trained here, and is there for as long."""
    from autoencoder.training import worker

    with TemporaryDirectory() as home:
        folder = RunFolder(Path(home) / "run")
        folder.create(settings)
        worker.train(str(folder.path))
        if folder.snapshot().state is not RunState.FINISHED:
            raise RuntimeError(f"Expected the training to finish. Received: {folder.snapshot()}")
        yield folder


def _own(process: psutil.Process) -> float:
    """Return the MB that a process has to itself."""
    found = process.memory_info()
    return (found.rss - getattr(found, "shared", 0)) / 1e6


def measure(options: Options) -> Iterator[Table]:
    """Each training alone."""
    yield _composed(options)
    rows: list[tuple[Cell, ...]] = []
    for settings in TRAININGS[:: 4 if options.quick else 1]:
        if settings.get("source") == "mnist" and not options.has_mnist:
            continue
        with (
            TemporaryDirectory() as uploads,
            Fresh(train, environment={own.VARIABLE: uploads}, **settings) as fresh,
            Peak(partial(_own, psutil.Process(fresh.pid))) as peak,
        ):
            said, memory, took = fresh.ask()
        name = ", ".join(f"{value} photos" if key == "photos" else f"{value}" for key, value in settings.items())
        rows.append((name, took, said, said / took, peak.highest, memory, memory / peak.highest))
    columns = ("", "s", "estimated", "/", "MB", "estimated, with the server", "/")
    yield Table("Time and memory of a training, and the estimates", columns, rows)


def _composed(options: Options) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for settings in COMPOSED[:: 4 if options.quick else 1]:
        with Fresh(train_epochs, **settings) as fresh:
            said, took = fresh.ask()
        rows.append((f"{settings['composition']}, batches of {settings['batch_size']}", took, said, said / took))
    return Table("An epoch of networks of one's own, and the estimates", ("", "s", "estimated", "/"), rows)
