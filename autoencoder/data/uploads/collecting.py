"""Everything that a learner uploaded: pictures, folders and zips; the good ones are kept, the others refused.

The files are read in steps, each of one file, by another process than the one that asks for them (see
`autoencoder.training.reader`): what is decoded may be hostile, and between two steps another learner has a turn.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from autoencoder.data.uploads.archives import Entry, entries, is_hidden, is_zip, unpack
from autoencoder.data.uploads.headers import START, Header, kind_of
from autoencoder.data.uploads.limits import DEFAULT, MB, Limits, Reason, Refusal
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, check_picture, decode, plain_name

PIXELS_A_SECOND = 40_000_000  # that are decoded, about
LONGEST_PATH = 200  # characters that are kept of a path, the last
SMALLER_SIDE = MOST_SIDE // 2  # pixels that are kept of photos that are many; twice the largest picture to train on

Result = TypeVar("Result")
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
    """What was uploaded."""

    photos: list[Photo] = field(default_factory=list)  # in the order of the upload, labeled by their folders
    refusals: list[Refusal] = field(default_factory=list)  # of every file; first what is said of all together
    duplicates: int = 0  # files with the very bytes of an earlier one, which are counted once


def one_step(function: Callable[..., Any], *arguments: Any, guess: float) -> Steps[Any]:
    """Return what a function returns that is done by the other process, in about so many seconds."""
    return (yield Step(function, arguments, guess))


def read_photo(name: str, path: Path, limits: Limits = DEFAULT) -> Steps[Photo]:
    """Read one picture, and remove its file; a Refusal if it cannot be used."""
    try:
        header, *_ = yield Step(examine, (name, path, None, limits))
        return (yield Step(keep, (name, path, None, header), header.pixels / PIXELS_A_SECOND))
    finally:
        path.unlink(missing_ok=True)


def collect(
    files: Sequence[tuple[str, Path]],
    keep_in: Path,
    limits: Limits = DEFAULT,
    report: Report = lambda done, found: None,
    before: list[Photo] | None = None,
) -> Steps[Collected]:
    """Read what was uploaded, and remove it. Nothing is raised for a bad file.

    Args:
        files: The name of each, which may have folders in it, and where it lies.
        keep_in: The folder for the photos' pixels, each in a file that is named by them.
        limits: What is read at most.
        report: Called with the pictures that are read and those that were found so far.
        before: Photos that are kept already; where they and the new ones are many, all are made smaller.
    """
    collector = _Collector(keep_in, limits, report, [] if before is None else before)
    try:
        return (yield from collector.read_all(files))
    finally:
        for _, path in files:
            path.unlink(missing_ok=True)


class _Enough(Exception):
    """No further file is read; its argument is the refusal of the others."""


class _Collector:
    def __init__(self, keep_in: Path, limits: Limits, report: Report, before: list[Photo]) -> None:
        self.keep_in, self.limits, self.report, self.before = keep_in, limits, report, before
        self.known = {photo.digest for photo in before}
        self.side, self.kept = MOST_SIDE, sum(map(_size, before))
        self.most = limits.most_files - len(before)
        self.found = Collected()
        self.coming = self.done = self.bytes = 0
        self.seconds = 0.0
        self.candidates: list[tuple[str, str, Path, Entry | None]] = []  # path, by which classes go; name, file, entry
        self.places: list[int] = []  # of the photos among them
        self.refusals: list[tuple[float, Refusal]] = []  # with the place of each
        self.seen: set[bytes] = set()

    def read_all(self, files: Sequence[tuple[str, Path]]) -> Steps[Collected]:
        """Read pictures, evenly from each class where they are more than may be kept."""
        found, together = self.found, []
        try:
            yield from self._look(files)
            order = list(range(len(self.candidates)))
            if len(order) > self.most:  # the first of each class, then the second of each
                counts: Counter[str | None] = Counter()
                turns = []
                for label in classes_of([path for path, *_ in self.candidates]):
                    turns.append(counts[label])
                    counts[label] += 1
                order.sort(key=turns.__getitem__)
            for number, place in enumerate(order):
                if len(found.photos) >= self.most:
                    values = {"files": self.limits.most_files, "left": len(order) - number}
                    raise _Enough(Refusal(Reason.TOO_MANY_FILES, values=values))
                _, name, file, entry = self.candidates[place]
                try:
                    yield from self._picture(place, name, file, entry)
                except Refusal as refusal:
                    self._refuse(refusal, name, place)
                if entry is None:
                    file.unlink(missing_ok=True)
                self.done += 1
                self.report(self.done, max(self.done, self.coming))
        except _Enough as enough:
            together = [enough.args[0]]
        found.refusals = [*together, *(refusal for _, refusal in sorted(self.refusals, key=lambda one: one[0]))]
        labels = classes_of([self.candidates[place][0] for place in self.places])
        in_order = sorted(zip(self.places, found.photos, labels, strict=True), key=lambda one: one[0])
        found.photos = [replace(photo, label=label) for _, photo, label in in_order]
        return found

    def _look(self, files: Sequence[tuple[str, Path]]) -> Steps[None]:
        """Find what may be a picture: a file, or one in a zip, which is a folder where there are several zips."""
        files = [(name, path) for name, path in files if not is_hidden(name)]
        self.coming = len(files)
        try:
            looks = yield from self._step(Step(look, (files,)))
        except Refusal:  # as where its process was lost
            looks = [name.lower().endswith(".zip") for name, _ in files]
        several = sum(look is True for look in looks) > 1
        for (name, path), look_at_it in zip(files, looks, strict=True):
            if look_at_it is False:
                self.candidates.append((name, name, path, None))
                continue
            try:
                if isinstance(look_at_it, Refusal):
                    raise look_at_it
                listed = yield from self._step(Step(entries, (name, path, self.limits)))
            except Refusal as refusal:
                self._refuse(refusal, name)
                continue
            self.coming += len(listed) - 1
            within = f"{Path(plain_name(name)).stem}/" if several else ""
            for entry in listed:
                if entry.refusal:
                    self._refuse(entry.refusal, entry.path)
                else:
                    self.candidates.append((within + entry.path, entry.path, path, entry))
        self.done = len(self.refusals)

    def _refuse(self, refusal: Refusal, name: str, place: float | None = None) -> None:
        named = replace(refusal, name=(refusal.name or name)[-LONGEST_PATH:])
        self.refusals.append((len(self.candidates) - 0.5 if place is None else place, named))

    def _picture(self, place: int, name: str, file: Path, entry: Entry | None) -> Steps[None]:
        header, size, digest = yield from self._step(Step(examine, (name, file, entry, self.limits)))
        self.bytes += size
        if self.bytes > self.limits.most_total_bytes:
            raise _Enough(Refusal(Reason.TOO_MUCH_IN_ALL, values={"megabytes": self.limits.most_total_bytes / MB}))
        if digest in self.seen:
            self.found.duplicates += 1
            return
        self.seen.add(digest)
        work = Step(keep, (name, file, entry, header, self.keep_in, self.side), header.pixels / PIXELS_A_SECOND)
        photo = yield from self._step(work)
        if photo.digest in self.known:
            self.found.duplicates += 1
            return
        self.found.photos.append(photo)
        self.places.append(place)
        self.kept += _size(photo)
        if self.kept > self.limits.most_kept and self.side > SMALLER_SIDE:
            self.side = SMALLER_SIDE
            for photos in (self.before, self.found.photos):
                for number, large in enumerate(photos):
                    photos[number] = yield from self._step(Step(make_smaller, (large, self.keep_in, self.side)))

    def _step(self, step: Step) -> Steps[Any]:
        if self.seconds > self.limits.seconds:
            raise _Enough(Refusal(Reason.TOO_SLOW, values={"seconds": self.limits.seconds}))
        try:
            return (yield step)
        finally:
            self.seconds += step.seconds


# Steps, each done by the other process


def look(files: Sequence[tuple[str, Path]]) -> list[Refusal | bool]:
    """Return of each file whether it is a zip, or why it is neither that nor a picture."""
    found: list[Refusal | bool] = []
    for name, path in files:
        try:
            start = _content(name, path, None, START)
            found.append(is_zip(start) or not kind_of(start))
        except Refusal as refusal:
            found.append(refusal)
    return found


def examine(name: str, path: Path, entry: Entry | None, limits: Limits) -> tuple[Header, int, bytes]:
    """Return what a file, or one in a zip, declares; and its bytes' number and checksum."""
    content = _content(name, path, entry, limits.most_bytes + 1)
    return check_picture(name, content, limits), len(content), hashlib.blake2b(content, digest_size=16).digest()


def keep(
    name: str, path: Path, entry: Entry | None, header: Header, keep_in: Path | None = None, side: int = MOST_SIDE
) -> Photo:
    """Return the picture that `examine` has passed, its longer side at most `side`; a Refusal if it is damaged."""
    photo = shrink(decode(name, _content(name, path, entry), header), side)
    return photo if keep_in is None else save_pixels(keep_in, photo)


def make_smaller(photo: Photo, keep_in: Path, side: int) -> Photo:
    """Put a photo that is kept in a smaller file, in place of its own."""
    small = shrink(photo, side)
    if small is photo:
        return photo
    small = save_pixels(keep_in, small)
    if isinstance(photo.source, Path):
        photo.source.unlink(missing_ok=True)
    return small


def _content(name: str, path: Path, entry: Entry | None, most: int = -1) -> bytes:
    if entry is not None:
        return unpack(path, entry)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        raise Refusal(Reason.UNREADABLE, name) from None


def _size(photo: Photo) -> int:
    return photo.source.stat().st_size if isinstance(photo.source, Path) else photo.source.nbytes


# Photos


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
