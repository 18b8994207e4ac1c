"""What a session's folder holds: files that arrived → photos that are kept → sets to train on."""

import hashlib
import json
import shutil
import zipfile
from base64 import b64encode
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.data.uploads.collecting import Files, Steps, collect, save_pixels
from autoencoder.data.uploads.datasets import DatasetSummary, UploadChoices, make_dataset
from autoencoder.data.uploads.limits import MB, Refusal, most_of_a_tab
from autoencoder.data.uploads.reading import Photo, one_line
from autoencoder.data.uploads.writing import looks_like_writing
from autoencoder.files import bytes_in, read_json, write_json

ARRIVED, PROGRESS = "arrived", "progress.json"
PHOTOS, LIST = "photos", "photos.json"  # the folder of the photos' pixels; their names, classes and checksums
SETS = "sets"  # the folder of all sets, each in a folder of its own
ARRAYS, ABOUT, VERSION = "pictures.npz", "about.json", 1
PREVIEWED = 48  # pictures of a set that are shown to the learner
MOST_SETS = 8  # that are kept of a session, the latest
LOOKED_AT = 9  # photos, to tell whether they look like writing
MOST_WHOLE = 12  # photos that are kept whole beside a set of patches

_PICTURES, _OF_EACH = ("train", "test"), ("train_groups", "train_labels", "test_labels")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class UploadedPhotos:
    """The photos of a session, and what became of the files that arrived."""

    names: tuple[str, ...]  # of all photos that are kept now, as `reading.plain_name` has them
    labels: tuple[str | None, ...]  # the class of each
    writing: bool = False  # whether most look like writing
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


def add_photos(
    folder: Path, files: Files, label: str | None = None, refusals: Sequence[Refusal] = ()
) -> Steps[UploadedPhotos]:
    """Read files, and keep the good pictures among them beside those from before; a PictureError if these are damaged.

    All are removed. `label` is the class of those in no folder of their own, `refusals` what was refused as it arrived.
    """
    before = load_photos(folder)
    (folder / PHOTOS).mkdir(exist_ok=True)

    def report(done: int, found: int) -> None:
        write_json(folder / PROGRESS, {"done": done, "found": found})

    report(0, len(files))
    found = yield from collect(files, folder / PHOTOS, report, before)
    new = (replace(photo, label=_class(photo.label or label)) for photo in found.photos)
    kept = save_photos(folder, [*found.before, *new])
    return replace(kept, refusals=(*refusals, *found.refusals), duplicates=found.duplicates)


def remove_photos(folder: Path, indices: Collection[int]) -> UploadedPhotos:
    """Remove these photos, and every set that was made of any."""
    shutil.rmtree(folder / SETS, ignore_errors=True)
    return save_photos(folder, [photo for index, photo in enumerate(load_photos(folder)) if index not in indices])


def relabel_photos(folder: Path, indices: Collection[int], label: str | None) -> UploadedPhotos:
    """Put these photos into a class; None or an empty name for none."""
    photos = [
        replace(photo, label=_class(label)) if index in indices else photo
        for index, photo in enumerate(load_photos(folder))
    ]
    return save_photos(folder, photos)


def build_dataset(folder: Path, choices: UploadChoices, in_use: Collection[str] = ()) -> DatasetPreview:
    """Make a set of a session's photos, and save it beside the latest others and those `in_use`, however old.

    A PictureError if no photo is kept, or a tab may not have as much on the disk.
    """
    photos = load_photos(folder)
    dataset, summary = make_dataset(photos, choices)
    about = repr((choices, [(photo.digest, photo.label) for photo in photos]))
    number = hashlib.sha256(about.encode()).hexdigest()[:12]
    sets = folder / SETS
    if not (sets / number / ABOUT).is_file():
        try:
            save_dataset(sets / number, dataset, photos[:MOST_WHOLE])
            _make_room(folder, {number, *in_use})
        except BaseException:
            shutil.rmtree(sets / number, ignore_errors=True)
            raise
    return DatasetPreview(number, summary, dataset.class_names, _previews(dataset.train), _previews(dataset.test))


def _make_room(folder: Path, spared: Collection[str]) -> None:
    """Remove the oldest sets until a new one is within the bounds, which a tab shares with its photos and networks."""
    latest = sorted((folder / SETS).iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for place, path in reversed(list(enumerate(latest))):
        if path.name not in spared and (place >= MOST_SETS or bytes_in(folder) > most_of_a_tab()):
            shutil.rmtree(path, ignore_errors=True)
    if bytes_in(folder) > most_of_a_tab():
        raise PictureError(PictureProblem.NO_SPACE, f"{most_of_a_tab() // MB:,}")


def clear_up(folder: Path) -> None:
    """Remove what was left by steps whose process was lost; none of the session's may be under way."""
    shutil.rmtree(folder / ARRIVED, ignore_errors=True)
    with suppress(PictureError):
        kept = {photo.digest for photo in load_photos(folder)}
        for file in (folder / PHOTOS).glob("*"):
            if file.stem not in kept or file.suffix != ".npy":
                file.unlink(missing_ok=True)
    for path in (folder / SETS).glob("*/"):
        if not (path / ABOUT).is_file():
            shutil.rmtree(path, ignore_errors=True)


def _class(label: str | None) -> str | None:
    return one_line(label) if label and label.strip() else None


def evenly(items: Sequence[Any] | np.ndarray, most: int) -> list[Any]:
    """Return at most `most` items of a list or array, from the first to the last."""
    return [items[index] for index in np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)]


