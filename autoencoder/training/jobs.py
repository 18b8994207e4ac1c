"""Trainings in the background: handed to worker processes, watched over, and ended when nobody watches.

The work goes through the standard `concurrent.futures.Executor` interface. On one machine that is loky's executor,
which starts workers when they are needed, notices one that was killed, and ends those that are idle.
"""

import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from autoencoder.training import disk_errors, worker
from autoencoder.training.capacity import A_WORKER, SERVING, memory, trainings_at_once
from autoencoder.training.restarting import RestartingExecutor
from autoencoder.training.run_folder import Command, Control, DamagedRun, RunFolder, RunState, Snapshot, UnreadableRun
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store

IDLE = 600.0  # s after which an idle worker gives its memory back
GRACE = 30.0  # s between the last sign of a watcher and the end of the training
TICK = 1.0  # s between two looks at everything
MARK = 30.0  # s between two times that the runs in use are marked, less than the store's IN_USE
WARM_AGAIN = 60.0  # s between two requests for a warm worker
HOARDS = 250_000_000, 600_000_000  # bytes that trainings may leave in a worker before another takes its place

LEFT = (RunState.PAUSED, RunState.STOPPED)  # how a worker leaves a run that is not finished
KILLED = (
    "The training's process ended suddenly: it was killed, or the computer ran out of memory. "
    "Resume goes on from the last epoch that was kept."
)
NO_WORKER = "No process could be started for the training. What was learned before is kept; Resume tries again."
logger = logging.getLogger(__name__)


def local_executor() -> Executor:
    """Worker processes on this machine, started by the first piece of work.

    What XLA compiles stays in a worker, some 17 MB of every training of the dense network, beside 200 MB that the first
    training needs once. So a worker ends when it has hoarded more than there is memory for, as `hoard` has it.
    """
    from loky import ProcessPoolExecutor

    return ProcessPoolExecutor(
        worker_count(),
        timeout=IDLE,
        initializer=worker.prepare,
        env={"LOKY_MAX_MEMORY_LEAK_SIZE": str(hoard())},
    )


def hoard() -> int:
    """Return what trainings may leave behind in a worker, in bytes: what is left for each, within `HOARDS`.

    Where that is much, few trainings wait for a worker that has yet to start.
    """
    left = (memory() - SERVING) // worker_count() - A_WORKER
    return max(HOARDS[0], min(HOARDS[1], left))


def worker_count() -> int:
    """Return how many trainings run at once: as many as cores and memory are for, or what HOURGLASS_WORKERS says."""
    named = os.environ.get("HOURGLASS_WORKERS", "")
    return int(named) if named.isdecimal() and int(named) > 0 else trainings_at_once()


def grace_seconds() -> float:
    """Return how long a training goes on after its last watcher has left: GRACE, or what HOURGLASS_GRACE says, in s."""
    named = os.environ.get("HOURGLASS_GRACE", "")
    return float(named) if named.isdecimal() else GRACE


@dataclass
class _Job:
    """A run that waits for a worker or is with one."""

    key: str
    afterwards: worker.Afterwards | None
    future: Future | None = None


