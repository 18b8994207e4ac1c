"""Worker processes, the background process, and how a broken executor is replaced."""

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from autoencoder.training import executors as module
from autoencoder.training.executors import (
    BackgroundExecutor,
    RestartingExecutor,
    WorkerPool,
    background_process,
    leak_limit,
)
from autoencoder.training.run_state import Notice, NoticeCode, RunState
from autoencoder.training.settings import TrainingSettings
from tests.training.fakes import Clock, HandExecutor, state
from tests.waiting import wait_for

GB = 10**9


def refuse(work: Any) -> None:
    raise BrokenExecutor("killed")


def asked(hand: HandExecutor) -> list[tuple]:
    return [(work.function, *work.arguments) for work in hand.work]


def test_an_executor_is_made_for_the_first_work_and_kept_for_all_threads() -> None:
    made: list[HandExecutor] = []

    def make() -> HandExecutor:
        made.append(HandExecutor())
        return made[-1]

    renewed = RestartingExecutor(make)
    assert made == []
    threads = [threading.Thread(target=renewed.submit, args=(math.factorial, number)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(made[0].work) == 5


def test_a_broken_executor_is_replaced() -> None:
    hands = [HandExecutor(), HandExecutor()]
    renewed = RestartingExecutor(iter(hands).__next__)
    renewed.submit(math.factorial, 3)
    hands[0].at_hand_over = refuse
    renewed.submit(math.factorial, 4)
    renewed.submit(math.gcd, 12, 18)
    assert asked(hands[0]) == [(math.factorial, 3)]
    assert asked(hands[1]) == [(math.factorial, 4), (math.gcd, 12, 18)]


def test_a_new_executor_that_is_broken_too_says_so() -> None:
    hand = HandExecutor()
    hand.at_hand_over = refuse
    renewed = RestartingExecutor(lambda: hand)
    with pytest.raises(BrokenExecutor, match="killed"):
        renewed.submit(math.factorial, 3)
    hand.at_hand_over = lambda work: None
    assert not renewed.submit(math.factorial, 3).done()


def test_who_is_refused_slowly_is_refused_at_once_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers at a cluster's address: who asks next does not wait for that again."""
    clock, tried = Clock(), []
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))

    def make() -> HandExecutor:
        tried.append(clock.now)
        clock.now += 10
        raise OSError("nobody answers")

    renewed = RestartingExecutor(make)
    for seconds in (0, 0, 19, 1, 0):
        clock.now += seconds
        with pytest.raises(OSError, match="nobody answers"):
            renewed.submit(math.factorial, 3)
    assert tried == [100, 130]


def test_who_asks_for_a_future_finds_the_refusal_in_it(caplog: pytest.LogCaptureFixture) -> None:
    hands = [HandExecutor(), HandExecutor()]
    hands[0].at_hand_over = refuse
    renewed = RestartingExecutor(iter(hands).__next__)
    with pytest.raises(BrokenExecutor, match="killed"):
        renewed.try_submit(math.factorial, 3).result(0)
    assert "No process takes work: BrokenExecutor('killed')" in caplog.text
    assert not renewed.try_submit(math.factorial, 3).done()
    assert asked(hands[1]) == [(math.factorial, 3)]


# The background process


@pytest.fixture
def hand() -> HandExecutor:
    return HandExecutor()


@pytest.fixture
def background(hand: HandExecutor) -> BackgroundExecutor:
    return BackgroundExecutor(lambda: hand, remembered=3)


# What is remembered


def test_the_same_question_is_worked_out_once(background: BackgroundExecutor, hand: HandExecutor) -> None:
    first = background.submit_cached(math.gcd, 12, 18)
    assert background.submit_cached(math.gcd, 12, 18) is first
    assert not first.done()
    hand.work[0].run()
    assert background.submit_cached(math.gcd, 12, 18) is first
    assert first.result() == 6
    assert asked(hand) == [(math.gcd, 12, 18)]


