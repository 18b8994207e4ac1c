import threading
import time
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.uploads import collecting
from autoencoder.data.uploads.collecting import LEAST_SIDE, BoundedPhotos, classes_of, collect, shrink
from autoencoder.data.uploads.headers import Header
from autoencoder.data.uploads.limits import Limits, Reason, Refusal
from autoencoder.data.uploads.reading import Photo, check_picture, read_picture
from tests.data.uploads.corpus import ACCEPTED, CUT, JPEG, MB, PNG, REFUSED, encoded, scene, zipped
from tests.data.uploads.examples import make_photo


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


def test_few_photos_keep_their_size() -> None:
    kept, photo = BoundedPhotos(10**6, 480), make_photo(480, 360)
    kept.add(photo)
    assert kept.photos == [photo]


def test_many_photos_are_halved_and_stay_within_bounds() -> None:
    kept = BoundedPhotos(2_000_000, 480)
    for number in range(10):
        kept.add(make_photo(480, 360, seed=number))
    assert [photo.name for photo in kept.photos] == [f"{number}.png" for number in range(10)]
    assert {photo.pixels.shape for photo in kept.photos} == {(180, 240, 3)}
    assert sum(photo.pixels.nbytes for photo in kept.photos) <= 2_000_000


def test_they_are_never_smaller_than_pictures_to_train_on_need() -> None:
    kept = BoundedPhotos(1, 3000)
    for number in range(5):
        kept.add(make_photo(600, 300, seed=number))
    assert kept.side >= LEAST_SIDE
    assert all(max(photo.pixels.shape) >= LEAST_SIDE for photo in kept.photos)


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
    photos = collect(files, Limits(most_kept=2_000_000)).photos
    assert {photo.pixels.shape for photo in photos} == {(180, 240, 3)}
    expected = np.asarray(scene(240, 180, 7)).astype(float)
    assert np.abs(photos[7].pixels - expected).mean() < 2


PICTURES = {f"{number}.png": encoded(scene(seed=number), "PNG") for number in range(30)}


def test_photos_come_in_their_order_as_one_by_one() -> None:
    collected = collect(PICTURES.items(), most_side=50)
    assert [photo.name for photo in collected.photos] == list(PICTURES)
    for photo, (name, content) in zip(collected.photos, PICTURES.items(), strict=True):
        np.testing.assert_array_equal(photo.pixels, read_picture(name, content, 50).pixels)
    assert (collected.refusals, collected.duplicates) == ((), 0)


def test_the_good_ones_of_a_mixed_upload_are_used() -> None:
    bad = {name: REFUSED[name][0]() for name in ("zero.png", "page.png", "bomb.png")}
    collected = collect([*bad.items(), *ACCEPTED.items()])
    assert len(collected.photos) + collected.duplicates == len(ACCEPTED)
    assert [refusal.name for refusal in collected.refusals] == list(bad)


def test_folders_become_classes_and_files_of_systems_are_passed_over() -> None:
    collected = collect([("up/normal/1.png", PNG), ("up/rotten/2.jpg", JPEG), ("up/.DS_Store", b"x")])
    assert [photo.label for photo in collected.photos] == ["normal", "rotten"]
    assert collected.refusals == ()


def test_a_zip_and_a_folder_give_the_same() -> None:
    files = {"up/normal/1.png": PNG, "up/rotten/2.jpg": JPEG}
    one, other = collect(files.items()), collect([("up.zip", zipped(files))])
    for photo, unpacked in zip(one.photos, other.photos, strict=True):
        assert (photo.name, photo.label) == (unpacked.name, unpacked.label)
        np.testing.assert_array_equal(photo.pixels, unpacked.pixels)


def test_several_zips_are_classes() -> None:
    collected = collect([("normal.zip", zipped({"1.png": PNG})), ("rotten.zip", zipped({"1.jpg": JPEG}))])
    assert [photo.label for photo in collected.photos] == ["normal", "rotten"]


