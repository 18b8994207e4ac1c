import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.sources import get_source
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.files import write_json
from autoencoder.training import upload_sessions as module
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.upload_sessions import SERVER, UploadSessions, sets_in_use
from tests.data.uploads.examples import make_photos
from tests.training.fakes import HandExecutor
from tests.waiting import wait_for

pytestmark = pytest.mark.long

ME, OTHER = "session 1", "session 2"


@pytest.fixture
def gone() -> set[str]:
    """Sessions that have ended."""
    return set()


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def upload_sessions(jobs: Jobs, gone: set[str], forgotten: list[str]) -> Iterator[UploadSessions]:
    upload_sessions = UploadSessions(
        jobs, lambda session: session not in gone, lambda: forgotten.append("all"), grace=0
    )
    yield upload_sessions
    upload_sessions.close()


def folder_of(upload_sessions: UploadSessions, session: str = ME) -> Path:
    return own.session_folder(upload_sessions.token(session))


def settings_of(upload_sessions: UploadSessions, session: str = ME, seed: int = 0) -> TrainingSettings:
    """Of a training on a set that this session has."""
    source = own.name_of(upload_sessions.token(session), "0" * 12)
    if not own.set_folder(source).exists():
        made = make_dataset(make_photos(5), UploadChoices(side=16, augment=False))[0]
        storage.save_dataset(own.set_folder(source), made)
    return TrainingSettings(source, epochs=1, seed=seed)


def test_each_session_has_one_folder_that_is_its_users_alone(upload_sessions: UploadSessions) -> None:
    token = upload_sessions.token(ME)
    assert upload_sessions.token(ME) == token != upload_sessions.token(OTHER)
    assert upload_sessions.known(ME) == token
    assert upload_sessions.known("nobody") is None
    assert len(own.session_folders()) == 2
    if hasattr(os, "getuid"):
        assert folder_of(upload_sessions).stat().st_mode & 0o077 == 0


def test_what_is_everybodys_is_everybodys_and_what_is_a_sessions_is_its_own(upload_sessions: UploadSessions) -> None:
    upload_sessions.token(OTHER)
    for name in (own.name_of(upload_sessions.token(ME), "0" * 12), upload_sessions.token(ME) + "a" * 24):
        assert upload_sessions.owns(ME, name)
        assert not upload_sessions.owns(OTHER, name)
        assert not upload_sessions.owns("nobody", name)
    assert upload_sessions.owns("nobody", "mnist_sample")
    assert upload_sessions.owns("nobody", "a" * 24)


def test_a_session_that_is_alive_keeps_its_pictures(upload_sessions: UploadSessions, gone: set[str]) -> None:
    folder, other = folder_of(upload_sessions), folder_of(upload_sessions, OTHER)
    gone.add(ME)
    upload_sessions.look()
    assert (folder.exists(), other.exists()) == (False, True)
    assert upload_sessions.known(ME) is None


def test_a_connection_may_be_lost_for_a_while(jobs: Jobs) -> None:
    upload_sessions = UploadSessions(jobs, lambda session: False, grace=1000)
    folder = folder_of(upload_sessions)
    upload_sessions.look()
    assert folder.exists()
    upload_sessions.close()
    assert not folder.exists()


