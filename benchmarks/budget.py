"""Small sets: how long a training with a page's first settings takes until its network is there, and what more brings.

For 60 photos added as a learner adds them, and for the sample of MNIST. Each training is asked of `Jobs`, as the pages
ask, with as many epochs as they offer then, and runs in the usual worker, which is warm. Beside it the same with all
the epochs that the page has where time does not matter: what takes longer than the budget then is in the last columns.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autoencoder.training.estimates import BUDGET
from autoencoder.training.settings import TrainingSettings
from benchmarks.estimates import own_set
from benchmarks.fresh import Fresh
from benchmarks.options import Options
from benchmarks.progress import say
from benchmarks.table import Cell, Table

PHOTOS = 60
LESSONS = ("bottleneck", "denoising")
LONGEST = 900.0  # s


def measure(options: Options) -> Iterator[Table]:
    """A process for every set and lesson."""
    rows: list[tuple[Cell, ...]] = []
    for source, lesson in product(("own", "mnist_sample"), LESSONS):
        say(f"{lesson}, {source} …")
        with TemporaryDirectory(prefix="benchmark-") as home:
            arguments: dict[str, Any] = {
                "source": source,
                "lesson": lesson,
                "home": home,
                "with_all": not options.quick,
            }
            with Fresh(train, environment={"HOURGLASS_HOME": home}, **arguments) as fresh:
                found = fresh.ask()
        rows.append((f"{lesson.capitalize()}, {f'{PHOTOS} photos' if source == 'own' else 'the sample'}", *found))
    columns = ("", "named s", "s", "epochs", "of", "loss", "all: s", "loss")
    notes = [f"Bound to {BUDGET} s. Seconds are from the request until the network is there; losses those held out."]
    yield Table("What the pages train at first on small sets", columns, rows, notes)


def train(source: str, lesson: str, home: str, *, with_all: bool) -> Iterator[list[float | None]]:
    """Train what a page offers; give the s estimated and taken, the epochs learned and the page's own, and the loss.

    Then the s and the loss of all these epochs, or None.
    """
    from autoencoder.training import worker
    from autoencoder.training.executors import WorkerPool
    from autoencoder.training.jobs import Jobs
    from autoencoder.training.store import Store

    executor: Any = WorkerPool()
    jobs = Jobs(Store(Path(home)), executor=lambda: executor, capacity=1)
    try:
        jobs.warm()
        executor.submit(worker.warm_up).result()
        wanted = _first_settings(own_set(PHOTOS) if source == "own" else source, lesson)
        offered = replace(wanted, epochs=jobs.offered_epochs(wanted))
        named = jobs.seconds_for(offered)
        seconds, epochs, loss = _trained(jobs, offered)
        yield [named, seconds, epochs, wanted.epochs, loss, *(_all(jobs, wanted) if with_all else (None, None))]
    finally:
        jobs.close()
        executor.shutdown(wait=True, kill_workers=True)


def _first_settings(source: str, lesson: str) -> TrainingSettings:
    """Return what the lesson's form says at first about this source."""
    settings: TrainingSettings = import_module(f"ui.lessons.{lesson}.form").FORM.defaults(source)
    return settings


def _all(jobs: Any, wanted: TrainingSettings) -> tuple[float, float | None]:
    """Train all the epochs, without a bound; return the s and the loss."""
    jobs.bound = lambda settings: None
    seconds, _, loss = _trained(jobs, replace(wanted, seed=wanted.seed + 1))
    return seconds, loss


def _trained(jobs: Any, settings: TrainingSettings) -> tuple[float, float, float | None]:
    """Train; return the s until the network is there, the epochs that were learned, and the last loss held out."""
    begin = time.perf_counter()
    run = jobs.start(settings, "learner")
    while time.perf_counter() - begin < LONGEST and run.snapshot().state.active:
        time.sleep(0.02)
    seconds, snapshot = time.perf_counter() - begin, run.snapshot()
    losses = [loss.validation for loss in snapshot.losses if loss.validation is not None]
    return seconds, snapshot.epoch, losses[-1] if losses else None
