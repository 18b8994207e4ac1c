"""Memory that several threads share."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets work begin when the memory that it needs is free, so that together it never takes more than `most`.

    Args:
        most: Bytes. Work that needs more waits until it is alone.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, needed: int) -> Iterator[None]:
        """Take `needed` bytes while the `with` lasts; wait for them first."""
        needed = min(needed, self._most)
        with self._changed:
            self._changed.wait_for(lambda: self._taken + needed <= self._most)
            self._taken += needed
        try:
            yield
        finally:
            with self._changed:
                self._taken -= needed
                self._changed.notify_all()
