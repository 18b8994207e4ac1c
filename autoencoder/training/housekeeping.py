"""What is looked after while the app runs: watched runs go on, others end; the store stays within its bounds."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from autoencoder.training.run_folder import Command, DamagedRun
from autoencoder.training.run_states import RunStates
from autoencoder.training.store import Store
from autoencoder.training.training_queue import TrainingQueue
from autoencoder.training.watchers import Watchers

TICK = 1.0  # s between two looks at everything
MARK = 30.0  # s between two times that the runs in use are marked, less than the store's IN_USE


class Housekeeping:
    """Looks at everything once a second, in a thread of its own.

    Args:
        store: Where the runs are.
        queue: What waits and runs.
        states: Of the runs.
        watchers: Of the runs.
        is_closing: Whether the server is about to end; the trainings are then paused, or it would wait for them.
        forget: Called at every look, to drop what is kept for those who have left.
    """

    def __init__(
        self,
        store: Store,
        queue: TrainingQueue,
        states: RunStates,
        watchers: Watchers,
        is_closing: Callable[[], bool],
        forget: Callable[[], None],
    ) -> None:
        self._store, self._queue, self._states, self._watchers = store, queue, states, watchers
        self._is_closing, self._forget = is_closing, forget
        self._marked = -float("inf")
        self._closed = threading.Event()

    @property
    def closed(self) -> bool:
        """Return whether nothing is looked after any more."""
        return self._closed.is_set()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="jobs", daemon=True).start()

    def close(self) -> None:
        """Pause every training, and look no more."""
        self._closed.set()
        for key in self._queue.in_hand():
            with suppress(DamagedRun, OSError):  # of one, which must not keep the others from being paused
                self._queue.command(key, Command.PAUSE)

    def prune(self) -> None:
        """Keep the store within its bounds; those in hand stay, and of each watcher the one that it asked for last."""
        with suppress(OSError):
            self._store.prune(keep=self._in_use())

    def _in_use(self) -> set[str]:
        return {*self._queue.in_hand(), *self._watchers.chosen()}

    def _run(self) -> None:
        self.prune()  # what a server before has left half done
        while not self._closed.wait(TICK):
            if self._is_closing():
                return self.close()
            self._look()
        return None

    def _look(self) -> None:
        for key in self._queue.in_hand():
            with suppress(DamagedRun, OSError):  # the next look tries again
                self._look_at(key)
        self._watchers.forget_gone(self._store.in_hand)
        self._forget()
        self._queue.fill()  # a place may have opened: a worker has joined the cluster
        self._states.write_again()
        if time.monotonic() - self._marked > MARK:
            self._marked = time.monotonic()
            for key in self._in_use():
                self._store.mark_used(key)

    def _look_at(self, key: str) -> None:
        """Renew the worker's lease while somebody watches; end the training a while after the last has left."""
        folder = self._store.folder(key)
        if key in self._queue.waiting() and folder.control().command is Command.PAUSE:
            self._queue.command(key, Command.PAUSE)  # it waits here, and another server's page asked for that
        elif self._watchers.look(key):
            folder.touch_lease()
        else:
            self._queue.command(key, Command.STOP)
