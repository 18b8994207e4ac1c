import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.uploads.archives import entries, is_zip, unpack
from autoencoder.data.uploads.limits import MOST_DEPTH, Reason, Refusal
from tests.data.uploads.corpus import ARCHIVES, JPEG, PNG, WHOLE, zipped
from tests.data.uploads.examples import collected, limited


@pytest.mark.parametrize("name", ARCHIVES)
def test_the_good_ones_are_used_and_the_others_named(name: str) -> None:
    content, photos, reason = ARCHIVES[name]
    built = content()
    begin = time.process_time()
    found = collected([(name, built)])
    assert time.process_time() - begin < 2
    assert len(found.photos) == photos
    reasons = {refusal.reason for refusal in found.refusals}
    assert reason in reasons if reason else not reasons


def test_entries_are_the_files_with_their_paths(tmp_path: Path) -> None:
    files = {"a/1.png": PNG, "a/b/2.jpg": JPEG}
    path = written(tmp_path, zipped(files))
    assert {entry.filename: unpack(path, entry) for entry in entries(path)} == files


def written(folder: Path, content: bytes) -> Path:
    (folder / "zip").write_bytes(content)
    return folder / "zip"


def test_what_is_unpacked_in_all_is_bounded_as_it_is_read() -> None:
    several = zipped({f"{number}.png": PNG + bytes(number) for number in range(5)})
    with limited(MOST_TOTAL_BYTES=3 * len(PNG) + 10):
        found = collected([("x.zip", several)])
    assert len(found.photos) == 3
    assert found.refusals[0].reason is Reason.TOO_MUCH_IN_ALL


def test_as_many_folders_as_are_allowed_and_one_more(tmp_path: Path) -> None:
    names = ["a/" * depth + "1.png" for depth in (MOST_DEPTH, MOST_DEPTH + 1)]
    good, bad = entries(written(tmp_path, zipped(dict.fromkeys(names, PNG))))
    assert good.filename == names[0]
    assert bad == Refusal(Reason.TOO_DEEP, names[1], {"folders": MOST_DEPTH})


@pytest.mark.parametrize("name", ["", " ", "/", "//", "\\", "a/", ".", "..", "\0", "C:", "\udc80.png", "x" * 65_000])
def test_a_file_of_any_name_never_loses_the_others(name: str) -> None:
    """Python itself asks for the last letter of a name that has none."""
    found = collected([("x.zip", renamed(zipped({"1.png": JPEG, "odd": PNG}), "odd", name)), ("2.webp", WHOLE["WEBP"])])
    assert {"1.png", "2.webp"} <= {photo.name for photo in found.photos}


def renamed(content: bytes, name: str, other: str) -> bytes:
    """A zip with another name for its last file."""
    new = other.encode("utf-8", "surrogateescape")
    place, listed = content.index(name.encode()), content.rindex(name.encode())
    changed = bytearray(content)
    changed[listed : listed + len(name)] = new
    struct.pack_into("<H", changed, listed - 18, len(new))
    changed[place : place + len(name)] = new
    struct.pack_into("<H", changed, place - 4, len(new))
    grown = len(new) - len(name)
    end = changed.rindex(b"PK\5\6")
    size, start = struct.unpack_from("<II", changed, end + 12)
    struct.pack_into("<II", changed, end + 12, size + grown, start + grown)
    return bytes(changed)


@given(st.data())
def test_any_changed_zip_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(zipped({"a/1.png": PNG, "b/2.jpg": JPEG}))
    for _ in range(data.draw(st.integers(1, 6))):
        tail = st.integers(len(content) - 130, len(content) - 1)
        content[data.draw(st.one_of(tail, st.integers(0, len(content) - 1)))] = data.draw(st.integers(0, 255))
    found = collected([("x.zip", bytes(content))])
    assert len(found.photos) + len(found.refusals) >= 1 or not is_zip(content)


@given(st.integers(0, 10**6))
def test_a_cut_zip_is_refused(cut: int) -> None:
    whole = zipped({"1.png": PNG})
    found = collected([("x.zip", whole[: cut % len(whole)])])
    assert not found.photos
    assert len(found.refusals) == 1
