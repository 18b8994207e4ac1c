"""Fetch MNIST in the background, with progress and a time limit."""

import hashlib
import logging
import re
import threading
import time
import traceback
from dataclasses import dataclass
from enum import Enum, StrEnum
from itertools import islice
from pathlib import Path

from autoencoder.data import mnist
from autoencoder.files import sha256, write_atomically

TIME_LIMIT = 300.0  # seconds for the whole download of 11 MB
SILENCE_LIMIT = 15.0  # seconds without an answer
PIECE, MOST_PIECES = 1024, 100_000  # bytes that are received at once, and how often; the file has 11 MB
PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml|script|meta)", re.IGNORECASE)
logger = logging.getLogger(__name__)


DownloadStep = StrEnum("DownloadStep", "NOT_STARTED RUNNING FINISHED FAILED")  # where a download stands
DownloadProblem = Enum(  # what went wrong; `ui.services.errors` says it to the learner
    "DownloadProblem",
    # a web page or another file came instead of the file; a status of HTTP, such as 403; a name that was not found
    "CERTIFICATE ENCRYPTION PAGE CONTENT STATUS PROXY NAME SILENCE SLOW UNREACHED DISK",
)


@dataclass(frozen=True)
class DownloadState:
    """A snapshot of a download."""

    step: DownloadStep = DownloadStep.NOT_STARTED
    fraction: float = 0.0  # of the bytes that are here, in [0, 1]
    problem: DownloadProblem | None = None  # why it failed
    status: int | None = None  # with which the server answered, where that is the problem


class MnistDownload:
    """One download at a time, which any number of pages may start and watch; by default into Keras' cache folder."""

    def __init__(self, url: str = mnist.URL, target: Path | None = None, time_limit: float = TIME_LIMIT) -> None:
        self._url, self._target, self._time_limit = url, target, time_limit
        self._lock = threading.Lock()
        self.state = DownloadState()

    def start(self) -> None:
        """Begin, or begin again after a failure; nothing while one is under way."""
        with self._lock:
            if self.state.step is DownloadStep.RUNNING:
                return
            self.state = DownloadState(DownloadStep.RUNNING)
        threading.Thread(target=self._run, name="mnist-download", daemon=True).start()

    def _run(self) -> None:
        try:
            target = self._target or mnist.keras_path()
            if not (target.is_file() and sha256(target) == mnist.FILE_SHA256):
                write_atomically(target, self._fetch())
            self.state = DownloadState(DownloadStep.FINISHED, 1.0)
        except Exception as error:  # whatever happens is told on the page
            logger.warning("MNIST could not be downloaded from %s.", self._url, exc_info=True)
            status = getattr(getattr(error, "response", None), "status_code", None)
            self.state = DownloadState(DownloadStep.FAILED, problem=problem_of(error), status=status)

    def _fetch(self) -> bytes:
        import requests  # here, because few people download and everybody waits for the first page

        deadline, content = time.monotonic() + self._time_limit, bytearray()
        with requests.get(self._url, stream=True, timeout=SILENCE_LIMIT) as response:
            response.raise_for_status()
            total = int(response.headers.get("Content-Length", 0))
            for piece in islice(response.iter_content(PIECE), MOST_PIECES):
                if time.monotonic() > deadline:
                    raise TimeoutError("it took too long")
                content += piece
                self.state = DownloadState(DownloadStep.RUNNING, min(1.0, len(content) / total) if total else 0.0)
        if PAGE.match(content):
            raise ValueError("Expected the MNIST file. Received: a web page.", DownloadProblem.PAGE)
        if hashlib.sha256(content).hexdigest() != mnist.FILE_SHA256:
            raise ValueError("Expected the MNIST file. Received: another.")
        return bytes(content)


def problem_of(error: BaseException) -> DownloadProblem:
    """Return what an error of a download means."""
    from requests import exceptions as http

    said = "".join(traceback.format_exception(error))  # with all that it came from, which libraries wrap in each other
    if isinstance(error, http.HTTPError):
        return DownloadProblem.STATUS
    if isinstance(error, http.ProxyError | http.InvalidProxyURL):
        return DownloadProblem.PROXY
    if isinstance(error, http.SSLError):
        return DownloadProblem.CERTIFICATE if "SSLCertVerificationError" in said else DownloadProblem.ENCRYPTION
    if isinstance(error, http.RequestException):
        if isinstance(error, http.Timeout) or "ReadTimeoutError" in said:
            return DownloadProblem.SILENCE
        return DownloadProblem.NAME if re.search("NameResolutionError|gaierror", said) else DownloadProblem.UNREACHED
    if isinstance(error, TimeoutError):
        return DownloadProblem.SLOW
    if isinstance(error, ValueError):
        return DownloadProblem.PAGE if DownloadProblem.PAGE in error.args else DownloadProblem.CONTENT
    return DownloadProblem.DISK if isinstance(error, OSError) else DownloadProblem.UNREACHED
