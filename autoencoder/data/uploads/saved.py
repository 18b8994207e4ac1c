"""A set made of uploads, in one folder on the disk: arrays without pickle, and a description in JSON."""

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads.datasets import UploadDataset
from autoencoder.data.uploads.reading import Photo
from autoencoder.files import write_atomically, write_json

SETS = "sets"  # the folder of all sets of a session, each in a folder of its own
ARRAYS, ABOUT, PROGRESS = "pictures.npz", "about.json", "progress.json"
VERSION = 1

_OPTIONAL = ("train_labels", "test_labels")
_NEEDED = ("train", "test", "train_groups")


def save(folder: Path, dataset: UploadDataset, photos: Sequence[Photo] = ()) -> None:
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
        "shape": dataset.train.shape[1:],
        "training_pictures": len(dataset.train),
        "class_names": dataset.class_names,
        "photos": [{"name": photo.name, "label": photo.label} for photo in photos],
    }
    write_atomically(folder / ARRAYS, buffer.getvalue())
    write_json(folder / ABOUT, about)


def load(folder: Path, *, test_only: bool = False) -> tuple[UploadDataset, tuple[Photo, ...]]:
    """Return what `save` wrote.

    Args:
        folder: Where.
        test_only: Leave out the training pictures, which take most of the memory.

    Raises:
        PictureError: If it is not there, is damaged, or was written by another version.
    """
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        if about["version"] != VERSION:
            raise PictureError("These pictures were kept by another version of this app. Upload them again.")
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            return _dataset(file, about, test_only), _photos(file, about["photos"])
    except PictureError:
        raise
    except FileNotFoundError:
        raise PictureError("These pictures are no longer kept. Upload them again.") from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise PictureError("These pictures were kept, but the files are damaged. Upload them again.") from error


def write_progress(folder: Path, done: int, found: int, stage: str) -> None:
    """How far the reading has come, for whoever waits: `done` of `found` pictures, and a word on what is done."""
    write_json(folder / PROGRESS, {"done": done, "found": found, "stage": stage})


def read_progress(folder: Path) -> tuple[int, int, str] | None:
    """Return what `write_progress` wrote last; None where there is nothing that can be read."""
    try:
        values = json.loads((folder / PROGRESS).read_bytes())
        return int(values["done"]), int(values["found"]), str(values["stage"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _dataset(file: Any, about: dict[str, Any], test_only: bool) -> UploadDataset:
    arrays = {name: _array(file, name, tuple(about["shape"]), test_only) for name in (*_NEEDED, *_OPTIONAL)}
    for name in ("train", "test"):
        if arrays[name].dtype != np.uint16:
            raise ValueError(f"Expected `{name}` as uint16. Received: {arrays[name].dtype}.")
        arrays[name] = arrays[name] / np.float32(65_535)
    dataset = UploadDataset(**arrays, class_names=tuple(about["class_names"]))
    dataset.to_image_dataset()  # checks every array
    return dataset


def _array(file: Any, name: str, shape: tuple[int, ...], test_only: bool) -> Any:
    """An array of the file, None where it is not there; empty where it is of the training pictures and not wanted."""
    if name in _OPTIONAL and name not in file.files:
        return None
    if not (test_only and name.startswith("train")):
        return file[name]
    return np.empty((0, *shape), np.uint16) if name == "train" else np.empty(0, np.int64)


def _photos(file: Any, described: list[dict[str, Any]]) -> tuple[Photo, ...]:
    photos = tuple(
        Photo(about["name"], about["label"], file[f"photo_{number}"]) for number, about in enumerate(described)
    )
    for photo in photos:
        if photo.pixels.dtype != np.uint8 or photo.pixels.ndim != 3 or photo.pixels.shape[2] != 3:
            raise ValueError(f"Expected photos as uint8 (height, width, 3). Received: {photo.pixels.shape}.")
    return photos
