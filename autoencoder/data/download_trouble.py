"""What kept MNIST from being downloaded, and what to do about it, as a sentence."""

import os
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

PAGE_BEGINS = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<script", b"<meta")


class Trouble(StrEnum):
    """What went wrong; the value says it to the learner."""

    CERTIFICATE = "its server's certificate is not trusted here. A filter may stand between."
    ENCRYPTION = "no secure connection could be made. A filter may stand between."
    PAGE = "what came was not the MNIST file but a web page, perhaps of a filter, or of a network that wants a sign-in."
    CONTENT = "what came was not the MNIST file."
    STATUS = "the answer was"  # with the number and its meaning
    PROXY = "its server was not reached. The proxy that this computer is told to use refused, or did not answer."
    NAME = "its server was not reached, because its name was not found. Is this computer on the internet?"
    SILENCE = "its server did not answer in time."
    SLOW = "the connection was too slow."
    UNREACHED = "its server was not reached. Is this computer on the internet?"
    DISK = "Keras' cache folder cannot be written to."


class WebPageError(ValueError):
    """A web page came instead of a file."""


def refuse_web_page(path: Path) -> None:
    """Raise WebPageError if a file is a web page."""
    with path.open("rb") as file:
        begin = file.read(256)
    if begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGE_BEGINS):
        raise WebPageError("Expected the MNIST file. Received: a web page.")


def trouble_of(error: BaseException) -> Trouble:
    """Find out what an error of a download means."""
    import requests

    kinds = {type(each).__name__ for each in _chain(error)}
    if isinstance(error, requests.RequestException):
        if isinstance(error, requests.HTTPError):
            return Trouble.STATUS
        if isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
            return Trouble.PROXY
        if isinstance(error, requests.exceptions.SSLError):
            return Trouble.CERTIFICATE if "SSLCertVerificationError" in kinds else Trouble.ENCRYPTION
        if isinstance(error, requests.Timeout) or "ReadTimeoutError" in kinds:
            return Trouble.SILENCE
        return Trouble.NAME if kinds & {"NameResolutionError", "gaierror"} else Trouble.UNREACHED
    if isinstance(error, TimeoutError):
        return Trouble.SLOW
    if isinstance(error, ValueError):  # pooch's word for a wrong checksum
        return Trouble.PAGE if isinstance(error, WebPageError) else Trouble.CONTENT
    return Trouble.DISK if isinstance(error, OSError) else Trouble.UNREACHED


def sentence(error: BaseException) -> str:
    """Say to a learner what went wrong, and where the file may be put instead."""
    trouble = trouble_of(error)
    if trouble is Trouble.DISK:
        help = "Let `KERAS_HOME` name a folder that can be, or `HOURGLASS_MNIST` a copy of `mnist.npz`."
        return f"MNIST could not be kept: {trouble} {help}"
    what = f"{trouble} {_answer(error)}" if trouble is Trouble.STATUS else str(trouble)
    folder = "$KERAS_HOME/datasets" if os.environ.get("KERAS_HOME") else "~/.keras/datasets"
    help = f"Whoever runs this app can put a copy of `mnist.npz` into `{folder}`, or let `HOURGLASS_MNIST` name it."
    return f"MNIST could not be downloaded: {what} {help}"


def _answer(error: BaseException) -> str:
    """Return the number of an answer, what it means, and whose it may be: "403 Forbidden, perhaps a filter's."."""
    code = getattr(getattr(error, "response", None), "status_code", None)
    meaning = HTTPStatus(code).phrase if code in set(HTTPStatus) else ""
    whose = ", perhaps a filter's" if code in {401, 403, 407, 451, 511} else ""
    return f"{code} {meaning}".strip() + f"{whose}."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it came from; requests and urllib3 wrap errors in arguments and reasons."""
    left, seen = [error], set()
    while left:
        each = left.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            wrapped = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
            left += [inner for inner in wrapped if isinstance(inner, BaseException)]
