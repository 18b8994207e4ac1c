"""Everything that a learner uploaded: pictures, folders and zips; the good ones are kept, the others refused.

The files are read in steps, each of one file, by another process than the one that asks for them (see
`autoencoder.training.reader`): what is decoded may be hostile, and between two steps another learner has a turn.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZipInfo

import numpy as np
from PIL import Image

from autoencoder.data.uploads import limits
from autoencoder.data.uploads.archives import entries, is_hidden, is_zip, unpack
from autoencoder.data.uploads.headers import START, Header, kind_of, read_header
from autoencoder.data.uploads.limits import MB, Reason, Refusal
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, decode, plain_name

PIXELS_A_SECOND = 40_000_000  # that are decoded, about
LONGEST_PATH = 200  # characters that are kept of a path, the last
SMALLER_SIDE = MOST_SIDE // 2  # pixels that are kept of photos that are many; twice the largest picture to train on

Result = TypeVar("Result")
Files = Sequence[tuple[str, Path]]  # the name of each, and where it lies
Report = Callable[[int, int], None]


@dataclass
class Step:
    """A piece of work for another process."""

    function: Callable[..., Any]  # of a module, so that another process finds it
    arguments: tuple[Any, ...]  # that can be pickled
    guess: float = 0.02  # how many seconds of the processor it takes, about
    seconds: float = 0.0  # how many it took; known when it is done


Steps = Generator[Step, Any, Result]  # is sent what each step returned, or thrown what it raised


@dataclass
class Collected:
    """What was uploaded, and what there was before."""

    before: list[Photo]  # made smaller where all together are many
    photos: list[Photo]  # in the order of the upload, labeled by their folders
    refusals: list[Refusal]  # of every file; first what is said of all together
    duplicates: int  # files with the very bytes of an earlier one, which are counted once


def one_step(function: Callable[..., Any], *arguments: Any, guess: float) -> Steps[Any]:
    """Return what a function returns that is done by the other process, in about so many seconds."""
    return (yield Step(function, arguments, guess))


def read_photo(name: str, path: Path) -> Steps[Photo]:
    """Read one picture, and remove its file; a Refusal if it cannot be used."""
    try:
        header, *_ = yield Step(examine, (path, None))
        return (yield Step(keep, (name, path, None, header), header.pixels / PIXELS_A_SECOND))
    except Refusal as refusal:
        raise replace(refusal, name=name) from None
    finally:
        path.unlink(missing_ok=True)


def collect(files: Files, keep_in: Path, report: Report, before: Sequence[Photo] = ()) -> Steps[Collected]:
    """Read what was uploaded, with folders in the names, and remove it. Nothing is raised for a bad file.

    The photos' pixels are kept in a folder, each in a file that is named by them, beside those from before; where they
    are many together, all are made smaller. `report` is called with the numbers of pictures read and found so far.
    """
    try:
        return (yield from _Collector(keep_in, report, before).read_all(files))
    finally:
        for _, path in files:
            path.unlink(missing_ok=True)


class _Enough(Exception):
    """No further file is read; its argument is the refusal of the others."""


class _Collector:
    def __init__(self, keep_in: Path, report: Report, before: Sequence[Photo]) -> None:
        self.keep_in, self.report, self.before = keep_in, report, len(before)
        self.candidates: list[tuple[str, str, Path, Any]] = []  # path, by which classes go; name, file, entry if any
        self.photos = dict(enumerate(before, -len(before)))  # by the place of each among the candidates, or before them
        self.refusals: dict[int, Refusal] = {}  # likewise
        self.seen: set[str | bytes] = {photo.digest for photo in before}  # these, and the checksums of files
        self.side, self.kept = MOST_SIDE, sum(map(_size, before))
        self.duplicates = self.bytes = 0
        self.seconds = 0.0

    def read_all(self, files: Files) -> Steps[Collected]:
        """Read pictures, evenly from each class where they are more than may be kept."""
        refusals = []
        try:
            yield from self._look(files)
            places = [place for place in range(len(self.candidates)) if place not in self.refusals]
            done = len(self.refusals)
            if len(places) > limits.MOST_FILES - self.before:  # the first of each class, then the second of each
                numbers: defaultdict[str | None, count] = defaultdict(count)
                turns = [next(numbers[label]) for label in classes_of([self.candidates[place][0] for place in places])]
                places = [place for _, place in sorted(zip(turns, places, strict=True))]
            for number, place in enumerate(places):
                if len(self.photos) >= limits.MOST_FILES:
                    values = {"files": limits.MOST_FILES, "left": len(places) - number}
                    raise _Enough(Refusal(Reason.TOO_MANY_FILES, values=values))
                try:
                    yield from self._picture(place)
                except Refusal as refusal:
                    self.refusals[place] = refusal
                _, _, file, entry = self.candidates[place]
                if entry is None:
                    file.unlink(missing_ok=True)
                self.report(done + number + 1, len(self.candidates))
        except _Enough as enough:
            refusals = [enough.args[0]]
        for place, why in sorted(self.refusals.items()):
            refusals.append(replace(why, name=(why.name or self.candidates[place][1])[-LONGEST_PATH:]))
        places = sorted(self.photos)
        photos = [self.photos[place] for place in places]
        labels = classes_of([self.candidates[place][0] for place in places[self.before :]])
        new = [replace(photo, label=label) for photo, label in zip(photos[self.before :], labels, strict=True)]
        return Collected(photos[: self.before], new, refusals, self.duplicates)

    def _look(self, files: Files) -> Steps[None]:
        """Find what may be a picture: a file, or one in a zip, which is a folder where there are several zips."""
        files = [(name, path) for name, path in files if not is_hidden(name)]
        zips = {path for _, path in files if path.is_file() and is_zip(_content(path, None, START))}
        for name, path in files:
            within = f"{Path(plain_name(name)).stem}/" if path in zips and len(zips) > 1 else ""
            try:
                if path in zips:
                    listed = yield from self._step(entries, path)
                else:
                    kind_of(_content(path, None, START))
                    listed = [None]
            except Refusal as refusal:
                listed = [refusal]
            for entry in listed:
                if isinstance(entry, Refusal):
                    self.refusals[len(self.candidates)] = entry
                inner = entry.filename if isinstance(entry, ZipInfo) else name
                self.candidates.append((within + inner, inner, path, entry))

    def _picture(self, place: int) -> Steps[None]:
        _, name, file, entry = self.candidates[place]
        header, size, digest = yield from self._step(examine, file, entry)
        self.bytes += size
        if self.bytes > limits.MOST_TOTAL_BYTES:
            raise _Enough(Refusal(Reason.TOO_MUCH_IN_ALL, values={"megabytes": limits.MOST_TOTAL_BYTES / MB}))
        if digest in self.seen:
            self.duplicates += 1
            return
        self.seen.add(digest)
        guess = header.pixels / PIXELS_A_SECOND
        photo = yield from self._step(keep, name, file, entry, header, self.keep_in, self.side, guess=guess)
        if photo.digest in self.seen:
            self.duplicates += 1
            return
        self.photos[place] = photo
        self.kept += _size(photo)
        if self.kept > limits.MOST_KEPT and self.side > SMALLER_SIDE:
            self.side = SMALLER_SIDE
            for number, large in self.photos.items():
                self.photos[number] = yield from self._step(make_smaller, large, self.keep_in, self.side)

    def _step(self, function: Callable[..., Any], *arguments: Any, guess: float = Step.guess) -> Steps[Any]:
        if self.seconds > limits.MOST_SECONDS:
            raise _Enough(Refusal(Reason.TOO_SLOW, values={"seconds": limits.MOST_SECONDS}))
        step = Step(function, arguments, guess)
        try:
            return (yield step)
        finally:
            self.seconds += step.seconds


def examine(path: Path, entry: ZipInfo | None) -> tuple[Header, int, bytes]:
    """Return what a file, or one in a zip, declares; and its bytes' number and checksum."""
    content = _content(path, entry, limits.MOST_BYTES + 1)
    return read_header(content), len(content), hashlib.blake2b(content, digest_size=16).digest()


