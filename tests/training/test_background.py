import math
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import psutil
import pytest

from autoencoder.training import background as module
from autoencoder.training.background import BackgroundExecutor, background_process
from tests.training.fakes import HandExecutor


@pytest.fixture
def hand() -> HandExecutor:
    return HandExecutor()


@pytest.fixture
def background(hand: HandExecutor) -> BackgroundExecutor:
    return BackgroundExecutor(lambda: hand, remembered=3)


def asked(hand: HandExecutor) -> list[tuple]:
    return [(work.function, *work.arguments) for work in hand.work]


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
    first = background.submit(math.gcd, 12, 18)
    assert background.submit(math.gcd, 12, 18) is not first
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


def test_no_more_is_held_than_is_said(background: BackgroundExecutor) -> None:
    for number in range(100):
        background.submit_cached(math.factorial, number)
    assert len(background._asked) == 3


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
    for ask in (background.submit_cached, background.submit) * 5:
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
    monkeypatch.setattr(module, "IDLE", 0.5)
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
