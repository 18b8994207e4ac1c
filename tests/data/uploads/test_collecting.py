from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.uploads import collecting
from autoencoder.data.uploads.collecting import classes_of, collect, read_photo, shrink
from autoencoder.data.uploads.limits import Reason, Refusal
from autoencoder.data.uploads.reading import Photo
from tests.data.uploads.corpus import ACCEPTED, CUT, JPEG, MB, PNG, REFUSED, encoded, scene, zipped
from tests.data.uploads.examples import collected, drive, limited, make_photo, put, read_picture


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["normal/1.png", "rotten/2.png"], ["normal", "rotten"]),
        (["fruit/normal/1.png", "fruit/rotten/2.png"], ["normal", "rotten"]),
        (["train/normal/1.png", "test/rotten/2.png", "test/normal/3.png"], ["normal", "rotten", "normal"]),
        (["normal/raw/1.png", "rotten/raw/2.png"], ["normal", "rotten"]),
        (["fruit\\normal\\1.png", "fruit\\rotten\\2.png"], ["normal", "rotten"]),
        (["Normal/1.png", "normal/2.png", "rotten/3.png"], ["Normal", "Normal", "rotten"]),
        (["normal/1.png", "rotten/2.png", "3.png"], ["normal", "rotten", None]),
        (["all/1.png", "all/2.png"], [None, None]),
        (["1.png", "2.png"], [None, None]),
        (["one/1.png", "2.png"], [None, None]),
        (["./a/1.png", "./b/2.png"], ["a", "b"]),
        (["a\u202e/1.png", "b/2.png"], ["a", "b"]),
        ([], []),
    ],
)
def test_the_innermost_folder_that_tells_files_apart(paths: list[str], expected: list[str | None]) -> None:
    assert classes_of(paths) == expected


@pytest.mark.parametrize("size", [(300, 200), (200, 301), (900, 1)])
def test_a_photo_is_shrunk_in_proportion(size: tuple[int, int]) -> None:
    photo = make_photo(*size, label="a")
    small = shrink(photo, 100)
    assert small.label == "a"
    assert max(small.pixels.shape[:2]) == 100
    assert small.pixels.mean() == pytest.approx(photo.pixels.mean(), abs=1.5)
    assert shrink(small, 100) is small


def test_an_upload_of_many_photos_is_kept_smaller() -> None:
    files = [(f"{number}.png", encoded(scene(480, 360, number), "PNG")) for number in range(8)]
    with limited(MOST_KEPT=2_000_000):
        photos = collected(files).photos
    assert {photo.pixels.shape for photo in photos} == {(180, 240, 3)}
    expected = np.asarray(scene(240, 180, 7)).astype(float)
    assert np.abs(photos[7].pixels - expected).mean() < 2


FOLDERS = [(name, number) for name, count in (("cats", 10), ("dogs", 10), ("owls", 2)) for number in range(count)]
PICTURES = {f"{number}.png": encoded(scene(seed=number), "PNG") for number in range(30)}


def test_photos_come_in_their_order_as_one_by_one() -> None:
    found = collected(PICTURES.items())
    assert [photo.name for photo in found.photos] == list(PICTURES)
    for photo, (name, content) in zip(found.photos, PICTURES.items(), strict=True):
        np.testing.assert_array_equal(photo.pixels, read_picture(name, content).pixels)
    assert (found.refusals, found.duplicates) == ([], 0)


def test_the_good_ones_of_a_mixed_upload_are_used() -> None:
    bad = {name: REFUSED[name][0]() for name in ("zero.png", "page.png", "bomb.png")}
    found = collected([*bad.items(), *ACCEPTED.items()])
    assert len(found.photos) + found.duplicates == len(ACCEPTED)
    assert [refusal.name for refusal in found.refusals] == list(bad)


def test_folders_become_classes_and_files_of_systems_are_passed_over() -> None:
    found = collected([("up/normal/1.png", PNG), ("up/rotten/2.jpg", JPEG), ("up/.DS_Store", b"x")])
    assert [photo.label for photo in found.photos] == ["normal", "rotten"]
    assert found.refusals == []


def test_a_zip_and_a_folder_give_the_same() -> None:
    files = {"up/normal/1.png": PNG, "up/rotten/2.jpg": JPEG}
    one, other = collected(files.items()), collected([("up.zip", zipped(files))])
    for photo, unpacked in zip(one.photos, other.photos, strict=True):
        assert (photo.name, photo.label) == (unpacked.name, unpacked.label)
        np.testing.assert_array_equal(photo.pixels, unpacked.pixels)


def test_several_zips_are_classes() -> None:
    found = collected([("normal.zip", zipped({"1.png": PNG})), ("rotten.zip", zipped({"1.jpg": JPEG}))])
    assert [photo.label for photo in found.photos] == ["normal", "rotten"]


