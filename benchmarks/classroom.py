"""Thirty learners at one small server: how long each waits for a picture, and what each costs in memory.

Every learner is a tab of its own (`benchmarks.tab`) on the page Bottleneck, with a seed of its own in the form, and
moves the slider every two seconds while two trainings run. A wait lasts from the move's message to the end
of Python's answer, in which the player's letter with the right index must have come. The peer is one learner alone,
before and after, without trainings.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, RunState
from autoencoder.training.settings import TrainingSettings
from benchmarks.address import address
from benchmarks.options import Options
from benchmarks.progress import say
from benchmarks.servers import APP, Server, serve
from benchmarks.tab import Tab, TabError
from benchmarks.table import Table
from benchmarks.timing import p95

LEARNERS = 30
EVERY = 2.0  # s between two moves of a learner
BOUND = 5.0  # what the p95 of thirty may be, in medians of one alone
SIZES = 64
PLAYER = ("sizes bottleneck", "known")  # the letter that says where the player stands
FORGOTTEN = 125  # s after which Streamlit forgets a session whose connection is lost
PATIENCE = 240.0  # s until two trainings have begun


@dataclass
class Learner:
    """One tab, its own sequence of sizes, and how long it waited for each."""

    tab: Tab
    number: int
    opened: float  # ms that the page took
    waits: list[float] = field(default_factory=list)  # ms
    _moves: int = 0

    async def move(self) -> None:
        """Move the slider to the next size.

        Raises:
            TabError: If another size's picture came, or none.
        """
        self._moves += 1
        size = 1 + (7 * self.number + 23 * self._moves) % SIZES  # no learner's sizes are another's
        finished, begin = self.tab.finished, time.perf_counter()
        await self.tab.release(PLAYER[0], size - 1)
        here = await self.tab.until(lambda: self.tab.finished > finished, f"an answer to size {size}")
        self.waits.append((here - begin) * 1000)
        received = self.tab.letters[PLAYER]["index"] + 1
        if received != size:
            raise TabError(f"Expected learner {self.number}'s pictures of size {size}. Received: those of {received}.")

    async def expect_its_own(self) -> None:
        """Have the whole page run anew; form and slider must say what this learner said.

        Raises:
            TabError: If they say something else.
        """
        size = self.tab.letters[PLAYER]["index"] + 1
        await self.tab.run()
        seed, now = self.tab.element("number_input", "Seed").value, self.tab.letters[PLAYER]["index"] + 1
        if (seed, now) != (self.number, size):
            raise TabError(f"Expected seed {self.number} and size {size}. Received: {seed} and {now}.")


def measure(options: Options) -> Iterator[Table]:
    """One alone, the same during two trainings, thirty at once, and one alone again."""
    with serve(APP, HOURGLASS_WORKERS="2") as server:
        server.settle()
        yield from asyncio.run(_Lesson(server, options).run())


class _Lesson:
    def __init__(self, server: Server, options: Options) -> None:
        self._server, self._options = server, options
        self._moves = options.count(30, 5)
        self._memory: dict[str, float] = {}

    async def run(self) -> list[Table]:
        """The tables of the waits and of the memory."""
        alone = await self._alone("before the lesson")
        async with self._two_trainings():
            busy = await self._alone("while two trainings run")
            thirty = await self._together()
        say("Those who have left are forgotten …")
        await asyncio.sleep(self._options.count(FORGOTTEN, 3))
        alone += await self._alone("after the lesson")
        self._memory["after they have left"] = self._server.memory()
        return [_waits_table(alone, busy, thirty), self._memory_table()]

    async def _alone(self, when: str) -> list[float]:
        say(f"One learner alone, {when} …")
        async with AsyncExitStack() as leaving:
            learner = await self._open(leaving, 0)
            for _ in range(self._moves):
                await asyncio.sleep(EVERY / 4)
                await learner.move()
            return learner.waits

    async def _open(self, leaving: AsyncExitStack, number: int) -> Learner:
        begin = time.perf_counter()
        query = address(TrainingSettings(seed=number)).partition("?")[2]
        tab = await leaving.enter_async_context(Tab(self._server.url, "bottleneck", query))
        return Learner(tab, number, (time.perf_counter() - begin) * 1000)

    @asynccontextmanager
    async def _two_trainings(self) -> AsyncIterator[None]:
        """Two learners more, who watch their trainings."""
        async with AsyncExitStack() as leaving:
            for seed in (1, 2):
                source = "mnist" if self._options.has_mnist else "mnist_sample"
                settings = TrainingSettings(source, "convolutional", epochs=100, seed=seed)
                query = address(settings).partition("?")[2]
                tab = await leaving.enter_async_context(Tab(self._server.url, "bottleneck", query))
                await tab.press("Train")
            await _until(lambda: self._learning() == 2, "two trainings")
            yield
            if self._learning() != 2:
                raise TabError(f"Expected two trainings all the while. Received: {self._learning()}.")

    def _learning(self) -> int:
        """Return how many trainings have begun to learn and are not at their end."""
        return sum(map(_is_learning, (self._server.home / "runs").glob("[!.]*")))

    async def _together(self) -> list[Learner]:
        say(f"{LEARNERS} learners, each with a move every {EVERY:g} s …")
        self._memory["before"] = self._server.memory()
        async with AsyncExitStack() as leaving:
            learners = await asyncio.gather(*(self._open(leaving, number) for number in range(LEARNERS)))
            await asyncio.gather(*map(self._follow_lesson, learners))
            self._memory[f"with {LEARNERS}"] = self._server.memory()
            await asyncio.gather(*(learner.expect_its_own() for learner in learners))
            return learners

    async def _follow_lesson(self, learner: Learner) -> None:
        """Move at times that are no other learner's, whatever the answers take."""
        begin = time.monotonic() + random.Random(learner.number).uniform(0, EVERY)
        for move in range(self._moves):
            await asyncio.sleep(max(0.0, begin + move * EVERY - time.monotonic()))
            await learner.move()

    def _memory_table(self) -> Table:
        before, after = self._memory["before"], self._memory["after they have left"]
        rows = [
            (name, memory, (memory - before) / LEARNERS if name != "before" else None)
            for name, memory in self._memory.items()
        ]
        note = f"Of {LEARNERS} sessions {max(0.0, after - before):.1f} MB in all stayed after they were forgotten."
        return Table("Memory of the serving process", ("", "MB", "more than before, MB for each learner"), rows, [note])


