"""Everything that a learner uploaded: pictures, folders and zips; the good ones are used, the others refused."""

import hashlib
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from autoencoder.data.uploads.archives import entries, is_hidden, is_zip
from autoencoder.data.uploads.headers import Header
from autoencoder.data.uploads.limits import DEFAULT, MB, Limits, Reason, Refusal, UploadError, refused
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, check_picture, decode, plain_name

LEAST_SIDE = 192  # pixels that are always kept: twice the largest picture to train on
WORKERS = max(1, min(4, os.cpu_count() or 1))  # Pillow decodes without holding Python's lock

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Collected:
    """What was uploaded.

    Args:
        photos: The pictures that can be used, in the order of the upload, labeled by their folders.
        refusals: What is not used; where that is too much, the last one counts the rest.
        duplicates: Files with the very bytes of an earlier one, which are counted once.
    """

    photos: tuple[Photo, ...]
    refusals: tuple[Refusal, ...] = ()
    duplicates: int = 0


def collect(
    files: Iterable[tuple[str, bytes | Path]],
    limits: Limits = DEFAULT,
    most_side: int = MOST_SIDE,
    report: Report = lambda done, found: None,
) -> Collected:
    """Read what was uploaded. Nothing is raised for a bad file, and nothing is written to disk.

    Args:
        files: The name of each, and its bytes or where it lies. A name with `/` in it lies in that folder.
        limits: What is read at most.
        most_side: The longest side that is kept of a photo, pixels; half of it or less where photos are very many.
        report: Called with the pictures that are read and those that were found so far, from this thread.
    """
    return _Collector(limits, report).run(list(files), BoundedPhotos(limits.most_kept, most_side))


def classes_of(paths: Sequence[str]) -> list[str | None]:
    """Return the class of each file: its innermost folder, folders that all files share left aside.

    Args:
        paths: Of the files; `/` and `\\` part folders.

    Returns:
        As many: a name for people, or None where a file lies in no folder that tells it from others. All None where
        that leaves fewer than two classes. Names that differ in capitals alone are one class.
    """
    folders = [[part for part in re.split(r"[/\\]", path)[:-1] if part.strip(" .")] for path in paths]
    shared = set.intersection(*(set(map(str.casefold, parts)) for parts in folders)) if folders else set()
    spelling: dict[str, str] = {}
    labels: list[str | None] = []
    for parts in folders:
        telling = [plain_name(part) for part in parts if part.casefold() not in shared]
        labels.append(spelling.setdefault(telling[-1].casefold(), telling[-1]) if telling else None)
    return labels if len(spelling) > 1 else [None] * len(paths)


class BoundedPhotos:
    """Photos that together take about `most_bytes`: whenever they would take more, all are halved.

    Args:
        most_bytes: Of the pixels of all photos; exceeded only by photos of `LEAST_SIDE`.
        side: The longest side of a photo, pixels.
    """

    def __init__(self, most_bytes: int, side: int) -> None:
        self.side = side
        self.photos: list[Photo] = []
        self._most_bytes = most_bytes
        self._bytes = 0

    def add(self, photo: Photo) -> None:
        """Add one more, and halve all where that is one too many."""
        self.photos.append(shrink(photo, self.side))
        self._bytes += self.photos[-1].pixels.nbytes
        if self._bytes > self._most_bytes and self.side >= 2 * LEAST_SIDE:
            self.side //= 2
            self.photos = [shrink(photo, self.side) for photo in self.photos]
            self._bytes = sum(photo.pixels.nbytes for photo in self.photos)


def shrink(photo: Photo, most_side: int) -> Photo:
    """Return the photo with its longer side at most `most_side` pixels; the same where it is no longer."""
    height, width = photo.pixels.shape[:2]
    scale = most_side / max(height, width)
    if scale >= 1:
        return photo
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return replace(photo, pixels=np.array(Image.fromarray(photo.pixels).resize(size)))


class _Decoding(NamedTuple):
    path: str
    size: int  # bytes of the file
    memory: int  # bytes that decoding takes
    photo: Future[Photo]