def test_a_zip_is_told_by_its_content() -> None:
    assert len(collected([("picture.png", zipped({"1.png": PNG}))]).photos) == 1


def test_equal_files_count_once() -> None:
    found = collected([("1.png", PNG), ("2.png", PNG), ("x.zip", zipped({"3.png": PNG, "4.jpg": JPEG}))])
    assert [photo.name for photo in found.photos] == ["1.png", "4.jpg"]
    assert found.duplicates == 2


def test_files_are_read_as_far_as_is_accepted(tmp_path: Path) -> None:
    named = [*put(tmp_path, [("good.png", PNG), ("large.png", PNG + bytes(2 * MB))]), ("missing.png", tmp_path / "x")]
    with limited(MOST_BYTES=MB):
        found = drive(collect(named, tmp_path, lambda done, coming: None))
    assert [photo.name for photo in found.photos] == ["good.png"]
    assert found.refusals == [
        Refusal(Reason.TOO_LARGE, "large.png", {"megabytes": 1}),
        Refusal(Reason.UNREADABLE, "missing.png"),
    ]


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        ({"MOST_FILES": 4}, Reason.TOO_MANY_FILES),
        ({"MOST_TOTAL_BYTES": sum(map(len, list(PICTURES.values())[:4]))}, Reason.TOO_MUCH_IN_ALL),
    ],
)
def test_all_together_are_bounded(bounds: dict[str, int], reason: Reason) -> None:
    with limited(**bounds):
        found = collected(PICTURES.items())
    assert len(found.photos) == 4
    assert found.refusals[0].reason is reason


def test_after_too_long_no_further_file_is_begun() -> None:
    with limited(MOST_SECONDS=13.5):
        found = collected(PICTURES.items(), seconds=1)  # two steps each
    assert len(found.photos) == 7
    assert found.refusals[0] == Refusal(Reason.TOO_SLOW, values={"seconds": 13.5})


def test_copies_count_against_what_is_read_in_all() -> None:
    with limited(MOST_TOTAL_BYTES=5 * len(PNG)):
        found = collected((str(number), PNG) for number in range(20))
    assert (len(found.photos), found.duplicates) == (1, 4)


def test_every_refused_file_is_named() -> None:
    texts = {f"{number}.txt": b"%d" % number for number in range(9_900)}
    found = collected([("x.zip", zipped(texts | {"last.png": PNG}))])
    assert [photo.name for photo in found.photos] == ["last.png"]
    assert [refusal.name for refusal in found.refusals] == list(texts)


def test_where_they_are_too_many_each_class_has_its_share_and_keeps_its_name() -> None:
    files = {f"{name}/{number}.png": encoded(scene(8, 8, seed), "PNG") for seed, (name, number) in enumerate(FOLDERS)}
    for given in ([("all.zip", zipped(files))], list(files.items())):
        with limited(MOST_FILES=12):
            found = collected(given, before=[make_photo(seed=900), make_photo(seed=901)])
        assert [photo.label for photo in found.photos] == ["cats"] * 4 + ["dogs"] * 4 + ["owls"] * 2
        assert [photo.name for photo in found.photos[:4]] == ["0.png", "1.png", "2.png", "3.png"]
        assert found.refusals == [Refusal(Reason.TOO_MANY_FILES, values={"files": 12, "left": 12})]


def test_progress_is_reported_up_to_the_last() -> None:
    reports: list[tuple[int, int]] = []
    collected([*PICTURES.items(), *CUT.items()], report=lambda done, found: reports.append((done, found)))
    assert [done for done, _ in reports] == list(range(reports[0][0], reports[0][0] + len(reports)))
    assert reports[-1][0] == reports[-1][1]
    assert all(done <= found for done, found in reports)


def test_nothing_is_nothing() -> None:
    assert collected([]).photos == []


def test_what_a_step_loses_is_that_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(name: str, *others: object) -> Photo:
        if name in ("3.png", "5.png"):
            raise Refusal(Reason.TOO_MUCH_WORK)
        return kept(name, *others)

    kept = collecting.keep
    monkeypatch.setattr(collecting, "keep", lose)
    found = collected(PICTURES.items())
    assert len(found.photos) == len(PICTURES) - 2
    assert found.refusals == [Refusal(Reason.TOO_MUCH_WORK, name) for name in ("3.png", "5.png")]


def test_one_picture_is_read_and_its_file_goes(tmp_path: Path) -> None:
    for content, reason in ((PNG, None), (b"words", Reason.UNKNOWN_FORMAT), (zipped({}), Reason.ARCHIVE_WITHIN)):
        ((name, path),) = put(tmp_path, [("a.png", content)])
        if reason is None:
            np.testing.assert_array_equal(drive(read_photo(name, path)).pixels, read_picture(name, PNG).pixels)
        else:
            with pytest.raises(Refusal) as refused:
                drive(read_photo(name, path))
            assert refused.value == Refusal(reason, "a.png")
        assert not path.exists()
