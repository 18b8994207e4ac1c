"""How long trainings will take on this computer, from how long others like them took."""

import heapq
from collections.abc import Iterable, Sequence
from statistics import median

from autoencoder.training.run_folder import Snapshot
from autoencoder.training.settings import TrainingSettings

Run = tuple[TrainingSettings, Snapshot]
DECIDE = ("source", "network", "batch_size", "optimizer", "noise", "penalty")  # settings that an epoch's time hangs on


def seconds_per_epoch(settings: TrainingSettings, runs: Iterable[Run]) -> float | None:
    """Return what an epoch took in runs with the same pictures and network, in s; None where there are none."""
    alike = (
        snapshot.seconds / snapshot.epoch
        for other, snapshot in runs
        if snapshot.epoch > 0
        and snapshot.seconds > 0
        and all(getattr(other, name) == getattr(settings, name) for name in DECIDE)
    )
    return median(rates) if (rates := list(alike)) else None


def seconds_left(run: Run, others: Sequence[Run]) -> float | None:
    """Return how long a run will still take, in s: as it says itself, else as runs like it took; None if unknown."""
    settings, snapshot = run
    if snapshot.seconds_left is not None:
        return snapshot.seconds_left
    rate = seconds_per_epoch(settings, [run, *others])
    return None if rate is None else rate * (settings.epochs - snapshot.epoch)


def seconds_until_start(ahead: Sequence[float], workers: int) -> float:
    """Return when a run can begin that waits for others, in s.

    Args:
        ahead: How long each of those will still take, in the order in which they begin; those under way come first.
        workers: How many run at once, at least 1.
    """
    ends: list[float] = []
    for seconds in ahead:
        heapq.heappush(ends, seconds + (heapq.heappop(ends) if len(ends) >= workers else 0.0))
    return heapq.heappop(ends) if len(ends) >= workers else 0.0