def test_other_arguments_and_functions_are_other_questions(background: BackgroundExecutor, hand: HandExecutor) -> None:
    for question in [(math.gcd, 12, 18), (math.gcd, 18, 12), (math.lcm, 12, 18)]:
        background.submit_cached(*question)
    assert asked(hand) == [(math.gcd, 12, 18), (math.gcd, 18, 12), (math.lcm, 12, 18)]


def test_what_is_handed_over_is_not_remembered(background: BackgroundExecutor, hand: HandExecutor) -> None:
    first = background.try_submit(math.gcd, 12, 18)
    assert background.try_submit(math.gcd, 12, 18) is not first
    assert background.submit_cached(math.gcd, 12, 18) is not first
    hand.work[0].run()
    assert first.result() == 6
    assert len(hand.work) == 3


def test_what_was_asked_for_longest_ago_is_forgotten(background: BackgroundExecutor, hand: HandExecutor) -> None:
    for number in (1, 2, 3, 1, 4):  # 2 is then the oldest of four
        background.submit_cached(math.factorial, number)
    for number in (1, 3, 4):
        background.submit_cached(math.factorial, number)
    assert asked(hand) == [(math.factorial, number) for number in (1, 2, 3, 4)]
    background.submit_cached(math.factorial, 2)
    assert asked(hand)[4:] == [(math.factorial, 2)]


def test_an_error_is_remembered(background: BackgroundExecutor, hand: HandExecutor) -> None:
    background.submit_cached(math.sqrt, -1).set_exception(ValueError("no root"))
    with pytest.raises(ValueError, match="no root"):
        background.submit_cached(math.sqrt, -1).result(0)
    assert len(hand.work) == 1


@pytest.mark.parametrize("lose", [Future.cancel, lambda future: future.set_exception(BrokenExecutor("killed"))])
def test_what_was_lost_with_its_process_is_asked_anew(
    background: BackgroundExecutor, hand: HandExecutor, lose: Callable[[Future], Any]
) -> None:
    first = background.submit_cached(math.factorial, 5)
    lose(first)
    second = background.submit_cached(math.factorial, 5)
    assert second is not first
    hand.work[1].run()
    assert background.submit_cached(math.factorial, 5).result() == 120
    assert len(hand.work) == 2


def test_what_loses_its_process_every_time_is_asked_three_times(
    background: BackgroundExecutor, hand: HandExecutor
) -> None:
    for _ in range(10):
        future = background.submit_cached(math.factorial, 5)
        if not future.done():
            future.set_exception(BrokenExecutor("killed"))
    assert asked(hand) == [(math.factorial, 5)] * 3
    assert isinstance(future.exception(), BrokenExecutor)
    assert not background.submit_cached(math.factorial, 6).done(), "another question"


def test_where_no_process_can_be_started_the_answer_says_so_and_the_next_who_asks_tries_again(
    background: BackgroundExecutor, hand: HandExecutor
) -> None:
    def refuse(work: object) -> None:
        raise OSError("no process")

    hand.at_hand_over = refuse
    for ask in (background.submit_cached, background.try_submit) * 5:
        assert isinstance(ask(math.factorial, 5).exception(0), OSError)
    hand.at_hand_over = lambda work: None
    assert not background.submit_cached(math.factorial, 5).done()