def test_a_zip_is_told_by_its_content() -> None:
    assert len(collect([("picture.png", zipped({"1.png": PNG}))]).photos) == 1


def test_equal_files_count_once() -> None:
    collected = collect([("1.png", PNG), ("2.png", PNG), ("x.zip", zipped({"3.png": PNG, "4.jpg": JPEG}))])
    assert [photo.name for photo in collected.photos] == ["1.png", "4.jpg"]
    assert collected.duplicates == 2


def test_files_on_the_disk_are_read_as_far_as_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(PNG)
    (tmp_path / "large.png").write_bytes(PNG + bytes(2 * MB))
    named = [(name, tmp_path / name) for name in ("good.png", "large.png", "missing.png")]
    collected = collect(named, Limits(most_bytes=MB))
    assert [photo.name for photo in collected.photos] == ["good.png"]
    assert collected.refusals == (
        Refusal(Reason.TOO_LARGE, "large.png", {"megabytes": 1}),
        Refusal(Reason.UNREADABLE, "missing.png"),
    )


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(most_files=4), Reason.TOO_MANY_FILES),
        (Limits(most_total_bytes=sum(len(content) for content in list(PICTURES.values())[:4])), Reason.TOO_MUCH_IN_ALL),
    ],
)
def test_all_together_are_bounded(limits: Limits, reason: Reason) -> None:
    collected = collect(PICTURES.items(), limits)
    assert len(collected.photos) == 4
    assert collected.refusals[0].reason is reason


def test_after_too_long_no_further_file_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(100))
    monkeypatch.setattr(collecting.time, "monotonic", lambda: next(ticks))
    collected = collect(PICTURES.items(), Limits(seconds=7))
    assert len(collected.photos) == 7
    assert collected.refusals[0] == Refusal(Reason.TOO_SLOW, values={"seconds": 7})


def test_nor_is_a_zip_of_bad_files_unpacked_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(100))
    monkeypatch.setattr(collecting.time, "monotonic", lambda: next(ticks))
    collected = collect([("x.zip", zipped({f"../{number}": PNG for number in range(90)}))], Limits(seconds=7))
    assert len(collected.refusals) == 9
    assert collected.refusals[-1].reason is Reason.TOO_SLOW


def test_copies_count_against_what_is_read_in_all() -> None:
    collected = collect(((str(number), PNG) for number in range(20)), Limits(most_total_bytes=5 * len(PNG)))
    assert (len(collected.photos), collected.duplicates) == (1, 4)


def test_ten_thousand_bad_files_are_a_few_refusals() -> None:
    collected = collect((f"{number}.txt", b"%d" % number) for number in range(10_000))
    assert len(collected.refusals) <= 12
    assert collected.refusals[-1].reason is Reason.MORE
    assert collected.refusals[-1].values["files"] >= 1_990


def test_progress_is_reported_up_to_the_last() -> None:
    reports: list[tuple[int, int]] = []
    collect([*PICTURES.items(), *CUT.items()], report=lambda done, found: reports.append((done, found)))
    assert [done for done, _ in reports] == list(range(1, len(reports) + 1))
    assert reports[-1][0] == reports[-1][1]
    assert all(done <= found for done, found in reports)


def test_nothing_is_nothing() -> None:
    assert collect([]).photos == ()


def test_decoders_that_run_at_once_share_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    one = check_picture("a", PICTURES["0.png"]).memory
    lock, held, highest = threading.Lock(), 0, 0

    def decode(path: str, content: bytes, header: Header, most_side: int) -> Photo:
        nonlocal held, highest
        with lock:
            held += header.memory
            highest = max(highest, held)
        time.sleep(0.002)
        with lock:
            held -= header.memory
        return read_picture(path, content, most_side)

    monkeypatch.setattr(collecting, "decode", decode)
    monkeypatch.setattr(collecting, "WORKERS", 4)
    assert len(collect(PICTURES.items(), Limits(most_memory=2 * one)).photos) == len(PICTURES)
    assert highest == 2 * one
