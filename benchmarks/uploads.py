"""Learners' own photos: from files to a set that is ready to train on, under attack, and the server's memory.

Photos of 12 megapixels are made first, textured and noisy as a phone's, JPEG of quality 90. Then fresh processes take
turns: ours, which checks, reads, frames, splits and enlarges them; and a plain loop of Pillow that only opens, converts
and resizes. Then zips that were made to take memory and time are read, while another learner adds a photo. In the end
photos are sent to a server by a tab that never asks for them, and by many that are closed.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.attacks import ATTACKS, MB, photo, zipped
from benchmarks.fresh import Work, once
from benchmarks.memory import Peak
from benchmarks.options import Options
from benchmarks.servers import APP, serve
from benchmarks.tab import Tab
from benchmarks.table import Cell, Table
from benchmarks.timing import take_turns

PHOTOS, QUICK_PHOTOS = 200, 20
WIDTH, HEIGHT, QUALITY = 4032, 3024, 90
GRAINS = (6, 40, 300)  # blobs, things, texture: random values along a photo's width
SIDE = 48
MOST_SECONDS = 20.0  # that 200 photos may take on two cores
SENT, SENT_MB, TABS, TAB_MB = 220, 10, 10, 39  # files of one tab; tabs with a large file each
PEER = "peer: Image.open, convert, resize, in a loop"


def measure(options: Options) -> Iterator[Table]:
    """Seconds and memory, both beside the plain loop."""
    photos = options.count(PHOTOS, QUICK_PHOTOS)
    with tempfile.TemporaryDirectory() as folder:
        size = once(make_photos, folder=folder, photos=photos)
        ways: dict[str, Work] = {
            "ours, ready to train": prepare,
            PEER: loop,
        }
        answers: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
        takes = {name: _take(work, folder, answers[name]) for name, work in ways.items()}
        seconds = take_turns(takes, options.count(3, 1), pause=0.5)
    yield _table(photos, size, seconds, answers)
    yield _attacks(options)
    yield _server(options)


def _take(work: Work, folder: str, answers: list[dict[str, float]]) -> Callable[[], float]:
    """Does the work in a fresh process, keeps what it answers, and says how long it took."""

    def take() -> float:
        answer = once(work, folder=folder)
        answers.append(answer)
        return float(answer["seconds"])

    return take


def _table(
    photos: int, size: float, seconds: dict[str, list[float]], answers: dict[str, list[dict[str, float]]]
) -> Table:
    peer = median(seconds[PEER])
    rows: list[tuple[Cell, ...]] = []
    for name, taken in seconds.items():
        summary = [median(answer[what] for answer in answers[name]) for what in ("processor", "MB", "pictures")]
        rows.append(
            (name, median(taken), median(taken) / peer, 1000 * median(taken) / photos, *summary[:2], int(summary[2]))
        )
    within = "within" if median(next(iter(seconds.values()))) < MOST_SECONDS * photos / PHOTOS else "over"
    notes = [
        f"The bound is {MOST_SECONDS:g} s for {PHOTOS} photos on two cores: {within}. {os.cpu_count()} threads here.",
        "MB: the most memory above what the process had before, NumPy and Pillow being imported.",
        f"{WIDTH} × {HEIGHT} pixels, JPEG of quality {QUALITY}, {size / photos:.1f} MB each, made {SIDE} × {SIDE}.",
        "Processor s: of all threads together; where it is far from s times the threads, others used the machine too.",
    ]
    columns = ("", "s", "/ peer", "ms a photo", "processor s", "MB", "pictures")
    return Table(f"{photos} photos of 12 megapixels, median of {len(seconds[PEER])}", columns, rows, notes, seconds)


# In processes of their own


def make_photos(folder: str, photos: int) -> Iterator[float]:
    """Write photos, each one different; yields their MB."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sizes = pool.map(lambda seed: _make_photo(Path(folder, f"{seed:03d}.jpg"), seed), range(photos))
        yield sum(sizes) / 2**20


