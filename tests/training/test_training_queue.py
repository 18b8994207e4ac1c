"""How `Jobs` deals with workers: kept warm, lost, killed."""

import contextlib
import threading
from concurrent.futures import BrokenExecutor

import numpy as np
import pytest

from autoencoder.training import worker
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import Command, Notice, NoticeCode, RunState
from tests.training.fakes import ONE, THREE, TWO, HandExecutor, Work, finish, keys, state
from tests.waiting import wait_for


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
        jobs.start(settings, "me")
    jobs.pause(TWO.key)
    assert state(jobs, TWO) is RunState.PAUSED
    assert (jobs.place_in_queue(TWO.key), jobs.place_in_queue(THREE.key)) == (None, 1)
    jobs.resume(TWO.key, "me")
    assert state(jobs, TWO) is RunState.QUEUED
    assert jobs.place_in_queue(TWO.key) == 2


def test_of_a_queued_training_that_is_stopped_nothing_is_left(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    jobs.stop(TWO.key)
    assert not folder.exists()
    finish(hands.work[0])
    wait_for(lambda: not jobs.busy())
    assert keys(hands) == [ONE.key]


def test_a_queued_training_that_had_learned_something_is_stopped_by_a_worker(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    folder = jobs.start(TWO, "me")
    folder.write_checkpoint({"step": np.array(3)})
    jobs.stop(TWO.key)
    assert folder.control().command is Command.STOP
    finish(hands.work[0])
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])  # which makes usable what was learned


def test_a_running_training_gets_the_command(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.pause(ONE.key)
    assert folder.control().command is Command.PAUSE
    jobs.stop(ONE.key)
    assert folder.control().command is Command.STOP


def test_a_paused_training_can_be_made_usable(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    finish(hands.work[0], RunState.PAUSED)
    wait_for(lambda: not jobs.busy())
    jobs.stop(ONE.key)
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
