import errno
import json
import os
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoder.data.image_dataset import ImageDataset, PictureError
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.data.uploads.limits import Reason, Refusal
from autoencoder.data.uploads.storage import (
    MOST_SETS,
    PREVIEWED,
    UploadedPhotos,
    add_photos,
    build_dataset,
    clear_up,
    load_dataset,
    load_photos,
    read_progress,
    relabel_photos,
    remove_photos,
    save_dataset,
    save_photos,
)
from autoencoder.files import bytes_in
from tests.data.uploads.corpus import MB, encoded, scene, zipped
from tests.data.uploads.examples import QUICK, Trap, drive, files_in, limited, make_photo, make_photos, put

# Sets


def example(*labels: str) -> ImageDataset:
    return make_dataset(make_photos(5, *labels), UploadChoices(side=16))[0]


@pytest.mark.parametrize("labels", [(), ("a", "**b**")])
def test_what_is_loaded_is_what_was_saved(tmp_path: Path, labels: tuple[str, ...]) -> None:
    made, photos = example(*labels), make_photos(2)
    save_dataset(tmp_path / "new", made, photos)
    loaded, loaded_photos = load_dataset(tmp_path / "new")
    for name in ("train", "test", "train_labels", "test_labels", "train_groups"):
        one, other = getattr(made, name), getattr(loaded, name)
        if one is None:
            assert other is None
        else:
            assert one.dtype == other.dtype
            np.testing.assert_allclose(one, other, atol=1e-5)
    assert loaded.class_names == made.class_names
    for photo, other in zip(photos, loaded_photos, strict=True):
        assert (photo.name, photo.label) == (other.name, other.label)
        np.testing.assert_array_equal(photo.pixels, other.pixels)


def test_shades_of_8_bits_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    made = make_dataset(make_photos(5), UploadChoices(side=16, augment=False))[0]
    save_dataset(tmp_path, made)
    np.testing.assert_array_equal(load_dataset(tmp_path)[0].train, made.train)


def test_pickled_sets_are_never_unpickled(tmp_path: Path) -> None:
    save_dataset(tmp_path, example())
    np.savez(tmp_path / storage.ARRAYS, train=np.array([Trap(tmp_path / "sprung")], dtype=object))
    with pytest.raises(PictureError, match="damaged_set"):
        load_dataset(tmp_path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", [storage.ARRAYS, storage.ABOUT])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_cut_files_are_an_error_that_says_so(tmp_path: Path, name: str, share: float) -> None:
    save_dataset(tmp_path, example(), make_photos(1))
    os.truncate(tmp_path / name, int((tmp_path / name).stat().st_size * share))
    with pytest.raises(PictureError, match="damaged_set"):
        load_dataset(tmp_path)


def test_arrays_that_do_not_fit_are_an_error(tmp_path: Path) -> None:
    made = example()
    object.__setattr__(made, "train_groups", made.train_groups[1:])
    save_dataset(tmp_path, made)
    with pytest.raises(PictureError, match="damaged_set"):
        load_dataset(tmp_path)


def test_missing_files_and_another_version_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="not_kept"):
        load_dataset(tmp_path)
    save_dataset(tmp_path, example())
    about = json.loads((tmp_path / storage.ABOUT).read_text())
    (tmp_path / storage.ABOUT).write_text(json.dumps(about | {"version": 0}))
    with pytest.raises(PictureError, match="other_version"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("content", [None, "", "[]", "{}"])
def test_progress_that_cannot_be_read_is_none(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / storage.PROGRESS).write_text(content)
    assert read_progress(tmp_path) is None


# Steps


def picture(seed: int) -> bytes:
    return encoded(scene(40, 30, seed), "PNG")


def add(folder: Path, label: str | None = None, **files: bytes) -> UploadedPhotos:
    named = put(folder / storage.ARRIVED, [(name.replace("_", "."), content) for name, content in files.items()])
    found: UploadedPhotos = drive(add_photos(folder, named, label))
    return found


def added(folder: Path, *seeds: int, label: str | None = None) -> UploadedPhotos:
    return add(folder, label, **{f"{chr(97 + seed)}_png": picture(seed) for seed in seeds})


def test_good_pictures_are_kept_and_the_others_named(tmp_path: Path) -> None:
    files = {"a_png": picture(0), "broken_png": picture(1)[:99], "again_png": picture(0), "b_txt": b"words"}
    found = add(tmp_path, **files)
    assert (found.names, found.labels, found.duplicates) == (("a.png",), (None,), 1)
    assert {refusal.name for refusal in found.refusals} == {"broken.png", "b.txt"}
    np.testing.assert_array_equal(load_photos(tmp_path)[0].pixels, np.asarray(scene(40, 30, 0)))


def test_what_was_refused_as_it_arrived_is_said_too(tmp_path: Path) -> None:
    refusals = [Refusal(Reason.TAB_FULL, values={"megabytes": 512})]
    assert drive(add_photos(tmp_path, [], refusals=refusals)).refusals == tuple(refusals)


def test_more_pictures_stand_beside_those_from_before(tmp_path: Path) -> None:
    added(tmp_path, 0, 1, label="good")
    found = added(tmp_path, 1, 2, label="bad")
    assert found.names == ("a.png", "b.png", "c.png")
    assert found.labels == ("good", "good", "bad")
    assert found.duplicates == 1


def test_folders_in_a_zip_are_classes_before_what_is_said(tmp_path: Path) -> None:
    fruit = zipped({"fruit/ripe/a.png": picture(0), "fruit/rotten/b.png": picture(1), "fruit/c.png": picture(2)})
    assert add(tmp_path, "other", fruit_zip=fruit).labels == ("ripe", "rotten", "other")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", None),
        ("  ", None),
        (None, None),
        (" a\u202e\nb ", "a b"),
        ("healthy/sick", "healthy/sick"),
        ("x" * 99, 60),
    ],
)
def test_a_class_is_plain_text_or_none(tmp_path: Path, said: str | None, kept: object) -> None:
    (label,) = added(tmp_path, 0, label=said).labels
    assert (len(label) if isinstance(kept, int) and label else label) == kept