class Jobs:
    """All the trainings of this app: one object for every page and every learner.

    Args:
        store: Where the runs are kept.
        executor: Returns the executor to hand work to; called again when the one before was broken.
        is_alive: Whether the watcher of this name still has the app open.
        is_closing: Whether the server is about to end; the trainings are then paused, or it would wait for them.
        capacity: How many trainings run at once; asked for again whenever one could begin.
        grace: Seconds that a training goes on after its last watcher has left; by default `grace_seconds`.
    """

    def __init__(
        self,
        store: Store,
        executor: Callable[[], Executor] = local_executor,
        is_alive: Callable[[str], bool] = lambda watcher: True,
        is_closing: Callable[[], bool] = lambda: False,
        capacity: int | Callable[[], int] = worker_count,
        grace: float | None = None,
    ) -> None:
        self.store = store
        store.in_hand = self._has
        self._workers, self._is_alive, self._is_closing = RestartingExecutor(executor), is_alive, is_closing
        self._grace = grace_seconds() if grace is None else grace
        self._capacity = capacity if callable(capacity) else lambda: capacity
        self._lock = threading.RLock()
        self._waiting: deque[_Job] = deque()
        self._running: dict[str, _Job] = {}
        self._watched: dict[str, dict[str, float]] = {}  # run → watcher → when it was last known to watch
        self._last: dict[str, str] = {}  # watcher → the run that it asked for last
        self._worked_out: dict[tuple[str, str, worker.Afterwards], Future] = {}  # (run, network version, what)
        self._untold: dict[str, tuple[RunState, str]] = {}  # run → what the disk did not take
        self._warmed = self._marked = -float("inf")
        self._closed = threading.Event()
        threading.Thread(target=self._look_after, name="jobs", daemon=True).start()

    # What a page asks for

    def warm(self) -> None:
        """Have a worker ready before the first training: it imports TensorFlow now. Where none can be, that waits."""
        with self._lock:
            if self._running or time.monotonic() - self._warmed < WARM_AGAIN:
                return
            self._warmed = time.monotonic()
        self._workers.try_submit(worker.warm_up)

    def start(self, settings: TrainingSettings, watcher: str, afterwards: worker.Afterwards | None = None) -> RunFolder:
        """Train with these settings, unless a run with them is there already; go on with one that was left.

        One that is damaged is set aside.

        Args:
            settings: What to train.
            watcher: Who asks; the training goes on as long as some watcher is alive.
            afterwards: Called in the worker when the training has finished.

        Raises:
            DamagedRun: If the run is there and cannot be read now, or is damaged while it is under way.
        """
        folder = self.store.folder(settings.key)
        with self._lock:
            self.watch(settings.key, watcher)
            if folder.exists() and not _is_whole(folder):
                self.set_aside(settings.key)
            if not folder.exists() and folder.claim(settings):
                self._enqueue(settings.key, afterwards)
            elif self.snapshot(settings.key).state.resumable:
                self.resume(settings.key, watcher, afterwards)
        return folder

    def start_over(
        self, settings: TrainingSettings, watcher: str, afterwards: worker.Afterwards | None = None
    ) -> RunFolder:
        """Throw away what a run with these settings has learned, and train anew."""
        self._end_and_wait(settings.key)
        with self._lock:
            self.store.remove(settings.key)
            return self.start(settings, watcher, afterwards)

    def set_aside(self, key: str) -> bool:
        """Put a damaged run out of the way, so that the same settings can be trained anew.

        Returns:
            Whether nothing is in the way now: a run that is under way stays.
        """
        with self._lock:
            with suppress(DamagedRun):
                self.snapshot(key)  # which has it known where a run was lost, and is not under way any more
            return self.store.set_aside(self.store.folder(key))

    def pause(self, key: str) -> None:
        """Stop learning after the batch under way and give the worker free; `resume` goes on exactly there."""
        self._wish(key, Command.PAUSE)

    def stop(self, key: str) -> None:
        """End the training here, and make what it has learned usable."""
        self._wish(key, Command.STOP)

    def resume(
        self, key: str, watcher: str, afterwards: worker.Afterwards | None = None, wish: Command = Command.RUN
    ) -> None:
        """Go on from where the run was paused, stopped or lost; with `Command.ONE_EPOCH` for one epoch only."""
        folder = self.store.folder(key)
        with self._lock:
            if not folder.exists():  # another tab has removed it
                return
            self.watch(key, watcher)
            folder.write_control(Control(wish, folder.control().rate_factor))
            if self._has(key) or not self.snapshot(key).state.resumable:
                return
            folder.change_state(RunState.QUEUED)
            self._enqueue(key, afterwards)

    def change_learning_rate(self, key: str, factor: float) -> None:
        """Learn `factor` times as fast as the settings say, from now on, with what was learned kept.

        Raises:
            ValueError: If the factor is not a number above 0.
        """
        if not 0 < factor < math.inf:
            raise ValueError(f"Expected `factor` to be a number above 0. Received: {factor!r}.")
        folder = self.store.folder(key)
        with self._lock:
            if folder.exists():  # else another tab has removed it
                folder.write_control(Control(folder.control().wish, float(factor)))

    def evaluate(self, key: str, afterwards: worker.Afterwards) -> bool:
        """Have a worker do what was to be done after a training, where that did not come about.

        Each once for each network: a run can be shown on several pages, which want to know different things of it.

        Returns:
            Whether it is still under way; it is not where no worker can be reached.
        """
        with self._lock:
            if self._has(key):
                return True
            folder = self.store.folder(key)
            name = (key, folder.network_version(), afterwards)
            if name not in self._worked_out:
                try:
                    self._worked_out[name] = self._workers.submit(worker.evaluate, str(folder.path), afterwards)
                except Exception:  # an executor has many reasons; whoever asks next tries again
                    return False
            return not self._worked_out[name].done()

    def abandon(self, key: str) -> None:
        """End a training as soon as may be, and remove all that it has left."""
        self._end_and_wait(key)
        with self._lock:
            self._watched.pop(key, None)
        self.store.remove(key)

    def watch(self, key: str, watcher: str) -> None:
        """Say that `watcher` wants this run to go on."""
        with self._lock:
            self._watched.setdefault(key, {})[watcher] = time.monotonic()
            self._last[watcher] = key

    def leave(self, key: str, watcher: str) -> None:
        """Say that `watcher` wants another run instead; this one is paused unless somebody else watches it."""
        with self._lock:
            seen = self._watched.get(key, {})
            if any(name != watcher and self._is_alive(name) for name in seen):
                seen.pop(watcher, None)
            else:
                self.pause(key)

    def watchers(self, key: str) -> int:
        """Return how many watch this run and still have the app open."""
        with self._lock:
            names = list(self._watched.get(key, ()))
        return sum(1 for name in names if self._is_alive(name))

    def snapshot(self, key: str) -> Snapshot:
        """Return where the run stands, and whether it was lost with a server or a worker.

        Raises:
            DamagedRun: If the run is not there or cannot be read.
        """
        folder = self.store.folder(key)
        snapshot = folder.snapshot()
        if snapshot.state.active and not self._has(key) and folder.lease_age() > 2 * TICK + 1:
            self._tell(key, RunState.STOPPED, "The app was closed during this training. Resume goes on from there.")
            snapshot = folder.snapshot()
        if untold := self._untold.get(key):
            return replace(snapshot, state=untold[0], seconds_left=None, message=untold[1])
        if snapshot.state in LEFT and self._has(key) and folder.control().wish in (Command.RUN, Command.ONE_EPOCH):
            return replace(snapshot, state=RunState.QUEUED)  # the last word of a worker that was on its way out
        return snapshot

    def place_in_queue(self, key: str) -> int | None:
        """1 for the run that is trained next, 2 for the one after it; None for one that does not wait."""
        with self._lock:
            waiting = [job.key for job in self._waiting]
        return waiting.index(key) + 1 if key in waiting else None

    def busy(self) -> bool:
        """Return whether any training runs or waits."""
        with self._lock:
            return bool(self._running or self._waiting)

    def close(self) -> None:
        """End every training, keeping what was learned."""
        self._closed.set()
        with self._lock:
            keys = [*self._running, *(job.key for job in self._waiting)]
        for key in keys:
            with suppress(DamagedRun, OSError):  # of one, which must not keep the others from being paused
                self.pause(key)

    # How it is done

    def _has(self, key: str) -> bool:
        with self._lock:
            return key in self._running or any(job.key == key for job in self._waiting)

    def _enqueue(self, key: str, afterwards: worker.Afterwards | None) -> None:
        self._untold.pop(key, None)
        self._waiting.append(_Job(key, afterwards))
        self.store.folder(key).touch_lease()
        self._hand_over()

    def _hand_over(self) -> None:
        """Give workers what waits, as long as there are places; where there are no workers, nothing waits any more."""
        with self._lock:
            try:
                while self._waiting and len(self._running) < self._capacity():
                    self._begin(self._waiting[0])
            except Exception as error:  # an executor has many reasons
                logger.warning("No training can begin: %r", error)
                self._refuse_all()

    def _begin(self, job: _Job) -> None:
        """Give a worker the first that waits."""
        path = str(self.store.folder(job.key).path)
        job.future = self._workers.submit(worker.train, path, job.afterwards)
        self._running[job.key] = self._waiting.popleft()
        job.future.add_done_callback(partial(self._done_soon, job))

    def _refuse_all(self) -> None:
        """Let nothing wait: each further try could take as long as the one that failed."""
        while self._waiting:
            with suppress(DamagedRun):  # it was removed in the meantime
                self._tell(self._waiting.popleft().key, RunState.FAILED, NO_WORKER)

    def _done_soon(self, job: _Job, future: Future) -> None:
        """Not in the executor's own thread, which must not wait for the lock: whoever holds it may wait for it."""
        threading.Thread(target=self._done, args=(job, future), name="done", daemon=True).start()

    def _done(self, job: _Job, future: Future) -> None:
        """The worker has returned, or is no more: say so, then train what waits, or have a worker ready for it."""
        with self._lock:
            if self._running.get(job.key) is job:  # and not one that was started over in the meantime
                del self._running[job.key]
            with suppress(DamagedRun, OSError):  # it was removed in the meantime, or nothing can be written
                self._settle(job, future)
        self._hand_over()
        with suppress(OSError):
            self.store.prune(keep=self._keys())
        if not self.busy() and not self._closed.is_set():
            self._workers.try_submit(worker.warm_up)  # the worker before it may have ended, see `hoard`

    def _settle(self, job: _Job, future: Future) -> None:
        """Say so where the worker was lost; go on where the page wished that after the worker had decided to leave."""
        folder = self.store.folder(job.key)
        state = folder.snapshot().state
        error = None if future.cancelled() else future.exception()
        if state.active and (future.cancelled() or error is not None):
            self._tell(job.key, RunState.FAILED, disk_errors.ENDED if disk_errors.is_full(error) else KILLED)
        elif state in LEFT and folder.control().wish in (Command.RUN, Command.ONE_EPOCH):
            folder.change_state(RunState.QUEUED)
            self._waiting.append(_Job(job.key, job.afterwards))

    def _tell(self, key: str, state: RunState, message: str = "") -> None:
        """Change a run's state; what the disk does not take or give is known here, and written as soon as it does."""
        try:
            self.store.folder(key).change_state(state, message)
            self._untold.pop(key, None)
        except (OSError, UnreadableRun):
            self._untold[key] = (state, message)

    def _tell_again(self) -> None:
        for key, (state, message) in list(self._untold.items()):
            with self._lock:
                if self._untold.get(key) == (state, message):
                    try:
                        self._tell(key, state, message)
                    except DamagedRun:  # it is gone
                        self._untold.pop(key, None)

    def _wish(self, key: str, wish: Command) -> None:
        folder = self.store.folder(key)
        with self._lock:
            waiting = next((job for job in self._waiting if job.key == key), None)
            if waiting is not None and (wish is Command.PAUSE or not folder.has_checkpoint()):
                self._waiting.remove(waiting)
                if wish is Command.PAUSE and folder.exists():
                    self._tell(key, RunState.PAUSED)
                else:
                    self.store.remove(key)  # nothing was learned yet
                return
            if not folder.exists():  # another tab has removed it
                return
            folder.write_control(Control(wish, folder.control().rate_factor))
            if wish is Command.STOP and not self._has(key) and self.snapshot(key).state is RunState.PAUSED:
                folder.change_state(RunState.QUEUED)
                self._enqueue(key, None)  # a worker makes usable what was learned

    def _end_and_wait(self, key: str, seconds: float = 30.0) -> None:
        with self._lock:
            job = self._running.get(key)
        if self._has(key) or self._is_elsewhere(key):
            self._wish(key, Command.PAUSE)
        if job is not None and job.future is not None:
            from concurrent.futures import wait

            wait([job.future], timeout=seconds)
        deadline = time.monotonic() + seconds
        while self._is_elsewhere(key) and time.monotonic() < deadline:
            time.sleep(TICK / 5)

    def _is_elsewhere(self, key: str) -> bool:
        """Return whether another server that shares the store has this run in hand."""
        with suppress(DamagedRun):
            return not self._has(key) and self.snapshot(key).state.active
        return False

    def _keys(self) -> set[str]:
        """The runs that stay: those in hand, and of each watcher the one that it asked for last."""
        with self._lock:
            return {*self._running, *(job.key for job in self._waiting), *self._last.values()}

    def _look_after(self) -> None:
        with suppress(OSError):
            self.store.prune(keep=self._keys())  # what a server before has left half done
        while not self._closed.wait(TICK):
            if self._is_closing():
                return self.close()
            with self._lock:
                keys = [*self._running, *(job.key for job in self._waiting)]
            for key in keys:
                try:
                    self._look_after_run(key)
                except (DamagedRun, OSError):
                    continue  # the next tick looks again
            self._forget_the_gone()
            self._hand_over()  # a place may have opened: a worker has joined the cluster
            self._tell_again()
            self._mark_used()
        return None

    def _mark_used(self) -> None:
        """Tell other servers that share the store, once in a while, which runs are looked at here."""
        if time.monotonic() - self._marked > MARK:
            self._marked = time.monotonic()
            for key in self._keys():
                self.store.mark_used(key)

    def _look_after_run(self, key: str) -> None:
        """Renew the worker's lease while somebody watches; end the training a while after the last has left."""
        if self.place_in_queue(key) and self.store.folder(key).control().wish is Command.PAUSE:
            return self.pause(key)  # it waits here, and another server's page wished that
        with self._lock:
            seen = self._watched.setdefault(key, {})
            for watcher in seen:
                if self._is_alive(watcher):
                    seen[watcher] = time.monotonic()
            latest = max(seen.values(), default=-float("inf"))
        if time.monotonic() - latest < self._grace:
            self.store.folder(key).touch_lease()
        else:
            self.stop(key)
        return None

    def _forget_the_gone(self) -> None:
        with self._lock:
            for key in list(self._watched):
                seen = self._watched[key]
                for watcher in [name for name in seen if not self._is_alive(name)]:
                    if time.monotonic() - seen[watcher] > self._grace:
                        del seen[watcher]
                if not seen and not self._has(key):
                    del self._watched[key]
            self._last = {name: key for name, key in self._last.items() if name in self._watched.get(key, ())}
            for name in [name for name, future in self._worked_out.items() if future.done()]:
                if name[0] not in self._watched:
                    del self._worked_out[name]


def _is_whole(folder: RunFolder) -> bool:
    """Return whether a run's state and settings are what was written.

    It is asked of a run with the key of settings that are known here. Another version's would have another key, so what
    is unknown in them is damage.
    """
    try:
        folder.snapshot()
        folder.settings()
    except UnreadableRun:
        raise
    except DamagedRun:
        return False
    return True
