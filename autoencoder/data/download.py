"""Fetch MNIST in the background, with progress and a time limit."""

import logging
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autoencoder.data import mnist
from autoencoder.data.download_errors import DownloadProblem, problem_of, refuse_web_page, status_of

TIME_LIMIT = 300.0  # seconds for the whole download of 11 MB
SILENCE_LIMIT = 15.0  # seconds without an answer
logger = logging.getLogger(__name__)


class DownloadStep(StrEnum):
    """Where a download stands."""

    NOT_STARTED = "not started"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class DownloadState:
    """A snapshot.

    Args:
        step: Where the download stands.
        fraction: Of the bytes that are here, in [0, 1].
        problem: Why it failed; None where it did not.
        status: The HTTP status that the server answered with, where that is the problem.
    """

    step: DownloadStep = DownloadStep.NOT_STARTED
    fraction: float = 0.0
    problem: DownloadProblem | None = None
    status: int | None = None


class MnistDownload:
    """One download at a time, which any number of pages may start and watch.

    Args:
        url: Where the file is.
        target: Where it goes; by default Keras' cache folder.
        time_limit: Seconds after which the download is given up.
    """

    def __init__(self, url: str = mnist.URL, target: Path | None = None, time_limit: float = TIME_LIMIT) -> None:
        self._url, self._target, self._time_limit = url, target, time_limit
        self._lock = threading.Lock()
        self._state = DownloadState()

    @property
    def state(self) -> DownloadState:
        """The snapshot of now."""
        return self._state

    def start(self) -> None:
        """Begin, or begin again after a failure; nothing while one is under way."""
        with self._lock:
            if self._state.step is DownloadStep.RUNNING:
                return
            self._state = DownloadState(DownloadStep.RUNNING)
        threading.Thread(target=self._run, name="mnist-download", daemon=True).start()

    def _run(self) -> None:
        try:
            self._fetch(self._target or mnist.keras_path())
            self._state = DownloadState(DownloadStep.FINISHED, 1.0)
        except Exception as error:  # whatever happens is told on the page
            logger.warning("MNIST could not be downloaded from %s.", self._url, exc_info=True)
            self._state = DownloadState(DownloadStep.FAILED, problem=problem_of(error), status=status_of(error))

    def _fetch(self, target: Path) -> None:
        import pooch  # here, because few people download and everybody waits for the first page

        progress = _Progress(time.monotonic() + self._time_limit, self._show)
        over_http = pooch.HTTPDownloader(progressbar=progress, timeout=SILENCE_LIMIT)

        def download(url: str, path: str, caller: Any) -> None:
            over_http(url, path, caller)
            refuse_web_page(Path(path))

        pooch.retrieve(
            self._url,
            known_hash=f"sha256:{mnist.FILE_SHA256}",
            fname=target.name,
            path=target.parent,
            downloader=download,
        )

    def _show(self, fraction: float) -> None:
        self._state = DownloadState(DownloadStep.RUNNING, fraction)


class _Progress:
    """What pooch asks of a progress bar: a `total` that it sets, `update`, `reset` and `close`."""

    def __init__(self, deadline: float, show: Any) -> None:
        self.total = 0
        self._done = 0
        self._deadline, self._show = deadline, show

    def update(self, size: int) -> None:
        if time.monotonic() > self._deadline:
            raise TimeoutError("it took too long")
        self._done += size
        self._show(min(1.0, self._done / self.total) if self.total else 0.0)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        pass