def _make_photo(path: Path, seed: int) -> int:
    from PIL import Image

    generator = np.random.default_rng(seed)
    photo = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for grains, strength in zip(GRAINS, (0.6, 0.25, 0.15), strict=True):
        field = generator.integers(0, 256, (grains * 3 // 4, grains, 3), np.uint8)
        photo += strength * np.asarray(Image.fromarray(field).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    photo += 8 * generator.standard_normal((HEIGHT, WIDTH, 1), np.float32)  # the sensor's
    Image.fromarray(photo.clip(0, 255).astype(np.uint8)).save(path, "JPEG", quality=QUALITY)
    return path.stat().st_size


def prepare(folder: str) -> Iterator[dict[str, float]]:
    """From files to a set, as the app does it."""
    from autoencoder.data.uploads.datasets import UploadChoices
    from autoencoder.data.uploads.storage import add_photos, build_dataset
    from autoencoder.training.reader import Reader

    def work() -> int:
        with tempfile.TemporaryDirectory() as session:
            files = [(path.name, Path(os.path.relpath(path))) for path in sorted(Path(folder).iterdir())]
            copies = [(name, _link(path, Path(session) / name)) for name, path in files]
            found = Reader().submit("me", add_photos(Path(session), copies)).result()
            if found.refusals:
                raise RuntimeError(f"Expected every photo to be read. Received: {found.refusals[0]}")
            return build_dataset(Path(session), UploadChoices(SIDE)).summary.train_pictures

    yield _measured(work)


def _link(path: Path, other: Path) -> Path:
    os.link(path, other)  # the reader removes what it has read
    return other


def loop(folder: str) -> Iterator[dict[str, float]]:
    """Return what one writes first: every photo decoded whole, and made small."""
    from PIL import Image

    def work() -> int:
        pictures = []
        for path in sorted(Path(folder).iterdir()):
            with Image.open(path) as image:
                pictures.append(np.asarray(image.convert("RGB").resize((SIDE, SIDE))) / np.float32(255))
        return len(np.stack(pictures))

    yield _measured(work)


def _measured(work: Callable[[], int]) -> dict[str, Any]:
    """Memory and time of this process and those that it starts."""
    import psutil
    from PIL import Image

    Image.init()
    process = psutil.Process()

    def memory() -> int:
        return process.memory_info().rss + sum(child.memory_info().rss for child in process.children(recursive=True))

    before, begin, begin_processor = memory(), time.perf_counter(), _processor(process)
    with Peak(memory) as peak:
        pictures = work()
    seconds, processor = time.perf_counter() - begin, _processor(process) - begin_processor
    return {"seconds": seconds, "processor": processor, "MB": (peak.highest - before) / MB, "pictures": pictures}


def _processor(process: Any) -> float:
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


# Attacks


def _attacks(options: Options) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in list(ATTACKS)[: options.count(len(ATTACKS), 1)]:
        told = once(attacked, name=name)
        figures = [told[what] for what in ("memory", "longest", "processor", "waited", "read", "refused")]
        rows.append((name, *figures))
    columns = ("zip", "MB", "longest file, s", "all, s", "another photo after, s", "read", "refused")
    notes = [
        "MB: the most memory of the reading process above what it had before. Seconds are the processor's, but for the "
        "photo of 12 megapixels that another learner adds half a second after three tabs have added the zip.",
    ]
    return Table("Zips that were made to take memory and time", columns, rows, notes)


def attacked(name: str) -> Iterator[dict[str, float]]:
    """What a zip takes that three tabs add, and how long another learner's photo waits meanwhile."""
    import psutil

    from autoencoder.data.uploads.collecting import read_photo
    from autoencoder.data.uploads.storage import add_photos
    from autoencoder.training.reader import Reader

    content, one = ATTACKS[name](), photo(quality=QUALITY)
    with tempfile.TemporaryDirectory() as root:
        reader = Reader()
        (Path(root) / "one.jpg").write_bytes(one)
        reader.submit("warm", read_photo("one.jpg", Path(root) / "one.jpg")).result()
        (process,) = (child for child in psutil.Process().children() if "resource_tracker" not in str(child.cmdline()))
        base, longest, last = process.memory_info().rss, 0.0, 0.0
        jobs = []
        do = reader._do

        def timed(step: Any) -> Any:
            nonlocal longest, last
            given = do(step)
            longest, last = max(longest, step.seconds), last + step.seconds
            return given

        reader._do = timed  # type: ignore[method-assign]
        with Peak(lambda: sum(child.memory_info().rss for child in psutil.Process().children()[-1:])) as peak:
            for tab in range(3):
                folder = Path(root) / str(tab)
                folder.mkdir()
                (folder / "attack.zip").write_bytes(content)
                jobs.append(reader.submit(str(tab), add_photos(folder, [("attack.zip", folder / "attack.zip")])))
            time.sleep(0.5)
            (Path(root) / "other.jpg").write_bytes(one)
            began = time.perf_counter()
            reader.submit("learner", read_photo("other.jpg", Path(root) / "other.jpg")).result()
            waited = time.perf_counter() - began
            found = [job.result() for job in jobs]
    yield {
        "memory": (peak.highest - base) / MB,
        "longest": longest,
        "processor": last,
        "waited": waited,
        "read": len(found[0].names),
        "refused": len(found[0].refusals),
    }


# The server


def _server(options: Options) -> Table:
    sent, tabs = options.count(SENT, 12), options.count(TABS, 2)
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as uploads, serve(APP, HOURGLASS_UPLOADS=uploads) as server:
        server.settle()
        files = [zipped({"a": os.urandom(MB)}) + bytes(SENT_MB * MB)] * sent
        rows.append((f"{sent} files of {SENT_MB} MB, one tab", *asyncio.run(_send(server, [files]))))
        many = [[photo(64, 48) + bytes(TAB_MB * MB)]] * tabs
        rows.append((f"{tabs} tabs with {TAB_MB} MB each", *asyncio.run(_send(server, many))))
    notes = ["MB: the most memory of the serving process above what it had before, while files come and no page asks."]
    return Table("The server's memory", ("sent", "MB", "of which kept on disk, MB"), rows, notes)


async def _send(server: Any, tabs: list[list[bytes]]) -> tuple[float, float]:
    before = server.memory()
    with Peak(lambda: int(server.memory() * MB)) as peak:
        opened = [Tab(server.url, "pictures") for _ in tabs]
        for tab in opened:
            await tab.__aenter__()
        await asyncio.gather(*(_send_all(tab, files) for tab, files in zip(opened, tabs, strict=True)))
        kept = sum(path.stat().st_size for path in _root(server).rglob("*") if path.is_file()) / MB
        for tab in opened:
            await tab.__aexit__(None, None, None)
    return peak.highest / MB - before, kept


def _root(server: Any) -> Path:
    return Path(server.process.environ()["HOURGLASS_UPLOADS"])


async def _send_all(tab: Tab, files: list[bytes]) -> None:
    for number, content in enumerate(files):
        await tab.put(f"{number}.png", content)
