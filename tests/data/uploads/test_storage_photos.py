"""Photos that are kept in a session's folder."""

import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.storage import (
    build_dataset,
    load_photos,
    save_photos,
)
from tests.data.uploads.examples import QUICK, Trap, files_in, make_photo, make_photos, most_bytes_of_a_file


def test_photos_that_are_saved_come_back_and_no_others(tmp_path: Path) -> None:
    first, second = make_photos(3, "a", "**b**"), [make_photo(20, 30), make_photo(7, 5, 1, "c")]
    for photos in (first, second, []):
        save_photos(tmp_path, photos)
        kept = load_photos(tmp_path)
        assert [(photo.name, photo.label) for photo in kept] == [(photo.name, photo.label) for photo in photos]
        for one, other in zip(kept, photos, strict=True):
            np.testing.assert_array_equal(one.pixels, other.pixels)
            assert one.digest == other.digest
        assert len(files_in(tmp_path)) == len(photos) + 1


def test_where_no_photos_were_saved_there_are_none(tmp_path: Path) -> None:
    assert load_photos(tmp_path) == []


def test_the_folder_of_a_session_that_has_ended_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_photos(tmp_path / "ended", make_photos(1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("what", [storage.LIST, f"{storage.PHOTOS}/*.npy"])
def test_cut_files_are_an_error(tmp_path: Path, share: float, what: str) -> None:
    save_photos(tmp_path, make_photos(1))
    (path,) = tmp_path.glob(what)
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(PictureError, match="damaged_photos"):
        build_dataset(tmp_path, QUICK)


def test_pickled_photos_are_never_unpickled(tmp_path: Path) -> None:
    save_photos(tmp_path, make_photos(1))
    (path,) = (tmp_path / storage.PHOTOS).iterdir()
    np.save(path, np.array([Trap(tmp_path / "sprung")], dtype=object))
    with pytest.raises(PictureError):
        build_dataset(tmp_path, QUICK)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_photos_for_which_there_is_no_room_leave_those_from_before(tmp_path: Path) -> None:
    """The system itself refuses to let the file grow."""
    save_photos(tmp_path, make_photos(1))
    before = files_in(tmp_path)
    with most_bytes_of_a_file(20_000), pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        save_photos(tmp_path, [make_photo(seed=5)])
    assert files_in(tmp_path) == before


def test_contents_are_equal_where_all_pixels_are() -> None:
    photo = make_photo()
    assert photo.digest == replace(photo, name="x", label="y", source=photo.pixels.copy()).digest
    turned = photo.pixels.reshape(photo.pixels.shape[1], photo.pixels.shape[0], 3)
    changed = photo.pixels.copy()
    changed[0, 0, 0] ^= 1
    assert len({replace(photo, source=pixels).digest for pixels in (photo.pixels, turned, changed)}) == 3
