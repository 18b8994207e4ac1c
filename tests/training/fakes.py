"""A learner, a clock and an executor that do only what a test tells them."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autoencoder.training import worker
from autoencoder.training.gradient_step import GradientStep
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, RunState
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.training_loop import fit

SETTINGS = TrainingSettings(epochs=3)
ONE, TWO, THREE = (TrainingSettings(seed=seed, epochs=3) for seed in (1, 2, 3))
LONG = TrainingSettings(seed=4, epochs=100)
STEPS_PER_EPOCH = 8


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeLearner:
    """Learns by counting: its weights are the number of its steps, its loss a formula of it.

    Args:
        after_step: Called after every step.
        losses: Step → loss, where it is not 1 / step.
        validation_losses: Step → validation loss, where it is not 2 / step.
    """

    def __init__(
        self,
        after_step: Callable[["FakeLearner"], None] = lambda learner: None,
        losses: dict[int, float] | None = None,
        validation_losses: dict[int, float] | None = None,
        steps_per_epoch: int = STEPS_PER_EPOCH,
        epochs: int = SETTINGS.epochs,
    ) -> None:
        self.step = 0
        self.rate_factor = 1.0
        self.steps_per_epoch, self.total_steps = steps_per_epoch, steps_per_epoch * epochs
        self.rates: dict[int, float] = {}  # step → factor
        self._after_step, self._losses, self._validation_losses = after_step, losses or {}, validation_losses or {}

    def advance(self, steps: int) -> float:
        assert steps >= 1
        assert self.step // self.steps_per_epoch == (self.step + steps - 1) // self.steps_per_epoch, (
            "two epochs at once"
        )
        losses = []
        for _ in range(steps):
            self.step += 1
            self.rates[self.step] = self.rate_factor
            losses.append(self._losses.get(self.step, 1 / self.step))
            self._after_step(self)
        return float(np.mean(losses))

    def take_step(self) -> GradientStep:
        loss = self.advance(1)
        return made_up_step(self.step, self.step / self.steps_per_epoch, loss)

    def validation_loss(self) -> float:
        return self._validation_losses.get(self.step, 2 / self.step)

    def show(self) -> np.ndarray:
        return np.full((1, 10, 8, 8, 1), self.step % 256, np.uint8)

    def tiles(self) -> dict[str, np.ndarray]:
        return {"first": np.full((3, 8, 8, 1), self.step, np.float32)}

    def codes(self, number: int, previews: int) -> np.ndarray | None:
        return np.full((4, 2), self.step, np.float32) if number % 2 else None

    def arrays(self) -> dict[str, np.ndarray]:
        return {"step": np.array(self.step)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self.step = int(arrays["step"])

    def export(self) -> tuple[bytes, bytes]:
        return f"encoder {self.step}".encode(), f"decoder {self.step}".encode()

    def keras_file(self) -> bytes:
        return f"keras {self.step}".encode()


def made_up_step(number: int, epoch: float, loss: float = 0.5, frames: int = 1) -> GradientStep:
    generator = np.random.default_rng(number)
    before, after = generator.integers(0, 256, (2, frames, 10, 28, 28, 1), np.uint8)
    targets = generator.integers(0, 256, (8, 28, 28, 1), np.uint8)
    return GradientStep(
        number=number,
        epoch=epoch,
        rate=0.002,
        loss=loss,
        loss_after=loss - 0.01,
        batch=32,
        layers=["encoder 1", "code", "reconstruction"],
        gradients=np.array([1, 2, 2], np.float32),
        updates=np.array([2, 3, 6], np.float32),
        inputs=targets,
        targets=targets,
        sizes=np.arange(1, 9, dtype=np.int32),
        before=before,
        after=after,
        change=(after / 255 - before / 255).astype(np.float16),
    )


def fit_slowly(path: str, on_finished: Callable[[RunFolder], None] | None = None) -> None:
    """In the place of `worker.train`: a training in a thread, which takes long enough to be interrupted."""
    from pathlib import Path

    folder = RunFolder(Path(path))
    learner = FakeLearner(lambda learner: time.sleep(0.005), steps_per_epoch=100, epochs=folder.settings().epochs)
    checkpoint = folder.checkpoint()
    if checkpoint is not None:
        learner.restore(checkpoint)
    fit(folder, learner)
    if on_finished is not None:
        on_finished(folder)


@dataclass
class Work:
    """What was handed to the executor."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: Future = field(default_factory=Future)

    @property
    def folder(self) -> RunFolder:
        from pathlib import Path

        return RunFolder(Path(self.arguments[0]))

    def run(self) -> None:
        self.future.set_result(self.function(*self.arguments))


class HandExecutor(Executor):
    """Does nothing until a test says so; only counts the workers that are made warm."""

    def __init__(self) -> None:
        self.work: list[Work] = []
        self.warm_ups: list[Work] = []
        self.at_hand_over: Callable[[Work], None] = lambda work: None

    @property
    def warming(self) -> list[Future]:
        return [work.future for work in self.warm_ups]

    @property
    def warmed(self) -> int:
        return len(self.warm_ups)

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        assert not named
        work = Work(function, arguments)
        if function is worker.warm_up:
            self.warm_ups.append(work)
            return work.future
        self.at_hand_over(work)
        self.work.append(work)
        return work.future


def finish(work: Work, state: RunState = RunState.FINISHED) -> None:
    """What page and worker do at the end of a training, in short."""
    if state is RunState.PAUSED:
        work.folder.write_control(Control(Command.PAUSE, work.folder.control().rate_factor))
    work.folder.change_state(state)
    work.future.set_result(None)


def keys(hands: HandExecutor) -> list[str]:
    return [work.folder.path.name for work in hands.work]


def state(jobs: Jobs, settings: TrainingSettings) -> RunState:
    return jobs.snapshot(settings.key).state
