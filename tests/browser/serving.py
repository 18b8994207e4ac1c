"""A Streamlit server with a home of its own, started for tests and ended with all that it has started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import psutil

from autoencoder.data.sources import SOURCES
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun, Snapshot

ROOT = Path(__file__).parents[2]
NO_INTERNET = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}  # nobody listens there
TITLES = {name: source.title for name, source in SOURCES.items()}  # as the form has them
LONG = {"source": "mnist_sample", "network": "convolutional", "epochs": 100, "batch_size": 16}
SHORT = {"source": "mnist_sample", "epochs": 5}


def environment(folder: Path, mnist: Path | None) -> dict[str, str]:
    """What a server is told: where its home is, and where MNIST is or that there is none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOURGLASS_")}
    own = {"HOURGLASS_HOME": str(folder / "home"), "KERAS_HOME": str(folder / "keras"), **NO_INTERNET}
    own |= {
        "HOURGLASS_BUDGET": "0",
        "HOURGLASS_GRACE": "5",
        "HOURGLASS_UPLOADS": str(folder / "uploads"),
        "HOURGLASS_UPLOADS_GRACE": "3",
    }
    return {**kept, **own, **({"HOURGLASS_MNIST": str(mnist)} if mnist else {})}


def wait_for(condition: Callable[[], object], seconds: float = 90.0) -> None:
    """Return when the condition holds; a bound on a test that hangs, above the app's lease of 60 s."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.05)


class Server:
    """The app, served on a free port.

    Args:
        folder: Where its home and its log go.
        mnist: The file of MNIST, or None for a computer without it.
    """

    def __init__(self, folder: Path, mnist: Path | None = None) -> None:
        self.home, self.uploads, self.log = folder / "home", folder / "uploads", folder / "server.log"
        self._environment = environment(folder, mnist)
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._started: list[subprocess.Popen[bytes]] = []
        self.start()

    def start(self) -> None:
        """Begin to serve, on the same port and home as before."""
        options = ["--server.port", str(self._port), "--server.address", "127.0.0.1", "--server.headless", "true"]
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *options],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, so that its workers can be ended with it
            )
        self._started.append(process)
        wait_for(lambda: self._answers() or process.poll() is not None)
        assert process.poll() is None, f"The server ended at once: {self.log.read_text()[-2000:]}"

    def _answers(self) -> bool:
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/_stcore/health", timeout=2):
                return True
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """End the serving process alone, without a word to its workers."""
        self._started[-1].kill()
        self._started[-1].wait()

    @contextmanager
    def halted(self) -> Iterator[None]:
        """The serving process does nothing for a while, as if it were busy with others."""
        self._started[-1].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._started[-1].send_signal(signal.SIGCONT)

    def workers(self) -> list[psutil.Process]:
        """The processes that train."""
        return [process for process in self._family() if "popen_loky" in " ".join(process.cmdline())]

    def _family(self) -> list[psutil.Process]:
        """All processes of the groups of this server, the orphans among them too."""
        groups = {process.pid for process in self._started}
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) in groups and process.status() != psutil.STATUS_ZOMBIE:
                    process.cmdline()
                    found.append(process)
        return found

    def end(self) -> None:
        """End it and all that it has started."""
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        wait_for(lambda: not self._family())

    def address(self, page: str = "bottleneck", settings: Mapping[str, object] | None = None, **more: object) -> str:
        """The address of a page, with the form filled."""
        values = {**(settings or {}), **more}
        return f"{self.url}/{page}" + (f"?{urlencode(values)}" if values else "")

    def runs(self) -> list[str]:
        """The keys of the runs that there are."""
        folder = self.home / "runs"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def is_used(self) -> bool:
        """Whether anything was trained or uploaded here, or the server was started more than once."""
        uploaded = self.uploads.is_dir() and any(self.uploads.iterdir())
        return bool(self.runs()) or uploaded or len(self._started) > 1

    def run(self, key: str) -> RunFolder:
        return RunFolder(self.home / "runs" / key)

    def snapshot(self, key: str) -> Snapshot | None:
        """Where a run stands, without the server's help."""
        try:
            return self.run(key).snapshot()
        except DamagedRun:
            return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
