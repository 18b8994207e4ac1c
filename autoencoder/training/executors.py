"""Where work goes, through the standard `concurrent.futures.Executor` interface.

Trainings run in worker processes on this computer; or on the workers of a Dask cluster, where HOURGLASS_DASK names its
scheduler. What else takes seconds, or a library that is too large for the process that serves pages, runs in a process
of its own, without TensorFlow.
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import psutil
from loky import ProcessPoolExecutor

from autoencoder.training import worker
from autoencoder.training.capacity import A_WORKER, SERVING, memory, worker_count

DASK = "HOURGLASS_DASK"  # names the address of a scheduler, tls://host:port
PLAIN = "HOURGLASS_DASK_PLAIN"  # "1": also one on another computer that is reached without TLS
ENCRYPTED = ("tls", "wss")
CONNECT = 10.0  # s to wait for the scheduler
JUST_STARTED = 20.0  # s of a server, which has its first worker get ready as urgently as the first page
WORKER_IDLE = 600.0  # s after which an idle worker gives its memory back
LEAK_BOUNDS = 250_000_000, 600_000_000  # bytes that trainings may leave in a worker before another takes its place
BACKGROUND_IDLE = 60.0  # s after which the background process ends
ANEW = 2  # times that a question is asked again on which the process was lost
A_SIGN = 0.02  # s of the processor that a process has had that does something
LOOK = 3.0  # s that one look counts at most as silence
ENDS = 1.0  # s to wait for the end of a process that was killed
PATIENCE = 2.0  # times as long as it took to fail to make an executor, none is made: who asks is refused at once
logger = logging.getLogger(__name__)


def worker_process() -> Executor:
    """Return an executor of one worker process: loky's, which notices one that was killed, and ends what is idle.

    What XLA compiles stays in a worker, some 17 MB of every training of the dense network, beside 200 MB that the first
    training needs once. So a worker ends when it has kept more than `leak_limit`.
    """
    environment = {"LOKY_MAX_MEMORY_LEAK_SIZE": str(leak_limit())}
    prepare = partial(worker.prepare, makes_way=time.time() - psutil.Process().create_time() > JUST_STARTED)
    return ProcessPoolExecutor(1, timeout=WORKER_IDLE, initializer=prepare, env=environment)


def leak_limit() -> int:
    """Return what trainings may leave behind in a worker, in bytes: what is left for each, within `LEAK_BOUNDS`.

    Where that is much, few trainings wait for a worker that has yet to start.
    """
    lowest, highest = LEAK_BOUNDS
    return max(lowest, min(highest, (memory() - SERVING) // worker_count() - A_WORKER))


class Cluster:
    """The workers of the Dask cluster whose scheduler has this address.

    They need this project, what `requirements.txt` names, and the same folder for HOURGLASS_HOME (and, for learners'
    own pictures, HOURGLASS_UPLOADS): all that a page and a worker tell each other goes through files there.

    Whoever reaches a scheduler without TLS can have its workers and this process run any code. So one on another
    computer is refused, unless HOURGLASS_DASK_PLAIN says that nobody else reaches it. The certificates of `tls://` are
    those that Dask's own settings name, which are environment variables too.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None

    def executor(self) -> Executor:
        """Connect anew, and return what work is handed to.

        Raises an OSError where nobody answers, a RuntimeError where the address may not be used, or without Dask.
        """
        if not is_safe(self._address):
            said = f"Expected {DASK} to be tls://host:port: whoever reaches {self._address} can run any code there."
            if os.environ.get(PLAIN) != "1":
                raise RuntimeError(f"{said} {PLAIN}=1 takes it nevertheless.")
            logger.warning(said)
        try:
            from distributed import Client
        except ImportError as error:
            raise RuntimeError(f"{DASK} is set: install requirements-cluster.txt too.") from error
        self._client = Client(self._address, timeout=CONNECT, set_as_default=False)
        return self._client.get_executor(pure=False)  # the same work again is other work

    def capacity(self) -> int:
        """Return how many trainings run at once: one for each worker that the cluster has now; 1 before it is known."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"])) if self._client is not None else 1


def is_safe(address: str) -> bool:
    """Return whether a scheduler with this address is on this computer, or asks others for a certificate."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme in ENCRYPTED or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def background_process() -> Executor:
    """Return one process without TensorFlow, started by the first piece of work."""
    return ProcessPoolExecutor(1, timeout=BACKGROUND_IDLE, initializer=worker.prepare)


