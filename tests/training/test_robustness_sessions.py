"""Browser tabs that vanish without a word: what was their own is freed, and what they waited for is not begun."""

import asyncio
import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from benchmarks.address import address
from benchmarks.servers import free_port
from benchmarks.tab import Tab
from tests.waiting import wait_for

pytestmark = pytest.mark.extended

ROOT = Path(__file__).parents[2]
LEARNERS = 30


@dataclass
class Watched:
    """A server that writes down what it holds."""

    url: str
    home: Path
    uploads: Path
    path: Path

    def holds(self) -> dict[str, Any]:
        return json.loads(self.path.read_text())

    def seeds(self) -> list[int]:
        """Of the runs that are kept."""
        return sorted(RunFolder(path).settings().seed for path in (self.home / "runs").glob("[!.]*"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(f"http://127.0.0.1:{free_port()}", *(tmp_path / name for name in ("home", "uploads", "held")))
    watched.uploads.mkdir()
    short = {"HOURGLASS_GRACE": "1", "HOURGLASS_UPLOADS_GRACE": "1", "HOURGLASS_UPLOADS": str(watched.uploads)}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.training.vanishing", str(watched.path), watched.url.rpartition(":")[2]],
            cwd=ROOT,
            env={**os.environ, "HOURGLASS_HOME": str(watched.home), **short},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(lambda: answers(watched.url) or process.poll() is not None)
            yield watched
        finally:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
            return True
    except OSError:
        return False


def picture() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((64, 48), 80).save(content, "PNG")
    return content.getvalue()


async def press_train(leaving: AsyncExitStack, server: Watched, seed: int) -> Tab:
    query = address(TrainingSettings("mnist_sample", epochs=100, seed=seed)).partition("?")[2]
    tab = await leaving.enter_async_context(Tab(server.url, "bottleneck", query))
    await tab.press("Train")
    await tab.until(lambda: tab.has("progress", ""), "a training")
    return tab


def place(tab: Tab) -> int:
    """The place in the queue that the page says; 0 for none, -1 where it says nothing."""
    if not tab.has("progress", ""):
        return -1
    said = tab.element("progress", "").text
    return int(said.rpartition("number ")[2].split()[0]) if "in the queue" in said else 0


async def soon(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_for, condition)


def test_who_vanishes_leaves_nothing_behind(server: Watched) -> None:
    """Somebody who trains, somebody who waits, somebody with pictures of their own."""

    async def vanish() -> None:
        async with AsyncExitStack() as leaving:
            await press_train(leaving, server, 1)
            await press_train(leaving, server, 2)
            owner = await leaving.enter_async_context(Tab(server.url, "pictures"))
            await owner.upload("Drop pictures here", "mine.png", picture())
            await soon(lambda: server.holds()["tokens"] == 2)
            await soon(lambda: len(server.holds()["running"] + server.holds()["waiting"]) == 2)
            assert list(server.uploads.iterdir())
            assert server.holds()["connected"] == 3

    async def look_in() -> None:
        """Streamlit forgets those who have left when somebody comes or goes."""
        async with Tab(server.url, ""):
            pass

    asyncio.run(vanish())
    wait_for(lambda: not (server.holds()["running"] or server.holds()["waiting"] or server.holds()["watched"]))
    assert server.seeds() == [1], "what was not begun is not kept"
    wait_for(lambda: server.holds()["tokens"] == 0 and not list(server.uploads.iterdir()))
    asyncio.run(look_in())
    wait_for(lambda: server.holds()["connected"] == 0)
    asyncio.run(look_in())
    wait_for(lambda: server.holds()["sessions"] <= 2)


def test_thirty_see_their_places_and_move_up_when_others_leave(server: Watched) -> None:
    async def queue() -> None:
        async with AsyncExitStack() as leaving:
            tabs = [await press_train(leaving, server, seed) for seed in range(LEARNERS)]
            await soon(lambda: len(server.holds()["waiting"]) == LEARNERS - 1)
            for number, tab in enumerate(tabs):
                await tab.until(lambda number=number, tab=tab: place(tab) == number, f"place {number}")
            await tabs[1].press("Stop")
            await tabs[2].press("Pause")
            await tabs[2].until(lambda: tabs[2].has("button", "Resume"), "a way back")
            for number, tab in enumerate(tabs[3:], 1):
                await tab.until(lambda number=number, tab=tab: place(tab) == number, f"place {number}")
            await tabs[2].press("Resume")
            await tabs[2].until(lambda: place(tabs[2]) == LEARNERS - 2, "the end of the queue")
            assert server.seeds() == [seed for seed in range(LEARNERS) if seed != 1], "nothing had been learned"

    asyncio.run(queue())
    wait_for(lambda: not (server.holds()["running"] or server.holds()["waiting"] or server.holds()["watched"]))