def test_there_are_never_more_than_is_accepted(tmp_path: Path) -> None:
    for seeds in ((0, 1), (2, 3)):
        with limited(MOST_FILES=3):
            found = added(tmp_path, *seeds)
    assert found.names == ("a.png", "b.png", "c.png")
    assert found.refusals[0] == Refusal(Reason.TOO_MANY_FILES, values={"files": 3, "left": 1})


def test_where_there_are_many_they_are_smaller(tmp_path: Path) -> None:
    save_photos(tmp_path, [make_photo(480, 480, seed) for seed in range(4)])
    for _ in range(2):
        with limited(MOST_KEPT=3 * 480 * 480 * 3):
            added(tmp_path, 9)
        assert [photo.pixels.shape[0] for photo in load_photos(tmp_path)] == [240, 240, 240, 240, 30]
        assert len(files_in(tmp_path / storage.PHOTOS)) == 5
    large = encoded(scene(960, 480, 7), "PNG")
    with limited(MOST_KEPT=900_000):
        assert add(tmp_path, large_png=large).names[-1] == "large.png"
    assert load_photos(tmp_path)[-1].pixels.shape[:2] == (120, 240)


def test_progress_is_of_what_arrived(tmp_path: Path) -> None:
    steps = add_photos(tmp_path, put(tmp_path / "arrived", [("a.png", picture(0)), ("b.png", picture(1))]))
    next(steps)
    assert read_progress(tmp_path) == (0, 2)
    steps.close()
    added(tmp_path, 0, 1)
    assert read_progress(tmp_path) == (2, 2)


def test_a_list_of_photos_from_before_that_is_damaged_is_an_error(tmp_path: Path) -> None:
    added(tmp_path, 0)
    (tmp_path / storage.LIST).write_bytes(b"damage")
    with pytest.raises(PictureError, match="damaged_photos"):
        added(tmp_path, 1)


