"""What a session's own pictures go through: files that arrived → photos that are kept → a set to train on.

Each step reads from the session's folder and writes to it, so that it can be done by another process than the one that
serves pages: what is decoded may be hostile, and what is made takes seconds.
"""

import hashlib
import json
import shutil
from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from autoencoder.data.uploads import album, saved
from autoencoder.data.uploads.collecting import collect
from autoencoder.data.uploads.datasets import DatasetSummary, UploadChoices, UploadDataset, make_set
from autoencoder.data.uploads.limits import DEFAULT, Limits
from autoencoder.data.uploads.names import plain
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.refusals import Reason, Refusal

ARRIVED, NAMES = "arrived", "names.json"
SEEN = 48  # pictures of a set that are shown to the learner
MOST_SETS = 8  # that are kept of a session, the latest
WHOLE = 12  # photos that are kept whole beside a set of patches


@dataclass(frozen=True)
class UploadedPhotos:
    """The photos of a session, and what became of the files that arrived.

    Args:
        names: Of all photos that are kept now, as `names.plain` has them.
        labels: The class of each, or None.
        added: How many of them are new.
        refusals: What is not used.
        duplicates: Files that were there already.
    """

    names: tuple[str, ...]
    labels: tuple[str | None, ...]
    added: int = 0
    refusals: tuple[Refusal, ...] = ()
    duplicates: int = 0


@dataclass(frozen=True)
class DatasetPreview:
    """A set that is kept, in figures and a few pictures.

    Args:
        number: 12 hexadecimal digits: its folder below `saved.SETS`; another wherever its pictures are others.
        summary: How many pictures there are, and what of.
        class_names: Its classes.
        train: Some training pictures, as the network sees them: PNG files in Base64.
        test: Some test pictures.
    """

    number: str
    summary: DatasetSummary
    class_names: tuple[str, ...]
    train: tuple[str, ...]
    test: tuple[str, ...]


def save_files(folder: Path, files: Sequence[tuple[str, Callable[[], bytes]]]) -> None:
    """Put files where `gather` finds them, under numbers in place of names; those that arrived before must be read.

    Args:
        folder: The session's.
        files: The name of each, and what gives its bytes; only one at a time is in memory for this.

    Raises:
        OSError: If they cannot be written there. None of them is then left there.
    """
    arrived = folder / ARRIVED
    shutil.rmtree(arrived, ignore_errors=True)
    arrived.mkdir()
    try:
        saved.write_progress(folder, 0, len(files), "read")
        for number, (_, read) in enumerate(files):
            (arrived / str(number)).write_bytes(read())
        (arrived / NAMES).write_text(json.dumps([name for name, _ in files]))
    except BaseException:
        shutil.rmtree(arrived, ignore_errors=True)
        raise


def gather(folder: Path, label: str | None = None, limits: Limits = DEFAULT) -> UploadedPhotos:
    """Read the files that arrived, keep the good pictures among them beside those from before, and remove the files.

    Args:
        folder: The session's.
        label: The class of those that lie in no folder of their own.
        limits: What is read at most, and kept in all.

    Raises:
        PictureError: If the photos from before cannot be read.
    """
    try:
        before, found = album.kept(folder), collect(_arrived(folder), limits, report=_reporter(folder))
    finally:
        shutil.rmtree(folder / ARRIVED, ignore_errors=True)
    known = {album.content_of(photo) for photo in before}
    fresh = [photo for photo in found.photos if album.content_of(photo) not in known]
    photos = [*before, *(replace(photo, label=_class(photo.label or label)) for photo in fresh)]
    refusals = found.refusals
    if len(photos) > limits.most_files:
        refusals = (Refusal(Reason.TOO_MANY_KEPT, values={"files": limits.most_files}), *refusals)
        photos = photos[: limits.most_files]
    photos = album.within(photos, limits)
    album.keep(folder, photos)
    duplicates = found.duplicates + len(found.photos) - len(fresh)
    return replace(_uploaded(photos), added=len(photos) - len(before), refusals=refusals, duplicates=duplicates)


