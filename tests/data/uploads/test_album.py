import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import album
from autoencoder.data.uploads.limits import Limits
from tests.data.uploads.examples import make_photo, make_photos, most_bytes_of_a_file
from tests.data.uploads.test_saved import Trap


def test_what_is_kept_comes_back_and_nothing_else(tmp_path: Path) -> None:
    first, second = make_photos(3, "a", "**b**"), [make_photo(20, 30), make_photo(7, 5, 1, "c")]
    for photos in (first, second, []):
        album.keep(tmp_path, photos)
        kept = album.kept(tmp_path)
        assert [(photo.name, photo.label) for photo in kept] == [(photo.name, photo.label) for photo in photos]
        for one, other in zip(kept, photos, strict=True):
            np.testing.assert_array_equal(one.pixels, other.pixels)
        assert [path.name for path in tmp_path.iterdir()] == [album.PHOTOS]


def test_where_nothing_was_kept_there_are_none(tmp_path: Path) -> None:
    assert album.kept(tmp_path) == []


def test_the_folder_of_a_session_that_has_ended_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        album.keep(tmp_path / "ended", make_photos(1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_file_is_a_sentence(tmp_path: Path, share: float) -> None:
    album.keep(tmp_path, make_photos(3))
    path = tmp_path / album.PHOTOS
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(PictureError, match="Please add them again"):
        album.kept(tmp_path)


def test_pickled_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / album.PHOTOS, **{album.ABOUT: np.array([Trap(tmp_path / "sprung")], dtype=object)})
    with pytest.raises(PictureError):
        album.kept(tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_a_write_that_fails_leaves_the_photos_from_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    album.keep(tmp_path, make_photos(2))

    def fail(*paths: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(album.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        album.keep(tmp_path, make_photos(1))
    assert len(album.kept(tmp_path)) == 2
    assert [path.name for path in tmp_path.iterdir()] == [album.PHOTOS]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_photos_for_which_there_is_no_room_leave_no_part(tmp_path: Path) -> None:
    """The system itself refuses to let the file grow."""
    album.keep(tmp_path, make_photos(1))
    with most_bytes_of_a_file(20_000), pytest.raises(OSError, match=os.strerror(errno.EFBIG)) as refused:
        album.keep(tmp_path, make_photos(9))
    assert refused.value.errno == errno.EFBIG
    assert [path.name for path in tmp_path.iterdir()] == [album.PHOTOS]
    assert len(album.kept(tmp_path)) == 1


def test_what_a_process_that_was_killed_has_left_can_be_removed(tmp_path: Path) -> None:
    album.keep(tmp_path, make_photos(1))
    (tmp_path / album.NEW).write_bytes(b"half")
    album.clear_up(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [album.PHOTOS]


def test_photos_are_no_more_than_is_accepted_and_smaller_where_they_are_many() -> None:
    photos = [make_photo(480, 480, seed) for seed in range(4)]
    one = photos[0].pixels.nbytes
    assert [photo.pixels.shape for photo in album.within(photos, Limits(most_files=3, most_kept=4 * one))] == [
        (480, 480, 3)
    ] * 3
    assert [photo.pixels.shape for photo in album.within(photos, Limits(most_kept=3 * one))] == [(240, 240, 3)] * 4


def test_contents_are_equal_where_all_pixels_are() -> None:
    photo = make_photo()
    assert album.content_of(photo) == album.content_of(replace(photo, name="x", label="y", pixels=photo.pixels.copy()))
    turned = photo.pixels.reshape(photo.pixels.shape[1], photo.pixels.shape[0], 3)
    changed = photo.pixels.copy()
    changed[0, 0, 0] ^= 1
    assert len({album.content_of(replace(photo, pixels=pixels)) for pixels in (photo.pixels, turned, changed)}) == 3
