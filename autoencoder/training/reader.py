"""Reads what learners upload in another process: one file at a time, in fair turns, within bounds.

Next is whoever has had least of the process lately, what their file will take included. So a photo waits for the file
that is being read, and for nobody's hundred others. No decoder can be interrupted, so what takes more time or memory
than a file may is ended with its process, and the next file gets another.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil

from autoencoder.data.uploads.collecting import Step, Steps
from autoencoder.data.uploads.limits import MB, Reason, Refusal
from autoencoder.training.executors import RestartingExecutor, background_process

WATCH = 0.05  # s between two looks at the process
STUCK = 10.0  # times as long as a step may take of the processor, after which it is ended that takes none
HALF = 30.0  # s after which half of what somebody had is forgotten


@dataclass(frozen=True)
class Bounds:
    """What one step may take: seconds of the processor, and bytes of memory beside the process' own."""

    seconds: float
    memory: int


A_FILE = Bounds(4.0, 300 * MB)  # 48 megapixels of HEIC take up to 3 s
A_SET = Bounds(60.0, 400 * MB)


@dataclass(eq=False)
class _Job:
    who: str
    steps: Steps[Any]
    step: Step
    future: Future


class Reader:
    """Does the steps of jobs, each within the bounds, in one other process, whose executor is made by `make`."""

    def __init__(self, bounds: Bounds = A_FILE, make: Callable[[], Executor] = background_process) -> None:
        self._bounds = bounds
        self._process = RestartingExecutor(make)
        self._jobs: list[_Job] = []
        self._had: dict[str, tuple[float, float]] = {}  # who: seconds of the processor, as of when
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, who: str, steps: Steps[Any]) -> Future:
        """Begin a job for the session `who`; return a future of what its steps return in the end, or raise."""
        job = _Job(who, steps, Step(int, ()), Future())
        if _advance(job, None, None):
            with self._changed:
                self._jobs.append(job)
                self._changed.notify()
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="reader", daemon=True)
                    self._thread.start()
        return job.future

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs)
                self._had = {who: had for who, had in self._had.items() if self._seconds_of(who) > WATCH}
                job = min(self._jobs, key=lambda job: self._seconds_of(job.who) + job.step.guess)
            result, error = self._do(job.step)
            with self._changed:
                self._had[job.who] = self._seconds_of(job.who) + job.step.seconds, time.monotonic()
            if not _advance(job, result, error):
                with self._changed:
                    self._jobs.remove(job)

    def _seconds_of(self, who: str) -> float:
        seconds, when = self._had.get(who, (0.0, 0.0))
        return seconds * 0.5 ** ((time.monotonic() - when) / HALF)

    def _do(self, step: Step) -> tuple[Any, Exception | None]:
        """Return what a step returned, or raised: a Refusal where it was too much."""
        began = time.monotonic()
        refusal = None
        try:
            process = psutil.Process(self._process_id())
            before, base = _seconds(process), process.memory_info().rss
            future = self._process.submit(step.function, *step.arguments)
            while refusal is None and not wait([future], WATCH).done:
                with suppress(psutil.Error):
                    step.seconds = _seconds(process) - before
                    if step.seconds > self._bounds.seconds:
                        refusal = Refusal(Reason.TOO_MUCH_WORK)
                    elif process.memory_info().rss - base > self._bounds.memory:
                        refusal = Refusal(Reason.TOO_LITTLE_MEMORY)
                if time.monotonic() - began > STUCK * self._bounds.seconds:
                    refusal = Refusal(Reason.TOO_MUCH_WORK)
            if refusal is not None:
                process.kill()
                wait([future])
                return None, refusal
            with suppress(psutil.Error):
                step.seconds = _seconds(process) - before
            return future.result(), None
        except BrokenExecutor:
            return None, Refusal(Reason.DAMAGED)  # a decoder that fell over it
        except Exception as error:
            return None, error

    def _process_id(self) -> int:
        for _ in range(2):  # a process that ended while nobody watched is no fault of the file
            with suppress(BrokenExecutor):
                return int(self._process.submit(make_ready, self._bounds.memory).result())
        return int(self._process.submit(make_ready, self._bounds.memory).result())


def _advance(job: _Job, result: Any, error: Exception | None) -> bool:
    """Tell a job what its step has returned or raised; return whether there is another step."""
    try:
        job.step = job.steps.send(result) if error is None else job.steps.throw(error)
    except StopIteration as end:
        job.future.set_result(end.value)
    except Exception as final:
        job.future.set_exception(final)
    else:
        return True
    return False


def _seconds(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def make_ready(memory: int) -> int:
    """Have this process refuse itself more memory than this beside what it has, where the system can; return its id."""
    with suppress(ImportError, OSError, ValueError, StopIteration):
        import resource

        import pillow_heif  # noqa: F401  (what it needs itself)
        import tifffile  # noqa: F401

        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft == resource.RLIM_INFINITY:
            with open("/proc/self/status") as status:
                has = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
            resource.setrlimit(resource.RLIMIT_DATA, (has * 1024 + memory, hard))
    return os.getpid()
