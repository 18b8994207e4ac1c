import time
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.uploads.archives import entries, is_zip
from autoencoder.data.uploads.collecting import collect
from autoencoder.data.uploads.limits import DEFAULT, Limits, Reason, UploadError
from tests.data.uploads.corpus import ARCHIVES, JPEG, MB, PNG, zipped


@pytest.mark.parametrize("name", ARCHIVES)
def test_the_good_ones_are_used_and_the_others_named(name: str) -> None:
    content, photos, reason = ARCHIVES[name]
    built = content()
    begin = time.process_time()
    collected = collect([(name, built)])
    assert time.process_time() - begin < 2
    assert len(collected.photos) == photos
    reasons = {refusal.reason for refusal in collected.refusals}
    assert reason in reasons if reason else not reasons


def test_entries_are_the_files_with_their_paths() -> None:
    files = {"a/1.png": PNG, "a/b/2.jpg": JPEG}
    assert dict(entries("x.zip", zipped(files), DEFAULT)) == files


def test_what_is_unpacked_in_all_is_bounded_as_it_is_read() -> None:
    noise = np.random.default_rng(0).bytes(MB)
    several = zipped({f"{number}.png": noise for number in range(5)})
    unpacked = entries("x.zip", several, Limits(most_unpacked=3 * MB))
    assert [next(unpacked)[0] for _ in range(3)] == ["0.png", "1.png", "2.png"]
    with pytest.raises(UploadError) as refused:
        next(unpacked)
    assert (refused.value.refusal.reason, refused.value.refusal.name) == (Reason.ZIP_UNPACKED_TOO_LARGE, "x.zip")


def test_as_many_folders_as_are_allowed_and_one_more() -> None:
    names = ["a/" * depth + "1.png" for depth in (DEFAULT.most_depth, DEFAULT.most_depth + 1)]
    (_, good), (_, bad) = entries("x.zip", zipped(dict.fromkeys(names, PNG)), DEFAULT)
    assert good == PNG
    assert isinstance(bad, UploadError)


def test_a_large_zip_is_not_opened() -> None:
    with pytest.raises(UploadError) as refused:
        next(entries("x.zip", zipped({"1.png": bytes(2 * MB)}, zipfile.ZIP_STORED), Limits(most_archive_bytes=MB)))
    assert refused.value.refusal.reason is Reason.ZIP_TOO_LARGE


@given(st.data())
def test_any_changed_zip_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(zipped({"a/1.png": PNG, "b/2.jpg": JPEG}))
    for _ in range(data.draw(st.integers(1, 6))):
        tail = st.integers(len(content) - 130, len(content) - 1)
        content[data.draw(st.one_of(tail, st.integers(0, len(content) - 1)))] = data.draw(st.integers(0, 255))
    collected = collect([("x.zip", bytes(content))])
    assert len(collected.photos) + len(collected.refusals) >= 1 or not is_zip(content)


@given(st.integers(0, 10**6))
def test_a_cut_zip_is_refused(cut: int) -> None:
    whole = zipped({"1.png": PNG})
    collected = collect([("x.zip", whole[: cut % len(whole)])])
    assert not collected.photos
    assert len(collected.refusals) == 1
