"""One executor for all threads, which is replaced when it is broken."""

import math
import threading
from concurrent.futures import BrokenExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from autoencoder.training import restarting as module
from autoencoder.training.restarting import RestartingExecutor
from tests.training.fakes import Clock, HandExecutor


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
