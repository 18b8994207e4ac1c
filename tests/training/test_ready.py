"""The trainer that is ready: kept, made ahead, and given up. TensorFlow is far away."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from autoencoder.training import ready as module
from autoencoder.training.ready import ReadyTrainer
from autoencoder.training.settings import TrainingSettings
from tests.waiting import wait_for

MINE = TrainingSettings()
OTHER = replace(MINE, seed=1)


class FakeTrainer:
    """Is made at once, and compiles, in two parts, when it may."""

    made: list["FakeTrainer"]
    may_compile: threading.Event

    def __init__(self, settings: TrainingSettings) -> None:
        self.settings, self.step, self.compiled = settings, 0, 0
        self.made.append(self)

    def plan_epochs(self, epochs: int) -> None:
        self.settings = replace(self.settings, epochs=epochs)

    def trace(self) -> list[Callable[[], object]]:
        return [self._compile, self._compile]

    def _compile(self) -> None:
        self.may_compile.wait(60)
        self.compiled += 1


@pytest.fixture(autouse=True)
def trainers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeTrainer]]:
    FakeTrainer.made, FakeTrainer.may_compile = [], threading.Event()
    monkeypatch.setattr(module, "import_tensorflow", lambda: None)
    monkeypatch.setitem(sys.modules, "autoencoder.training.trainer", SimpleNamespace(Trainer=FakeTrainer))
    yield FakeTrainer.made
    FakeTrainer.may_compile.set()


@pytest.fixture
def ready() -> ReadyTrainer:
    return ReadyTrainer(threading.Lock())


def stepped(settings: TrainingSettings = MINE) -> FakeTrainer:
    trainer = FakeTrainer(settings)
    trainer.step = 3
    return trainer


def test_the_trainer_of_a_step_is_for_the_next_of_the_same_settings_once(ready: ReadyTrainer) -> None:
    kept = stepped()
    ready.keep(MINE, kept)  # type: ignore[arg-type]
    assert ready.take(MINE, begins=False) is kept
    assert ready.take(MINE, begins=False) is None
    ready.keep(MINE, kept)  # type: ignore[arg-type]
    assert ready.take(OTHER, begins=False) is None
    assert ready.take(MINE, begins=False) is None, "at most one is kept, and none beside a training"


def test_it_serves_a_training_of_more_or_fewer_epochs(ready: ReadyTrainer) -> None:
    FakeTrainer.may_compile.set()
    ready.make(MINE)
    ready.make(replace(MINE, epochs=7))
    taken = ready.take(replace(MINE, epochs=3), begins=True)
    assert taken is FakeTrainer.made[0]  # type: ignore[comparison-overlap]
    assert taken.settings == replace(MINE, epochs=3)
    assert len(FakeTrainer.made) == 1


def test_a_run_that_begins_is_not_given_one_that_has_learned(ready: ReadyTrainer) -> None:
    ready.keep(MINE, stepped())  # type: ignore[arg-type]
    assert ready.take(MINE, begins=True) is None


def test_none_is_kept_for_long(ready: ReadyTrainer) -> None:
    ready.keep(MINE, stepped(), seconds=0.0)  # type: ignore[arg-type]
    ready._timer.join()
    assert ready.take(MINE, begins=False) is None


@pytest.mark.parametrize("begins", [True, False])
def test_one_that_is_made_ahead_is_waited_for(ready: ReadyTrainer, begins: bool) -> None:
    ready.make(MINE)
    threading.Timer(0.05, FakeTrainer.may_compile.set).start()
    taken = ready.take(MINE, begins=begins)
    assert taken is FakeTrainer.made[0]  # type: ignore[comparison-overlap]
    assert FakeTrainer.made[0].compiled == 2
    assert len(FakeTrainer.made) == 1


def test_another_training_has_the_worker_at_once_and_what_was_half_done_is_left(ready: ReadyTrainer) -> None:
    ready.make(MINE)
    wait_for(lambda: FakeTrainer.made)
    thread = ready._making and ready._making[1]
    assert thread
    assert ready.take(OTHER, begins=True) is None  # while the first part is compiled
    with ready._alone:  # nor is what it builds with in use
        FakeTrainer.may_compile.set()
        thread.join()
    assert FakeTrainer.made[0].compiled == 1
    assert ready.take(MINE, begins=True) is None


def test_what_waits_behind_a_training_is_not_even_begun(ready: ReadyTrainer) -> None:
    with ready._alone:
        ready.make(MINE)
        thread = ready._making and ready._making[1]
        assert thread
        ready.forget()
    thread.join()
    assert FakeTrainer.made == []


def test_the_same_is_made_once_and_another_in_its_place(ready: ReadyTrainer) -> None:
    FakeTrainer.may_compile.set()
    for settings in (MINE, MINE, OTHER):
        ready.make(settings)
        wait_for(lambda: ready._kept)
    ready.make(OTHER)
    assert [trainer.settings for trainer in FakeTrainer.made] == [MINE, OTHER]
    assert ready.take(OTHER, begins=True) is FakeTrainer.made[1]  # type: ignore[comparison-overlap]


def test_what_cannot_be_made_is_no_error(ready: ReadyTrainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeTrainer, "trace", lambda trainer: 1 / 0)
    ready.make(MINE)
    assert ready.take(MINE, begins=True) is None
