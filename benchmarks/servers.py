"""Streamlit servers, started for a measurement and ended with it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from benchmarks.options import ROOT

APP = ROOT / "app.py"
START = 60.0  # s in which a server must answer
SETTLE = 12.0  # s after which the app has imported what it imports in the background
CALM = 0.1  # of one core: what a server and its workers use when they rest

EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
ONE_SLIDER = 'import streamlit as st\n\nst.write(st.slider("Number", 1, 64, 8))\n'


_OPTIONS = ("--server.headless", "true", "--server.address", "127.0.0.1")


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Args:
        url: Of its first page, without a slash at the end.
        process: Which serves; the workers are its children.
        home: The app's HOURGLASS_HOME.
        started: When, on the clock of `time.monotonic`.
    """

    url: str
    process: psutil.Process
    home: Path
    started: float

    def memory(self) -> float:
        """Resident memory of the serving process alone, MB."""
        return float(self.process.memory_info().rss / 2**20)

    def worker_memory(self) -> float:
        """Resident memory of the workers together, MB."""
        return sum(map(_resident, self.process.children(recursive=True))) / 2**20

    def settle(self, longest: float = 90.0) -> None:
        """Wait until the server and its workers do nothing more of their own."""
        end = time.monotonic() + longest
        time.sleep(max(0.0, self.started + SETTLE - time.monotonic()))
        while time.monotonic() < end:
            before = _used(self.process)
            time.sleep(1.0)
            if _used(self.process) - before < CALM:
                return


@contextmanager
def serve(script: Path | str, **environment: str) -> Iterator[Server]:
    """A Streamlit server for the app's script, or for one given as text, on a free port, with an empty home.

    Args:
        script: The script, or its text.
        environment: Variables that are set for the server besides those of this process.
    """
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    path = script if isinstance(script, Path) else folder / "peer.py"
    if isinstance(script, str):
        path.write_text(script)
    port = free_port()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(path), *_OPTIONS, "--server.port", str(port)],
            cwd=ROOT,  # both take the same .streamlit/config.toml
            env={**os.environ, "HOURGLASS_HOME": str(folder / "home"), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Server(f"http://127.0.0.1:{port}", psutil.Process(process.pid), folder / "home", time.monotonic())
        try:
            _wait_until_ready(server, folder / "log")
            yield server
        finally:
            _end(server.process)
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(server: Server, log: Path) -> None:
    while time.monotonic() < server.started + START and server.process.status() != psutil.STATUS_ZOMBIE:
        try:
            with urlopen(f"{server.url}/_stcore/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"Expected a server that answers. It said: {log.read_text()[-2000:]}")


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: psutil.Process) -> None:
    """End the server and all that it has started; the workers first stop being watched, so none is started anew."""
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=10)


def _used(process: psutil.Process) -> float:
    """Seconds of processor time of a process and its children so far."""
    return sum(_processor_time(member) for member in (process, *process.children(recursive=True)))


def _processor_time(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
