"""Several servers that share the store, and the folder of learners' own pictures."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autoencoder.data import own
from autoencoder.files import write_json
from autoencoder.training import jobs as jobs_module
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import NEW, RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import IN_USE, Store
from autoencoder.training.upload_sessions import UploadSessions
from tests.training.fakes import ONE, TWO, HandExecutor, finish, keys, state
from tests.waiting import wait_for

posix = pytest.mark.skipif(os.name != "posix", reason="files have no modes")
ROUNDS = 20


@pytest.fixture
def other_hands() -> HandExecutor:
    return HandExecutor()


@pytest.fixture
def other(make_jobs: Callable[..., Jobs], tmp_path: Path, other_hands: HandExecutor) -> Iterator[Jobs]:
    """The trainings of another server; `jobs` are those of the first."""
    other = make_jobs(executor=lambda: other_hands)
    other.store = Store(tmp_path)
    return other


# The same settings at once

CLAIM = """
import sys
from pathlib import Path
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
sys.stdin.readline()
root, rounds = Path(sys.argv[1]), int(sys.argv[2])
print([seed for seed in range(rounds) if RunFolder(root / str(seed)).claim(TrainingSettings(seed=seed))], flush=True)
"""


def test_of_several_processes_one_creates_a_run(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CLAIM, str(tmp_path), str(ROUNDS)]
    servers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for server in servers:
        assert server.stdin is not None
        server.stdin.write("\n")
        server.stdin.flush()
    claimed = [seed for server in servers for seed in json.loads(server.communicate()[0])]
    assert sorted(claimed) == list(range(ROUNDS))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(str, range(ROUNDS)))
    for seed in range(ROUNDS):
        folder = RunFolder(tmp_path / str(seed))
        assert (folder.settings().seed, folder.snapshot().state) == (seed, RunState.QUEUED)


def test_equal_settings_are_trained_by_one_server_and_watched_on_both(
    jobs: Jobs, other: Jobs, hands: HandExecutor, other_hands: HandExecutor
) -> None:
    at_once(lambda server: server.start(ONE, "me"), jobs, other)
    (work,) = hands.work + other_hands.work
    work.folder.change_state(RunState.RUNNING)
    assert state(jobs, ONE) is state(other, ONE) is RunState.RUNNING
    finish(work)
    assert state(jobs, ONE) is state(other, ONE) is RunState.FINISHED


def test_what_a_removed_runs_worker_wrote_late_keeps_nobody_from_creating_it(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    write_json(folder.path / "control.json", {})
    assert folder.claim(ONE)
    assert folder.settings() == ONE
    assert not folder.claim(ONE)


# What one server asks of the other's run


def test_a_run_that_waits_on_another_server_can_be_paused_here(jobs: Jobs, other: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    jobs.start(TWO, "me").write_checkpoint({})
    other.pause(TWO.key, "me")
    wait_for(lambda: state(other, TWO) is RunState.PAUSED)
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    assert keys(hands) == [ONE.key]


@pytest.mark.parametrize("attempt", range(5))
def test_a_run_that_two_servers_resume_at_once_is_resumed_by_one(
    jobs: Jobs, other: Jobs, hands: HandExecutor, other_hands: HandExecutor, attempt: int
) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work.pop(), RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    at_once(lambda server: server.resume(ONE.key, "me"), jobs, other)
    (work,) = hands.work + other_hands.work
    assert state(jobs, ONE) is state(other, ONE) is RunState.QUEUED
    assert not (folder.path / "claim").exists()
    finish(work)


def test_a_server_that_was_killed_while_it_resumed_a_run_is_not_waited_for_long(
    jobs: Jobs, hands: HandExecutor
) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    (folder.path / "claim").touch()
    jobs.resume(ONE.key, "me")
    assert not jobs.busy(), "another server does"
    os.utime(folder.path / "claim", (1, 1))
    jobs.resume(ONE.key, "me")
    assert jobs.busy()


def at_once(ask: Callable[[Jobs], object], *servers: Jobs) -> None:
    both = threading.Barrier(len(servers))
    threads = [threading.Thread(target=lambda server=server: (both.wait(), ask(server))) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# What is removed


def kept(store: Store, seed: int, age: float) -> RunFolder:
    settings = TrainingSettings(seed=seed)
    folder = store.folder(settings.key)
    folder.create(settings)
    folder.change_state(RunState.FINISHED)
    os.utime(folder.path, (time.time() - age,) * 2)
    return folder


def test_a_run_that_another_server_used_lately_stays(tmp_path: Path) -> None:
    folders = [kept(Store(tmp_path), seed, age) for seed, age in enumerate([0, IN_USE / 2, 2 * IN_USE])]
    Store(tmp_path, most_runs=1).prune()
    assert [folder.exists() for folder in folders] == [True, True, False]


def test_what_is_looked_at_here_is_marked_for_the_others(
    jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "MARK", 0.0)
    watched, forgotten = (kept(store, seed, 2 * IN_USE) for seed in (1, 2))
    jobs.watch(watched.path.name, "me")
    wait_for(lambda: time.time() - watched.path.stat().st_mtime < IN_USE)
    Store(store.root, most_runs=0).prune()
    assert (watched.exists(), forgotten.exists()) == (True, False)


def test_a_run_that_was_never_created_to_its_end_goes_after_a_while(store: Store) -> None:
    fresh, old = (store.root / "runs" / f"{NEW}{name}" for name in ("fresh", "old"))
    for path in (fresh, old):
        path.mkdir(parents=True)
    os.utime(old, (0, 0))
    store.prune()
    assert (fresh.exists(), old.exists()) == (True, False)


# Who may read what


@posix
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_who_may_read_a_run_is_what_the_umask_says(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        RunFolder(tmp_path / "runs" / "key").claim(ONE, "me")
    finally:
        os.umask(before)
    files = [path for path in (tmp_path / "runs").rglob("*") if path.is_file()]
    assert len(files) == 5
    assert {path.stat().st_mode & 0o777 for path in files} == {mode}
    assert (tmp_path / "runs" / "key").stat().st_mode & 0o777 == 0o777 & ~umask


@posix
def test_own_pictures_are_one_users_whatever_the_umask_says(jobs: Jobs) -> None:
    before = os.umask(0)
    try:
        folder = own.session_folder(UploadSessions(jobs).token("me"))
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700


@posix
def test_nothing_is_removed_where_a_link_leads_or_in_a_folder_of_another_user(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `/tmp` is everybody's, another user can lay anything there under our folder's name."""
    monkeypatch.delenv(own.VARIABLE)
    monkeypatch.setattr(own.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    home, (linked, real) = tmp_path / "victim", (own.session_folder(token * 32) for token in "ab")
    hidden = [place / "run" / ".hidden" for place in (home, own.root() / "x" / "runs", real / "runs")]
    for file in hidden:
        file.parent.mkdir(parents=True)
        file.touch()
        os.utime(file, (1, 1))
    linked.mkdir()
    (linked / "runs").symlink_to(home)
    (real / "runs" / "linked").symlink_to(home / "run")
    ours = own.root()
    with monkeypatch.context() as another:
        another.setattr(own.os, "getuid", lambda: os.stat(tmp_path).st_uid + 1)
        another.setattr(own, "root", lambda: ours)  # its name stays
        store.prune()
        assert all(file.exists() for file in hidden)
    store.prune()
    assert [file.exists() for file in hidden] == [True, True, False], "what is ours is tidied up"
