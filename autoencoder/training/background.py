"""Calculations beside the trainings: in a process of their own, without TensorFlow, so that no page waits for them.

What takes seconds, or a library that is too large for the process that serves pages, is asked for here, and looked at
again when it is done. The same question is worked out once, for all who ask it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from autoencoder.training import worker
from autoencoder.training.restarting import RestartingExecutor, refused

IDLE = 60.0  # s after which the process ends
REMEMBERED = 32  # answers that are kept
ANEW = 2  # times that a question is asked again on which the process was lost


def background_process() -> Executor:
    """Return one process, started by the first question."""
    from loky import ProcessPoolExecutor

    return ProcessPoolExecutor(1, timeout=IDLE, initializer=worker.prepare)


class BackgroundExecutor:
    """Asks another process, and remembers what it answered.

    Args:
        executor: Returns the executor to hand questions to; called again when the one before was broken.
        remembered: How many answers are kept.
    """

    def __init__(self, executor: Callable[[], Executor] = background_process, remembered: int = REMEMBERED) -> None:
        self._process, self._remembered = RestartingExecutor(executor), remembered
        self._asked: OrderedDict[tuple, tuple[Future, int]] = OrderedDict()  # and how often it was asked
        self._lock = threading.Lock()

    def submit_cached(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Return what `function` returns for these arguments: a future that is done at once where it was asked before.

        A question on which the process was lost is asked anew, twice at most: it may be what kills the process, and
        takes the questions that wait with it. One that ended in an error is not. Where no process can be started the
        future says so, and the next who asks tries again.

        Args:
            function: Of a module, so that another process finds it.
            arguments: Hashable.
        """
        question = (function, *arguments)
        with self._lock:
            future, times = self._asked.get(question, (None, 0))
            if future is None or (_lost(future) and times <= ANEW):
                try:
                    future = self._process.submit(function, *arguments)
                except Exception as error:  # an executor has many reasons
                    return refused(error)
                self._asked[question] = future, times + 1
            self._asked.move_to_end(question)
            while len(self._asked) > self._remembered:
                self._asked.popitem(last=False)
        return future

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Do the same for whoever keeps the future: neither the question nor the answer is remembered."""
        return self._process.try_submit(function, *arguments)

    def forget(self) -> None:
        """Remember no answer; those that are still under way come to whoever asked."""
        with self._lock:
            self._asked.clear()


def _lost(future: Future) -> bool:
    return future.done() and (future.cancelled() or isinstance(future.exception(), BrokenExecutor))
