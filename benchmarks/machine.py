"""What the figures were measured on: cores and versions."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

PACKAGES = ("streamlit", "keras", "tensorflow-cpu", "ai-edge-litert", "numpy", "scikit-learn", "playwright")


def describe() -> dict[str, str]:
    """Name → value, in the order in which they are printed."""
    return {
        "processor": _processor(),
        "cores": f"{psutil.cpu_count(logical=False)} ({os.cpu_count()} threads)",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "load before": " ".join(f"{load:.2f}" for load in psutil.getloadavg()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
        "Chromium": _chromium(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        return "Playwright's own"
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return next((word for word in said.split() if word[0].isdigit()), "unknown")