def keep(
    name: str, path: Path, entry: ZipInfo | None, header: Header, keep_in: Path | None = None, side: int = MOST_SIDE
) -> Photo:
    """Return the picture that `examine` has passed, its longer side at most `side`; a Refusal if it is damaged."""
    photo = shrink(Photo(plain_name(name), None, decode(_content(path, entry), header)), side)
    return photo if keep_in is None else save_pixels(keep_in, photo)


def make_smaller(photo: Photo, keep_in: Path, side: int) -> Photo:
    """Put a photo that is kept in a smaller file, in place of its own."""
    small = shrink(photo, side)
    if small is not photo:
        small = save_pixels(keep_in, small)
        (keep_in / f"{photo.digest}.npy").unlink(missing_ok=True)
    return small


def _content(path: Path, entry: ZipInfo | None, most: int = -1) -> bytes:
    if entry is not None:
        return unpack(path, entry)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        raise Refusal(Reason.UNREADABLE) from None


def _size(photo: Photo) -> int:
    return photo.source.stat().st_size if isinstance(photo.source, Path) else photo.source.nbytes


def save_pixels(folder: Path, photo: Photo) -> Photo:
    """Return the photo with its pixels in a file that is there whole or, with an OSError, not at all."""
    file = folder / f"{photo.digest}.npy"
    new = file.with_suffix(".new")
    try:
        content = BytesIO()
        np.save(content, photo.pixels, allow_pickle=False)
        new.write_bytes(content.getvalue())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return replace(photo, source=file)


def shrink(photo: Photo, most_side: int = MOST_SIDE) -> Photo:
    """Return the photo with its longer side at most `most_side` pixels; the same where it is no longer."""
    pixels = photo.pixels
    height, width = pixels.shape[:2]
    scale = most_side / max(height, width)
    if scale >= 1:
        return photo
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return replace(photo, source=np.array(Image.fromarray(pixels).resize(size)))


def classes_of(paths: Sequence[str]) -> list[str | None]:
    """Return the class of each file: its innermost folder, folders that all files share left aside.

    None where a file lies in no folder that tells it from others, and all None where that leaves fewer than two
    classes. Names that differ in capitals alone are one class.
    """
    folders = [[part for part in re.split(r"[/\\]", path)[:-1] if part.strip(" .")] for path in paths]
    shared = set.intersection(*(set(map(str.casefold, parts)) for parts in folders)) if folders else set()
    spelling: dict[str, str] = {}
    labels: list[str | None] = []
    for parts in folders:
        telling = [plain_name(part) for part in parts if part.casefold() not in shared]
        labels.append(spelling.setdefault(telling[-1].casefold(), telling[-1]) if telling else None)
    return labels if len(spelling) > 1 else [None] * len(paths)