def _waits_table(alone: list[float], busy: list[float], learners: list[Learner]) -> Table:
    peer = median(alone)
    opened = [learner.opened for learner in learners]
    thirty = [wait for learner in learners for wait in learner.waits]
    rows = [
        (name, len(waits), median(waits), p95(waits), max(waits), median(waits) / peer, p95(waits) / peer)
        for name, waits in (
            ("peer: one alone, no training", alone),
            ("one alone, two trainings", busy),
            (f"{LEARNERS} learners, two trainings", thirty),
            (f"{LEARNERS} pages opened at once", opened),
        )
    ]
    bound = f"p95 of {LEARNERS} / median of one alone: {p95(thirty) / peer:.2f}; at most {BOUND:g} is wanted."
    notes = [
        bound,
        f"All {len(thirty)} moves were answered, each with its own learner's pictures; no page met an error.",
    ]
    samples = {"one alone": alone, "one alone, two trainings": busy, "thirty": thirty, "opened": opened}
    return Table(
        f"Slider to picture with {LEARNERS} learners, ms",
        ("", "n", "median", "p95", "longest", "median / peer", "p95 / peer"),
        rows,
        notes,
        samples,
    )


def _is_learning(path: Path) -> bool:
    try:
        snapshot = RunFolder(path).snapshot()
    except DamagedRun:
        return False
    return snapshot.state is RunState.RUNNING and snapshot.epoch > 0


async def _until(happens: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > end:
            raise TabError(f"Expected {what} within {PATIENCE:g} s.")
        await asyncio.sleep(0.1)
