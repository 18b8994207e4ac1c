"""What a session's folder holds: files that arrived → photos that are kept → sets to train on.

Each step reads from the folder and writes to it, so that it can be done by another process than the one that serves
pages: what is decoded may be hostile, and what is made takes seconds.
"""

import hashlib
import json
import os
import shutil
import zipfile
from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.uploads.collecting import BoundedPhotos, collect
from autoencoder.data.uploads.datasets import (
    DatasetSummary,
    UploadChoices,
    UploadDataset,
    make_dataset,
    pixels_digest,
)
from autoencoder.data.uploads.limits import DEFAULT, Limits, Reason, Refusal
from autoencoder.data.uploads.reading import MOST_SIDE, Photo, plain_name
from autoencoder.files import write_atomically, write_json

ARRIVED, NAMES, PROGRESS = "arrived", "names.json", "progress.json"
PHOTOS, DESCRIPTION = "photos.npz", "about"  # the photos, and in that file their names and classes, as bytes of JSON
NEW_PHOTOS = f"new-{PHOTOS}"  # until it is whole
SETS = "sets"  # the folder of all sets, each in a folder of its own
ARRAYS, ABOUT, VERSION = "pictures.npz", "about.json", 1
PREVIEWED = 48  # pictures of a set that are shown to the learner
MOST_SETS = 8  # that are kept of a session, the latest
MOST_WHOLE = 12  # photos that are kept whole beside a set of patches

_NEEDED, _OPTIONAL = ("train", "test", "train_groups"), ("train_labels", "test_labels")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class UploadedPhotos:
    """The photos of a session, and what became of the files that arrived."""

    names: tuple[str, ...]  # of all photos that are kept now, as `reading.plain_name` has them
    labels: tuple[str | None, ...]  # the class of each
    added: int = 0  # how many are new
    refusals: tuple[Refusal, ...] = ()  # what is not used
    duplicates: int = 0  # files that were there already


@dataclass(frozen=True)
class DatasetPreview:
    """A set that is kept, in figures and a few pictures as the network sees them: PNG files in Base64."""

    number: str  # 12 hexadecimal digits, its folder below `SETS`: another wherever its pictures are others
    summary: DatasetSummary
    class_names: tuple[str, ...]
    train: tuple[str, ...]
    test: tuple[str, ...]


# Steps


