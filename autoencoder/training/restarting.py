"""An executor that outlives its processes: one that is broken is replaced by another, for whoever asks next."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

PATIENCE = 2.0  # times as long as it took to fail to make an executor, none is made: who asks is refused at once
logger = logging.getLogger(__name__)


class RestartingExecutor:
    """Hands work to an executor, which it makes when there is work first, and anew when that one is broken.

    For all threads one: loky's own reusable executor is another, with processes of its own, in every thread.

    Args:
        make: Makes an executor.
    """

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None
        self._refusal, self._until = Exception(), -float("inf")
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        """Have `function` called with these arguments; raises what a new executor raises that cannot take it either.

        One that cannot be made is not tried again for a while, or all who ask would wait for that, one after another.
        """
        with self._lock:
            if self._executor is not None:
                try:
                    return self._executor.submit(function, *arguments, **named)
                except Exception:  # an executor that is broken says so in its own ways
                    self._executor = None
            try:
                self._executor = self._made()
                return self._executor.submit(function, *arguments, **named)
            except Exception as error:
                logger.warning("No process takes work: %r", error)
                raise

    def try_submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future:
        """Do the same; where nobody can take the work the future says so too."""
        try:
            return self.submit(function, *arguments)
        except Exception as error:  # an executor has many reasons
            return refused(error)

    def _made(self) -> Executor:
        began = time.monotonic()
        if began < self._until:
            raise self._refusal.with_traceback(None)  # else it would grow with every time
        try:
            return self._make()
        except Exception as error:
            self._refusal, now = error, time.monotonic()
            self._until = now + PATIENCE * (now - began)
            raise


def refused(error: Exception) -> Future:
    """Return the future of work that nobody could be given."""
    future: Future = Future()
    future.set_exception(error)
    return future
