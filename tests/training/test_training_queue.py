"""How `Jobs` deals with workers: kept warm, lost, killed; and with runs that are damaged, gone, or cannot be read."""

import contextlib
import errno
import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from autoencoder.training import worker
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Notice, NoticeCode, RunState, UnreadableRun
from autoencoder.training.store import Store
from tests.training.fakes import ONE, THREE, TWO, HandExecutor, Work, finish, keys, state
from tests.waiting import wait_for

OTHER_VALUE = json.dumps(json.loads(ONE.to_json()) | {"network": "transformer"})


def test_trainings_take_their_turn(jobs: Jobs, hands: HandExecutor) -> None:
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    assert keys(hands) == [ONE.key]
    assert [jobs.place_in_queue(settings.key) for settings in (ONE, TWO, THREE)] == [None, 1, 2]
    assert state(jobs, THREE) is RunState.QUEUED
    finish(hands.work[0])
    wait_for(lambda: len(hands.work) == 2)
    assert keys(hands) == [ONE.key, TWO.key]
    assert [jobs.place_in_queue(settings.key) for settings in (ONE, TWO, THREE)] == [None, None, 1]
    finish(hands.work[1])
    wait_for(lambda: len(hands.work) == 3)
    assert jobs.busy()
    finish(hands.work[2])
    wait_for(lambda: not jobs.busy())


def test_as_many_run_at_once_as_there_are_places(make_jobs, hands: HandExecutor) -> None:
    jobs = make_jobs(executor=lambda: hands, capacity=2)
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    assert keys(hands) == [ONE.key, TWO.key]
    assert jobs.place_in_queue(THREE.key) == 1


def test_the_worker_gets_the_folder_and_what_to_do_on_finished(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me", on_finished=print)
    assert hands.work[0].function is worker.train
    assert hands.work[0].arguments == (str(folder.path), print)
    assert folder.settings() == ONE


def test_a_queued_training_can_be_paused_and_resumed(jobs: Jobs, hands: HandExecutor) -> None:
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me").write_checkpoint({})
    jobs.pause(TWO.key, "me")
    assert state(jobs, TWO) is RunState.PAUSED
    assert (jobs.place_in_queue(TWO.key), jobs.place_in_queue(THREE.key)) == (None, 1)
    jobs.resume(TWO.key, "me")
    assert state(jobs, TWO) is RunState.QUEUED
    assert jobs.place_in_queue(TWO.key) == 2


@pytest.mark.parametrize("end", [Jobs.pause, Jobs.stop])
def test_of_a_queued_training_that_never_began_nothing_is_left(
    jobs: Jobs, hands: HandExecutor, end: Callable[[Jobs, str, str], None]
) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    end(jobs, TWO.key, "me")
    assert not folder.path.exists()
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    assert keys(hands) == [ONE.key]


def test_a_queued_training_that_had_learned_something_is_stopped_by_a_worker(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    folder.write_checkpoint({"step": np.array(3)})
    jobs.stop(TWO.key, "me")
    assert folder.control().command is Command.STOP
    finish(hands.work[0])
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])  # which makes usable what was learned


