import errno
import os
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import album, gathering, saved
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.gathering import MOST_SETS, SEEN, clear_up, gather, make, relabel, remove, save_files
from autoencoder.data.uploads.limits import Limits
from autoencoder.data.uploads.refusals import Reason, Refusal
from tests.data.uploads.corpus import encoded, scene, zipped
from tests.data.uploads.examples import most_bytes_of_a_file

QUICK = UploadChoices(side=16, augment=False)


def picture(seed: int) -> bytes:
    return encoded(scene(40, 30, seed), "PNG")


def arrives(folder: Path, **files: bytes) -> None:
    save_files(folder, [(name.replace("_", "."), lambda content=content: content) for name, content in files.items()])


def added(folder: Path, *seeds: int, label: str | None = None) -> gathering.UploadedPhotos:
    arrives(folder, **{f"{chr(97 + seed)}_png": picture(seed) for seed in seeds})
    return gather(folder, label)


def test_good_pictures_are_kept_and_the_others_named(tmp_path: Path) -> None:
    arrives(tmp_path, a_png=picture(0), broken_png=picture(1)[:99], again_png=picture(0), b_txt=b"words")
    found = gather(tmp_path)
    assert (found.names, found.labels, found.added, found.duplicates) == (("a.png",), (None,), 1, 1)
    assert {refusal.name for refusal in found.refusals} == {"broken.png", "b.txt"}
    np.testing.assert_array_equal(album.kept(tmp_path)[0].pixels, np.asarray(scene(40, 30, 0)))