class _Collector:
    """Reads files one after the other, decodes several at once, and takes the photos in the order of the files."""

    def __init__(self, limits: Limits, report: Report) -> None:
        self.limits, self.report = limits, report
        self.waiting: deque[_Decoding] = deque()
        self.paths: list[str] = []  # of the photos
        self.refusals: list[Refusal] = []
        self.refused = self.duplicates = self.read = 0
        self.begin = time.monotonic()

    def run(self, files: Sequence[tuple[str, bytes | Path]], photos: BoundedPhotos) -> Collected:
        with ThreadPoolExecutor(WORKERS) as pool:
            for path, content in self._accepted(files):
                while len(self.waiting) >= 2 * WORKERS:
                    self._take(photos)
                try:
                    header = check_picture(path, content, self.limits)
                except UploadError as error:
                    failed: Future[Photo] = Future()
                    failed.set_exception(error)
                    self.waiting.append(_Decoding(path, 0, 0, failed))
                    continue
                while self.waiting and not self._fits(content, header):
                    self._take(photos)
                future = pool.submit(decode, path, content, header, photos.side)
                self.waiting.append(_Decoding(path, len(content), header.memory, future))
            while self.waiting:
                self._take(photos)
        labeled = zip(photos.photos, classes_of(self.paths), strict=True)
        if rest := self.refused - len(self.refusals):
            self.refusals.append(Refusal(Reason.MORE, values={"files": rest}))
        return Collected(
            tuple(replace(photo, label=label) for photo, label in labeled), tuple(self.refusals), self.duplicates
        )

    def _fits(self, content: bytes, header: Header) -> bool:
        """Return whether a picture may be held and decoded beside those that wait."""
        size = len(content) + sum(one.size for one in self.waiting)
        memory = header.memory + sum(one.memory for one in self.waiting if not one.photo.done())
        return size <= self.limits.most_bytes and memory <= self.limits.most_memory

    def _take(self, photos: BoundedPhotos) -> None:
        """Take the picture that has waited longest."""
        decoding = self.waiting.popleft()
        try:
            photos.add(decoding.photo.result())
            self.paths.append(decoding.path)
        except UploadError as error:
            self._refuse(error)
        self.read += 1
        self.report(self.read, self.read + len(self.waiting))

    def _accepted(self, files: Sequence[tuple[str, bytes | Path]]) -> Iterator[tuple[str, bytes]]:
        """Yield files within the limits of all together, each content once."""
        total = 0
        seen: set[bytes] = set()
        for path, content in self._contents(files):
            total += len(content)
            if error := self._beyond_limits(len(seen), total) or self._late():
                self._refuse(error, first=True)
                return
            key = hashlib.blake2b(content, digest_size=16).digest()
            if key in seen:
                self.duplicates += 1
                continue
            seen.add(key)
            yield path, content

    def _beyond_limits(self, accepted: int, total: int) -> UploadError | None:
        if accepted >= self.limits.most_files:
            return refused(Reason.TOO_MANY_FILES, files=self.limits.most_files)
        if total > self.limits.most_total_bytes:
            return refused(Reason.TOO_MUCH_IN_ALL, megabytes=self.limits.most_total_bytes / MB)
        return None

    def _late(self) -> UploadError | None:
        if time.monotonic() - self.begin <= self.limits.seconds:
            return None
        return refused(Reason.TOO_SLOW, seconds=self.limits.seconds)

    def _contents(self, files: Sequence[tuple[str, bytes | Path]]) -> Iterator[tuple[str, bytes]]:
        """Yield every file, zips unpacked; where there are several zips, each one is a folder."""
        several = sum(name.lower().endswith(".zip") for name, _ in files) > 1
        for name, source in files:
            try:
                content = source if isinstance(source, bytes) else _from_disk(name, source, self.limits)
                if is_zip(content):
                    folder = f"{Path(plain_name(name)).stem}/" if several else ""
                    yield from self._unpacked(folder, name, content)
                elif not is_hidden(name):
                    yield name, content
            except UploadError as error:
                self._refuse(error)

    def _unpacked(self, folder: str, name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
        for path, entry in entries(name, content, self.limits):
            if not isinstance(entry, UploadError):
                yield folder + path, entry
                continue
            self._refuse(entry)
            if late := self._late():
                raise late

    def _refuse(self, error: UploadError, first: bool = False) -> None:
        self.refused += 1
        if first:  # what is said of all files together is never left out
            self.refusals.insert(0, error.refusal)
        elif len(self.refusals) < self.limits.most_refusals:
            self.refusals.append(error.refusal)


def _from_disk(name: str, path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file, of which no more is read than is accepted."""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
            most = limits.most_archive_bytes if is_zip(begin) else limits.most_bytes
            content = begin + file.read(most + 1)
    except OSError:
        raise refused(Reason.UNREADABLE, name) from None
    if len(content) > most:
        raise refused(Reason.TOO_LARGE, name, megabytes=limits.most_bytes / MB)
    return content