class RestartingExecutor:
    """Hands work to an executor, which it makes when there is work first, and anew when that one is broken.

    For all threads one: loky's own reusable executor is another, with processes of its own, in every thread.
    """

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None
        self._refusal, self._until = Exception(), -float("inf")
        self._lock = threading.RLock()

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future:
        """Have `function` called with these arguments; raises what a new executor raises that cannot take it either.

        One that cannot be made is not tried again for a while, or all who ask would wait for that, one after another.
        """
        with self._lock:
            if self._executor is not None:
                try:
                    return self._executor.submit(function, *arguments)
                except Exception:  # an executor that is broken says so in its own ways
                    self._executor = None
            try:
                self._executor = self._make_in_time()
                return self._executor.submit(function, *arguments)
            except Exception as error:
                logger.warning("No process takes work: %r", error)
                raise

    def _make_in_time(self) -> Executor:
        began = time.monotonic()
        if began < self._until:
            raise self._refusal.with_traceback(None)  # else it would grow with every time
        try:
            return self._make()
        except Exception as error:
            self._refusal, now = error, time.monotonic()
            self._until = now + PATIENCE * (now - began)
            raise

    def try_submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future:
        """Do the same; where nobody can take the work the future says so too."""
        try:
            return self.submit(function, *arguments)
        except Exception as error:  # an executor has many reasons
            refused: Future = Future()
            refused.set_exception(error)
            return refused

    def silence(self, future: Future) -> float:
        """Return for how long the process that does this work did nothing, in s; 0 where that is not known."""
        return getattr(self._executor, "silence", lambda future: 0.0)(future)

    def kill(self, future: Future) -> None:
        """Have the process end that does this work, whatever it does; where it is not ours, only forget the work."""
        getattr(self._executor, "kill", Future.cancel)(future)


class WorkerPool(Executor):
    """The worker processes of this computer, started by the first work: one that is lost takes no other's with it.

    `make` makes an executor of one process, as loky and the standard library have them.
    """

    def __init__(self, count: int | None = None, make: Callable[[], Executor] = worker_process) -> None:
        self._workers = [_Worker(make) for _ in range(count or worker_count())]
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        """Have one of those with the least work call `function` with these arguments; none can be named."""
        with self._lock:
            return min(self._workers, key=lambda one: len(one.work)).submit(function, *arguments)

    def silence(self, future: Future) -> float:
        """Return for how long the process that is to do this work had no time of the processor, in s.

        It adds up from call to call, of which there is one every second; so time in which this process slept too
        does not count.
        """
        return next((one.silent() for one in self._workers if future in one.work), 0.0)

    def kill(self, future: Future) -> None:
        """End the process that is to do this work; the next work is given to another."""
        for one in self._workers:
            if future in one.work:
                one.end()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False, kill_workers: bool = True) -> None:
        """End all the processes."""
        for one in self._workers:
            one.end()


class _Worker(RestartingExecutor):
    def __init__(self, make: Callable[[], Executor]) -> None:
        super().__init__(make)
        self.work: set[Future] = set()  # what it has still to do
        self._silent, self._used, self._looked = 0.0, 0.0, time.monotonic()

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future:
        future = super().submit(function, *arguments)
        self._silent = 0.0
        self.work.add(future)
        future.add_done_callback(self.work.discard)
        return future

    def _processes(self) -> list[psutil.Process]:
        found = []
        for number in list(getattr(self._executor, "_processes", None) or ()):
            with suppress(psutil.Error):
                found.append(psutil.Process(number))
        return found

    def silent(self) -> float:
        used, now = 0.0, time.monotonic()
        for process in self._processes():
            with suppress(psutil.Error):
                used += sum(process.cpu_times()[:2])
        self._silent += min(now - self._looked, LOOK)
        if abs(used - self._used) > A_SIGN:
            self._silent, self._used = 0.0, used
        self._looked = now
        return self._silent

    def end(self) -> None:
        with self._lock:
            processes, self._executor = self._processes(), None
        for process in processes:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, ENDS)


class BackgroundExecutor(RestartingExecutor):
    """Asks another process, and remembers its answers: the same question is worked out once, for all who ask it."""

    def __init__(self, make: Callable[[], Executor] = background_process, remembered: int = 32) -> None:
        super().__init__(make)
        self._remembered = remembered  # answers are kept
        self._asked: OrderedDict[tuple, tuple[Future, int]] = OrderedDict()  # and how often it was asked

    def submit_cached(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Return what `function` returns for these hashable arguments: at once where they were asked about before.

        A question on which the process was lost is asked anew, twice at most: it may be what kills the process. One
        that ended in an error is not. Where no process can be started the future says so; who asks next tries again.
        """
        question = (function, *arguments)
        with self._lock:
            future, times = self._asked.get(question, (None, 0))
            if future is None or (_lost(future) and times <= ANEW):
                future = self.try_submit(*question)
                if future.done():  # nobody takes it
                    return future
                self._asked[question] = future, times + 1
            self._asked.move_to_end(question)
            while len(self._asked) > self._remembered:
                self._asked.popitem(last=False)
        return future

    def forget(self) -> None:
        """Remember no answer; those that are still under way come to whoever asked."""
        with self._lock:
            self._asked.clear()


def _lost(future: Future) -> bool:
    return future.done() and (future.cancelled() or isinstance(future.exception(), BrokenExecutor))
