"""Medians of measurements that take turns, so that what slows the machine down slows all of them down."""

import time
from collections.abc import Callable, Mapping

import numpy as np


def take_turns(takes: Mapping[str, Callable[[], float]], rounds: int, pause: float = 0.0) -> dict[str, list[float]]:
    """A, B, C, A, B, C, …: what each gave in each round.

    Args:
        takes: What is called, by name.
        rounds: How often.
        pause: Seconds between two calls, in which the threads of the one before come to rest.
    """
    samples: dict[str, list[float]] = {name: [] for name in takes}
    for _ in range(rounds):
        for name, take in takes.items():
            time.sleep(pause)
            samples[name].append(take())
    return samples


def p95(values: list[float]) -> float:
    """Return what 95 of 100 do not exceed."""
    return float(np.percentile(values, 95))


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