def _previews(pictures: np.ndarray) -> tuple[str, ...]:
    """float32 (n, height, width, 1 or 3) in [0, 1] → some of them: PNG files in Base64"""
    files = []
    for picture in evenly(pictures, PREVIEWED):
        pixels, buffer = np.rint(picture * 255).astype(np.uint8), BytesIO()
        Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(buffer, "PNG")
        files.append(b64encode(buffer.getvalue()).decode())
    return tuple(files)


def save_photos(folder: Path, photos: Sequence[Photo]) -> UploadedPhotos:
    """Keep these photos in place of those from before, which an OSError leaves, as where the session has ended."""
    (folder / PHOTOS).mkdir(exist_ok=True)
    photos = [photo if isinstance(photo.source, Path) else save_pixels(folder / PHOTOS, photo) for photo in photos]
    write_json(folder / LIST, {"photos": [[photo.name, photo.label, photo.digest] for photo in photos]})
    kept = {photo.digest for photo in photos}
    for file in (folder / PHOTOS).iterdir():
        if file.stem not in kept:
            file.unlink(missing_ok=True)
    looked_at = evenly(photos, LOOKED_AT)
    writing = 2 * sum(map(looks_like_writing, looked_at)) > len(looked_at)
    return UploadedPhotos(tuple(photo.name for photo in photos), tuple(photo.label for photo in photos), writing)


def load_photos(folder: Path) -> list[Photo]:
    """Return the photos of a session, whose pixels are read when asked for; a PictureError if their list is damaged."""
    if not (folder / LIST).is_file():
        return []
    try:
        listed = json.loads((folder / LIST).read_bytes())["photos"]
        return [Photo(name, label, folder / PHOTOS / f"{digest}.npy") for name, label, digest in listed]
    except _UNREADABLE as error:
        raise PictureError(PictureProblem.DAMAGED_PHOTOS) from error


def save_dataset(folder: Path, dataset: ImageDataset, photos: Sequence[Photo] = ()) -> None:
    """Write a set, and a few photos that shall be seen whole. What describes it is written last."""
    arrays = {name: getattr(dataset, name) for name in (*_PICTURES, *_OF_EACH) if getattr(dataset, name) is not None}
    for name in _PICTURES:  # half as large as uint16, and apart by less than 1e-5
        words = ((picture * 65_535).round().astype("<u2") for picture in arrays[name])
        arrays[name] = np.fromiter(words, np.dtype(("<u2", dataset.shape)), len(arrays[name]))
    arrays |= {f"photo_{number}": photo.pixels for number, photo in enumerate(photos)}
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / ARRAYS, allow_pickle=False, **arrays)
    about = {
        "version": VERSION,
        "shape": dataset.shape,
        "training_pictures": len(dataset.train),
        "class_names": dataset.class_names,
        "photos": [{"name": photo.name, "label": photo.label} for photo in photos],
    }
    write_json(folder / ABOUT, about)


def load_dataset(folder: Path, *, test_only: bool = False) -> tuple[ImageDataset, tuple[Photo, ...]]:
    """Return what `save_dataset` wrote; `test_only` leaves out the training pictures, which take most of the memory.

    A PictureError if it is not there, is damaged, or was written by another version.
    """
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        if about["version"] != VERSION:
            raise PictureError(PictureProblem.OTHER_VERSION)
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            left_out = "train" if test_only else ()
            arrays = {name: file[name] for name in (*_PICTURES, *_OF_EACH) if name in file.files and name != left_out}
            photos = [Photo(**photo, source=file[f"photo_{number}"]) for number, photo in enumerate(about["photos"])]
        if test_only:
            arrays |= {name: array[:0] for name, array in arrays.items() if name.startswith("train")}
            arrays["train"] = np.empty((0, *about["shape"]), np.uint16)
        arrays |= {name: arrays[name] / np.float32(65_535) for name in _PICTURES}
        return ImageDataset(class_names=tuple(about["class_names"]), **arrays), tuple(photos)
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError(PictureProblem.NOT_KEPT) from None
    except _UNREADABLE as error:
        raise PictureError(PictureProblem.DAMAGED_SET) from error


def read_progress(folder: Path) -> tuple[int, int] | None:
    """Return how many pictures are read, and how many were found so far; None where nothing is known of it."""
    values = read_json(folder / PROGRESS)
    return (values["done"], values["found"]) if values else None
