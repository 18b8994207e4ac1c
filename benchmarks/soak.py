"""Two hundred trainings on one server: whether memory, threads, open files or the store grow with them.

Four learners (`benchmarks.tab`) train one network after another, each on a page of theirs: Bottleneck, Denoising,
Anomalies, and Bottleneck with pictures of their own. Two trainings run at once, the others wait, in a mixed order.
After every fifty all four leave, and others come. The first hundred trainings fill the store and whatever else is
bounded; what grows after that, leaks.
"""

import asyncio
import io
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from PIL import Image

from autoencoder.training.store import MOST_BYTES, MOST_OWN_RUNS, MOST_RUNS
from benchmarks.options import Options
from benchmarks.progress import say
from benchmarks.servers import APP, Server, serve
from benchmarks.tab import PATIENCE, Tab
from benchmarks.table import Cell, Table

TRAININGS, QUICK_TRAININGS = 200, 12
GENERATION = 50  # trainings after which other learners come
SOME = 25  # trainings at both ends of the last half, which are compared
PHOTOS = 12
TRAINED = "**Network shown:** yours"
FIELDS: dict[str, list[tuple[str, str]]] = {  # what a learner chooses from lists, before the numbers
    "bottleneck": [("Pictures", "MNIST sample")],
    "denoising": [("Pictures", "MNIST sample"), ("Network", "Dense")],
    "anomalies": [("Pictures", "MNIST sample"), ("Network", "Dense")],
    "own": [],
}


WORDS = {
    "serving": "serving process, MB",
    "threads": "serving process, threads",
    "files": "serving process, open files",
    "worker": "worker, MB",
    "worker_threads": "worker, threads",
    "worker_files": "worker, open files",
    "runs": "runs in the store",
    "own_runs": "runs on own pictures",
    "disk": "store and own pictures, MB",
    "halves": "half files",
}
BOUNDS: dict[str, float] = {"runs": MOST_RUNS, "own_runs": MOST_OWN_RUNS, "disk": MOST_BYTES / 2**20, "halves": 0}


@dataclass(frozen=True)
class Point:
    """What there was after a training.

    Args:
        serving: Memory of the serving process, MB.
        worker: Memory of the largest of the two workers, MB.
        threads: Of the serving process.
        files: Open in the serving process.
        worker_threads: Of that other process.
        worker_files: Open in it.
        runs: In the store.
        own_runs: In the folders of learners' own pictures.
        disk: Both, MB.
        halves: Files that are not finished.
    """

    serving: float
    worker: float
    threads: int
    files: int
    worker_threads: int
    worker_files: int
    runs: int
    own_runs: int
    disk: float
    halves: int


