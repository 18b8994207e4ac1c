"""The loop of a training: learn, publish, listen. Runs in a worker process, but knows nothing of Keras itself."""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from autoencoder.training.run_folder import Command, Loss, RunFolder, RunState

LOSS_POINTS = 300  # on the curve of a whole training
PUBLISH_EVERY = 0.25  # s
CHECKPOINT_EVERY = 1.0  # s; also the most that is lost where an epoch is shorter
LISTEN_EVERY = 0.15  # s
LEASE = 60.0  # s without a sign of a watcher, counted while training, after which a worker stops
EARLY_MOMENTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2)  # of the first epoch, in which most is learned


class Learner(Protocol):
    """What the loop needs of a network that learns; `autoencoder.training.trainer.Trainer` is one."""

    step: int
    total_steps: int
    steps_per_epoch: int
    rate_factor: float

    def advance(self, steps: int) -> float:
        """Learn from the next `steps` batches, all of one epoch; return the mean loss."""

    def validation_loss(self) -> float:
        """The mean loss over the pictures that are held out of the training."""

    def show(self) -> np.ndarray:
        """The ten test pictures rebuilt: uint8 (sizes, 10, height, width, channels)."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All that is needed to go on from here."""

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go back to what `arrays` returned."""

    def export(self) -> tuple[bytes, bytes]:
        """The encoder and the decoder for the pages."""

    def keras_file(self) -> bytes:
        """Both as a `.keras` file."""


def fit(folder: RunFolder, learner: Learner, clock: Callable[[], float] = time.monotonic) -> None:
    """Train until the end, or until the page wants otherwise; all that happens goes to the folder."""
    _Fit(folder, learner, clock).run()


@dataclass
class _Fit:
    folder: RunFolder
    learner: Learner
    clock: Callable[[], float]

    def run(self) -> None:
        self._begin()
        while self.learner.step < self.learner.total_steps:
            wish = self._listen()
            if self._is_left_behind():
                return self._leave_behind()
            if wish is not Command.RUN:
                return self._leave(wish)
            if not self._advance():
                return self._give_up()
            between_epochs = self.learner.step % self.learner.steps_per_epoch == 0
            if self._one_epoch and between_epochs and self.learner.step < self.learner.total_steps:
                return self._leave_by_itself(Command.PAUSE)
        return self._finish(RunState.FINISHED)

    def _begin(self) -> None:
        learner, snapshot = self.learner, self.folder.snapshot()
        epoch = learner.step / learner.steps_per_epoch
        self._report_every = max(1, learner.total_steps // LOSS_POINTS)
        self._moments = moment_steps(learner.steps_per_epoch, learner.total_steps)
        self._one_epoch = self.folder.control().wish is Command.ONE_EPOCH
        self._started = self._published = self._checkpointed = self.clock()
        self._listened = -math.inf
        self._parent = os.getppid()  # the server; a worker that it leaves behind gets another
        self._seconds_before = snapshot.seconds
        self._compiled: tuple[float, int] | None = None  # when, and after which step, TensorFlow had compiled
        self._lease, self._lease_seen = self.folder.lease_time(), self.clock()
        self._snapshot = replace(
            snapshot,
            state=RunState.RUNNING,
            epoch=epoch,
            losses=tuple(loss for loss in snapshot.losses if loss.epoch <= epoch + 1e-9),
            moments=tuple(moment for moment in snapshot.moments if moment <= epoch + 1e-9) if learner.step else (),
            rate_changes=tuple(change for change in snapshot.rate_changes if change[0] <= epoch + 1e-9),
            message="",
        )
        changes = self._snapshot.rate_changes
        learner.rate_factor = changes[-1][1] if changes else 1.0
        self._snapshot = replace(self._snapshot, rate_factor=learner.rate_factor)
        if learner.step == 0:
            self._show_moment()
            self.folder.write_checkpoint(learner.arrays())
        self._publish()

    def _listen(self) -> Command:
        """Return what the page wants now; to stop, where nobody watches any more."""
        if self.clock() - self._listened < LISTEN_EVERY:
            return Command.RUN
        self._listened = self.clock()
        control = self.folder.control()
        if control.rate_factor != self.learner.rate_factor:
            self.learner.rate_factor = control.rate_factor
            change = (self._snapshot.epoch, control.rate_factor)
            changes = (*self._snapshot.rate_changes, change)
            self._snapshot = replace(self._snapshot, rate_factor=control.rate_factor, rate_changes=changes)
        if control.wish is Command.ONE_EPOCH:
            self._one_epoch = True
        elif control.wish is Command.RUN:
            self._one_epoch = False
        if self._lease_is_over():
            self._keep_wish(Command.STOP)
            self._say("Nobody was watching any more.")
            return Command.STOP
        return control.wish if control.wish in (Command.PAUSE, Command.STOP) else Command.RUN

    def _is_left_behind(self) -> bool:
        """Return whether the server that began this training has ended."""
        return os.getppid() != self._parent

    def _say(self, reason: str) -> None:
        self._snapshot = replace(self._snapshot, message=f"{reason} Resume goes on from here.")

    def _lease_is_over(self) -> bool:
        """Return whether no watcher gave a sign for long; time in which the computer slept does not count."""
        lease = self.folder.lease_time()
        if lease != self._lease:
            self._lease, self._lease_seen = lease, self.clock()
        return self.clock() - self._lease_seen > LEASE

    def _advance(self) -> bool:
        """Learn up to the next thing to report; False where the loss is no number any more."""
        learner = self.learner
        next_report = (learner.step // self._report_every + 1) * self._report_every
        next_moment = next(step for step in self._moments if step > learner.step)
        training = learner.advance(min(next_report, next_moment) - learner.step)
        at_moment = learner.step == next_moment
        validation = learner.validation_loss() if at_moment else None
        if at_moment and self._compiled is None:
            self._compiled = (self.clock(), learner.step)
        epoch = learner.step / learner.steps_per_epoch
        self._snapshot = replace(self._snapshot, epoch=epoch)
        if not math.isfinite(training) or not math.isfinite(validation or 0.0):
            return False
        self._snapshot = replace(self._snapshot, losses=(*self._snapshot.losses, Loss(epoch, training, validation)))
        if self._is_left_behind():
            return True  # whoever has the run in hand now writes
        if at_moment:
            self._show_moment()
        if learner.step % learner.steps_per_epoch == 0 and self.clock() - self._checkpointed > CHECKPOINT_EVERY:
            self.folder.write_checkpoint(learner.arrays())
            self._checkpointed = self.clock()
        if at_moment or self.clock() - self._published > PUBLISH_EVERY:
            self._publish()
        return True

    def _show_moment(self) -> None:
        moments = self._snapshot.moments
        self.folder.write_moment(len(moments), self.learner.show())
        epoch = self.learner.step / self.learner.steps_per_epoch
        self._snapshot = replace(self._snapshot, moments=(*moments, epoch))

    def _publish(self) -> None:
        self._published = self.clock()
        seconds = self._published - self._started
        left = None
        if self._compiled is not None and self.learner.step > self._compiled[1]:
            pace = (self._published - self._compiled[0]) / (self.learner.step - self._compiled[1])
            left = pace * (self.learner.total_steps - self.learner.step)
        self._snapshot = replace(self._snapshot, seconds=self._seconds_before + seconds, seconds_left=left)
        self.folder.write_snapshot(self._snapshot)
        self._told = self._snapshot

    def _leave_by_itself(self, wish: Command) -> None:
        self._keep_wish(wish)
        self._leave(wish)

    def _keep_wish(self, wish: Command) -> None:
        """Write down that this is how it shall stay, or the page's last word, to run, would still stand."""
        self.folder.write_control(replace(self.folder.control(), wish=wish))

    def _leave(self, wish: Command) -> None:
        self.folder.write_checkpoint(self.learner.arrays())
        if wish is Command.STOP:
            self._finish(RunState.STOPPED)
        else:
            self._publish_end(RunState.PAUSED)

    def _leave_behind(self) -> None:
        """The server has ended: keep the weights at once, and not the network, which takes seconds.

        By then the server's successor may have given the run to another worker; what that one writes stays.
        """
        found, ours = self.folder.snapshot(), self._told
        if (found.state, found.epoch, found.message) == (ours.state, ours.epoch, ours.message):
            self.folder.write_checkpoint(self.learner.arrays())
            self._say("The app was closed during this training.")
            self._publish_end(RunState.STOPPED)

    def _finish(self, state: RunState) -> None:
        self.folder.write_network(*self.learner.export(), self.learner.keras_file())
        self._publish_end(state)

    def _give_up(self) -> None:
        """The loss is no number: keep the last good weights, and say so."""
        epoch = self._snapshot.epoch
        checkpoint = self.folder.checkpoint()
        if checkpoint is not None:
            self.learner.restore(checkpoint)
        good = self.learner.step / self.learner.steps_per_epoch
        self._snapshot = replace(
            self._snapshot,
            message=f"The loss became infinite or not a number at epoch {epoch:.2f}, so the training was ended. The "
            f"weights of epoch {good:.2f} are kept. A lower learning rate usually helps.",
        )
        self._finish(RunState.FAILED)

    def _publish_end(self, state: RunState) -> None:
        self._publish()
        self._snapshot = replace(self._snapshot, state=state, seconds_left=None)
        self.folder.write_snapshot(self._snapshot)


def moment_steps(steps_per_epoch: int, total_steps: int) -> list[int]:
    """The steps after which the ten test pictures are kept: early in the first epoch, then after every epoch."""
    early = {max(1, round(part * steps_per_epoch)) for part in EARLY_MOMENTS}
    return sorted(early | set(range(steps_per_epoch, total_steps + 1, steps_per_epoch)))
