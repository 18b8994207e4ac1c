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

from autoencoder.data.uploads import archives, names
from autoencoder.data.uploads.classes import classes_of
from autoencoder.data.uploads.gate import Gate
from autoencoder.data.uploads.keeping import Kept
from autoencoder.data.uploads.limits import DEFAULT, MB, Limits
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, check_picture, decode
from autoencoder.data.uploads.refusals import Reason, Refusal, UploadError, refused

WORKERS = max(1, min(4, os.cpu_count() or 1))  # Pillow decodes without holding Python's lock

Upload = tuple[str, bytes | Path]
Found = tuple[str, bytes]
Report = Callable[[int, int], None]
Waiting = deque[tuple[str, int, Future[Photo]]]  # path, bytes, and the photo to come


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
        gate = Gate(self.limits.most_memory)
        waiting: Waiting = deque()
        kept = Kept(self.limits.most_kept, self.most_side)
        with ThreadPoolExecutor(WORKERS) as pool:
            for path, content in self._accepted(files):
                future = pool.submit(_decode, path, content, self.limits, kept.side, gate)
                waiting.append((path, len(content), future))
                while len(waiting) > 2 * WORKERS or sum(size for _, size, _ in waiting) > self.limits.most_bytes:
                    self._take(waiting, kept)
            while waiting:
                self._take(waiting, kept)
        labels = classes_of([path for path, _ in kept.photos])
        labeled = tuple(replace(photo, label=label) for (_, photo), label in zip(kept.photos, labels, strict=True))
        rest = self.refused - len(self.refusals)
        more = (Refusal(Reason.MORE, values={"files": rest}),) if rest else ()
        return Collected(labeled, (*self.refusals, *more), self.refused, self.duplicates)

    def _take(self, waiting: Waiting, kept: Kept) -> None:
        """What the picture that has waited longest became."""
        path, _, future = waiting.popleft()
        try:
            kept.add(path, future.result())
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


def _decode(path: str, content: bytes, limits: Limits, most_side: int, gate: Gate) -> Photo:
    header = check_picture(path, content, limits)
    with gate.hold(header.memory):
        return decode(path, content, header, most_side)


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
