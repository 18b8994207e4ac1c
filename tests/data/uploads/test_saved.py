import json
import os
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import saved
from autoencoder.data.uploads.datasets import UploadChoices, UploadDataset, make_set
from autoencoder.data.uploads.saved import load, read_progress, save, write_progress
from tests.data.uploads.examples import make_photos


def example(*labels: str) -> UploadDataset:
    return make_set(make_photos(5, *labels), UploadChoices(side=16))


@pytest.mark.parametrize("labels", [(), ("a", "**b**")])
def test_what_is_loaded_is_what_was_saved(tmp_path: Path, labels: tuple[str, ...]) -> None:
    made, photos = example(*labels), make_photos(2)
    save(tmp_path / "new", made, photos)
    loaded, loaded_photos = load(tmp_path / "new")
    for field in fields(UploadDataset):
        one, other = getattr(made, field.name), getattr(loaded, field.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype
            np.testing.assert_allclose(one, other, atol=1e-5)
        elif field.name != "summary":  # of the making alone
            assert one == other
    for photo, other in zip(photos, loaded_photos, strict=True):
        assert (photo.name, photo.label) == (other.name, other.label)
        np.testing.assert_array_equal(photo.pixels, other.pixels)


def test_shades_of_8_bits_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    made = make_set(make_photos(5), UploadChoices(side=16, augment=False))
    save(tmp_path, made)
    np.testing.assert_array_equal(load(tmp_path)[0].train, made.train)


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.path,))


def test_pickled_objects_are_never_unpickled(tmp_path: Path) -> None:
    save(tmp_path, example())
    np.savez(tmp_path / saved.ARRAYS, train=np.array([Trap(tmp_path / "sprung")], dtype=object))
    with pytest.raises(PictureError, match="damaged"):
        load(tmp_path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", [saved.ARRAYS, saved.ABOUT])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_cut_files_are_an_error_that_says_so(tmp_path: Path, name: str, share: float) -> None:
    save(tmp_path, example(), make_photos(1))
    os.truncate(tmp_path / name, int((tmp_path / name).stat().st_size * share))
    with pytest.raises(PictureError, match=r"the files are damaged\. Upload them again\."):
        load(tmp_path)


def test_arrays_that_do_not_fit_are_an_error(tmp_path: Path) -> None:
    made = example()
    save(tmp_path, replace(made, train_groups=made.train_groups[1:]))
    with pytest.raises(PictureError, match="damaged"):
        load(tmp_path)


def test_missing_files_and_another_version_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no longer kept"):
        load(tmp_path)
    save(tmp_path, example())
    about = json.loads((tmp_path / saved.ABOUT).read_text())
    (tmp_path / saved.ABOUT).write_text(json.dumps(about | {"version": 0}))
    with pytest.raises(PictureError, match="another version"):
        load(tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_progress(tmp_path, 1, 2, "reading")

    def fail(handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_progress(tmp_path, 2, 2, "reading")
    assert read_progress(tmp_path) == (1, 2, "reading")
    assert [path.name for path in tmp_path.iterdir()] == [saved.PROGRESS]


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"done": "x"}', '{"done": 1, "found": null, "stage": ""}'])
def test_progress_that_cannot_be_read_is_none(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / saved.PROGRESS).write_text(content)
    assert read_progress(tmp_path) is None