def measure(options: Options) -> Iterator[Table]:
    """Train, and look after every training."""
    trainings = options.count(TRAININGS, QUICK_TRAININGS)
    uploads = Path(tempfile.mkdtemp(prefix="benchmark-uploads-"))
    try:
        with serve(APP, HOURGLASS_WORKERS="2", HOURGLASS_UPLOADS=str(uploads), HOURGLASS_UPLOADS_GRACE="5") as server:
            server.settle()
            soak = _Soak(server, uploads, trainings, options.count(GENERATION, QUICK_TRAININGS // 2))
            asyncio.run(soak.run())
        yield _table(soak.points)
    finally:
        shutil.rmtree(uploads, ignore_errors=True)


class _Soak:
    def __init__(self, server: Server, uploads: Path, trainings: int, generation: int) -> None:
        self._server, self._uploads, self._trainings, self._generation = server, uploads, trainings, generation
        self._seed = 0
        self.points: list[Point] = []

    async def run(self) -> None:
        """Generation after generation of four learners."""
        while len(self.points) < self._trainings:
            until = min(self._trainings, len(self.points) + self._generation)
            say(f"{len(self.points)} of {self._trainings} trainings; four learners come …")
            await asyncio.gather(*(self._learn(kind, until) for kind in FIELDS))

    async def _learn(self, kind: str, until: int) -> None:
        """One learner, who trains again and again."""
        async with AsyncExitStack() as leaving:
            page = "pictures" if kind == "own" else kind
            tab = await leaving.enter_async_context(Tab(self._server.url, page))
            if kind == "own":
                await self._upload(tab)
            for label, option in FIELDS[kind]:
                await _answered(tab, tab.choose(label, option))
            await _answered(tab, tab.fill("Epochs", 1))
            while self._seed_left(until):
                await self._train(tab)

    def _seed_left(self, until: int) -> bool:
        """Take the next training, if there is one left for this generation."""
        if self._seed >= until:
            return False
        self._seed += 1
        return True

    async def _upload(self, tab: Tab) -> None:
        """Bring photos, and go to Bottleneck with them."""
        await tab.upload("Drop pictures here", "photos.zip", _photos())
        await tab.until(lambda: tab.has("button", "Compress them"), "a set of own pictures")
        await tab.press("Compress them")
        await tab.until(lambda: tab.has("number_input", "Epochs"), "the page Bottleneck")

    async def _train(self, tab: Tab) -> None:
        await _answered(tab, tab.fill("Seed", self._seed))
        await tab.press("Train")
        await tab.until(lambda: tab.has("progress", ""), "a training")
        await tab.until(lambda: tab.has("markdown", TRAINED), "a trained network", 4 * PATIENCE)
        self.points.append(self._look())
        if len(self.points) % 10 == 0:
            say(f"{len(self.points)} trainings; {self.points[-1].serving:.0f} and {self.points[-1].worker:.0f} MB")

    def _look(self) -> Point:
        process = self._server.process
        worker = max(process.children(recursive=True), key=_memory)
        runs, own = self._server.home / "runs", list(self._uploads.glob("*/runs/[!.]*"))
        paths = [path for folder in (self._server.home, self._uploads) for path in _files_below(folder)]
        return Point(
            self._server.memory(),
            _memory(worker),
            process.num_threads(),
            process.num_fds(),
            worker.num_threads(),
            worker.num_fds(),
            len(list(runs.glob("[!.]*"))),
            len(own),
            sum(map(_size, paths)) / 2**20,
            sum(map(_is_left, paths)),
        )


async def _answered(tab: Tab, asking: Coroutine[Any, Any, None]) -> None:
    """Do something, and wait for the page's answer."""
    before = tab.finished
    await asking
    await tab.until(lambda: tab.finished > before, "an answer")


def _photos() -> bytes:
    """A zip of small photos, others each time."""
    archive = io.BytesIO()
    generator = np.random.default_rng()
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(PHOTOS):
            grain = Image.fromarray(generator.integers(0, 256, (6, 8, 3), np.uint8)).resize((96, 72))
            content = io.BytesIO()
            grain.save(content, "JPEG")
            file.writestr(f"{number}.jpg", content.getvalue())
    return archive.getvalue()


def _table(points: list[Point]) -> Table:
    """The last half: its beginning, its end, and the straight line through all of it."""
    last = points[len(points) // 2 :]
    some = min(SOME, max(1, len(last) // 2))
    rows: list[tuple[Cell, ...]] = []
    samples: dict[str, list[float]] = {}
    for name, words in WORDS.items():
        values = [float(getattr(point, name)) for point in last]
        slope = float(np.polyfit(np.arange(len(values)), values, 1)[0]) * 100
        rows.append((words, median(values[:some]), median(values[-some:]), slope, max(values), BOUNDS.get(name)))
        samples[words] = [float(getattr(point, name)) for point in points]
    columns = ("", f"first {some}", f"last {some}", "slope for 100", "highest", "bound")
    title = f"{len(points)} trainings in mixed order; the last {len(last)} of them"
    note = "The worker ends and another takes its place when it has kept much: its memory is a saw's teeth."
    return Table(title, columns, rows, [note], samples)


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss / 2**20)
    except psutil.NoSuchProcess:
        return 0.0


def _files_below(folder: Path) -> list[Path]:
    """Return what is below a folder; what goes while we look is not counted, where `rglob` would fail."""
    return [Path(parent) / name for parent, _, names in os.walk(folder) for name in names]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _is_left(path: Path) -> bool:
    """Return whether this is a half file that nobody writes any more."""
    try:
        return path.name.startswith(".") and path.is_file() and time.time() - path.stat().st_mtime > 60
    except OSError:
        return False
