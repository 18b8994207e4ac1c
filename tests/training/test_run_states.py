"""Runs that are damaged, gone, or cannot be read in this moment."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import DamagedRun, Notice, NoticeCode, RunFolder, RunState, UnreadableRun
from autoencoder.training.store import Store
from tests.training.fakes import ONE, TWO, HandExecutor, finish, keys, state
from tests.waiting import wait_for

OTHER_VALUE = json.dumps(json.loads(ONE.to_json()) | {"network": "transformer"})


@pytest.fixture
def left(jobs: Jobs, hands: HandExecutor) -> RunFolder:
    """A run that was trained to its end."""
    folder = jobs.start(ONE, "me")
    folder.write_checkpoint({})
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    return folder


@contextmanager
def unreadable() -> Iterator[None]:
    """For a moment the state of no run can be read."""
    read = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == "state.json":
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        yield


@pytest.mark.parametrize(
    ("name", "content"),
    [("state.json", '{"state": "fin'), ("settings.json", "{"), ("settings.json", OTHER_VALUE)],
    ids=["state", "settings", "a value of the settings"],
)
def test_a_damaged_run_is_trained_anew(
    jobs: Jobs, hands: HandExecutor, left: RunFolder, name: str, content: str
) -> None:
    (left.path / name).write_text(content)
    jobs.start(ONE, "me")
    assert keys(hands) == [ONE.key, ONE.key]
    assert (state(jobs, ONE), left.settings(), left.has_checkpoint()) == (RunState.QUEUED, ONE, False)


def test_a_run_that_cannot_be_read_now_is_not_trained_anew(jobs: Jobs, hands: HandExecutor, left: RunFolder) -> None:
    with unreadable():
        with pytest.raises(UnreadableRun):
            jobs.start(ONE, "me")
        assert not jobs.set_aside(ONE.key)
    assert left.has_checkpoint()
    assert (state(jobs, ONE), keys(hands)) == (RunState.FINISHED, [ONE.key])


def test_a_run_whose_state_is_damaged_while_it_is_trained_stays(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    snapshot = folder.snapshot()
    (folder.path / "state.json").write_text("{")
    assert not jobs.set_aside(ONE.key)
    with pytest.raises(DamagedRun):
        jobs.start(ONE, "you")
    folder.write_snapshot(snapshot)  # as its worker does
    assert (state(jobs, ONE), keys(hands)) == (RunState.QUEUED, [ONE.key])


def test_a_damaged_run_that_was_lost_with_its_server_is_set_aside(jobs: Jobs, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.RUNNING)
    (folder.path / "settings.json").write_text("{")
    assert not jobs.set_aside(ONE.key), "its lease is fresh: another server may have it"
    os.utime(folder.path / "lease", (0, 0))
    assert jobs.set_aside(ONE.key)
    assert not folder.exists()


@pytest.mark.parametrize(
    "ask",
    [
        lambda jobs: jobs.resume(ONE.key, "me"),
        lambda jobs: jobs.pause(ONE.key),
        lambda jobs: jobs.stop(ONE.key),
        lambda jobs: jobs.change_learning_rate(ONE.key, 0.5),
    ],
    ids=["resume", "pause", "stop", "learning rate"],
)
def test_what_is_asked_of_a_run_that_another_tab_has_removed_makes_no_folder(
    jobs: Jobs, left: RunFolder, ask: Callable[[Jobs], None]
) -> None:
    jobs.store.remove(ONE.key)
    ask(jobs)
    assert not left.path.exists()
    assert not jobs.busy()


def test_a_run_that_was_removed_can_leave_the_queue(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    jobs.store.remove(TWO.key)
    jobs.pause(TWO.key)
    assert jobs.place_in_queue(TWO.key) is None
    assert not folder.path.exists()


def test_a_run_that_was_lost_with_its_server_can_be_gone_on_with(jobs: Jobs, hands: HandExecutor, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.RUNNING)
    assert state(jobs, ONE) is RunState.RUNNING, "its lease is fresh: another server may have it"
    os.utime(folder.path / "lease", (0, 0))
    assert state(jobs, ONE) is RunState.STOPPED
    assert jobs.snapshot(ONE.key).notice == Notice(NoticeCode.APP_CLOSED)
    jobs.start(ONE, "me")
    assert keys(hands) == [ONE.key]


def test_a_command_is_written_down_when_the_state_can_be_read_again(jobs: Jobs) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    with unreadable():
        jobs.pause(TWO.key)
    wait_for(lambda: folder.snapshot().state is RunState.PAUSED)