def test_a_running_training_gets_the_command(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.pause(ONE.key, "me")
    assert folder.control().command is Command.PAUSE
    jobs.stop(ONE.key, "me")
    assert folder.control().command is Command.STOP


def test_a_paused_training_can_be_made_usable(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.stop(ONE.key, "me")
    assert len(hands.work) == 2
    assert folder.control().command is Command.STOP


def test_a_broken_executor_may_wait_for_the_thread_that_tells_of_it(make_jobs, hands: HandExecutor) -> None:
    """Whoever holds the lock of `Jobs` may have to wait, to replace it, for the thread that calls back."""
    telling = threading.Thread(target=lambda: hands.work[0].future.set_exception(RuntimeError("killed")))
    ended: list[bool] = []

    def refuse_once(work: Work) -> None:
        if hands.work and not ended:
            telling.start()
            telling.join(5)
            ended.append(not telling.is_alive())
            raise BrokenExecutor("killed")

    hands.at_hand_over = refuse_once
    jobs = make_jobs(executor=lambda: hands, capacity=2)
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    assert ended == [True]
    wait_for(lambda: state(jobs, ONE) is RunState.FAILED)


# When it goes wrong


def test_a_killed_worker_is_told_and_the_others_go_on(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    folder.change_state(RunState.RUNNING)
    hands.work[0].future.set_exception(RuntimeError("a worker was killed"))
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
    assert (state(jobs, ONE), jobs.snapshot(ONE.key).notice) == (RunState.FAILED, Notice(NoticeCode.WORKER_KILLED))
    jobs.resume(ONE.key, "me")
    assert jobs.place_in_queue(ONE.key) == 1


@pytest.mark.parametrize(("code", "is_kept"), [(NoticeCode.COMPILING, False), (NoticeCode.IMPORTING, True)])
def test_a_worker_that_is_lost_as_it_compiles_may_have_read_damaged_code(
    jobs: Jobs, hands: HandExecutor, hourglass_home: Path, code: NoticeCode, is_kept: bool
) -> None:
    compiled = hourglass_home / "compiled" / "for this processor"
    compiled.mkdir(parents=True)
    jobs.start(ONE, "me").change_state(RunState.RUNNING, Notice(code))
    hands.work[0].future.set_exception(RuntimeError("a worker was killed"))
    wait_for(lambda: not jobs.busy())
    assert compiled.exists() is is_kept


def test_a_cancelled_training_is_not_left_running(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    hands.work[0].future.cancel()
    wait_for(lambda: not jobs.busy())
    assert state(jobs, ONE) is RunState.FAILED


def test_an_error_after_the_training_leaves_it_finished(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    folder.change_state(RunState.FINISHED)
    hands.work[0].future.set_exception(RuntimeError("measuring failed"))
    wait_for(lambda: not jobs.busy())
    assert state(jobs, ONE) is RunState.FINISHED


def test_an_executor_that_cannot_take_work_does_not_lose_the_training(make_jobs, hands: HandExecutor) -> None:
    broken = iter([True, False])

    def executor() -> HandExecutor:
        if next(broken, False):
            raise RuntimeError("no process could be started")
        return hands

    jobs = make_jobs(executor=executor)
    with contextlib.suppress(RuntimeError):
        jobs.start(ONE, "me")
    if state(jobs, ONE) is RunState.QUEUED:
        wait_for(lambda: keys(hands) == [ONE.key])
    else:
        assert not jobs.busy()
        jobs.start(ONE, "me")
        assert keys(hands) == [ONE.key]


def test_where_no_worker_is_left_all_who_wait_are_told_at_the_first_try(make_jobs, hands: HandExecutor) -> None:
    tried: list[Work] = []

    def lose(work: Work) -> None:
        tried.append(work)
        raise OSError("nobody answers")

    jobs = make_jobs(executor=lambda: hands)
    for settings in (ONE, TWO, THREE):
        jobs.start(settings, "me")
    hands.at_hand_over = lose
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    for settings in (TWO, THREE):
        assert (state(jobs, settings), jobs.snapshot(settings.key).notice) == (
            RunState.FAILED,
            Notice(NoticeCode.NO_WORKER),
        )
    assert {work.folder.path.name for work in tried} == {TWO.key}


@pytest.mark.parametrize("reason", [OSError("nobody answers"), ValueError("the cluster says nonsense")])
def test_where_places_cannot_be_counted_a_training_says_so(make_jobs, hands: HandExecutor, reason: Exception) -> None:
    def capacity() -> int:
        raise reason

    jobs = make_jobs(executor=lambda: hands, capacity=capacity)
    jobs.start(ONE, "me")
    assert (state(jobs, ONE), jobs.snapshot(ONE.key).notice) == (RunState.FAILED, Notice(NoticeCode.NO_WORKER))


# Runs that are damaged, gone, or cannot be read in this moment


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
    assert jobs.start(ONE, "you").owner() == "you", "who cannot watch it trains their own"
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
        lambda jobs: jobs.pause(ONE.key, "me"),
        lambda jobs: jobs.stop(ONE.key, "me"),
        lambda jobs: jobs.change_learning_rate(ONE.key, 0.5, "me"),
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
    jobs.pause(TWO.key, "me")
    assert jobs.place_in_queue(TWO.key) is None
    assert not folder.path.exists()


def test_a_run_that_was_lost_with_its_server_can_be_gone_on_with(jobs: Jobs, hands: HandExecutor, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE, "me")
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
    folder.write_checkpoint({})
    with unreadable():
        jobs.pause(TWO.key, "me")
    wait_for(lambda: folder.snapshot().state is RunState.PAUSED)
