"""What a page says of a download of MNIST that failed, and what can be done about it."""

import os
from collections.abc import Mapping
from http import HTTPStatus

from autoencoder.data.download import DownloadProblem, DownloadState

PROBLEMS: Mapping[DownloadProblem, str] = {
    DownloadProblem.CERTIFICATE: "its server's certificate is not trusted here. A filter may stand between.",
    DownloadProblem.ENCRYPTION: "no secure connection could be made. A filter may stand between.",
    DownloadProblem.PAGE: "what came was not the MNIST file but a web page, perhaps of a filter, or of a network that "
    "wants a sign-in.",
    DownloadProblem.CONTENT: "what came was not the MNIST file.",
    DownloadProblem.STATUS: "the answer was {answer}.",
    DownloadProblem.PROXY: "its server was not reached. The proxy that this computer is told to use refused, or did "
    "not answer.",
    DownloadProblem.NAME: "its server was not reached, because its name was not found. Is this computer on "
    "the internet?",
    DownloadProblem.SILENCE: "its server did not answer in time.",
    DownloadProblem.SLOW: "the connection was too slow.",
    DownloadProblem.UNREACHED: "its server was not reached. Is this computer on the internet?",
    DownloadProblem.DISK: "Keras' cache folder cannot be written to.",
}
OF_FILTERS = {401, 403, 407, 451, 511}  # statuses that filters answer with


def download_failure(state: DownloadState) -> str:
    """Return what went wrong, and where the file may be put instead; "" where nothing went wrong."""
    if state.problem is None:
        return ""
    problem = PROBLEMS[state.problem].format(answer=_answer(state.status))
    if state.problem is DownloadProblem.DISK:
        help = "Let `KERAS_HOME` name a folder that can be, or `HOURGLASS_MNIST` a copy of `mnist.npz`."
        return f"MNIST could not be kept: {problem} {help}"
    folder = "$KERAS_HOME/datasets" if os.environ.get("KERAS_HOME") else "~/.keras/datasets"
    help = f"Whoever runs this app can put a copy of `mnist.npz` into `{folder}`, or let `HOURGLASS_MNIST` name it."
    return f"MNIST could not be downloaded: {problem} {help}"


def _answer(status: int | None) -> str:
    """Return a status, its meaning, and whose it may be: "403 Forbidden, perhaps a filter's"."""
    meaning = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    return f"{status} {meaning}".strip() + (", perhaps a filter's" if status in OF_FILTERS else "")
