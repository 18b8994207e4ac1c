import errno
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autoencoder.training import makeshift
from autoencoder.training.makeshift import or_temporary

VARIABLE = "SOME_HOME"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test's own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    or_temporary.cache_clear()
    yield tmp_path / "tmp"
    or_temporary.cache_clear()


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    """A folder that nobody can make, not even root."""
    (tmp_path / "file").touch()
    return tmp_path / "file" / "store"


def test_a_folder_that_can_be_written_to_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "to" / "be" / "made"):
        assert or_temporary(folder, VARIABLE) == folder
    assert not list((tmp_path / "there").iterdir())
    assert not (tmp_path / "to").exists()


def test_another_is_taken_and_the_log_says_which_variable_to_set(
    refused: Path, temporary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        folder = or_temporary(refused, VARIABLE)
        assert or_temporary(refused, VARIABLE) == folder
    assert folder.parent == temporary
    (record,) = caplog.records
    for word in (VARIABLE, str(refused), str(folder), "Not a directory"):
        assert word in record.getMessage()
    or_temporary.cache_clear()
    assert or_temporary(refused, VARIABLE) == folder, "after a restart it is the same"


def test_a_user_without_a_home(temporary: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert or_temporary(None, VARIABLE).parent == temporary
    assert "no home folder" in caplog.text


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_only_read(tmp_path: Path, temporary: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o500)
    assert or_temporary(tmp_path / "store", VARIABLE).parent == temporary


def test_the_folder_of_the_runs_counts(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's server may have made it."""
    (tmp_path / "store" / "runs").mkdir(parents=True)
    _refuse(monkeypatch, tmp_path / "store" / "runs", errno.EACCES)
    assert or_temporary(tmp_path / "store", VARIABLE).parent == temporary


def test_a_full_disk_is_no_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained is there, and room may be made."""
    _refuse(monkeypatch, tmp_path, errno.ENOSPC)
    assert or_temporary(tmp_path, VARIABLE) == tmp_path


def test_a_link_that_somebody_has_laid_is_not_followed(refused: Path, temporary: Path, tmp_path: Path) -> None:
    baseline_error = or_temporary(refused, VARIABLE)
    or_temporary.cache_clear()
    baseline_error.rmdir()
    (tmp_path / "somebody").mkdir()
    baseline_error.symlink_to(tmp_path / "somebody")
    folder = or_temporary(refused, VARIABLE)
    assert folder.parent == temporary
    assert folder != baseline_error
    assert not folder.is_symlink()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a temporary folder on Windows is a user's own")
def test_a_folder_of_somebody_elses_is_not_taken(refused: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_state = os.getuid()
    monkeypatch.setattr(makeshift.os, "getuid", lambda: upload_state + 1)
    taken = or_temporary(refused, VARIABLE)
    assert taken.name != f"hourglass-{upload_state + 1}"


def _refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, number: int) -> None:
    """Let nothing be written in a folder."""
    write = tempfile.TemporaryFile

    def fail(*arguments: Any, dir: Path, **more: Any) -> Any:
        if dir == folder:
            raise OSError(number, os.strerror(number))
        return write(*arguments, dir=dir, **more)

    monkeypatch.setattr(makeshift.tempfile, "TemporaryFile", fail)
