import errno
import hashlib
import os
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoencoder.files import (
    is_full,
    read_json,
    read_whole,
    reason,
    rename_folder,
    sha256,
    without_paths,
    write_atomically,
    write_json,
)

SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED_FOLDER
@given(st.binary(), st.binary())
def test_the_new_content_replaces_the_old_and_nothing_else_is_left(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "made" / "here" / "file"
    write_atomically(path, old)
    assert path.read_bytes() == old
    write_atomically(path, new)
    assert path.read_bytes() == new
    assert list(path.parent.iterdir()) == [path]


@SHARED_FOLDER
@given(st.binary(max_size=5000))
def test_the_checksum_is_that_of_the_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("failing", ["replace", "fsync"])
def test_a_failure_leaves_the_old_content_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("no space left on device")

    write_atomically(tmp_path / "file", b"old")
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def refuse_twice(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As Windows does while another process reads."""
    move, refusals = getattr(os, name), iter([True, True, False])

    def windows(source: Path, target: Path) -> None:
        if next(refusals):
            raise PermissionError("another process reads it")
        move(source, target)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, name, windows)


def test_a_file_that_is_being_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_twice(monkeypatch, "replace")
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_folder_in_which_a_file_is_being_read_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomically(tmp_path / "old" / "file", b"content")
    refuse_twice(monkeypatch, "rename")
    rename_folder(tmp_path / "old", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert (tmp_path / "new" / "file").read_bytes() == b"content"


def test_a_folder_takes_the_place_of_no_other(tmp_path: Path) -> None:
    for name in ("old", "new"):
        write_atomically(tmp_path / name / "file", name.encode())
    with pytest.raises(OSError, match=r"not empty|exist"):
        rename_folder(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new" / "file").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("system", "error", "tries"),
    [
        ("linux", OSError(errno.ESTALE, "Stale file handle"), 3),  # on a folder of a network
        ("win32", PermissionError(errno.EACCES, "Permission denied"), 3),
        ("linux", PermissionError(errno.EACCES, "Permission denied"), 1),  # somebody else's, which does not pass
        ("win32", FileNotFoundError(errno.ENOENT, "No such file or directory"), 1),
    ],
)
def test_a_file_that_is_replaced_in_this_moment_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, error: OSError, tries: int
) -> None:
    (tmp_path / "file").write_bytes(b"whole")
    tried, read = [], Path.read_bytes

    def refuse_twice(path: Path) -> bytes:
        tried.append(path)
        if len(tried) <= 2:
            raise error
        return read(path)

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(Path, "read_bytes", refuse_twice)
    if tries == 1:
        with pytest.raises(type(error)):
            read_whole(tmp_path / "file")
    else:
        assert read_whole(tmp_path / "file") == b"whole"
    assert len(tried) == tries


def test_readers_never_see_a_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([number]) * 200_000 for number in range(40)]
    write_atomically(path, contents[0])
    done, seen = threading.Event(), set()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for content in contents:
        write_atomically(path, content)
    done.set()
    for reader in readers:
        reader.join()
    assert seen <= set(contents)
    assert len(seen) > 1


def test_writers_at_the_same_time_leave_one_whole_content(tmp_path: Path) -> None:
    contents = [bytes([number]) * 100_000 for number in range(8)]
    writers = [
        threading.Thread(
            target=lambda content=content: [write_atomically(tmp_path / "file", content) for _ in range(5)]
        )
        for content in contents
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (tmp_path / "file").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# Plain values

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@SHARED_FOLDER
@given(st.dictionaries(st.text(), PLAIN))
def test_plain_values_are_read_as_they_were_written(tmp_path: Path, values: dict) -> None:
    write_json(tmp_path / "made" / "values.json", values)
    assert read_json(tmp_path / "made" / "values.json") == values


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1', b"[1]", b"null", b'"text"', b"\xff\xfe{}", b"\0" * 20])
def test_what_is_no_json_object_is_not_there(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "values.json").write_bytes(content)
    assert read_json(tmp_path / "values.json") is None


def test_no_file_and_a_folder_are_not_there_either(tmp_path: Path) -> None:
    assert read_json(tmp_path / "values.json") is None
    assert read_json(tmp_path) is None


def test_values_that_are_not_plain_leave_the_old_ones(tmp_path: Path) -> None:
    write_json(tmp_path / "values.json", {"old": 1})
    with pytest.raises(TypeError):
        write_json(tmp_path / "values.json", {"new": object()})
    assert read_json(tmp_path / "values.json") == {"old": 1}


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EFBIG, "File too large"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (OSError("of no number"), False),
        (RuntimeError("No space left on device"), False),
        (None, False),
    ],
)
def test_no_room_is_told_from_other_trouble(error: BaseException | None, full: bool) -> None:
    assert is_full(error) == full


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No such file: '/srv/a b/state.json'", "No such file: …"),
        ("cannot open /srv/hourglass/runs/1 for reading", "cannot open … for reading"),
        (r"cannot open C:\Users\x\state.json", "cannot open …"),
        (r"\\server\share\x is gone", "… is gone"),
        ("Expected 3/4 of it, 1 / 2, and/or float32. Received: 784/256/64", None),
        ("", None),
    ],
)
def test_a_text_without_paths_keeps_the_rest(text: str, expected: str | None) -> None:
    assert without_paths(text) == (text if expected is None else expected)


def test_what_an_error_says_is_one_line_without_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone") as raised:
        read_whole(tmp_path / "gone")
    assert reason(raised.value) == "No such file or directory"
    assert reason(ValueError(f"one of {tmp_path}\nand more")) == "one of …"
    assert reason(ValueError()) == ""