def save_files(folder: Path, files: Sequence[tuple[str, Callable[[], bytes]]]) -> None:
    """Put files where `add_photos` finds them, under numbers in place of names; those from before must be read.

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
        write_progress(folder, 0, len(files), "read")
        for number, (_, read) in enumerate(files):
            (arrived / str(number)).write_bytes(read())
        (arrived / NAMES).write_text(json.dumps([name for name, _ in files]))
    except BaseException:
        shutil.rmtree(arrived, ignore_errors=True)
        raise


def add_photos(folder: Path, label: str | None = None, limits: Limits = DEFAULT) -> UploadedPhotos:
    """Read the files that arrived, keep the good pictures among them beside those from before, and remove the files.

    Args:
        folder: The session's.
        label: The class of those that lie in no folder of their own.
        limits: What is read at most, and kept in all.

    Raises:
        PictureError: If the photos from before cannot be read.
    """
    _, announced, _ = read_progress(folder) or (0, 0, "")
    try:
        before = load_photos(folder)
        found = collect(
            _arrived_files(folder),
            limits,
            report=lambda done, found: write_progress(folder, done, max(found, announced), "read"),
        )
    finally:
        shutil.rmtree(folder / ARRIVED, ignore_errors=True)
    known = set(map(pixels_digest, before))
    new = [photo for photo in found.photos if pixels_digest(photo) not in known]
    photos = [*before, *(replace(photo, label=_class(photo.label or label)) for photo in new)]
    refusals = found.refusals
    if len(photos) > limits.most_files:
        refusals = (Refusal(Reason.TOO_MANY_KEPT, values={"files": limits.most_files}), *refusals)
    bounded = BoundedPhotos(limits.most_kept, MOST_SIDE)
    for photo in photos[: limits.most_files]:
        bounded.add(photo)
    save_photos(folder, bounded.photos)
    return replace(
        _described(bounded.photos),
        added=len(bounded.photos) - len(before),
        refusals=refusals,
        duplicates=found.duplicates + len(found.photos) - len(new),
    )


def remove_photos(folder: Path, indices: Sequence[int]) -> UploadedPhotos:
    """Remove these photos, and every set that was made of any."""
    photos = [photo for index, photo in enumerate(load_photos(folder)) if index not in set(indices)]
    save_photos(folder, photos)
    shutil.rmtree(folder / SETS, ignore_errors=True)
    return _described(photos)


def relabel_photos(folder: Path, indices: Sequence[int], label: str | None) -> UploadedPhotos:
    """Put these photos into a class; None or an empty name for none."""
    photos = [
        replace(photo, label=_class(label)) if index in set(indices) else photo
        for index, photo in enumerate(load_photos(folder))
    ]
    save_photos(folder, photos)
    return _described(photos)


def build_dataset(folder: Path, choices: UploadChoices, in_use: Collection[str] = ()) -> DatasetPreview:
    """Make a set of the photos that are kept, and save it beside the latest others.

    Args:
        folder: The session's.
        choices: What the learner chose.
        in_use: Numbers of sets that are kept however old they are.

    Raises:
        PictureError: If no photo is kept.
    """
    photos = load_photos(folder)
    dataset = make_dataset(photos, choices)
    assert dataset.summary is not None  # it was made, not loaded
    about = repr((choices, [(pixels_digest(photo), photo.label) for photo in photos]))
    number = hashlib.sha256(about.encode()).hexdigest()[:12]
    sets = folder / SETS
    if not (sets / number / ABOUT).is_file():
        try:
            save_dataset(sets / number, dataset, photos[:MOST_WHOLE])
        except BaseException:
            shutil.rmtree(sets / number, ignore_errors=True)
            raise
        for old in sorted(sets.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[MOST_SETS:]:
            if old.name not in in_use:
                shutil.rmtree(old, ignore_errors=True)
    train, test = (tuple(map(_as_png, evenly(pictures, PREVIEWED))) for pictures in (dataset.train, dataset.test))
    return DatasetPreview(number, dataset.summary, dataset.class_names, train, test)


def clear_up(folder: Path) -> None:
    """Remove what the steps have left whose process was killed; none of the session's may be under way."""
    shutil.rmtree(folder / ARRIVED, ignore_errors=True)
    _remove_new_photos(folder)
    for path in (folder / SETS).glob("*/"):
        if not (path / ABOUT).is_file():
            shutil.rmtree(path, ignore_errors=True)


def evenly(items: Any, most: int) -> Any:
    """Return at most `most` items of a list or array, from the first to the last."""
    indices = np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)
    return items[indices] if isinstance(items, np.ndarray) else [items[index] for index in indices]


def _arrived_files(folder: Path) -> list[tuple[str, Path]]:
    """Return the name of each file that arrived, and where it lies; none where the session has ended meanwhile."""
    try:
        names = json.loads((folder / ARRIVED / NAMES).read_text())
    except FileNotFoundError:
        return []
    return [(name, folder / ARRIVED / str(number)) for number, name in enumerate(names)]


def _class(label: str | None) -> str | None:
    return plain_name(label) if label and label.strip() else None


def _described(photos: Sequence[Photo]) -> UploadedPhotos:
    return UploadedPhotos(tuple(photo.name for photo in photos), tuple(photo.label for photo in photos))


