import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from types import SimpleNamespace
from typing import Any

import pytest

from autoencoder.data.uploads.collecting import Step, Steps, one_step
from autoencoder.data.uploads.limits import MB, Reason, Refusal
from autoencoder.training import reader as module
from autoencoder.training.reader import Bounds, Reader
from tests.waiting import wait_for

pytestmark = pytest.mark.long
LITTLE = Bounds(1.0, 100 * MB)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """With a process of its own."""
    return Reader(LITTLE)


def spin(seconds: float) -> str:
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
    return "done"


def swell(megabytes: int) -> int:
    return len(bytes(megabytes * MB) + b"x")


def several(*work: tuple[Any, ...]) -> Steps[list[Any]]:
    """What each of these functions gives, or refuses."""
    given: list[Any] = []
    for function, *arguments in work:
        try:
            given.append((yield Step(function, tuple(arguments))))
        except Refusal as refusal:
            given.append(refusal.reason)
    return given


def test_work_is_done_in_another_process(reader: Reader) -> None:
    (process,) = reader.submit("me", several((os.getpid,))).result(30)
    assert process != os.getpid()


def test_what_takes_too_long_is_ended_and_the_next_is_done(reader: Reader) -> None:
    began = time.process_time()
    given = reader.submit("me", several((spin, 60), (spin, 0.1), (spin, 60), (len, "abc"))).result(60)
    assert given == [Reason.TOO_MUCH_WORK, "done", Reason.TOO_MUCH_WORK, 3]
    assert time.process_time() - began < 5


def test_what_takes_too_much_memory_is_ended_and_the_next_is_done(reader: Reader) -> None:
    given = reader.submit("me", several((_hold, 400), (swell, 20))).result(60)
    assert given == [Reason.TOO_LITTLE_MEMORY, 20 * MB + 1]


def _hold(megabytes: int) -> None:
    """As a decoder that is refused memory says so, or takes it where no system refuses it."""
    try:
        held = [bytearray(b"x" * (10 * MB)) for _ in range(megabytes // 10)]
        time.sleep(5)
        del held
    except MemoryError:
        raise Refusal(Reason.TOO_LITTLE_MEMORY) from None


def test_what_ends_the_process_is_refused_and_the_next_is_done(reader: Reader) -> None:
    assert reader.submit("me", several((os._exit, 1), (len, "abc"))).result(60) == [Reason.DAMAGED, 3]


def test_other_errors_are_those_of_the_job(reader: Reader) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        reader.submit("me", one_step(int, "x", guess=0)).result(60)


class Hands(Executor):
    """Does its work when it is told to."""

    def __init__(self) -> None:
        self.work: list[tuple[Future, Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future:
        future: Future = Future()
        if function is module.make_ready:
            future.set_result(
                -1
            )  # no process: after the test the reader's thread goes on, and ends what takes too long
        else:
            self.work.append((future, function, arguments))
        return future

    def do(self) -> Any:
        wait_for(lambda: self.work)
        future, _, arguments = self.work.pop()
        future.set_result(None)
        return arguments[0]


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, float]]:
    """What the process has taken of the processor, as it is said."""
    taken = {"all": 0.0}
    monkeypatch.setattr(module, "_seconds", lambda process: taken["all"])
    nobody = SimpleNamespace(memory_info=lambda: SimpleNamespace(rss=0), kill=lambda: None)  # not this process itself
    monkeypatch.setattr(module.psutil, "Process", lambda number: nobody)
    return taken


def job(name: str, files: int = 1, guess: float = 0.02) -> Steps[None]:
    for number in range(files):
        yield Step(print, (f"{name}{number}",), guess)


def test_next_is_whoever_had_least(seconds: dict[str, float]) -> None:
    hands = Hands()
    reader = Reader(Bounds(100, 10**12), lambda: hands)
    reader.submit("many", job("a", 5))
    done = []
    for _ in range(3):
        wait_for(lambda: hands.work)
        seconds["all"] += 1
        done.append(hands.do())
    wait_for(lambda: hands.work)
    reader.submit("one", job("b"))
    reader.submit("other", job("c", 2))
    seconds["all"] += 1
    done += [hands.do() for _ in range(5)]
    assert done == ["a0", "a1", "a2", "a3", "b0", "c0", "c1", "a4"]


def test_a_photo_does_not_wait_for_heavy_files_of_a_hundred_newcomers(seconds: dict[str, float]) -> None:
    hands = Hands()
    reader = Reader(Bounds(100, 10**12), lambda: hands)
    for number in range(100):
        reader.submit(f"attacker {number}", job(f"{number} ", guess=1.5))
    wait_for(lambda: hands.work)
    reader.submit("learner", job("photo", guess=0.2))
    hands.do()
    assert hands.do() == "photo0"


def test_of_those_who_have_gone_nothing_is_kept(seconds: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HALF", 0.01)
    hands = Hands()
    reader = Reader(Bounds(100, 10**12), lambda: hands)
    for number in range(20):
        seconds["all"] += 1
        future = reader.submit(str(number), job("a"))
        hands.do()
        future.result(5)
    time.sleep(0.3)
    reader.submit("last", job("a"))
    hands.do()
    wait_for(lambda: len(reader._had) <= 1 and not reader._jobs)


def test_who_asks_while_there_is_no_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Executor:
        raise OSError(12, "Cannot allocate memory")

    with pytest.raises(OSError, match="Cannot allocate memory"):
        Reader(LITTLE, refuse).submit("me", job("a")).result(10)


def test_jobs_are_handed_over_from_any_thread(reader: Reader) -> None:
    futures: list[Future] = []
    threads = [
        threading.Thread(target=lambda n=n: futures.append(reader.submit(str(n), several((abs, -n))))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(future.result(30)[0] for future in futures) == list(range(8))
