import errno
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autoencoder.training import home as module
from autoencoder.training.home import VARIABLE, home, is_temporary, preferred_home, writable_home
from autoencoder.training.store import Store
from tests.training.fakes import SETTINGS


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test's own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    writable_home.cache_clear()
    yield tmp_path / "tmp"
    writable_home.cache_clear()


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    """A folder that nobody can make, not even root."""
    (tmp_path / "file").touch()
    return tmp_path / "file" / "store"


def test_home_is_what_the_variable_names(hourglass_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home() == hourglass_home
    assert not hourglass_home.exists(), "nothing is made before there is something to keep"
    monkeypatch.delenv(VARIABLE)
    assert home().name == "hourglass"


def test_home_is_a_temporary_folder_where_the_other_cannot_be_written_to(
    refused: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(refused))
    assert is_temporary()
    assert Store(home()).folder(SETTINGS.key).claim(SETTINGS)


def test_home_is_a_temporary_folder_for_a_user_without_one(
    homeless: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert preferred_home() is None
    assert is_temporary()
    assert home().is_dir()
    assert "no home folder" in caplog.text


def test_a_folder_that_can_be_written_to_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "to" / "be" / "made"):
        assert writable_home(folder) == folder
    assert not list((tmp_path / "there").iterdir())
    assert not (tmp_path / "to").exists()


def test_another_is_taken_and_the_log_says_which_variable_to_set(
    refused: Path, temporary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        folder = writable_home(refused)
        assert writable_home(refused) == folder
    assert folder.parent == temporary
    (record,) = caplog.records
    for word in (VARIABLE, str(refused), str(folder), "Not a directory"):
        assert word in record.getMessage()
    writable_home.cache_clear()
    assert writable_home(refused) == folder, "after a restart it is the same"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_only_read(tmp_path: Path, temporary: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o500)
    assert writable_home(tmp_path / "store").parent == temporary


def test_the_folder_of_the_runs_counts(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's server may have made it."""
    (tmp_path / "store" / "runs").mkdir(parents=True)
    _refuse(monkeypatch, tmp_path / "store" / "runs", errno.EACCES)
    assert writable_home(tmp_path / "store").parent == temporary


def test_a_full_disk_is_no_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained is there, and room may be made."""
    _refuse(monkeypatch, tmp_path, errno.ENOSPC)
    assert writable_home(tmp_path) == tmp_path


def test_a_link_that_somebody_has_laid_is_not_followed(refused: Path, temporary: Path, tmp_path: Path) -> None:
    expected = writable_home(refused)
    writable_home.cache_clear()
    expected.rmdir()
    (tmp_path / "somebody").mkdir()
    expected.symlink_to(tmp_path / "somebody")
    folder = writable_home(refused)
    assert folder.parent == temporary
    assert folder != expected
    assert not folder.is_symlink()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a temporary folder on Windows is a user's own")
def test_a_folder_of_somebody_elses_is_not_taken(refused: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.getuid()
    monkeypatch.setattr(module.os, "getuid", lambda: user + 1)
    taken = writable_home(refused)
    assert taken.name != f"hourglass-{user + 1}"


def _refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, number: int) -> None:
    """Let nothing be written in a folder."""
    write = tempfile.TemporaryFile

    def fail(*arguments: Any, dir: Path, **more: Any) -> Any:
        if dir == folder:
            raise OSError(number, os.strerror(number))
        return write(*arguments, dir=dir, **more)

    monkeypatch.setattr(module.tempfile, "TemporaryFile", fail)
