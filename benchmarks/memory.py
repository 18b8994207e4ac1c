"""What memory the app takes: the serving process after many trainings, and a worker while it trains.

Resident memory (RSS), by psutil. Peers: the serving process of an empty app of Streamlit; a plain Keras `model.fit` of
the same layers on the same pictures, in a process of its own. Trainings are started in a browser, by the address and
the button Train, as a learner would.
"""

import threading
import time
from collections.abc import Callable, Iterator
from statistics import median
from types import TracebackType
from typing import Any, Self

import psutil

from autoencoder.analysis.compression import MEASURED
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, RunState
from autoencoder.training.settings import TrainingSettings
from benchmarks.address import address
from benchmarks.browser import chromium, new_page
from benchmarks.fresh import Fresh
from benchmarks.options import NO_MNIST, Options
from benchmarks.peers import keras_epochs
from benchmarks.servers import APP, EMPTY, Server, serve
from benchmarks.table import Cell, Table, skipped

LOOK_EVERY = 0.05  # s between two looks at the memory
LONGEST = 900.0  # s that one training may take
AT_REST = 3.0  # s after which the memory is read
NETWORKS = ("dense", "convolutional")


class Peak:
    """The highest value that `read` gives while the `with` lasts."""

    def __init__(self, read: Callable[[], float]) -> None:
        self.highest = 0.0
        self._read = read
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self.highest = max(self.highest, self._read())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()


def measure(options: Options) -> Iterator[Table]:
    """The serving process first, then the worker with each network."""
    with chromium() as browser:
        yield _serving(browser, options.count(50, 4), options.count(10, 2))
        if options.has_mnist:
            yield _working(browser, options.count(3, 1))
        else:
            yield skipped("Memory of a worker that trains on MNIST", NO_MNIST)


# The serving process


def _serving(browser: Any, trainings: int, every: int) -> Table:
    """Visit the pages, train again and again, and read the memory in between."""
    with serve(EMPTY) as empty, serve(APP) as app:
        _visit(browser, empty, "")
        _visit(browser, app, "", "/bottleneck")
        app.settle()
        peer = empty.memory()
        points: list[tuple[str, float]] = [("the app: after its pages were visited", app.memory())]
        with new_page(browser) as page:
            for number in range(1, trainings + 1):
                _train(page, app, TrainingSettings("mnist_sample", epochs=1, seed=number))
                if number % every == 0:
                    time.sleep(AT_REST)
                    points.append((f"the app: after {number} trainings", app.memory()))
    level = points[1][1]
    rows: list[tuple[Cell, ...]] = [("peer: an empty app, visited", peer, 1.0, None)]
    rows += [(name, memory, memory / peer, memory / level) for name, memory in points]
    columns = ("", "MB", "/ peer", f"/ after {every}")
    title = "Memory of the serving process; trainings with the digits, one epoch each, each with its pictures shown"
    return Table(title, columns, rows, (), {"MB": [memory for _, memory in points]})


def _visit(browser: Any, server: Server, *paths: str) -> None:
    with new_page(browser) as page:
        for path in paths:
            page.goto(server.url + path)
            page.locator("h1").wait_for()
            time.sleep(2.0)


def _train(page: Any, app: Server, settings: TrainingSettings) -> None:
    """Train with these settings, given in the address; wait until it is measured and its pictures are on the page.

    Raises:
        RuntimeError: If another training was started, or it did not finish.
    """
    before = set(_runs(app))
    page.goto(app.url + address(settings))
    page.get_by_role("button", name="Train", exact=True).click()
    _wait_for(lambda: bool(set(_runs(app)) - before))
    (run,) = set(_runs(app)) - before
    if not {"source", "network", "epochs", "seed"}.isdisjoint(run.settings().differences(settings)):
        raise RuntimeError(f"Expected a training with {settings}. Received: {run.settings()}.")
    _wait_for(lambda: _over(run))
    if _state(run) is not RunState.FINISHED:
        raise RuntimeError(f"Expected the training to finish. Received: {run.snapshot()}")
    page.get_by_text("Network shown: yours").wait_for()
    page.locator(".frames[data-drawn]").first.wait_for()


def _runs(app: Server) -> list[RunFolder]:
    return [run for run in map(RunFolder, (app.home / "runs").glob("[!.]*")) if run.exists()]


def _over(run: RunFolder) -> bool:
    """Return whether the run has ended and, where it finished, was measured."""
    state = _state(run)
    return state is not None and not state.active and (state is not RunState.FINISHED or bool(run.measured(MEASURED)))


def _state(run: RunFolder) -> RunState | None:
    try:
        return run.snapshot().state
    except DamagedRun:
        return None


def _wait_for(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not happens():
        if time.monotonic() > end:
            raise TimeoutError(f"Expected the training to go on within {LONGEST:g} s.")
        time.sleep(LOOK_EVERY)


# The worker


def _working(browser: Any, rounds: int) -> Table:
    """The highest memory of the worker and of all together in an epoch of MNIST, beside plain `model.fit`."""
    rows: list[tuple[Cell, ...]] = []
    samples: dict[str, list[float]] = {}
    for network in NETWORKS:
        together, workers, peers = [], [], []
        for _ in range(rounds):
            both, worker = _app_peaks(browser, network)
            together.append(both)
            workers.append(worker)
            peers.append(_keras_peak(network))
        peer = median(peers)
        named = {f"{network}: worker": workers, f"{network}: worker and server": together, f"{network}: peer": peers}
        rows += [(name, median(values), median(values) / peer) for name, values in named.items()]
        samples |= named
    notes = [
        "Worker: from the button Train to the measured result, with the test errors and PCA worked out at the end.",
        "Peer: Keras' model.fit of the same layers for one epoch, with the pictures as a float32 array.",
    ]
    return Table(f"Highest memory of an epoch of MNIST, median of {rounds}", ("", "MB", "/ peer"), rows, notes, samples)


def _app_peaks(browser: Any, network: str) -> tuple[float, float]:
    """Of the serving process and its worker together, and of the worker alone, MB."""
    with serve(APP) as app, new_page(browser) as page:
        with Peak(lambda: app.memory() + app.worker_memory()) as both, Peak(app.worker_memory) as worker:
            _train(page, app, TrainingSettings("mnist", network, epochs=1))
        return both.highest, worker.highest


def _keras_peak(network: str) -> float:
    with Fresh(keras_epochs, source="mnist", network=network) as fresh:
        process = psutil.Process(fresh.pid)
        with Peak(lambda: process.memory_info().rss / 2**20) as peak:
            fresh.ask()
        return peak.highest
