"""Learners who share the workers: whose turn it is, how many may wait, and workers that do nothing any more."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest

from autoencoder.training import executors, training_queue, worker
from autoencoder.training.executors import WorkerPool, background_process
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_state import Command, Notice, NoticeCode, RunState
from autoencoder.training.training_queue import MOST_WAITING, TooManyWaiting
from tests.training.fakes import LONG, SETTINGS, TWO, Clock, HandExecutor, finish, fit_slowly, keys, state
from tests.waiting import wait_for


def ask(jobs: Jobs, learner: str, *seeds: int) -> list[str]:
    """Have a learner, each time in another tab, ask for runs; return their names."""
    runs = []
    for seed in seeds:
        runs.append(jobs.start(replace(SETTINGS, seed=seed), f"{learner} {seed}", learner=learner).path.name)
    return runs


def test_a_newcomer_is_next_whatever_another_has_queued(jobs: Jobs) -> None:
    many, refused = [], 0
    for seed in range(50):
        try:
            many += ask(jobs, "eager", seed)
        except TooManyWaiting:
            refused += 1
    assert (len(many), refused) == (1 + MOST_WAITING, 50 - 1 - MOST_WAITING)
    (one,) = ask(jobs, "newcomer", 100)
    assert jobs.place_in_queue(one) == 1
    assert [jobs.place_in_queue(run) for run in many] == [None, *range(2, 2 + MOST_WAITING)]


def test_what_was_refused_left_nothing(jobs: Jobs) -> None:
    ask(jobs, "eager", *range(1 + MOST_WAITING))
    with pytest.raises(TooManyWaiting):
        ask(jobs, "eager", 100)
    assert not jobs.store.folder(replace(SETTINGS, seed=100).key).exists()
    assert len(list(jobs.store.root.glob("runs/*"))) == 1 + MOST_WAITING


def test_learners_take_turns(jobs: Jobs, hands: HandExecutor) -> None:
    a, b, c = ask(jobs, "a", 1, 2, 3, 4), ask(jobs, "b", 11, 12), ask(jobs, "c", 21)
    for number in range(4):
        finish(hands.work[number])
        wait_for(lambda number=number: len(hands.work) == number + 2)
    late = ask(jobs, "d", 31)
    for number in range(4, 7):
        finish(hands.work[number])
        wait_for(lambda number=number: len(hands.work) == number + 2)
    assert keys(hands) == [a[0], b[0], c[0], a[1], b[1], *late, a[2], a[3]]


# Workers that do nothing


@pytest.fixture
def pool_jobs(make_jobs: Callable[..., Jobs], monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """Trainings of a few seconds in one real process."""
    monkeypatch.setattr(worker, "train", fit_slowly)
    monkeypatch.setattr(worker, "warm_up", print)
    monkeypatch.setattr(training_queue, "SILENT", 3.0)
    monkeypatch.setattr(training_queue, "LEAVING", 1.0)
    pool = WorkerPool(1, background_process)
    yield make_jobs(executor=lambda: pool)
    pool.shutdown()


def stop_the_worker() -> psutil.Process:
    """Have the newest worker process do nothing from now on."""
    workers = [child for child in psutil.Process().children() if "LokyProcess" in " ".join(child.cmdline())]
    newest = max(workers, key=psutil.Process.create_time)
    os.kill(newest.pid, signal.SIGSTOP)
    return newest


needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="no process is stopped there")


@needs_signals
def test_a_worker_that_does_nothing_is_replaced(pool_jobs: Jobs) -> None:
    folder = pool_jobs.start(LONG, "me")
    wait_for(lambda: folder.snapshot().epoch > 0.1)
    pool_jobs.start(TWO, "you")
    stopped = stop_the_worker()
    wait_for(lambda: state(pool_jobs, LONG) is RunState.STOPPED)
    assert folder.snapshot().notice == Notice(NoticeCode.SILENT)
    assert folder.snapshot().state.resumable
    assert not stopped.is_running()
    wait_for(lambda: state(pool_jobs, TWO) is RunState.FINISHED)
    pool_jobs.resume(LONG.key, "me")
    wait_for(lambda: folder.snapshot().state is RunState.RUNNING)
    pool_jobs.pause(LONG.key, "me")
    wait_for(lambda: state(pool_jobs, LONG) is RunState.PAUSED)


@needs_signals
def test_a_run_is_paused_and_removed_at_once_whatever_the_worker_does(pool_jobs: Jobs) -> None:
    folder = pool_jobs.start(LONG, "me")
    wait_for(lambda: folder.snapshot().epoch > 0.1)
    stop_the_worker()
    began = time.monotonic()
    pool_jobs.pause(LONG.key, "me")
    assert time.monotonic() - began < 1
    assert folder.control().command is Command.PAUSE
    wait_for(lambda: state(pool_jobs, LONG) is RunState.PAUSED)
    wait_for(lambda: not pool_jobs.busy())
    learned = folder.snapshot().epoch
    pool_jobs.resume(LONG.key, "me")
    wait_for(lambda: folder.snapshot().epoch > learned)
    stop_the_worker()
    began = time.monotonic()
    pool_jobs.abandon(LONG.key)
    assert time.monotonic() - began < 2
    assert not folder.exists()


@pytest.mark.extended
@needs_signals
def test_who_trains_beside_it_goes_on() -> None:
    pool = WorkerPool(2, background_process)
    try:
        ones = [pool.submit(time.sleep, 60), pool.submit(time.sleep, 2.0)]
        pool.kill(ones[0])
        assert ones[0].exception(30) is not None
        assert ones[1].result(30) is None
        assert pool.submit(os.getpid).result(60)
    finally:
        pool.shutdown()


def test_a_sign_of_life_is_time_of_the_processor(monkeypatch: pytest.MonkeyPatch, hands: HandExecutor) -> None:
    clock, used = Clock(), [5.0]
    monkeypatch.setattr(executors, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(psutil, "Process", lambda number: SimpleNamespace(cpu_times=lambda: (used[0], 0.0)))
    hands._processes = {1: None}  # as loky's executors and the standard library's have them
    pool = WorkerPool(1, lambda: hands)
    work = pool.submit(print)

    def silence_after(seconds: float, processor: float) -> float:
        clock.now, used[0] = clock.now + seconds, used[0] + processor
        return pool.silence(work)

    assert [silence_after(1, 0), silence_after(1, 0.5), silence_after(1, 0.001), silence_after(1, 0)] == [0, 0, 1, 2]
    assert silence_after(3600, 0) == 2 + executors.LOOK, "the whole computer slept"
    assert silence_after(1, 0.1) == 0, "it compiles"
    assert pool.silence(Future()) == 0, "nobody has that work"
