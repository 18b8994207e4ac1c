"""How many cores and how much memory there are for us: in a container less than the computer has."""

from pathlib import Path

import psutil

CGROUP = Path("/sys/fs/cgroup")
LIMITS = ("memory.max", "memory/memory.limit_in_bytes")  # of version 2 and 1 of Linux' control groups

SERVING = 500_000_000  # bytes for the process that serves pages and the one that reads uploads, with room to spare
A_WORKER = 1_200_000_000  # bytes that a training of MNIST takes at its highest, with room to spare


def cores() -> int:
    """Return how many cores this process may use: those it is bound to, within what a container was granted."""
    from loky import cpu_count

    return int(cpu_count())


def memory() -> int:
    """Return how much memory the processes here may use together, in bytes: the computer's, or a container's limit."""
    limits = (_number_in(CGROUP / name) for name in LIMITS)
    return min([psutil.virtual_memory().total, *(limit for limit in limits if limit)])


def trainings_at_once() -> int:
    """Return one for every four cores, as far as the memory goes; at least one."""
    return max(1, min(cores() // 4, (memory() - SERVING) // A_WORKER))


def _number_in(path: Path) -> int | None:
    """Return the number in a file; None where there is no such file, or a word in it, as "max" for no limit."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
