"""Trainings in the background: handed to worker processes, watched over, and ended when nobody watches."""

import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from autoencoder.data.own import token_of
from autoencoder.training import estimates, worker
from autoencoder.training.capacity import worker_count
from autoencoder.training.executors import RestartingExecutor, WorkerPool
from autoencoder.training.ready import is_alike
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, DamagedRun, RunState, Snapshot, UnreadableRun
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store, another_run
from autoencoder.training.training_queue import TrainingQueue
from autoencoder.training.watchers import Watchers

TICK = 1.0  # s between two looks at everything
MARK = 30.0  # s between two times that the runs in use are marked, less than the store's IN_USE
WARM_AGAIN = 60.0  # s between two requests for a warm worker
WARM_OTHER = 4.0  # s between two networks that are compiled ahead
FRESH = 60.0  # s for which what is known of finished runs is not read again


class NotOwner(Exception):
    """Somebody wants to steer a run that another learner began, or nobody who is known."""


class Jobs:
    """All the trainings of this app: one object for every page and every learner, to be called from any thread.

    One reentrant lock, the queue's, is for all that is shared: whoever looks at something and then changes another
    thing holds it meanwhile. Nobody who holds it waits for a training, nor for a thread of the executor that needs it.
    A thread looks after everything once a second: watched runs go on, others end; the store stays within its bounds.

    Args:
        store: Where the runs are kept.
        executor: Returns the executor to hand work to; called again when the one before was broken.
        is_alive: Whether the watcher of this name still has the app open.
        is_closing: Whether the server is about to end; the trainings are then paused, or it would wait for them.
        capacity: How many trainings run at once; asked for again whenever one could begin.
        grace: Seconds that a training goes on after its last watcher has left; by default `watchers.grace_seconds`.
    """

    def __init__(
        self,
        store: Store,
        executor: Callable[[], Executor] = WorkerPool,
        is_alive: Callable[[str], bool] = lambda watcher: True,
        is_closing: Callable[[], bool] = lambda: False,
        capacity: int | Callable[[], int] = worker_count,
        grace: float | None = None,
    ) -> None:
        self.store, self._is_closing = store, is_closing
        self._places = capacity if callable(capacity) else lambda: capacity
        self._workers = RestartingExecutor(executor)
        self._queue = TrainingQueue(store, self._workers, self._places, self._after_training)
        self._lock = self._queue.lock
        store.in_hand = lambda key: key in self._queue.in_hand()
        self._watchers = Watchers(is_alive, grace)
        self._evaluations: dict[tuple[str, str, worker.OnFinished], Future] = {}  # (run, network version, what)
        self._known: dict[str, tuple[float, list[estimates.Trained]]] = {}  # by whose pictures are meant
        self._speed, self._fastest = 1.0, math.inf  # see `estimates.measured_speed`: what is used, the least measured
        self._marked = -float("inf")
        self._warmed: tuple[float, TrainingSettings | None] = (-float("inf"), None)  # when last, and for which
        self._wanted: TrainingSettings | None = None  # for which next
        self._warming: Future | None = None
        self._closed = threading.Event()
        threading.Thread(target=self._look_after, name="jobs", daemon=True).start()

    # Trainings

    def start(
        self,
        settings: TrainingSettings,
        watcher: str,
        on_finished: worker.OnFinished | None = None,
        learner: str | None = None,
        *,
        anew: bool = False,
    ) -> RunFolder:
        """Have a run with these settings: the learner's own, which goes on where it was left, or one to watch.

        Where there is none, or `anew`, another begins, which belongs to the `learner`, by default the watcher. It goes
        on as long as some watcher is alive; then the worker calls `on_finished`. A damaged run is set aside; raises an
        UnreadableRun where it cannot be read now, and what `check` raises.
        """
        owner = learner or watcher
        with self._lock:
            new = self.store.folder(settings.key)
            try:
                if new.exists():
                    new.snapshot()
                    new.settings()
            except DamagedRun as error:  # of known settings: another version's would have another key
                if isinstance(error, UnreadableRun):
                    raise
                self.set_aside(settings.key)
            while (folder := None if anew else self.alike(settings, owner)) is None:
                self.check(settings, owner)
                if new.claim(settings, owner):
                    new.write_control(Control(most_seconds=self.bound(settings)))
                    self.watch(new.path.name, watcher)
                    self._queue.add(new.path.name, on_finished)
                    return new
                new = self.store.folder(another_run(settings.key))  # or another server has begun one in this moment
            key = folder.path.name
            self.watch(key, watcher)
            if folder.owner() == owner and self.snapshot(key).state.resumable:
                self.resume(key, watcher, on_finished, learner=owner)
        return folder

    def seconds_for(
        self, settings: TrainingSettings, snapshot: Snapshot | None = None, *, unseen: bool = False
    ) -> float:
        """Return about how long a training takes here, in s, from where the snapshot stands, or else in all.

        Where it is to be `unseen`, as if none with these settings had been trained.
        """
        now = replace(snapshot or Snapshot(RunState.QUEUED, settings.epochs), seconds_left=None)
        others = [run for run in self._trained(settings) if not (unseen and run[0] == settings)]
        return estimates.seconds_left((settings, now), others, self._speed)

    def seconds_per_epoch(self, settings: TrainingSettings) -> float:
        """Return about how long each epoch takes here, in s, once the network is compiled."""
        snapshot = Snapshot(RunState.QUEUED, settings.epochs)
        begun = replace(snapshot, epoch=min(1.0, settings.epochs / 2))
        return (self.seconds_for(settings, snapshot) - self.seconds_for(settings, begun)) / begun.epoch

    def bound(self, settings: TrainingSettings) -> float | None:
        """Return after how many s a training stops by itself, see `estimates.bound`."""
        return estimates.bound(settings, self.seconds_for(settings))

    def offered_epochs(self, settings: TrainingSettings) -> int:
        """Return how many epochs to offer in place of those of the settings, see `estimates.offered_epochs`."""
        return estimates.offered_epochs(settings, self.seconds_for(settings), self.seconds_per_epoch(settings))

    def check(self, settings: TrainingSettings, learner: str, snapshot: Snapshot | None = None) -> None:
        """Raise a TooLarge, TooLong or TooManyWaiting where a training of this learner may not begin or go on."""
        with suppress(OSError, ValueError):  # of a cluster that does not answer, as the queue will say
            estimates.check_memory(settings, self._places())
        estimates.check_time(settings, self.seconds_for(settings, snapshot), self.seconds_per_epoch(settings))
        self._queue.check_room(learner)

    def alike(self, settings: TrainingSettings, learner: str) -> RunFolder | None:
        """Return the learner's latest run with these settings, or else one that others train or have trained."""
        others = []
        for folder in self.store.alike(settings):
            with suppress(DamagedRun):
                state = self.snapshot(folder.path.name).state
                if folder.owner() == learner:
                    return folder
                if state.active or state is RunState.FINISHED:
                    others.append(folder)
        return others[0] if others else None

    def pause(self, key: str, learner: str) -> None:
        """Stop learning after the batch under way and give the worker free; `resume` goes on exactly there.

        Of a run that waits and has learned nothing yet, nothing is left. Raises a NotOwner, as all that steers a run.
        """
        self._owned(key, learner)
        self._queue.command(key, Command.PAUSE)

    def stop(self, key: str, learner: str) -> None:
        """End the training here, and make what it has learned usable."""
        self._owned(key, learner)
        self._queue.command(key, Command.STOP)

    def resume(
        self,
        key: str,
        watcher: str,
        on_finished: worker.OnFinished | None = None,
        command: Command = Command.RUN,
        learner: str | None = None,
    ) -> None:
        """Go on from where the run was paused, stopped or lost; with another `command` for one epoch or step only.

        Of several servers that are asked to at once, one does; the `learner` is by default the watcher.
        """
        folder = self._owned(key, learner or watcher)
        with self._lock:
            if not folder.exists():  # another tab has removed it
                return
            if key not in self._queue.in_hand():
                with suppress(DamagedRun):  # which the worker says
                    self.check(folder.settings(), folder.owner(), folder.snapshot())
            self.watch(key, watcher)
            folder.write_control(Control(command, folder.control().rate_factor))
            if key not in self._queue.in_hand():
                self._queue.add_again(key, on_finished)

    def change_learning_rate(self, key: str, factor: float, learner: str) -> None:
        """Learn `factor` times, a number above 0, as fast as the settings say, with what was learned kept."""
        if not 0 < factor < math.inf:
            raise ValueError(f"Expected `factor` to be a number above 0. Received: {factor!r}.")
        folder = self._owned(key, learner)
        with self._lock:
            if folder.exists():  # else another tab has removed it
                folder.write_control(replace(folder.control(), rate_factor=float(factor)))

    def _owned(self, key: str, learner: str) -> RunFolder:
        """Return the folder of a run, which this learner has begun, or which is gone."""
        folder = self.store.folder(key)
        if folder.exists() and folder.owner() != learner:
            raise NotOwner(key)
        return folder

    def abandon(self, key: str) -> None:
        """End a training as soon as may be, and remove all that it has left."""
        self._queue.end(key)
        with self._lock:
            self._watchers.seen.pop(key, None)
        self.store.remove(key)

    def set_aside(self, key: str) -> bool:
        """Put a damaged run out of the way, unless it is under way; return whether nothing is in the way now."""
        with self._lock:
            with suppress(DamagedRun):
                self.snapshot(key)  # which has it known where a run was lost, and is not under way any more
            return self.store.set_aside(self.store.folder(key))

    def close(self) -> None:
        """Pause every training, and look after none any more; what waits can be gone on with at another server."""
        self._closed.set()
        self._queue.forget_waiting()
        for key in self._queue.running():
            with suppress(DamagedRun, OSError):  # of one, which must not keep the others from being paused
                self._queue.command(key, Command.PAUSE)

    # Where they stand

    def snapshot(self, key: str) -> Snapshot:
        """Return where the run stands, see `TrainingQueue.snapshot`."""
        return self._queue.snapshot(key)

    def place_in_queue(self, key: str) -> int | None:
        """Return 1 for the run that is trained next, 2 for the one after it; None for one that does not wait."""
        waiting = self._queue.waiting()
        return waiting.index(key) + 1 if key in waiting else None

    def seconds_until_start(self, key: str) -> float | None:
        """Return about how long a run that waits will do so, in s; None for one that does not."""
        in_hand = self._queue.in_hand()
        if key not in in_hand:
            return None
        ahead = self._runs(self.store.folder(one) for one in in_hand[: in_hand.index(key)])
        left = [estimates.seconds_left(run, self._trained(run[0]), self._speed) for run in ahead]
        return estimates.seconds_until_start(left, self._places())

    def _trained(self, settings: TrainingSettings) -> list[estimates.Trained]:
        """Return `Store.paced`, read at most FRESH s ago: thirty may ask twice a second."""
        whose = token_of(settings.source) or ""
        read_at, known = self._known.get(whose, (-math.inf, []))
        if time.monotonic() - read_at > FRESH:
            paced = self.store.paced(settings)
            known = [(*run, pace) for folder in paced if (pace := folder.pace()) for run in self._runs([folder])]
            self._known[whose] = time.monotonic(), known
        return known

    def _runs(self, folders: Iterable[RunFolder]) -> list[estimates.Run]:
        found = []
        for folder in folders:
            with suppress(DamagedRun):
                found.append((folder.settings(), folder.snapshot()))
        return found

    def busy(self) -> bool:
        """Return whether any training runs or waits."""
        return bool(self._queue.in_hand())

    # Who watches

    def watch(self, key: str, watcher: str) -> None:
        """Say that `watcher` wants this run to go on."""
        with self._lock:
            self._watchers.add(key, watcher)

    def leave(self, key: str, watcher: str, learner: str | None = None) -> None:
        """Say that `watcher` wants another run instead; the learner's own pauses unless somebody else watches it."""
        with self._lock:
            watched = self._watchers.remove(key, watcher)
            if not watched and self.store.folder(key).owner() == (learner or watcher):
                self._queue.command(key, Command.PAUSE)

    def watchers(self, key: str) -> int:
        """Return how many watch this run and still have the app open."""
        with self._lock:
            return self._watchers.count(key)

    # What else workers do

    def warm(self, settings: TrainingSettings | None = None) -> None:
        """Have a worker ready for the next training: it imports TensorFlow and, given settings, compiles their network.

        No-op where none is idle or can be started, or where the same was done a while ago. Pictures that are a
        session's own are not to be kept in memory, so nothing is compiled for them.
        """
        is_to_compile = settings and not token_of(settings.source) and self._fits(settings)
        self._warm_up(settings if is_to_compile else None)

    def is_warming(self) -> bool:
        """Return whether a worker imports TensorFlow, which whoever wants to train waits for."""
        return self._warming is not None and not self._warming.done()

    def _warm_up(self, wanted: TrainingSettings | None) -> None:
        """Do so now; or for other settings than a moment ago at a later look, for those that are wanted last."""

        def take_speed(warmed: Future) -> None:
            if not warmed.cancelled() and warmed.exception() is None and (speed := warmed.result()):
                self._speed = self._fastest = min(self._fastest, speed)  # others may have worked meanwhile

        with self._lock:
            (at, before), now = self._warmed, time.monotonic()
            is_other = wanted is not None and not is_alike(wanted, before)
            self._wanted = wanted if is_other else None
            wait = WARM_AGAIN if not is_other else WARM_OTHER if before else 0.0
            if self._queue.running() or now - at < wait:
                return
            self._warmed, self._wanted = (now, wanted), None
        self._warming = self._workers.try_submit(worker.warm_up, wanted)
        self._warming.add_done_callback(take_speed)

    def _fits(self, settings: TrainingSettings) -> bool:
        with suppress(OSError, ValueError, estimates.TooLarge):
            estimates.check_memory(settings, self._places())
            return True
        return False

    def evaluate(self, key: str, on_finished: worker.OnFinished) -> bool:
        """Have a worker do, once for each network, what was to be done after a training and did not come about.

        Return whether it is still under way; it is not where no worker can be reached.
        """
        with self._lock:
            if key in self._queue.in_hand():
                return True
            folder = self.store.folder(key)
            name = (key, folder.network_version(), on_finished)
            asked = (worker.evaluate, str(folder.path), on_finished)
            future = self._evaluations.get(name) or self._workers.try_submit(*asked)
            if is_under_way := not future.done():  # where nobody takes it, whoever asks next tries again
                self._evaluations[name] = future
            return is_under_way

    def compare(self, settings: TrainingSettings, path: Path) -> Future:
        """Have a worker say whether a `.keras` file is of a network with these settings, see `worker.is_file_of`."""
        return self._workers.try_submit(worker.is_file_of, settings.plan, str(path))

    # What is looked after

    def _look_after(self) -> None:
        self._prune()  # what a server before has left half done
        while not self._closed.wait(TICK):
            if self._is_closing():
                self.close()
            else:
                self._look()

    def _look(self) -> None:
        for key in self._queue.in_hand():
            with suppress(DamagedRun, OSError):  # the next look tries again
                self._look_at(key)
        with self._lock:
            self._watchers.forget_gone(self._queue.in_hand())
            for name, future in list(self._evaluations.items()):
                if future.done() and name[0] not in self._watchers.seen:
                    del self._evaluations[name]
        self._queue.replace_silent(self._queue.running())
        self._queue.fill()  # a place may have opened: a worker has joined the cluster
        self._queue.write_again()
        if self._wanted:
            self._warm_up(self._wanted)
        if time.monotonic() - self._marked > MARK:
            self._marked = time.monotonic()
            for key in self._in_use():
                self.store.mark_used(self.store.folder(key))

    def _look_at(self, key: str) -> None:
        """Renew the worker's lease while somebody watches; end the training a while after the last has left."""
        folder = self.store.folder(key)
        with self._lock:
            is_watched = self._watchers.look(key)
        command = folder.control().command
        if key in self._queue.waiting() and command is Command.PAUSE:
            self._queue.command(key, Command.PAUSE)  # it waits here, and another server's page asked for that
        elif is_watched:
            folder.touch_lease()
        elif command is not Command.PAUSE:  # else who left it last has paused it
            self._queue.command(key, Command.STOP)

    def _in_use(self) -> set[str]:
        """Return the runs in hand, and of each watcher the one that it asked for last."""
        with self._lock:
            return {*self._queue.in_hand(), *self._watchers.last.values()}

    def _prune(self) -> None:
        with suppress(OSError):
            self.store.prune(keep=self._in_use())

    def _after_training(self) -> None:
        self._known.clear()
        self._prune()
        if not self.busy() and not self._closed.is_set():
            self._warmed = -float("inf"), None  # the worker before it may have ended, see `leak_limit`
            self._warm_up(None)
