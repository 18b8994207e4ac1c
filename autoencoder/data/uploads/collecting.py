"""Everything that a learner uploaded: pictures, folders and zips; the good ones are used, the others refused."""

import hashlib
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from autoencoder.data.uploads import archives, names
from autoencoder.data.uploads.limits import DEFAULT, MB, Limits
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, check_picture, decode
from autoencoder.data.uploads.refusals import Reason, Refusal, UploadError, refused

NO_FOLDER = "without a folder"  # the class of files beside others that have one
LEAST_SIDE = 192  # pixels that are always kept: twice the largest picture to train on
WORKERS = max(1, min(4, os.cpu_count() or 1))  # Pillow decodes without holding Python's lock

Upload = tuple[str, bytes | Path]
Found = tuple[str, bytes]
Report = Callable[[int, int], None]


def classes_of(paths: Sequence[str]) -> list[str | None]:
    """The class of each file: its innermost folder, folders that all files share left aside.

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
        telling = [names.plain(part) for part in parts if part.casefold() not in shared]
        labels.append(spelling.setdefault(telling[-1].casefold(), telling[-1]) if telling else None)
    return labels if len(spelling) > 1 else [None] * len(paths)


class Kept:
    """Photos that together take about `most_bytes`: whenever they would take more, all are halved.

    Args:
        most_bytes: Of the pixels of all photos; exceeded only by photos of `LEAST_SIDE`.
        side: The longest side of a photo, pixels.
    """

    def __init__(self, most_bytes: int, side: int) -> None:
        self.side = side
        self.photos: list[tuple[str, Photo]] = []
        self._most_bytes = most_bytes
        self._bytes = 0

    def add(self, path: str, photo: Photo) -> None:
        """Keep one more, and halve all where that is one too many."""
        self.photos.append((path, shrunk(photo, self.side)))
        self._bytes += self.photos[-1][1].pixels.nbytes
        if self._bytes > self._most_bytes and self.side >= 2 * LEAST_SIDE:
            self.side //= 2
            self.photos = [(path, shrunk(photo, self.side)) for path, photo in self.photos]
            self._bytes = sum(photo.pixels.nbytes for _, photo in self.photos)


def shrunk(photo: Photo, most_side: int) -> Photo:
    """The photo with its longer side at most `most_side` pixels; the same where it is no longer."""
    height, width = photo.pixels.shape[:2]
    if max(height, width) <= most_side:
        return photo
    scale = most_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return replace(photo, pixels=np.array(Image.fromarray(photo.pixels).resize(size, Image.Resampling.BICUBIC)))


@dataclass(frozen=True)
class _Decoding:
    path: str
    size: int  # bytes of the file
    memory: int  # bytes that decoding takes
    photo: Future[Photo]


Waiting = deque[_Decoding]


@dataclass(frozen=True)
class Collected:
    """What was uploaded.

    Args:
        photos: The pictures that can be used, in the order of the upload, labeled by their folders.
        refusals: What is not used; where that is too much, the last one counts the rest.
        refused: How many files that was.
        duplicates: Files with the very bytes of an earlier one, which are counted once.
    """

    photos: tuple[Photo, ...]
    refusals: tuple[Refusal, ...] = ()
    refused: int = 0
    duplicates: int = 0

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the alphabet."""
        return tuple(sorted({photo.label for photo in self.photos if photo.label is not None}))


