"""The loop of a training: read commands, learn, report. Runs in a worker process, but knows nothing of Keras itself."""

import math
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from autoencoder.training import unfolding
from autoencoder.training.growth import moments, pack
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, Loss, Notice, NoticeCode, RunState

if TYPE_CHECKING:  # it imports Keras
    from autoencoder.training.trainer import Trainer

LOSS_POINTS = 300  # on the curve of a whole training
PUBLISH_EVERY = 0.25  # s
CHECKPOINT_EVERY = 1.0  # s, at least; also the most that is lost where an epoch is shorter
CHECKPOINT_SHARE = 0.05  # of the time, at most, goes into checkpoints: those of large networks take long to write
LISTEN_EVERY = 0.15  # s
LEASE = 60.0  # s without a sign of a watcher, counted while training, after which a worker stops
EARLY_PREVIEWS = (1 / 16, 1 / 8, 1 / 4, 1 / 2)  # of the first epoch, in which most is learned
ROUNDING = 1e-9  # epochs


def fit(folder: RunFolder, learner: "Trainer", clock: Callable[[], float] = time.monotonic) -> None:
    """Train until the end, or until the page wants otherwise; all that happens goes to the folder."""
    preview_at = preview_steps(learner.steps_per_epoch, learner.total_steps)
    report = _Report(folder, learner, clock, 1 + len(preview_at))
    inbox = _Inbox(folder, clock)
    server = os.getppid()  # a process whose parent has ended gets another parent
    loss_every = max(1, learner.total_steps // LOSS_POINTS)
    checkpoint_at = clock() + CHECKPOINT_EVERY

    # What random weights make of the pictures is the first preview. They are kept, so that a training that fails in its
    # first epoch has weights to go back to.
    if learner.step == 0:
        report.add_preview()
        folder.write_checkpoint(learner.arrays())
    report.publish()

    while learner.step < learner.total_steps:
        # The page may have changed the learning rate; the new one holds from the next batch on.
        control = inbox.read()
        report.change_rate(control.rate_factor)
        report.most_seconds = control.most_seconds

        # Without its server a worker has seconds. The weights are enough to go on from; the network is not exported.
        if os.getppid() != server:
            return _leave_to_successor(folder, learner, report)
        # To pause keeps the weights; to stop, the network too, which a training does by itself where nobody watches or
        # its time is up. The learning rate's curve is left as it is, so that who resumes it has that of its settings.
        by_itself = NoticeCode.UNWATCHED if inbox.unwatched else NoticeCode.BUDGET if report.over_budget else None
        if by_itself:
            folder.write_control(replace(folder.control(), command=Command.STOP))  # or the page's, to run, would stand
        if by_itself or control.command is Command.STOP:
            folder.write_checkpoint(learner.arrays())
            folder.write_network(*learner.export(), learner.keras_file())
            return report.end(RunState.STOPPED, Notice(by_itself) if by_itself else None)
        if control.command is Command.PAUSE:
            folder.write_checkpoint(learner.arrays())
            return report.end(RunState.PAUSED)

        # Learn up to the next point of the loss curve or the next preview. Many batches at once, because every return
        # from TensorFlow costs time; one, which is looked at, where the page has asked for that.
        next_loss = (learner.step // loss_every + 1) * loss_every
        next_preview = next(step for step in preview_at if step > learner.step)
        alone = learner.take_step() if control.command is Command.ONE_STEP else None
        training = alone.loss if alone else learner.advance(min(next_loss, next_preview) - learner.step)
        is_preview = learner.step == next_preview
        epoch_ended = learner.step % learner.steps_per_epoch == 0

        # The validation takes a forward pass over every picture that is held out, so it comes with the previews alone.
        validation = learner.validation_loss() if is_preview else None
        after = alone.loss_after if alone else 0.0
        if not all(map(math.isfinite, (training, validation or 0.0, after))):
            return _return_to_checkpoint(folder, learner, report)
        report.add_loss(training, validation)

        # Whoever has the run in hand after the server has ended writes to the folder now.
        if os.getppid() != server:
            continue
        if is_preview:
            report.add_preview()
        if epoch_ended and (now := clock()) > checkpoint_at:
            folder.write_checkpoint(learner.arrays())
            checkpoint_at = clock() + max(CHECKPOINT_EVERY, (clock() - now) / CHECKPOINT_SHARE)
        if is_preview or clock() - report.published > PUBLISH_EVERY:
            report.publish()
        if epoch_ended:
            report.measure_epochs()
        if alone:
            folder.write_step(alone)  # before the state that has a page look for it
        is_done = alone or (epoch_ended and control.command is Command.ONE_EPOCH)
        if is_done and learner.step < learner.total_steps:
            folder.write_control(replace(folder.control(), command=Command.PAUSE))
            folder.write_checkpoint(learner.arrays())
            return report.end(RunState.PAUSED)

    folder.write_network(*learner.export(), learner.keras_file())
    return report.end(RunState.FINISHED)


def preview_steps(steps_per_epoch: int, total_steps: int) -> list[int]:
    """Return the steps after which a preview is kept: early in the first epoch, then after every epoch."""
    early = {max(1, round(part * steps_per_epoch)) for part in EARLY_PREVIEWS}
    return sorted(early | set(range(steps_per_epoch, total_steps + 1, steps_per_epoch)))


class _Inbox:
    """What the page wants, read from the folder every LISTEN_EVERY seconds at most."""

    def __init__(self, folder: RunFolder, clock: Callable[[], float]) -> None:
        self._folder, self._clock = folder, clock
        self._control, self._read_at = Control(), -math.inf
        self._lease, self._renewed = folder.lease_time(), clock()
        self.unwatched = False

    def read(self) -> Control:
        """Return the latest command, and note in `unwatched` whether no watcher gave a sign for LEASE seconds.

        A lease that changes is a sign, whatever time it says; time in which the computer slept does not count.
        """
        now = self._clock()
        if now - self._read_at >= LISTEN_EVERY:
            self._read_at, self._control = now, self._folder.control()
            lease = self._folder.lease_time()
            if lease != self._lease:
                self._lease, self._renewed = lease, now
            self.unwatched = now - self._renewed > LEASE
        return self._control


class _Report:
    """What the folder is told of a training: its snapshot and its previews."""

    def __init__(self, folder: RunFolder, learner: "Trainer", clock: Callable[[], float], previews: int) -> None:
        self._folder, self._learner, self._clock, self._previews = folder, learner, clock, previews
        self.published = clock()
        self.most_seconds: float | None = None  # that it may train, see `Control`
        self._compiled: tuple[float, int] | None = None  # when, and after which step, TensorFlow had compiled
        self._epoch_ended: tuple[float, int] | None = None  # the same of the first epoch's end
        found = self.written = folder.snapshot()
        self._started = self.published - found.seconds
        end = self._epoch + ROUNDING  # what was reported after the checkpoint is learned, and reported, again
        changes = tuple(change for change in found.rate_changes if change[0] <= end)
        learner.rate_factor = changes[-1][1] if changes else 1.0
        self._snapshot = replace(
            found,
            state=RunState.RUNNING,
            epoch=self._epoch,
            losses=tuple(loss for loss in found.losses if loss.epoch <= end),
            previews=tuple(epoch for epoch in found.previews if epoch <= end) if learner.step else (),
            rate_changes=changes,
            rate_factor=learner.rate_factor,
            message="",
            notice=Notice(NoticeCode.COMPILING),  # with the first batch
        )

    @property
    def _epoch(self) -> float:
        return self._learner.step / self._learner.steps_per_epoch

    @property
    def _seconds(self) -> float:
        return self._clock() - self._started

    @property
    def over_budget(self) -> bool:
        """Return whether it has trained for as long as it may."""
        return self.most_seconds is not None and self._seconds > self.most_seconds

    def change_rate(self, factor: float) -> None:
        if factor != self._learner.rate_factor:
            self._learner.rate_factor = factor
            changes = (*self._snapshot.rate_changes, (self._snapshot.epoch, factor))
            self._snapshot = replace(self._snapshot, rate_factor=factor, rate_changes=changes)

    def add_loss(self, training: float, validation: float | None) -> None:
        if validation is not None and self._compiled is None:
            self._compiled = (self._clock(), self._learner.step)
        losses = (*self._snapshot.losses, Loss(self._epoch, training, validation))
        self._snapshot = replace(self._snapshot, epoch=self._epoch, losses=losses, notice=None)

    def add_preview(self) -> None:
        previews = self._snapshot.previews
        number = len(previews)
        kept = pack(self._learner.tiles(), self._previews) if number in moments(self._previews) else {}
        if (codes := self._learner.codes(number, self._previews)) is not None:
            kept |= unfolding.pack(codes)
        self._folder.write_preview(number, self._learner.show(), kept)
        self._snapshot = replace(self._snapshot, previews=(*previews, self._epoch))

    def publish(self) -> None:
        """Write down where the run stands, and how long it will still take: compiling comes but once."""
        self.published = self._clock()
        pace = self._pace_since(self._compiled)
        left = None if pace is None else pace * (self._learner.total_steps - self._learner.step)
        if left is not None and self.most_seconds is not None:
            left = min(left, max(0.0, self.most_seconds - self._seconds))
        self._write(seconds_left=left)

    def measure_epochs(self) -> None:
        """Write down, after an epoch, how long those after the worker's first have taken, which has early previews."""
        if (pace := self._pace_since(self._epoch_ended)) is not None:
            self._folder.write_pace(pace * self._learner.steps_per_epoch)
        elif self._epoch_ended is None:
            self._epoch_ended = self._clock(), self._learner.step

    def _pace_since(self, start: tuple[float, int] | None) -> float | None:
        """Return how long a step has taken since a moment and the step after which it was, in s; None without one."""
        if start is None or self._learner.step <= start[1]:
            return None
        return (self._clock() - start[0]) / (self._learner.step - start[1])

    def end(self, state: RunState, notice: Notice | None = None, **changes: float) -> None:
        self._write(state=state, notice=notice, seconds_left=None, **changes)

    def _write(self, **changes: Any) -> None:
        self._snapshot = self.written = replace(self._snapshot, seconds=self._seconds, **changes)
        self._folder.write_snapshot(self._snapshot)


def _leave_to_successor(folder: RunFolder, learner: "Trainer", report: _Report) -> None:
    """Keep the weights, unless another worker has the run: the server's successor may have given it one."""
    found, ours = folder.snapshot(), report.written
    if (found.state, found.epoch, found.notice) == (ours.state, ours.epoch, ours.notice):
        folder.write_checkpoint(learner.arrays())
        report.end(RunState.STOPPED, Notice(NoticeCode.APP_CLOSED))


def _return_to_checkpoint(folder: RunFolder, learner: "Trainer", report: _Report) -> None:
    """Go back to the last good weights, and make them usable."""
    diverged = learner.step / learner.steps_per_epoch
    if checkpoint := folder.checkpoint():
        learner.restore(checkpoint)
    kept = learner.step / learner.steps_per_epoch
    folder.write_network(*learner.export(), learner.keras_file())
    report.end(RunState.FAILED, Notice(NoticeCode.DIVERGED, kept_epoch=kept), epoch=diverged)
