"""What there is for us, in a container less than the computer has: cores, memory; and using no more."""

import ctypes
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

import loky
import psutil

CGROUP = Path("/sys/fs/cgroup")
PROCESSOR = Path("/proc/cpuinfo")
LIMITS = ("memory.max", "memory/memory.limit_in_bytes")  # of version 2 and 1 of Linux' control groups

SERVING = 500_000_000  # bytes for the process that serves pages and the one that reads uploads, with room to spare
A_WORKER = 1_200_000_000  # bytes that a training of MNIST takes at its highest, with room to spare

ARENAS = 2  # glibc makes eight for every core, and threads that come and go leave each of them half full
RETURN_ABOVE = 128 * 1024  # bytes: so much that is free at the end of an arena goes back to the system
M_TRIM_THRESHOLD, M_ARENA_MAX = -1, -8  # of <malloc.h>


def cores() -> int:
    """Return how many cores this process may use: those it is bound to, within what a container was granted."""
    return int(loky.cpu_count())


def memory() -> int:
    """Return how much memory the processes here may use together, in bytes: the computer's, or a container's limit."""
    found = int(psutil.virtual_memory().total)
    for name in LIMITS:
        with suppress(OSError, ValueError):  # no such file, or a word in it, as "max" for no limit
            found = min(found, int((CGROUP / name).read_text()) or found)
    return found


def has_bfloat16() -> bool:
    """Return whether the processor multiplies bfloat16, as Linux says, and oneDNN may have it do so."""
    try:
        return "avx512_bf16" in PROCESSOR.read_text() and "ONEDNN_MAX_CPU_ISA" not in os.environ
    except OSError:
        return False


def worker_count() -> int:
    """Return how many trainings run at once: what HOURGLASS_WORKERS says, else one for four cores, if memory allows."""
    named = os.environ.get("HOURGLASS_WORKERS", "")
    if named.isdecimal() and int(named) > 0:
        return int(named)
    return max(1, min(cores() // 4, (memory() - SERVING) // A_WORKER))


def stay_small() -> None:
    """Have memory that is freed go back to the system soon. For the process that serves pages, at its start.

    After sixteen trainings that one took 280 MB without this, and 215 MB with it. glibc alone can do that.
    """
    _call_glibc("mallopt", M_ARENA_MAX, ARENAS)
    _call_glibc("mallopt", M_TRIM_THRESHOLD, RETURN_ABOVE)


def give_back() -> None:
    """Collect garbage, and return what was freed to the system, once."""
    gc.collect()
    _call_glibc("malloc_trim", 0)


def _call_glibc(function: str, *arguments: int) -> None:
    """Do what glibc can do; another C library has no such functions, which is no error."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            getattr(ctypes.CDLL("libc.so.6"), function)(*arguments)