def test_sessions_are_looked_after_without_being_asked(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK", 0.02)
    upload_sessions = UploadSessions(jobs, lambda session: False, grace=0)
    folder = folder_of(upload_sessions)
    wait_for(lambda: not folder.exists())
    upload_sessions.close()


def test_with_a_session_end_its_runs_whatever_their_state(
    upload_sessions: UploadSessions, jobs: Jobs, hands: HandExecutor, forgotten: list[str]
) -> None:
    upload_state, waiting, others = (
        settings_of(upload_sessions),
        settings_of(upload_sessions, seed=1),
        settings_of(upload_sessions, OTHER),
    )
    for settings in (upload_state, waiting, others):
        jobs.start(settings, "watcher")
    hands.work[0].future.set_result(None)  # as a worker that is asked to pause
    wait_for(lambda: len(hands.work) == 2)
    hands.work[1].future.set_result(None)
    wait_for(lambda: len(hands.work) == 3)
    upload_sessions.end(ME)
    assert not jobs.store.folder(upload_state.key).path.exists()
    assert not jobs.store.folder(waiting.key).path.exists()
    assert jobs.snapshot(others.key).state is RunState.QUEUED
    assert forgotten == ["all"]
    with pytest.raises(PictureError):
        get_source(upload_state.source)
    hands.work[2].future.set_result(None)  # what ends is waited for


def test_what_is_written_after_the_end_is_removed_too(
    upload_sessions: UploadSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a worker that was not asked in time, or by the process that reads."""
    folder = folder_of(upload_sessions)
    upload_sessions.end(ME)
    write_json(folder / storage.PROGRESS, {"done": 1, "found": 2})
    ages(monkeypatch, upload_sessions)
    assert not folder.exists()


def test_a_session_that_comes_back_begins_anew(upload_sessions: UploadSessions) -> None:
    token = upload_sessions.token(ME)
    upload_sessions.end(ME)
    assert upload_sessions.known(ME) is None
    assert not upload_sessions.owns(ME, token + "a" * 24)
    assert upload_sessions.token(ME) != token


def test_trouble_with_one_session_keeps_the_pictures_of_none(
    upload_sessions: UploadSessions, gone: set[str], jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [folder_of(upload_sessions), folder_of(upload_sessions, OTHER)]
    for folder in folders:
        (folder / "runs" / "x").mkdir(parents=True)

    def fail(key: str) -> None:
        raise RuntimeError(key)

    monkeypatch.setattr(jobs, "abandon", fail)
    gone |= {ME, OTHER}
    upload_sessions.look()
    assert not any(folder.exists() for folder in folders)


def test_the_networks_alone(upload_sessions: UploadSessions, jobs: Jobs, hands: HandExecutor) -> None:
    settings = settings_of(upload_sessions)
    jobs.start(settings, "watcher")
    hands.work[0].future.set_result(None)
    upload_sessions.abandon_runs(ME)
    assert not jobs.store.folder(settings.key).path.exists()
    assert own.set_folder(settings.source).exists()
    upload_sessions.abandon_runs("nobody")


def test_sets_that_networks_were_trained_on_are_in_use(upload_sessions: UploadSessions, jobs: Jobs) -> None:
    assert sets_in_use(folder_of(upload_sessions)) == set()
    settings = settings_of(upload_sessions)
    jobs.store.folder(settings.key).create(settings)
    (folder_of(upload_sessions) / "runs" / "damaged").mkdir()
    (folder_of(upload_sessions) / "runs" / "damaged" / "settings.json").write_text("damage")
    assert sets_in_use(folder_of(upload_sessions)) == {"0" * 12}


# After a server that was killed

SERVE = """
import sys
from autoencoder.training import upload_sessions as module
module.TICK = 0.02
owners = module.UploadSessions(None)
print(owners.token("a session"), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK", 0.02)
    monkeypatch.setattr(module, "LEFT_BEHIND", 1.0)


@pytest.mark.usefixtures("swift")
def test_a_living_servers_pictures_stay_and_a_killed_ones_go(upload_sessions: UploadSessions) -> None:
    mine = folder_of(upload_sessions)
    server = subprocess.Popen([sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    theirs = own.session_folder(server.stdout.readline().strip())
    time.sleep(1.5)
    assert theirs.exists()
    server.kill()
    server.communicate()
    wait_for(lambda: not theirs.exists())
    assert mine.exists()


def ages(monkeypatch: pytest.MonkeyPatch, upload_sessions: UploadSessions) -> None:
    """Two looks at what others have, far apart."""
    upload_sessions.sweep()
    after = time.monotonic() + module.LEFT_BEHIND + 1
    monkeypatch.setattr(module.time, "monotonic", lambda: after)
    upload_sessions.sweep()


def test_folders_without_a_sign_go_and_other_folders_are_left_alone(
    upload_sessions: UploadSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [own.session_folder("a" * 32), own.root() / ".new-session-half"]
    stay = [folder_of(upload_sessions), *(own.root() / name for name in ("b" * 32, "session-photos", ".new-photos"))]
    for folder in (*gone, *stay[1:]):
        folder.mkdir(parents=True)
    ages(monkeypatch, upload_sessions)
    assert [folder.exists() for folder in (*gone, *stay)] == [False] * 2 + [True] * 4


def test_what_clocks_say_does_not_matter(upload_sessions: UploadSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server gives its signs by a clock that is years behind."""
    folder = own.session_folder("a" * 32)
    folder.mkdir(parents=True)
    (folder / SERVER).touch()
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    for second in range(3):
        os.utime(folder / SERVER, (second, second))
        now += 1000
        upload_sessions.sweep()
    assert folder.exists()
    now += 1000
    upload_sessions.sweep()
    assert not folder.exists()


# Where it cannot be


@pytest.mark.parametrize("step", ["touch", "rename"])
def test_a_folder_that_could_not_be_made_leaves_nothing_and_is_made_the_next_time(
    upload_sessions: UploadSessions, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, step, fail)
        with pytest.raises(OSError, match="No space left"):
            upload_sessions.token(ME)
    assert list(own.root().iterdir()) == []
    assert (folder_of(upload_sessions) / SERVER).is_file()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links")
def test_a_link_in_place_of_the_folder_is_not_followed(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs" / f"session-{'a' * 32}").mkdir(parents=True)
    monkeypatch.delenv(own.VARIABLE)
    monkeypatch.setattr(own.tempfile, "gettempdir", lambda: str(tmp_path))
    own.root().symlink_to(tmp_path / "theirs", target_is_directory=True)
    upload_sessions = UploadSessions(jobs)
    assert len(list((tmp_path / "theirs").iterdir())) == 1
    with pytest.raises(PermissionError):
        upload_sessions.token(ME)
    upload_sessions.close()


def test_a_file_in_place_of_the_folder_is_an_error(jobs: Jobs, upload_sessions: UploadSessions) -> None:
    own.root().write_text("")
    with pytest.raises(OSError, match=r"exists|Not a directory"):
        upload_sessions.token(ME)
