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

from autoencoder.training import aside as module
from autoencoder.training.aside import Aside, aside_executor
from tests.training.fakes import HandExecutor


@pytest.fixture
def hand() -> HandExecutor:
    return HandExecutor()


@pytest.fixture
def aside(hand: HandExecutor) -> Aside:
    return Aside(lambda: hand, remembered=3)


def asked(hand: HandExecutor) -> list[tuple]:
    return [(work.function, *work.arguments) for work in hand.work]


# What is remembered


def test_the_same_question_is_worked_out_once(aside: Aside, hand: HandExecutor) -> None:
    first = aside.ask(math.gcd, 12, 18)
    assert aside.ask(math.gcd, 12, 18) is first
    assert not first.done()
    hand.work[0].run()
    assert aside.ask(math.gcd, 12, 18) is first
    assert first.result() == 6
    assert asked(hand) == [(math.gcd, 12, 18)]


def test_other_arguments_and_functions_are_other_questions(aside: Aside, hand: HandExecutor) -> None:
    for question in [(math.gcd, 12, 18), (math.gcd, 18, 12), (math.lcm, 12, 18)]:
        aside.ask(*question)
    assert asked(hand) == [(math.gcd, 12, 18), (math.gcd, 18, 12), (math.lcm, 12, 18)]


def test_what_is_handed_over_is_not_remembered(aside: Aside, hand: HandExecutor) -> None:
    first = aside.hand(math.gcd, 12, 18)
    assert aside.hand(math.gcd, 12, 18) is not first
    assert aside.ask(math.gcd, 12, 18) is not first
    hand.work[0].run()
    assert first.result() == 6
    assert len(hand.work) == 3


def test_what_was_asked_for_longest_ago_is_forgotten(aside: Aside, hand: HandExecutor) -> None:
    for number in (1, 2, 3, 1, 4):  # 2 is then the oldest of four
        aside.ask(math.factorial, number)
    for number in (1, 3, 4):
        aside.ask(math.factorial, number)
    assert asked(hand) == [(math.factorial, number) for number in (1, 2, 3, 4)]
    aside.ask(math.factorial, 2)
    assert asked(hand)[4:] == [(math.factorial, 2)]


def test_no_more_is_held_than_is_said(aside: Aside) -> None:
    for number in range(100):
        aside.ask(math.factorial, number)
    assert len(aside._asked) == 3


def test_an_error_is_remembered(aside: Aside, hand: HandExecutor) -> None:
    aside.ask(math.sqrt, -1).set_exception(ValueError("no root"))
    with pytest.raises(ValueError, match="no root"):
        aside.ask(math.sqrt, -1).result(0)
    assert len(hand.work) == 1


@pytest.mark.parametrize("lose", [Future.cancel, lambda future: future.set_exception(BrokenExecutor("killed"))])
def test_what_was_lost_with_its_process_is_asked_anew(
    aside: Aside, hand: HandExecutor, lose: Callable[[Future], Any]
) -> None:
    first = aside.ask(math.factorial, 5)
    lose(first)
    second = aside.ask(math.factorial, 5)
    assert second is not first
    hand.work[1].run()
    assert aside.ask(math.factorial, 5).result() == 120
    assert len(hand.work) == 2


def test_what_loses_its_process_every_time_is_asked_three_times(aside: Aside, hand: HandExecutor) -> None:
    for _ in range(10):
        future = aside.ask(math.factorial, 5)
        if not future.done():
            future.set_exception(BrokenExecutor("killed"))
    assert asked(hand) == [(math.factorial, 5)] * 3
    assert isinstance(future.exception(), BrokenExecutor)
    assert not aside.ask(math.factorial, 6).done(), "another question"


def test_where_no_process_can_be_started_the_answer_says_so_and_the_next_who_asks_tries_again(
    aside: Aside, hand: HandExecutor
) -> None:
    def refuse(work: object) -> None:
        raise OSError("no process")

    hand.at_hand_over = refuse
    for ask in (aside.ask, aside.hand) * 5:
        assert isinstance(ask(math.factorial, 5).exception(0), OSError)
    hand.at_hand_over = lambda work: None
    assert not aside.ask(math.factorial, 5).done()


def test_many_who_ask_at_once_share_an_answer(aside: Aside, hand: HandExecutor) -> None:
    hand.at_hand_over = lambda work: time.sleep(0.05)
    futures: list[Future] = []
    threads = [threading.Thread(target=lambda: futures.append(aside.ask(math.factorial, 5))) for _ in range(8)]
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
    aside = Aside()
    number = aside.ask(os.getpid).result(60)
    assert number != os.getpid()
    assert aside.ask(math.factorial, 5).result(60) == 120
    assert "loky" in aside.ask(loaded).result(60)
    assert not aside.ask(loaded).result(60) & {"tensorflow", "keras", "streamlit"}
    assert sys.platform == "win32" or aside.ask(niceness).result(60) >= 10
    with pytest.raises(OSError, match="no pictures"):
        aside.ask(raise_error).result(60)
    assert aside.ask(math.factorial, 6).result(60) == 720  # an error does not harm it
    with pytest.raises(BrokenExecutor):
        aside.ask(os._exit, 1).result(60)
    assert aside.ask(math.factorial, 7).result(60) == 5040
    assert aside.ask(math.factorial, 5).result(0) == 120  # known before
    assert not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE


@pytest.mark.slow
def test_an_idle_process_ends_and_another_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.5)
    aside = Aside(aside_executor)
    process = psutil.Process(aside.ask(os.getpid).result(60))
    process.wait(30)
    assert aside.ask(math.factorial, 5).result(60) == 120


def test_what_is_forgotten_is_asked_anew_and_what_is_under_way_still_comes(aside: Aside, hand: HandExecutor) -> None:
    first = aside.ask(math.gcd, 12, 18)
    aside.forget()
    assert aside.ask(math.gcd, 12, 18) is not first
    hand.work[0].run()
    assert first.result() == 6