def _as_png(picture: np.ndarray) -> str:
    """float32 (height, width, 1 or 3) in [0, 1] → a PNG file in Base64"""
    pixels = np.rint(picture * 255).astype(np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()


# Files


def save_photos(folder: Path, photos: Sequence[Photo]) -> None:
    """Save these photos in place of those from before. The folder must be there: its session may have ended.

    Raises:
        OSError: If they cannot be written; those from before are then still there.
    """
    about = json.dumps([[photo.name, photo.label] for photo in photos]).encode()
    arrays = {f"photo_{number}": photo.pixels for number, photo in enumerate(photos)}
    try:
        np.savez(folder / NEW_PHOTOS, allow_pickle=False, **arrays, **{DESCRIPTION: np.frombuffer(about, np.uint8)})
        os.replace(folder / NEW_PHOTOS, folder / PHOTOS)
    except BaseException:
        _remove_new_photos(folder)
        raise


def _remove_new_photos(folder: Path) -> None:
    with suppress(OSError):
        (folder / NEW_PHOTOS).unlink(missing_ok=True)


def load_photos(folder: Path) -> list[Photo]:
    """Return the photos of a session; none where there were none.

    Raises:
        PictureError: If they cannot be read.
    """
    if not (folder / PHOTOS).is_file():
        return []
    try:
        with np.load(folder / PHOTOS, allow_pickle=False) as file:
            about = json.loads(file[DESCRIPTION].tobytes())
            return [Photo(name, label, file[f"photo_{number}"]) for number, (name, label) in enumerate(about)]
    except _UNREADABLE as error:
        raise PictureError(PictureProblem.DAMAGED_PHOTOS) from error


def save_dataset(folder: Path, dataset: UploadDataset, photos: Sequence[Photo] = ()) -> None:
    """Write a set, and the photos that shall be seen whole. What describes it is written last.

    Args:
        folder: Made where there is none.
        dataset: The set.
        photos: A few; each takes as many bytes as it has values.
    """
    arrays = {name: getattr(dataset, name) for name in (*_NEEDED, *_OPTIONAL) if getattr(dataset, name) is not None}
    for name in ("train", "test"):
        arrays[name] = np.rint(arrays[name] * 65_535).astype(np.uint16)  # half as large, apart by less than 1e-5
    arrays |= {f"photo_{number}": photo.pixels for number, photo in enumerate(photos)}
    buffer = BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    about = {
        "version": VERSION,
        "shape": dataset.shape,
        "training_pictures": len(dataset.train),
        "class_names": dataset.class_names,
        "photos": [{"name": photo.name, "label": photo.label} for photo in photos],
    }
    write_atomically(folder / ARRAYS, buffer.getvalue())
    write_json(folder / ABOUT, about)


def load_dataset(folder: Path, *, test_only: bool = False) -> tuple[UploadDataset, tuple[Photo, ...]]:
    """Return what `save_dataset` wrote.

    Args:
        folder: Where.
        test_only: Leave out the training pictures, which take most of the memory.

    Raises:
        PictureError: If it is not there, is damaged, or was written by another version.
    """
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        if about["version"] != VERSION:
            raise PictureError(PictureProblem.OTHER_VERSION)
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            return _dataset(file, about, test_only), _whole_photos(file, about["photos"])
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError(PictureProblem.NOT_KEPT) from None
    except _UNREADABLE as error:
        raise PictureError(PictureProblem.DAMAGED_SET) from error


def _dataset(file: Any, about: dict[str, Any], test_only: bool) -> UploadDataset:
    optional = [name for name in _OPTIONAL if name in file.files]
    arrays = {name: file[name] for name in (*_NEEDED, *optional) if not (test_only and name.startswith("train"))}
    if test_only:
        arrays["train"], arrays["train_groups"] = np.empty((0, *about["shape"]), np.uint16), np.empty(0, np.int64)
        arrays |= {name: np.empty(0, np.int64) for name in optional if name == "train_labels"}
    for pictures in ("train", "test"):
        if arrays[pictures].dtype != np.uint16:
            raise ValueError(f"Expected `{pictures}` as uint16. Received: {arrays[pictures].dtype}.")
        arrays[pictures] = arrays[pictures] / np.float32(65_535)
    return UploadDataset(class_names=tuple(about["class_names"]), **arrays)


def _whole_photos(file: Any, described: list[dict[str, Any]]) -> tuple[Photo, ...]:
    photos = tuple(Photo(one["name"], one["label"], file[f"photo_{number}"]) for number, one in enumerate(described))
    for photo in photos:
        if photo.pixels.dtype != np.uint8 or photo.pixels.ndim != 3 or photo.pixels.shape[2] != 3:
            raise ValueError(f"Expected photos as uint8 (height, width, 3). Received: {photo.pixels.shape}.")
    return photos


def write_progress(folder: Path, done: int, found: int, stage: str) -> None:
    """Write how far the reading has come: `done` of `found` pictures, and a word on what is done."""
    write_json(folder / PROGRESS, {"done": done, "found": found, "stage": stage})


def read_progress(folder: Path) -> tuple[int, int, str] | None:
    """Return what `write_progress` wrote last; None where there is nothing that can be read."""
    try:
        values = json.loads((folder / PROGRESS).read_bytes())
        return int(values["done"]), int(values["found"]), str(values["stage"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