def test_many_who_ask_at_once_share_an_answer(background: BackgroundExecutor, hand: HandExecutor) -> None:
    hand.at_hand_over = lambda work: time.sleep(0.05)
    futures: list[Future] = []
    threads = [
        threading.Thread(target=lambda: futures.append(background.submit_cached(math.factorial, 5))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hand.work) == 1
    assert len(set(map(id, futures))) == 1
    assert len(futures) == 8


# A real process


def loaded() -> set[str]:
    """The libraries that this process has imported."""
    return {name.split(".")[0] for name in sys.modules}


def niceness() -> int:
    return psutil.Process().nice()


def raise_error() -> None:
    raise OSError("no pictures")


@pytest.mark.slow
def test_a_process_answers_fails_is_killed_and_comes_back() -> None:
    background = BackgroundExecutor()
    number = background.submit_cached(os.getpid).result(60)
    assert number != os.getpid()
    assert background.submit_cached(math.factorial, 5).result(60) == 120
    assert "loky" in background.submit_cached(loaded).result(60)
    assert not background.submit_cached(loaded).result(60) & {"tensorflow", "keras", "streamlit"}
    assert sys.platform == "win32" or background.submit_cached(niceness).result(60) >= 10
    with pytest.raises(OSError, match="no pictures"):
        background.submit_cached(raise_error).result(60)
    assert background.submit_cached(math.factorial, 6).result(60) == 720  # an error does not harm it
    with pytest.raises(BrokenExecutor):
        background.submit_cached(os._exit, 1).result(60)
    assert background.submit_cached(math.factorial, 7).result(60) == 5040
    assert background.submit_cached(math.factorial, 5).result(0) == 120  # known before
    assert not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE


@pytest.mark.slow
def test_an_idle_process_ends_and_another_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKGROUND_IDLE", 0.5)
    background = BackgroundExecutor(background_process)
    process = psutil.Process(background.submit_cached(os.getpid).result(60))
    process.wait(30)
    assert background.submit_cached(math.factorial, 5).result(60) == 120


def test_what_is_forgotten_is_asked_anew_and_what_is_under_way_still_comes(
    background: BackgroundExecutor, hand: HandExecutor
) -> None:
    first = background.submit_cached(math.gcd, 12, 18)
    background.forget()
    assert background.submit_cached(math.gcd, 12, 18) is not first
    hand.work[0].run()
    assert first.result() == 6


# Worker processes of this computer


def workers() -> set[int]:
    """The numbers of this process' workers."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if any("LokyProcess" in word for word in child.cmdline())}


@pytest.mark.extended
@pytest.mark.slow
def test_a_real_worker_killed_in_the_middle_of_a_real_training(make_jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOURGLASS_WORKERS", "1")
    made: list[WorkerPool] = []

    def make() -> WorkerPool:
        made.append(WorkerPool())
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
        assert (state(jobs, settings), folder.snapshot().notice) == (RunState.FAILED, Notice(NoticeCode.WORKER_KILLED))
        jobs.resume(settings.key, "me")
        wait_for(lambda: not jobs.busy())
        snapshot = folder.snapshot()
        assert (snapshot.state, snapshot.epoch, snapshot.notice) == (RunState.FINISHED, 2.0, None)
        assert snapshot.losses[-1].training < snapshot.losses[0].training
        assert jobs.store.load(folder).settings == settings
        assert len(made) == 1
    finally:
        for executor in made:
            executor.shutdown(wait=True, kill_workers=True)


@pytest.mark.parametrize(
    ("memory", "workers", "expected"),
    [(24 * GB, 1, 600_000_000), (1 * GB, 1, 250_000_000), (2.1 * GB, 1, 400_000_000), (24 * GB, 100, 250_000_000)],
)
def test_a_worker_may_keep_what_memory_is_left(
    monkeypatch: pytest.MonkeyPatch, memory: float, workers: int, expected: int
) -> None:
    monkeypatch.setattr(module, "memory", lambda: int(memory))
    monkeypatch.setenv("HOURGLASS_WORKERS", str(workers))
    assert leak_limit() == expected


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no niceness")
@pytest.mark.parametrize(("age", "makes_way"), [(1.0, False), (60.0, True)])
def test_the_first_worker_of_a_server_gets_ready_as_urgently_as_its_page(
    age: float, makes_way: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: time.time() - age)
    process = module.worker_process()
    try:
        assert process.submit(niceness).result(60) == max(niceness(), 10 if makes_way else 0)
    finally:
        process.shutdown(kill_workers=True)
