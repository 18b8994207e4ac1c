"""Thirty learners press Train at once: with the same settings, and each with their own.

The trainings are asked of `Jobs` in this process, as the pages ask, and run in its usual workers, one at a time. The
peer of thirty is the sum of thirty alone: of trainings that were asked for one by one, each when the worker was warm
and had nothing else to do. Some of these come before the thirty, some after.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from autoencoder.analysis.compression import MEASURED
from autoencoder.analysis.compression import measure as evaluate
from autoencoder.training import worker
from autoencoder.training.executors import WorkerPool
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store
from benchmarks.options import Options
from benchmarks.progress import say
from benchmarks.table import Table
from benchmarks.timing import p95

LEARNERS = 30
BOUND = 1.1  # what thirty at once may take, in sums of each alone
LONGEST = 900.0  # s
REST = 3.0  # s after which a worker that has kept too much is replaced


class Counted(Executor):
    """An executor that writes down what it was given.

    Args:
        executor: Does the work.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self.begun: list[str] = []  # keys

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        """Pass the work on."""
        if function is worker.train:
            self.begun.append(Path(arguments[0]).name)
        return self._executor.submit(function, *arguments, **named)


class Queue:
    """Trainings and what became of them.

    Args:
        home: Where they are kept.
        epochs: Of each.
    """

    def __init__(self, home: Path, executor: Executor, epochs: int) -> None:
        self.executor = Counted(executor)
        self.jobs = Jobs(Store(home), executor=lambda: self.executor, capacity=1)
        self._epochs = epochs
        self._seed = 0

    def settings(self) -> TrainingSettings:
        """Others than ever before."""
        self._seed += 1
        return TrainingSettings("mnist_sample", epochs=self._epochs, seed=self._seed)

    def ask(self, wanted: list[TrainingSettings]) -> list[float]:
        """Seconds from the first request until each was trained and measured, all asked for at once.

        Raises:
            RuntimeError: If one of them did not finish.
        """
        begin = time.perf_counter()
        runs = [self.jobs.start(settings, f"learner {number}", evaluate) for number, settings in enumerate(wanted)]
        seconds: dict[int, float] = {}
        while self.jobs.busy() and time.perf_counter() - begin < LONGEST:
            for number, run in enumerate(runs):
                if number not in seconds and run.measured(MEASURED):
                    seconds[number] = time.perf_counter() - begin
            time.sleep(0.02)
        took = time.perf_counter() - begin
        for run in runs:
            _expect_finished(run)
        return [seconds.get(number, took) for number in range(len(runs))]

    def alone(self, count: int) -> list[float]:
        """Seconds of trainings, each by itself."""
        taken = []
        for _ in range(count):
            time.sleep(REST)
            self.executor.submit(worker.warm_up).result()
            taken += self.ask([self.settings()])
        return taken


def measure(options: Options) -> Iterator[Table]:
    """Each alone, thirty alike, thirty different ones, each alone again."""
    learners, some = options.count(LEARNERS, 6), options.count(6, 2)
    with _queue(options) as queue:
        say("The worker gets warm …")
        queue.ask([queue.settings()])
        say(f"{some} trainings alone …")
        alone = queue.alone(some)
        say(f"{learners} learners with the same settings …")
        yield _alike_table(queue, learners, median(alone))
        say(f"{learners} learners with their own settings …")
        wanted = [queue.settings() for _ in range(learners)]
        begun = len(queue.executor.begun)
        thirty = queue.ask(wanted)
        in_order = queue.executor.begun[begun:] == [settings.key for settings in wanted]
        say(f"{some} trainings alone …")
        yield _different_table(alone + queue.alone(some), thirty, in_order)


@contextmanager
def _queue(options: Options) -> Iterator[Queue]:
    executor: Any = WorkerPool()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        queue = Queue(Path(folder), executor, options.count(5, 2))
        try:
            yield queue
        finally:
            queue.jobs.close()
            executor.shutdown(wait=True, kill_workers=True)


def _alike_table(queue: Queue, learners: int, peer: float) -> Table:
    """As many learners as there are, with one training's work."""
    begun, settings = len(queue.executor.begun), queue.settings()
    time.sleep(REST)
    queue.executor.submit(worker.warm_up).result()
    took = max(queue.ask([settings] * learners))
    runs = len(queue.executor.begun) - begun
    watching = queue.jobs.watchers(settings.key)
    rows = [("peer: one alone, median", peer, 1.0, 1, 1), (f"{learners} alike", took, took / peer, runs, watching)]
    columns = ("", "s", "/ peer", "trainings begun", "learners who watch")
    return Table(f"{learners} learners press Train with the same settings", columns, rows)


def _different_table(alone: list[float], thirty: list[float], in_order: bool) -> Table:
    total, expected = max(thirty), sum(alone) / len(alone) * len(thirty)
    each = [after - before for before, after in zip([0.0, *thirty], thirty, strict=False)]
    rows = [
        ("peer: one alone", len(alone), median(alone), p95(alone), expected, 1.0),
        (f"{len(thirty)} at once", len(each), median(each), p95(each), total, total / expected),
    ]
    order = "All finished, in the order of being asked." if in_order and thirty == sorted(thirty) else "Out of order!"
    notes = [order, f"All / sum of each alone: {total / expected:.3f}; at most {BOUND:g} is wanted."]
    columns = ("", "n", "median s", "p95", f"{len(thirty)} of them, s", "/ peer")
    title = f"{len(thirty)} learners press Train with their own settings: digits, dense"
    return Table(title, columns, rows, notes, {"alone": alone, "at once": thirty})


def _expect_finished(run: RunFolder) -> None:
    snapshot = run.snapshot()
    if snapshot.state is not RunState.FINISHED or not run.measured(MEASURED):
        raise RuntimeError(f"Expected a training that was finished and measured. Received: {snapshot}")