def test_a_session_that_has_ended_meanwhile_keeps_no_picture(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        drive(add_photos(tmp_path / "ended", []))
    assert not (tmp_path / "ended").exists()


def test_a_set_for_which_there_is_no_room_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added(tmp_path, 0, 1)

    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(storage, "write_json", fail)  # after the arrays
        with pytest.raises(OSError, match="No space left"):
            build_dataset(tmp_path, QUICK)
    assert list((tmp_path / storage.SETS).iterdir()) == []
    assert (tmp_path / storage.SETS / build_dataset(tmp_path, QUICK).number / storage.ABOUT).is_file()


def test_what_a_process_that_was_killed_has_left_can_be_removed(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    build_dataset(tmp_path, QUICK)
    before = files_in(tmp_path)
    put(tmp_path / storage.ARRIVED, [("c.png", picture(2))])
    (tmp_path / storage.PHOTOS / "half.new").write_bytes(b"half")
    (tmp_path / storage.PHOTOS / "unlisted.npy").write_bytes(b"whole")
    (tmp_path / storage.SETS / "half").mkdir()
    (tmp_path / storage.SETS / "half" / storage.ARRAYS).write_bytes(b"half")
    clear_up(tmp_path)
    assert files_in(tmp_path) == before


def test_what_is_removed_is_in_no_set_either(tmp_path: Path) -> None:
    added(tmp_path, 0, 1, 2)
    number = build_dataset(tmp_path, QUICK).number
    assert remove_photos(tmp_path, [1]).names == ("a.png", "c.png")
    assert len(load_photos(tmp_path)) == 2
    assert not (tmp_path / storage.SETS).exists()
    assert build_dataset(tmp_path, QUICK).number != number


def test_pictures_are_put_into_a_class_and_out_of_it(tmp_path: Path) -> None:
    added(tmp_path, 0, 1, label="a")
    assert relabel_photos(tmp_path, [1], "b").labels == ("a", "b")
    assert [photo.label for photo in load_photos(tmp_path)] == ["a", "b"]
    assert relabel_photos(tmp_path, [0, 1], "").labels == (None, None)


def test_a_set_is_what_was_saved_and_seen(tmp_path: Path) -> None:
    added(tmp_path, *range(5), label="a")
    relabel_photos(tmp_path, [0, 1], "<b>")
    made = build_dataset(tmp_path, QUICK)
    assert made.class_names == ("<b>", "a")
    kept, photos = load_dataset(tmp_path / storage.SETS / made.number)
    assert (len(kept.train), len(kept.test), len(photos)) == (
        made.summary.train_pictures,
        made.summary.test_pictures,
        5,
    )
    for pictures, seen in ((kept.train, made.train), (kept.test, made.test)):
        assert len(seen) == len(pictures)
        shown = np.stack([np.asarray(Image.open(BytesIO(b64decode(png)))) for png in seen])
        np.testing.assert_allclose(shown / 255, pictures, atol=0.5 / 255 + 1e-4)


def test_of_a_large_set_some_are_seen_from_the_first_to_the_last(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    made = build_dataset(tmp_path, UploadChoices(side=16, patches=True))
    assert len(made.train) == len(made.test) == PREVIEWED


def test_gray_pictures_are_seen_gray(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    made = build_dataset(tmp_path, UploadChoices(side=16, color="gray", augment=False))
    assert Image.open(BytesIO(b64decode(made.test[0]))).mode == "L"


def test_equal_choices_and_pictures_are_one_set_and_others_another(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    first = build_dataset(tmp_path, QUICK)
    assert build_dataset(tmp_path, QUICK) == first
    assert build_dataset(tmp_path, UploadChoices(side=24, augment=False)).number != first.number
    relabel_photos(tmp_path, [0], "a")
    assert build_dataset(tmp_path, QUICK).number != first.number
    assert len(list((tmp_path / storage.SETS).iterdir())) == 3


def test_the_latest_sets_are_kept_and_those_that_are_in_use(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    sets = [build_dataset(tmp_path, UploadChoices(side=16, augment=False, seed=0)).number]
    for seed in range(1, MOST_SETS + 3):
        sets.append(build_dataset(tmp_path, UploadChoices(side=16, augment=False, seed=seed), in_use={sets[0]}).number)
    assert {path.name for path in (tmp_path / storage.SETS).iterdir()} == {sets[0], *sets[-MOST_SETS:]}


def test_sets_photos_and_networks_share_the_bound_of_a_tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added(tmp_path, *range(5))
    large = UploadChoices(side=64, augment=False)  # 120 kB
    numbers = [build_dataset(tmp_path, replace(large, seed=seed)).number for seed in range(3)]
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "network").write_bytes(bytes(600_000))
    monkeypatch.setattr(storage, "most_of_a_tab", lambda: MB)
    numbers.append(build_dataset(tmp_path, replace(large, seed=3), in_use=numbers[:1]).number)
    left = {path.name for path in (tmp_path / storage.SETS).iterdir()}
    assert {numbers[0], numbers[3]} <= left
    assert bytes_in(tmp_path) <= MB
    (tmp_path / "runs" / "network").write_bytes(bytes(MB))
    with pytest.raises(PictureError, match="no_space"):
        build_dataset(tmp_path, replace(large, seed=4))
    assert not set(numbers[1:]) & {path.name for path in (tmp_path / storage.SETS).iterdir()}


def test_without_pictures_there_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no_photos"):
        build_dataset(tmp_path, QUICK)
