"""An executor that outlives its processes: one that is broken is replaced by another, for whoever asks next."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class Renewed:
    """Hands work to an executor, which it makes when there is work first, and anew when that one is broken.

    For all threads one: loky's own reusable executor is another, with processes of its own, in every thread.

    Args:
        make: Makes an executor.
    """

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        """Have `function` called with these arguments; raises what a new executor raises that cannot take it either."""
        with self._lock:
            if self._executor is not None:
                try:
                    return self._executor.submit(function, *arguments, **named)
                except Exception:  # an executor that is broken says so in its own ways
                    self._executor = None
            self._executor = self._make()
            return self._executor.submit(function, *arguments, **named)
