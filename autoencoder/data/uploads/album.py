"""The photos that a session has, in one file of its folder."""

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads.collecting import Kept
from autoencoder.data.uploads.limits import DEFAULT, Limits
from autoencoder.data.uploads.reading import MOST_SIDE, Photo

PHOTOS = "photos.npz"
NEW = f"new-{PHOTOS}"  # until it is whole
ABOUT = "about"  # the names and classes in that file, as bytes of JSON


def keep(folder: Path, photos: Sequence[Photo]) -> None:
    """Keep these photos, and no others. The folder must be there: it is its session's, which may have ended."""
    about = json.dumps([[photo.name, photo.label] for photo in photos]).encode()
    arrays = {f"photo_{number}": photo.pixels for number, photo in enumerate(photos)}
    try:
        np.savez(folder / NEW, allow_pickle=False, **arrays, **{ABOUT: np.frombuffer(about, np.uint8)})
        os.replace(folder / NEW, folder / PHOTOS)
    except BaseException:
        clear_up(folder)
        raise


def clear_up(folder: Path) -> None:
    """Remove what a `keep` has left that did not come to its end."""
    with suppress(OSError):
        (folder / NEW).unlink(missing_ok=True)


def kept(folder: Path) -> list[Photo]:
    """The photos that `keep` was given last; none where there were none.

    Raises:
        PictureError: If they cannot be read.
    """
    if not (folder / PHOTOS).is_file():
        return []
    try:
        with np.load(folder / PHOTOS, allow_pickle=False) as file:
            about = json.loads(file[ABOUT].tobytes())
            return [Photo(name, label, file[f"photo_{number}"]) for number, (name, label) in enumerate(about)]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise PictureError("Your pictures cannot be read any more. Please add them again.") from error


def within(photos: Sequence[Photo], limits: Limits = DEFAULT) -> list[Photo]:
    """The first photos, as many as are accepted, and smaller where they would take too many bytes together."""
    some = Kept(limits.most_kept, MOST_SIDE)
    for photo in photos[: limits.most_files]:
        some.add(photo.name, photo)
    return [photo for _, photo in some.photos]


def content_of(photo: Photo) -> str:
    """A checksum of a photo's pixels."""
    content = hashlib.sha256(repr(photo.pixels.shape).encode())
    content.update(np.ascontiguousarray(photo.pixels).tobytes())
    return content.hexdigest()
