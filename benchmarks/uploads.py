"""Learners' own photos: from files to a set that is ready to train on, and the memory that this takes.

Photos of 12 megapixels are made first, textured and noisy as a phone's, JPEG of quality 90. Then fresh processes take
turns: ours, which checks, reads, frames, splits and enlarges them; the same with each photo's decoding after the other;
and a plain loop of Pillow that only opens, converts and resizes.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.fresh import Work, once
from benchmarks.memory import Peak
from benchmarks.options import Options
from benchmarks.table import Cell, Table
from benchmarks.timing import take_turns

PHOTOS, QUICK_PHOTOS = 200, 20
WIDTH, HEIGHT, QUALITY = 4032, 3024, 90
GRAINS = (6, 40, 300)  # blobs, things, texture: random values along a photo's width
SIDE = 48
MOST_SECONDS = 20.0  # that 200 photos may take on two cores
PEER = "peer: Image.open, convert, resize, in a loop"


def measure(options: Options) -> Iterator[Table]:
    """Seconds and memory, both beside the plain loop."""
    photos = options.count(PHOTOS, QUICK_PHOTOS)
    with tempfile.TemporaryDirectory() as folder:
        size = once(make_photos, folder=folder, photos=photos)
        ways: dict[str, Work] = {
            "ours, ready to train": prepare,
            "ours, one thread": prepare_alone,
            PEER: loop,
        }
        answers: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
        takes = {name: _take(work, folder, answers[name]) for name, work in ways.items()}
        seconds = take_turns(takes, options.count(3, 1), pause=0.5)
    yield _table(photos, size, seconds, answers)


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
    from autoencoder.data.uploads import collecting
    from autoencoder.data.uploads.datasets import UploadChoices, make_dataset

    def work() -> int:
        collected = collecting.collect((path.name, path) for path in sorted(Path(folder).iterdir()))
        if collected.refusals:
            raise RuntimeError(f"Expected every photo to be read. Received: {collected.refusals[0]}")
        return len(make_dataset(collected.photos, UploadChoices(SIDE)).train)

    yield _measured(work)


def prepare_alone(folder: str) -> Iterator[dict[str, float]]:
    """The same with one thread."""
    from autoencoder.data.uploads import collecting

    collecting.WORKERS = 1
    yield from prepare(folder)


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
    import psutil
    from PIL import Image

    Image.init()
    process = psutil.Process()
    before, begin, begin_processor = process.memory_info().rss, time.perf_counter(), time.process_time()
    with Peak(lambda: process.memory_info().rss) as peak:
        pictures = work()
    seconds, processor = time.perf_counter() - begin, time.process_time() - begin_processor
    return {"seconds": seconds, "processor": processor, "MB": (peak.highest - before) / 2**20, "pictures": pictures}
