"""The queue of trainings: what waits for a worker, what runs, and where each run stands."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from autoencoder.files import is_full
from autoencoder.training import worker
from autoencoder.training.backend import forget_compiled
from autoencoder.training.executors import RestartingExecutor
from autoencoder.training.run_state import (
    Command,
    Control,
    DamagedRun,
    Notice,
    NoticeCode,
    RunState,
    Snapshot,
    UnreadableRun,
)
from autoencoder.training.store import Store

LOST_AFTER = 3.0  # s without a server's sign after which a run that is under way, and not here, was lost
ENDING = 0.7  # s that a worker has to leave a run that is to be removed; then it is ended
ELSEWHERE = 30.0  # s to wait for a worker of another server to leave a run
SILENT = 60.0  # s for which a worker does nothing, after which another takes its place
LEAVING = 3.0  # the same for one that was told to leave a run
MOST_WAITING = 8  # runs of one learner
LEFT = (RunState.PAUSED, RunState.STOPPED)  # how a worker leaves a run that is not finished
logger = logging.getLogger(__name__)


class TooManyWaiting(Exception):
    """A learner has as many runs waiting as one may have."""


@dataclass
class _Job:
    """A run that waits for a worker or is with one."""

    key: str
    on_finished: worker.OnFinished | None
    learner: str  # who began it, see `RunFolder.owner`
    turn: int
    future: Future | None = None


class TrainingQueue:
    """Gives trainings to workers, in turns of the learners who asked for them, and knows the states of runs.

    A learner's runs take turns one after another, from the turn that is now: who comes waits for at most one run of
    each of the others. P. Goyal, H. M. Vin and H. Cheng, "Start-time fair queueing", SIGCOMM 1996,
    doi:10.1145/248156.248171, do so with packets.

    A run stands as its folder says, unless it was lost or the disk does not take what has happened.

    Args:
        capacity: How many trainings run at once; asked for again whenever one could begin.
        on_end: Called when a worker has returned from a training or is no more.
    """

    def __init__(
        self, store: Store, workers: RestartingExecutor, capacity: Callable[[], int], on_end: Callable[[], None]
    ) -> None:
        self._store, self._workers, self._capacity, self._on_end = store, workers, capacity, on_end
        self.lock = threading.RLock()  # held by whoever looks at the queue or a state and then changes one
        self._waiting: list[_Job] = []
        self._running: dict[str, _Job] = {}
        self._turn = 0  # of the run that began last
        self._unwritten: dict[str, tuple[RunState, Notice | None]] = {}  # run → what the disk did not take

    # What waits and what runs

    def running(self) -> list[str]:
        """Return the keys of the runs that are with a worker."""
        with self.lock:
            return list(self._running)

    def waiting(self) -> list[str]:
        """Return the keys of the runs that wait for a worker, the next one first."""
        with self.lock:
            return [job.key for job in sorted(self._waiting, key=lambda job: job.turn)]

    def in_hand(self) -> list[str]:
        """Return the keys of all these runs, first of those with a worker."""
        with self.lock:
            return [*self._running, *self.waiting()]

    def check_room(self, learner: str) -> None:
        """Raise a TooManyWaiting where no further run of this learner may wait."""
        with self.lock:
            if sum(job.learner == learner for job in self._waiting) >= MOST_WAITING:
                raise TooManyWaiting(MOST_WAITING)

    def add(self, key: str, on_finished: worker.OnFinished | None) -> None:
        """Let a run wait for a worker, and give it one at once where one is free."""
        with self.lock:
            self._unwritten.pop(key, None)
            folder = self._store.folder(key)
            learner = folder.owner()
            turns = [job.turn for job in (*self._running.values(), *self._waiting) if job.learner == learner]
            self._waiting.append(_Job(key, on_finished, learner, max([self._turn, *(turn + 1 for turn in turns)])))
            folder.touch_lease()
            self.fill()

    def add_again(self, key: str, on_finished: worker.OnFinished | None) -> None:
        """Do the same for a run that was left, unless another server does so in this moment."""
        folder = self._store.folder(key)
        with self.lock, folder.alone() as is_alone:
            if is_alone and self.snapshot(key).state.resumable:
                folder.touch_lease()  # first, or who looks takes it for lost
                folder.change_state(RunState.QUEUED)
                self.add(key, on_finished)

    def forget_waiting(self) -> None:
        """Let nothing wait here any more, as a server does that ends."""
        with self.lock:
            self._waiting.clear()

    def fill(self) -> None:
        """Give workers what waits, as long as there are places; where there are no workers, nothing waits any more."""
        with self.lock:
            try:
                while self._waiting and len(self._running) < self._capacity():
                    job = min(self._waiting, key=lambda job: job.turn)
                    path = str(self._store.folder(job.key).path)
                    job.future = self._workers.submit(worker.train, path, job.on_finished)
                    self._waiting.remove(job)
                    self._running[job.key], self._turn = job, job.turn
                    job.future.add_done_callback(partial(self._end_soon, job))
            except Exception as error:  # an executor has many reasons
                logger.warning("No training can begin: %r", error)
                while self._waiting:  # each further try could take as long as the one that failed
                    with suppress(DamagedRun):  # it was removed in the meantime
                        self._change_state(self._waiting.pop(0).key, RunState.FAILED, Notice(NoticeCode.NO_WORKER))

    def command(self, key: str, command: Command) -> None:
        """Pause or stop a run: write that down for its worker, or take it out of the queue.

        A run that waits and has learned nothing yet is removed. One that was paused is given to a worker to be stopped,
        which makes usable what was learned.
        """
        folder = self._store.folder(key)
        with self.lock:
            waiting = next((job for job in self._waiting if job.key == key), None)
            if waiting is not None and (command is Command.PAUSE or not folder.has_checkpoint()):
                self._waiting.remove(waiting)
                if folder.has_checkpoint():
                    self._change_state(key, RunState.PAUSED)
                else:
                    self._store.remove(key)
                return
            if not folder.exists():  # another tab has removed it
                return
            folder.write_control(Control(command, folder.control().rate_factor))
            self.replace_silent([key])
            is_left = command is Command.STOP and key not in self.in_hand()
            if is_left and self.snapshot(key).state is RunState.PAUSED:
                self.add_again(key, None)

    def end(self, key: str) -> None:
        """Pause a run wherever it is; a worker of ours that does not leave it at once is ended."""
        with self.lock:
            job = self._running.get(key)
        if key in self.in_hand() or self.is_elsewhere(key):
            self.command(key, Command.PAUSE)
        if job is not None and job.future is not None and wait([job.future], timeout=ENDING).not_done:
            self._replace(job)
        deadline = time.monotonic() + ELSEWHERE
        while self.is_elsewhere(key) and time.monotonic() < deadline:
            time.sleep(0.2)

    def replace_silent(self, keys: Iterable[str]) -> None:
        """Have other workers take the place of those that do nothing; their runs can go on from their checkpoints.

        Compiling, reading and writing are something: all that takes time of the processor.
        """
        with self.lock:
            for job in [self._running[key] for key in keys if key in self._running]:
                leaves = self._store.folder(job.key).control().command in (Command.PAUSE, Command.STOP)
                if job.future and self._workers.silence(job.future) > (LEAVING if leaves else SILENT):
                    logger.warning("A worker showed no sign of life, and was replaced.")
                    self._replace(job)

    def _replace(self, job: _Job) -> None:
        folder = self._store.folder(job.key)
        with self.lock, suppress(DamagedRun):  # it was removed
            if self._running.get(job.key) is not job or job.future is None:
                return
            del self._running[job.key]
            self._workers.kill(job.future)
            control = folder.control()
            folder.write_control(replace(control, command=Command.PAUSE))  # for a cluster's worker, should it wake up
            if folder.snapshot().state.active and control.command is Command.PAUSE:
                self._change_state(job.key, RunState.PAUSED)
            elif folder.snapshot().state.active:
                self._change_state(job.key, RunState.STOPPED, Notice(NoticeCode.SILENT))
        self.fill()

    def _end_soon(self, job: _Job, future: Future) -> None:
        """Leave the executor's own thread, which must not wait for the lock: whoever holds it may wait for it."""
        threading.Thread(target=self._ended, args=(job, future), name="done", daemon=True).start()

    def _ended(self, job: _Job, future: Future) -> None:
        """Take note that the worker has returned, or is no more; then train what waits."""
        with self.lock, suppress(DamagedRun, OSError):  # it was removed in the meantime, or nothing can be written
            if self._running.get(job.key) is job:  # and not one that was replaced or started over in the meantime
                del self._running[job.key]
                stands = self._store.folder(job.key).snapshot()
                error = None if future.cancelled() else future.exception()
                if stands.state.active and (future.cancelled() or error is not None):  # the worker was lost
                    if stands.notice and stands.notice.code is NoticeCode.COMPILING:
                        forget_compiled()
                    code = NoticeCode.DISK_FULL if is_full(error) else NoticeCode.WORKER_KILLED
                    self._change_state(job.key, RunState.FAILED, Notice(code))
                elif self._goes_on(job.key, stands.state):
                    self.add_again(job.key, job.on_finished)
        self.fill()
        self._on_end()

    # Where runs stand

    def snapshot(self, key: str) -> Snapshot:
        """Return where the run stands; one that was lost with a server is stopped first. May raise a DamagedRun."""
        folder, in_hand = self._store.folder(key), key in self.in_hand()
        snapshot = folder.snapshot()
        if snapshot.state.active and not in_hand and time.time() - folder.lease_time() > LOST_AFTER:
            self._change_state(key, RunState.STOPPED, Notice(NoticeCode.APP_CLOSED))
            snapshot = folder.snapshot()
        if unwritten := self._unwritten.get(key):
            return replace(snapshot, state=unwritten[0], seconds_left=None, message="", notice=unwritten[1])
        if in_hand and self._goes_on(key, snapshot.state):
            return replace(snapshot, state=RunState.QUEUED)  # the last word of a worker that was on its way out
        return snapshot

    def is_elsewhere(self, key: str) -> bool:
        """Return whether another server that shares the store has this run in hand."""
        with suppress(DamagedRun):
            return key not in self.in_hand() and self.snapshot(key).state.active
        return False

    def write_again(self) -> None:
        """Try again to write the states that the disk did not take."""
        with self.lock:
            for key, (state, notice) in list(self._unwritten.items()):
                try:
                    self._change_state(key, state, notice)
                except DamagedRun:  # it is gone
                    del self._unwritten[key]

    def _goes_on(self, key: str, state: RunState) -> bool:
        """Return whether the page has asked to go on after the worker had decided to leave the run in this state."""
        return state in LEFT and self._store.folder(key).control().command not in (Command.PAUSE, Command.STOP)

    def _change_state(self, key: str, state: RunState, notice: Notice | None = None) -> None:
        """Change a run's state; what the disk does not take is known here, and written as soon as it does."""
        with self.lock:
            try:
                self._store.folder(key).change_state(state, notice)
                self._unwritten.pop(key, None)
            except (OSError, UnreadableRun):
                self._unwritten[key] = (state, notice)
