"""How `Jobs` deals with workers: kept warm, lost, killed."""

import contextlib
import os
import signal
import threading
from concurrent.futures import BrokenExecutor

import psutil
import pytest
from loky import ProcessPoolExecutor

from autoencoder.training import jobs as module
from autoencoder.training import worker
from autoencoder.training.jobs import KILLED, NO_WORKER, Jobs, local_executor, worker_count
from autoencoder.training.run_folder import RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store
from tests.training.fakes import ONE, THREE, TWO, HandExecutor, Work, finish, keys, state
from tests.waiting import wait_for


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


def test_a_worker_is_warmed_once(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.warm()
    jobs.warm()
    assert hands.warmed == 1


def test_after_a_training_a_worker_is_warm_for_the_next(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    assert hands.warmed == 0
    finish(hands.work[0])
    wait_for(lambda: hands.warmed == 1)


def test_no_worker_is_warmed_while_one_works(jobs: Jobs, hands: HandExecutor) -> None:
    jobs.start(ONE, "me")
    jobs.warm()
    assert [work.function for work in hands.work] == [worker.train]
    assert hands.warmed == 0


@pytest.mark.parametrize(("named", "expected"), [("", 2), ("3", 3), ("1", 1), ("0", 2), ("-1", 2), ("many", 2)])
def test_workers_are_as_many_as_there_is_room_for_or_what_the_variable_says(
    monkeypatch: pytest.MonkeyPatch, named: str, expected: int
) -> None:
    monkeypatch.setattr(module, "trainings_at_once", lambda: 2)
    monkeypatch.setenv("HOURGLASS_WORKERS", named)
    assert worker_count() == expected


def workers() -> set[int]:
    """The numbers of this process' workers."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if any("LokyProcess" in word for word in child.cmdline())}


@pytest.mark.slow
def test_a_real_worker_killed_in_the_middle_of_a_real_training(make_jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOURGLASS_WORKERS", "1")
    made: list[ProcessPoolExecutor] = []

    def make() -> ProcessPoolExecutor:
        made.append(local_executor())
        return made[-1]

    jobs = make_jobs(executor=make)
    settings = TrainingSettings(source="mnist_sample", epochs=2, batch_size=2)
    before = workers()
    try:
        warming = threading.Thread(target=jobs.warm)
        warming.start()
        warming.join()
        folder = jobs.start(settings, "me")
        wait_for(lambda: folder.snapshot().epoch > 0.1)
        (process,) = workers() - before  # the one that another thread has made warm
        os.kill(process, signal.SIGKILL)
        wait_for(lambda: not jobs.busy())
        assert (state(jobs, settings), folder.snapshot().message) == (RunState.FAILED, KILLED)
        jobs.resume(settings.key, "me")
        wait_for(lambda: not jobs.busy())
        snapshot = folder.snapshot()
        assert (snapshot.state, snapshot.epoch, snapshot.message) == (RunState.FINISHED, 2.0, "")
        assert snapshot.losses[-1].training < snapshot.losses[0].training
        assert jobs.store.load(folder).settings == settings
        assert len(made) == 2
    finally:
        for executor in made:
            executor.shutdown(wait=True, kill_workers=True)


# When it goes wrong


def test_a_killed_worker_is_a_sentence_and_the_others_go_on(jobs: Jobs, hands: HandExecutor) -> None:
    folder = jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    folder.change_state(RunState.RUNNING)
    hands.work[0].future.set_exception(RuntimeError("a worker was killed"))
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
    assert (state(jobs, ONE), jobs.snapshot(ONE.key).message) == (RunState.FAILED, KILLED)
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


def test_a_run_that_was_lost_with_its_server_can_be_gone_on_with(jobs: Jobs, hands: HandExecutor, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.RUNNING)
    assert state(jobs, ONE) is RunState.RUNNING, "its lease is fresh: another server may have it"
    os.utime(folder.path / "lease", (0, 0))
    assert state(jobs, ONE) is RunState.STOPPED
    assert "The app was closed during this training" in jobs.snapshot(ONE.key).message
    jobs.start(ONE, "me")
    assert keys(hands) == [ONE.key]


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


def unreachable() -> HandExecutor:
    raise OSError("nobody answers")


def test_without_workers_what_a_page_asks_for_is_no_error(make_jobs, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.FINISHED)
    jobs = make_jobs(executor=unreachable)
    jobs.warm()
    assert not jobs.evaluate(ONE.key, print)
    assert isinstance(jobs.submit(divmod, 7, 2).exception(0), OSError)


def test_what_could_not_be_worked_out_is_asked_for_again(make_jobs, hands: HandExecutor, store: Store) -> None:
    folder = store.folder(ONE.key)
    folder.create(ONE)
    folder.change_state(RunState.FINISHED)
    reached: list[bool] = []
    jobs = make_jobs(executor=lambda: hands if reached else unreachable())
    assert not jobs.evaluate(ONE.key, print)
    reached.append(True)
    assert jobs.evaluate(ONE.key, print)
    assert [work.function for work in hands.work] == [worker.evaluate]


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
        assert (state(jobs, settings), jobs.snapshot(settings.key).message) == (RunState.FAILED, NO_WORKER)
    assert {work.folder.path.name for work in tried} == {TWO.key}


@pytest.mark.parametrize("reason", [OSError("nobody answers"), ValueError("the cluster says nonsense")])
def test_where_places_cannot_be_counted_a_training_says_so(make_jobs, hands: HandExecutor, reason: Exception) -> None:
    def capacity() -> int:
        raise reason

    jobs = make_jobs(executor=lambda: hands, capacity=capacity)
    jobs.start(ONE, "me")
    assert (state(jobs, ONE), jobs.snapshot(ONE.key).message) == (RunState.FAILED, NO_WORKER)


def test_a_place_that_opens_is_used_without_another_event(make_jobs, hands: HandExecutor) -> None:
    workers = [1]
    jobs = make_jobs(executor=lambda: hands, capacity=lambda: workers[0])
    jobs.start(ONE, "me")
    jobs.start(TWO, "me")
    assert keys(hands) == [ONE.key]
    workers[0] = 2
    wait_for(lambda: keys(hands) == [ONE.key, TWO.key])
