"""Worker processes on this computer: how many, and how much memory one may fill before another takes its place."""

import os
from concurrent.futures import Executor

from autoencoder.training import worker
from autoencoder.training.capacity import A_WORKER, SERVING, memory, trainings_at_once

IDLE = 600.0  # s after which an idle worker gives its memory back
LEAK_BOUNDS = 250_000_000, 600_000_000  # bytes that trainings may leave in a worker before another takes its place


def local_executor() -> Executor:
    """Return an executor of worker processes, which are started by the first piece of work.

    It is loky's, which notices a worker that was killed, and ends those that are idle. What XLA compiles stays in a
    worker, some 17 MB of every training of the dense network, beside 200 MB that the first training needs once. So a
    worker ends when it has kept more than `leak_limit`.
    """
    from loky import ProcessPoolExecutor

    return ProcessPoolExecutor(
        worker_count(),
        timeout=IDLE,
        initializer=worker.prepare,
        env={"LOKY_MAX_MEMORY_LEAK_SIZE": str(leak_limit())},
    )


def leak_limit() -> int:
    """Return what trainings may leave behind in a worker, in bytes: what is left for each, within `LEAK_BOUNDS`.

    Where that is much, few trainings wait for a worker that has yet to start.
    """
    left = (memory() - SERVING) // worker_count() - A_WORKER
    return max(LEAK_BOUNDS[0], min(LEAK_BOUNDS[1], left))


def worker_count() -> int:
    """Return how many trainings run at once: as many as cores and memory are for, or what HOURGLASS_WORKERS says."""
    named = os.environ.get("HOURGLASS_WORKERS", "")
    return int(named) if named.isdecimal() and int(named) > 0 else trainings_at_once()
