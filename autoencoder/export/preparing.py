"""Files that take other processes a while to write: asked for once, and there for all who ask later."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from pathlib import Path

from autoencoder.data import own
from autoencoder.training.home import home
from autoencoder.training.run_folder import RunFolder

FOLDER = "taken"  # of what was made of networks that came with the app, beside the runs


class Step(StrEnum):
    """Where a file stands."""

    ABSENT = "absent"
    UNDER_WAY = "under way"
    READY = "ready"
    FAILED = "failed"


class Preparing:
    """Knows which files are being written."""

    def __init__(self) -> None:
        self._asked: dict[Path, Future] = {}
        self._lock = threading.Lock()

    def step(self, path: Path) -> Step:
        """Return where the file at `path` stands."""
        if path.is_file():
            with self._lock:
                self._asked.pop(path, None)
            return Step.READY
        future = self._asked.get(path)
        if future is None:
            return Step.ABSENT
        return Step.FAILED if future.done() else Step.UNDER_WAY

    def ask(self, path: Path, begin: Callable[[], Future]) -> None:
        """Have a file written, unless it is there or being written already.

        Args:
            path: The file.
            begin: Hands the work over to another process, which writes the file whole or not at all.
        """
        with self._lock:
            future = self._asked.get(path)
            if not path.is_file() and (future is None or future.done()):
                self._asked[path] = _begun(begin)


def _begun(begin: Callable[[], Future]) -> Future:
    """The work, handed over; where it cannot be, a future that says so."""
    try:
        return begin()
    except Exception as error:  # an executor has many reasons
        failed: Future = Future()
        failed.set_exception(error)
        return failed


def place_beside(folder: RunFolder, name: str) -> Path:
    """Return where a file that is made of a run's network is kept: as long as the network, and no longer.

    What came with the app is not written to, so there it is beside the runs.

    Args:
        folder: A run with a trained network.
        name: Of the file.
    """
    if any(folder.path.is_relative_to(kept) for kept in (home(), own.root())):
        return folder.path / "measured" / name
    return home() / FOLDER / f"{folder.network_version()}-{name}"
