"""The most memory that this process had."""

import resource
import sys
from pathlib import Path


def forget_peak() -> None:
    """Begin anew, where the system can; elsewhere only what exceeds the old peak is seen."""
    switch = Path("/proc/self/clear_refs")
    if switch.exists():
        switch.write_text("5")


def peak_mb() -> float:
    """Resident, in MB. Linux counts a parent's memory into `ru_maxrss`, so there the process's own mark is read."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
