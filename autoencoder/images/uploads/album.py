"""The photos that a session has, in its folder."""

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autoencoder.images.picture_set import PictureError
from autoencoder.images.uploads.reading import Photo

PHOTOS, ABOUT = "photos.npz", "photos.json"


def keep(folder: Path, photos: Sequence[Photo]) -> None:
    """Keep these photos, and no others. What describes them is replaced last."""
    new = folder / f"new-{PHOTOS}"
    np.savez(new, allow_pickle=False, **{f"photo_{number}": photo.pixels for number, photo in enumerate(photos)})
    os.replace(new, folder / PHOTOS)
    about = folder / f"new-{ABOUT}"
    about.write_text(json.dumps([[photo.name, photo.label] for photo in photos]))
    os.replace(about, folder / ABOUT)


def kept(folder: Path) -> list[Photo]:
    """The photos that `keep` was given last; none where there were none.

    Raises:
        PictureError: If they cannot be read.
    """
    if not (folder / ABOUT).is_file():
        return []
    try:
        about = json.loads((folder / ABOUT).read_text())
        with np.load(folder / PHOTOS, allow_pickle=False) as file:
            return [Photo(name, label, file[f"photo_{number}"]) for number, (name, label) in enumerate(about)]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise PictureError("Your pictures cannot be read any more. Please add them again.") from error


def content_of(photo: Photo) -> str:
    """A checksum of a photo's pixels."""
    content = hashlib.sha256(repr(photo.pixels.shape).encode())
    content.update(np.ascontiguousarray(photo.pixels).tobytes())
    return content.hexdigest()