def collect(
    files: Iterable[Upload],
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
    return _Collecting(limits, most_side, report).run(list(files))


@dataclass
class _Collecting:
    limits: Limits
    most_side: int
    report: Report
    refusals: list[Refusal] = field(default_factory=list)
    refused: int = 0
    duplicates: int = 0
    read: int = 0
    begin: float = 0.0

    def run(self, files: Sequence[Upload]) -> Collected:
        waiting: Waiting = deque()
        kept = Kept(self.limits.most_kept, self.most_side)
        with ThreadPoolExecutor(WORKERS) as pool:
            for path, content in self._accepted(files):
                while len(waiting) >= 2 * WORKERS:
                    self._take(waiting, kept)
                try:
                    header = check_picture(path, content, self.limits)
                except UploadError as error:
                    waiting.append(_Decoding(path, 0, 0, _failed(error)))
                    continue
                while waiting and not self._has_room(waiting, len(content), header.memory):
                    self._take(waiting, kept)
                future = pool.submit(decode, path, content, header, kept.side)
                waiting.append(_Decoding(path, len(content), header.memory, future))
            while waiting:
                self._take(waiting, kept)
        labels = classes_of([path for path, _ in kept.photos])
        labeled = tuple(replace(photo, label=label) for (_, photo), label in zip(kept.photos, labels, strict=True))
        rest = self.refused - len(self.refusals)
        more = (Refusal(Reason.MORE, values={"files": rest}),) if rest else ()
        return Collected(labeled, (*self.refusals, *more), self.refused, self.duplicates)

    def _has_room(self, waiting: Waiting, size: int, memory: int) -> bool:
        """Return whether a picture of so many bytes, that takes so much memory to decode, may be held beside others."""
        size += sum(one.size for one in waiting)
        memory += sum(one.memory for one in waiting if not one.photo.done())
        return size <= self.limits.most_bytes and memory <= self.limits.most_memory

    def _take(self, waiting: Waiting, kept: Kept) -> None:
        """What the picture that has waited longest became."""
        decoding = waiting.popleft()
        try:
            kept.add(decoding.path, decoding.photo.result())
        except UploadError as error:
            self._refuse(error)
        self.read += 1
        self.report(self.read, self.read + len(waiting))

    def _accepted(self, files: Sequence[Upload]) -> Iterator[Found]:
        """Files within the limits of all together, each content once."""
        total = accepted = 0
        self.begin = time.monotonic()
        seen: set[bytes] = set()
        for path, content in self._contents(files):
            total += len(content)
            end = self._end(accepted, total) or self._late()
            if end is not None:
                self._refuse(end, first=True)
                return
            key = hashlib.blake2b(content, digest_size=16).digest()
            if key in seen:
                self.duplicates += 1
                continue
            seen.add(key)
            accepted += 1
            yield path, content

    def _end(self, accepted: int, total: int) -> UploadError | None:
        """Return why no further file is read, if that is so."""
        most = self.limits
        if accepted >= most.most_files:
            return refused(Reason.TOO_MANY_FILES, files=most.most_files)
        if total > most.most_total_bytes:
            return refused(Reason.TOO_MUCH_IN_ALL, megabytes=most.most_total_bytes / MB)
        return None

    def _late(self) -> UploadError | None:
        """Return the same, of the time."""
        if time.monotonic() - self.begin <= self.limits.seconds:
            return None
        return refused(Reason.TOO_SLOW, seconds=self.limits.seconds)

    def _contents(self, files: Sequence[Upload]) -> Iterator[Found]:
        """Every file, zips unpacked."""
        several = _several(files)
        for name, source in files:
            try:
                content = source if isinstance(source, bytes) else _from_disk(name, source, self.limits)
                if archives.is_archive(content):
                    yield from self._unpacked(name, content, several)
                elif not archives.is_hidden(name):
                    yield name, content
            except UploadError as error:
                self._refuse(error)

    def _unpacked(self, name: str, content: bytes, several: bool) -> Iterator[Found]:
        """The files of a zip; where there are several zips, each one is a folder."""
        folder = f"{Path(names.plain(name)).stem}/" if several else ""
        for path, entry in archives.entries(name, content, self.limits):
            if isinstance(entry, UploadError):
                self._refuse(entry)
                if (late := self._late()) is not None:
                    raise late
            else:
                yield folder + path, entry

    def _refuse(self, error: UploadError, first: bool = False) -> None:
        self.refused += 1
        if first:  # what is said of all files together is never left out
            self.refusals.insert(0, error.refusal)
        elif len(self.refusals) < self.limits.most_refusals:
            self.refusals.append(error.refusal)


def _failed(error: UploadError) -> Future[Photo]:
    future: Future[Photo] = Future()
    future.set_exception(error)
    return future


def _several(files: Sequence[Upload]) -> bool:
    return sum(bool(re.search(r"\.zip$", name, re.IGNORECASE)) for name, _ in files) > 1


def _from_disk(name: str, path: Path, limits: Limits) -> bytes:
    """The bytes of a file, of which no more is read than is accepted."""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
            most = limits.most_archive_bytes if archives.is_archive(begin) else limits.most_bytes
            content = begin + file.read(most + 1)
    except OSError:
        raise refused(Reason.UNREADABLE, name) from None
    if len(content) > most:
        raise refused(Reason.TOO_LARGE, name, megabytes=limits.most_bytes / MB)
    return content
