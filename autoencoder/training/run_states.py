"""Where runs stand: as their folders say, unless a run was lost or the disk does not take what has happened."""

from contextlib import suppress
from dataclasses import replace
from threading import RLock

from autoencoder.training.run_folder import Command, DamagedRun, Notice, NoticeCode, RunState, Snapshot, UnreadableRun
from autoencoder.training.store import Store

LOST_AFTER = 3.0  # s without a server's sign after which a run that is under way, and not here, was lost
LEFT = (RunState.PAUSED, RunState.STOPPED)  # how a worker leaves a run that is not finished


class RunStates:
    """Reads and changes the states of runs.

    Args:
        store: Where the runs are.
        lock: That of `Jobs`.
    """

    def __init__(self, store: Store, lock: RLock) -> None:
        self._store, self._lock = store, lock
        self._unwritten: dict[str, tuple[RunState, Notice | None]] = {}  # run → what the disk did not take

    def snapshot(self, key: str) -> Snapshot:
        """Return where the run stands; one that was lost with a server is stopped first.

        Raises:
            DamagedRun: If the run is not there or cannot be read.
        """
        folder, in_hand = self._store.folder(key), self._store.in_hand(key)
        snapshot = folder.snapshot()
        if snapshot.state.active and not in_hand and folder.lease_age() > LOST_AFTER:
            self.change(key, RunState.STOPPED, Notice(NoticeCode.APP_CLOSED))
            snapshot = folder.snapshot()
        if unwritten := self._unwritten.get(key):
            return replace(snapshot, state=unwritten[0], seconds_left=None, message="", notice=unwritten[1])
        if self.goes_on(key, snapshot.state) and in_hand:
            return replace(snapshot, state=RunState.QUEUED)  # the last word of a worker that was on its way out
        return snapshot

    def goes_on(self, key: str, state: RunState) -> bool:
        """Return whether the page has asked to go on after the worker had decided to leave the run in this state."""
        return state in LEFT and self._store.folder(key).control().command in (Command.RUN, Command.ONE_EPOCH)

    def is_elsewhere(self, key: str) -> bool:
        """Return whether another server that shares the store has this run in hand."""
        with suppress(DamagedRun):
            return not self._store.in_hand(key) and self.snapshot(key).state.active
        return False

    def change(self, key: str, state: RunState, notice: Notice | None = None) -> None:
        """Change a run's state; what the disk does not take or give is known here, and written as soon as it does.

        Raises:
            DamagedRun: If the run is not there or is damaged.
        """
        with self._lock:
            try:
                self._store.folder(key).change_state(state, notice)
                self._unwritten.pop(key, None)
            except (OSError, UnreadableRun):
                self._unwritten[key] = (state, notice)

    def forget_unwritten(self, key: str) -> None:
        """Drop what the disk did not take of a run that begins anew."""
        with self._lock:
            self._unwritten.pop(key, None)

    def write_again(self) -> None:
        """Try again to write what the disk did not take."""
        with self._lock:
            for key, (state, notice) in list(self._unwritten.items()):
                try:
                    self.change(key, state, notice)
                except DamagedRun:  # it is gone
                    del self._unwritten[key]