def remove(folder: Path, indices: Sequence[int]) -> UploadedPhotos:
    """Keep the photos at these places no longer, nor any set that was made of them."""
    photos = [photo for index, photo in enumerate(album.kept(folder)) if index not in set(indices)]
    album.keep(folder, photos)
    shutil.rmtree(folder / saved.SETS, ignore_errors=True)
    return _uploaded(photos)


def relabel(folder: Path, indices: Sequence[int], label: str | None) -> UploadedPhotos:
    """Put the photos at these places into a class; None or an empty name for none."""
    wanted = set(indices)
    photos = [
        replace(photo, label=_class(label)) if index in wanted else photo
        for index, photo in enumerate(album.kept(folder))
    ]
    album.keep(folder, photos)
    return _uploaded(photos)


def make(folder: Path, choices: UploadChoices, in_use: Collection[str] = ()) -> DatasetPreview:
    """Make a set of the photos that are kept, and keep it beside the latest others.

    Args:
        folder: The session's.
        choices: What the learner chose.
        in_use: Numbers of sets that are kept however old they are.

    Raises:
        PictureError: If no photo is kept.
    """
    photos = album.kept(folder)
    dataset = make_set(photos, choices)
    assert dataset.summary is not None  # it was made, not loaded
    about = repr((choices, [(album.content_of(photo), photo.label) for photo in photos]))
    number = hashlib.sha256(about.encode()).hexdigest()[:12]
    if not (folder / saved.SETS / number / saved.ABOUT).is_file():
        _save(folder / saved.SETS / number, dataset, photos[:WHOLE])
        _forget_the_oldest(folder / saved.SETS, in_use)
    train, test = (tuple(map(_as_png, _spread(pictures))) for pictures in (dataset.train, dataset.test))
    return DatasetPreview(number, dataset.summary, dataset.class_names, train, test)


def clear_up(folder: Path) -> None:
    """Remove what the steps have left whose process was killed; none of the session's may be under way."""
    shutil.rmtree(folder / ARRIVED, ignore_errors=True)
    album.clear_up(folder)
    for path in (folder / saved.SETS).glob("*/"):
        if not (path / saved.ABOUT).is_file():
            shutil.rmtree(path, ignore_errors=True)


def _save(folder: Path, dataset: UploadDataset, photos: Sequence[Photo]) -> None:
    """Save a set; nothing is left where it cannot be."""
    try:
        saved.save(folder, dataset, photos)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _arrived(folder: Path) -> list[tuple[str, Path]]:
    """The name of each file that arrived, and where it lies; none where the session has ended meanwhile."""
    try:
        names = json.loads((folder / ARRIVED / NAMES).read_text())
    except FileNotFoundError:
        return []
    return [(name, folder / ARRIVED / str(number)) for number, name in enumerate(names)]


def _reporter(folder: Path) -> Callable[[int, int], None]:
    """Says how far the reading is; of at least as many files as were announced."""
    _, announced, _ = saved.read_progress(folder) or (0, 0, "")
    return lambda done, found: saved.write_progress(folder, done, max(found, announced), "read")


def _class(label: str | None) -> str | None:
    return plain(label) if label and label.strip() else None


def _uploaded(photos: Sequence[Photo]) -> UploadedPhotos:
    return UploadedPhotos(tuple(photo.name for photo in photos), tuple(photo.label for photo in photos))


def _forget_the_oldest(sets: Path, in_use: Collection[str]) -> None:
    latest = sorted(sets.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in latest[MOST_SETS:]:
        if path.name not in in_use:
            shutil.rmtree(path, ignore_errors=True)


def _spread(pictures: np.ndarray) -> np.ndarray:
    """At most SEEN pictures, from the first to the last."""
    indices = np.linspace(0, len(pictures) - 1, min(SEEN, len(pictures))).round().astype(int)
    return pictures[indices]


def _as_png(picture: np.ndarray) -> str:
    """float32 (height, width, 1 or 3) in [0, 1] → a PNG file in Base64"""
    pixels = np.rint(picture * 255).astype(np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()
