"""Photos made here, steps that are done here, and a disk that does not take what is written."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autoencoder.data.uploads import limits
from autoencoder.data.uploads.collecting import Collected, Report, Step, Steps, collect, save_pixels
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.headers import read_header
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, decode, plain_name
from tests.data.uploads.corpus import scene

QUICK = UploadChoices(side=16, augment=False)


def drive(steps: Steps[Any], seconds: float = 0.0, first: Step | None = None) -> Any:
    """Do all steps in this process, and return what comes of them; each is said to take so many seconds."""
    try:
        step = first or next(steps)
        while True:
            step.seconds = seconds
            try:
                result = step.function(*step.arguments)
            except Exception as error:
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        return end.value


def put(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[tuple[str, Path]]:
    """Write files as they arrive: under other names than their own."""
    folder.mkdir(exist_ok=True)
    named = []
    for number, (name, content) in enumerate(files):
        (folder / str(number)).write_bytes(content)
        named.append((name, folder / str(number)))
    return named


@contextmanager
def limited(**bounds: float) -> Iterator[None]:
    """Other bounds, by their names in `limits`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in bounds.items():
            patch.setattr(limits, name, bound)
        yield


def collected(
    files: Iterable[tuple[str, bytes]],
    seconds: float = 0.0,
    before: Sequence[Photo] = (),
    report: Report = lambda done, found: None,
) -> Collected:
    """What is collected of these files; of the files themselves none is left."""
    with tempfile.TemporaryDirectory() as folder:
        named = put(Path(folder, "arrived"), files)
        Path(folder, "photos").mkdir()
        kept = [save_pixels(Path(folder, "photos"), photo) for photo in before]
        found: Collected = drive(collect(named, Path(folder, "photos"), report, kept), seconds)
        assert not any(Path(folder, "arrived").iterdir())
        found.photos = [replace(photo, source=photo.pixels) for photo in found.photos]
        return found


def read_picture(name: str, content: bytes, most_side: int = MOST_SIDE) -> Photo:
    return Photo(plain_name(name), None, decode(content, read_header(content), most_side))


def make_photo(width: int = 120, height: int = 90, seed: int = 0, label: str | None = None) -> Photo:
    return Photo(f"{seed}.png", label, np.asarray(scene(width, height, seed)))


def make_photos(count: int, *labels: str) -> list[Photo]:
    """`count` of each label, all different."""
    return [
        make_photo(seed=number * 100 + place, label=label)
        for place, label in enumerate(labels or (None,))
        for number in range(count)
    ]


@contextmanager
def most_bytes_of_a_file(count: int) -> Iterator[None]:
    """The system lets no file grow beyond this; not on Windows."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.path,))


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