def test_the_files_themselves_are_removed(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    assert {path.name for path in tmp_path.iterdir()} == {album.PHOTOS, saved.PROGRESS}


def test_files_are_kept_under_numbers_whatever_they_are_called(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    save_files(folder, [("../../escaped.png", lambda: picture(0)), ("/etc/x.png", lambda: picture(1))])
    assert {path.name for path in (folder / gathering.ARRIVED).iterdir()} == {"0", "1", gathering.NAMES}
    assert gather(folder).names == ("escaped.png", "x.png")
    assert [path.name for path in tmp_path.iterdir()] == ["session"]


def test_more_pictures_stand_beside_those_from_before(tmp_path: Path) -> None:
    added(tmp_path, 0, 1, label="good")
    found = added(tmp_path, 1, 2, label="bad")
    assert found.names == ("a.png", "b.png", "c.png")
    assert found.labels == ("good", "good", "bad")
    assert (found.added, found.duplicates) == (1, 1)


def test_folders_in_a_zip_are_classes_before_what_is_said(tmp_path: Path) -> None:
    fruit = zipped({"fruit/ripe/a.png": picture(0), "fruit/rotten/b.png": picture(1), "fruit/c.png": picture(2)})
    arrives(tmp_path, fruit_zip=fruit)
    assert gather(tmp_path, "other").labels == ("ripe", "rotten", "other")


@pytest.mark.parametrize(
    ("said", "kept"), [("", None), ("  ", None), (None, None), (" a\u202e\nb ", "a b"), ("x" * 99, 60)]
)
def test_a_class_is_plain_text_or_none(tmp_path: Path, said: str | None, kept: object) -> None:
    (label,) = added(tmp_path, 0, label=said).labels
    assert (len(label) if isinstance(kept, int) and label else label) == kept


def test_there_are_never_more_than_is_accepted(tmp_path: Path) -> None:
    for seeds in ((0, 1), (2, 3)):
        arrives(tmp_path, **{f"{chr(97 + seed)}_png": picture(seed) for seed in seeds})
        found = gather(tmp_path, limits=Limits(most_files=3))
    assert found.names == ("a.png", "b.png", "c.png")
    assert found.added == 1
    assert found.refusals[0] == Refusal(Reason.TOO_MANY_KEPT, values={"files": 3})


def test_progress_is_of_what_arrived(tmp_path: Path) -> None:
    arrives(tmp_path, a_png=picture(0), b_png=picture(1))
    assert saved.read_progress(tmp_path) == (0, 2, "read")
    gather(tmp_path)
    assert saved.read_progress(tmp_path) == (2, 2, "read")


def test_photos_from_before_that_are_damaged_are_a_sentence_and_the_files_go(tmp_path: Path) -> None:
    added(tmp_path, 0)
    (tmp_path / album.PHOTOS).write_bytes(b"damage")
    arrives(tmp_path, b_png=picture(1))
    with pytest.raises(PictureError, match="add them again"):
        gather(tmp_path)
    assert not (tmp_path / gathering.ARRIVED).exists()


def test_a_session_that_has_ended_meanwhile_keeps_no_picture(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        gather(tmp_path / "ended")
    with pytest.raises(FileNotFoundError):
        save_files(tmp_path / "ended", [("a.png", lambda: picture(0))])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_files_for_which_there_is_no_room_leave_no_part(tmp_path: Path) -> None:
    with most_bytes_of_a_file(5000), pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        arrives(tmp_path, a_png=picture(0), b_png=bytes(10_000))
    assert [path.name for path in tmp_path.iterdir()] == [saved.PROGRESS]


def test_a_set_for_which_there_is_no_room_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added(tmp_path, 0, 1)

    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(saved, "write_json", fail)  # after the arrays
        with pytest.raises(OSError, match="No space left"):
            make(tmp_path, QUICK)
    assert list((tmp_path / saved.SETS).iterdir()) == []
    assert (tmp_path / saved.SETS / make(tmp_path, QUICK).number / saved.ABOUT).is_file()


def test_what_a_process_that_was_killed_has_left_can_be_removed(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    make(tmp_path, QUICK)
    before = sorted(tmp_path.rglob("*"))
    arrives(tmp_path, c_png=picture(2))
    (tmp_path / saved.SETS / "half").mkdir()
    (tmp_path / saved.SETS / "half" / saved.ARRAYS).write_bytes(b"half")
    clear_up(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_removed_is_in_no_set_either(tmp_path: Path) -> None:
    added(tmp_path, 0, 1, 2)
    number = make(tmp_path, QUICK).number
    assert remove(tmp_path, [1]).names == ("a.png", "c.png")
    assert len(album.kept(tmp_path)) == 2
    assert not (tmp_path / saved.SETS).exists()
    assert make(tmp_path, QUICK).number != number


def test_pictures_are_put_into_a_class_and_out_of_it(tmp_path: Path) -> None:
    added(tmp_path, 0, 1, label="a")
    assert relabel(tmp_path, [1], "b").labels == ("a", "b")
    assert [photo.label for photo in album.kept(tmp_path)] == ["a", "b"]
    assert relabel(tmp_path, [0, 1], "").labels == (None, None)


def test_a_set_is_what_was_saved_and_seen(tmp_path: Path) -> None:
    added(tmp_path, *range(5), label="a")
    relabel(tmp_path, [0, 1], "<b>")
    made = make(tmp_path, QUICK)
    assert made.class_names == ("<b>", "a")
    kept, photos = saved.load(tmp_path / saved.SETS / made.number)
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
    made = make(tmp_path, UploadChoices(side=16, patches=True))
    assert len(made.train) == len(made.test) == SEEN


def test_gray_pictures_are_seen_gray(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    made = make(tmp_path, UploadChoices(side=16, color="gray", augment=False))
    assert Image.open(BytesIO(b64decode(made.test[0]))).mode == "L"


def test_equal_choices_and_pictures_are_one_set_and_others_another(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    first = make(tmp_path, QUICK)
    assert make(tmp_path, QUICK) == first
    assert make(tmp_path, UploadChoices(side=24, augment=False)).number != first.number
    relabel(tmp_path, [0], "a")
    assert make(tmp_path, QUICK).number != first.number
    assert len(list((tmp_path / saved.SETS).iterdir())) == 3


def test_the_latest_sets_are_kept_and_those_that_are_in_use(tmp_path: Path) -> None:
    added(tmp_path, 0, 1)
    sets = [make(tmp_path, UploadChoices(side=16, augment=False, seed=0)).number]
    for seed in range(1, MOST_SETS + 3):
        sets.append(make(tmp_path, UploadChoices(side=16, augment=False, seed=seed), in_use={sets[0]}).number)
    assert {path.name for path in (tmp_path / saved.SETS).iterdir()} == {sets[0], *sets[-MOST_SETS:]}


def test_without_pictures_there_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="at least one picture"):
        make(tmp_path, QUICK)
