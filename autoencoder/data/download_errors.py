"""What kept a file from being downloaded."""

from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path

PAGE_BEGINS = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<script", b"<meta")


class DownloadProblem(Enum):
    """What went wrong. `ui.training.download_text` says it to the learner."""

    CERTIFICATE = auto()
    ENCRYPTION = auto()
    PAGE = auto()  # a web page came instead of the file
    CONTENT = auto()  # another file
    STATUS = auto()  # of HTTP, such as 403
    PROXY = auto()
    NAME = auto()  # was not found
    SILENCE = auto()
    SLOW = auto()
    UNREACHED = auto()
    DISK = auto()


class WebPageError(ValueError):
    """A web page came instead of a file."""


def refuse_web_page(path: Path) -> None:
    """Raise WebPageError if a file is a web page."""
    with path.open("rb") as file:
        begin = file.read(256)
    if begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGE_BEGINS):
        raise WebPageError("Expected the MNIST file. Received: a web page.")


def problem_of(error: BaseException) -> DownloadProblem:
    """Return what an error of a download means."""
    import requests

    kinds = {type(each).__name__ for each in _chain(error)}
    if isinstance(error, requests.RequestException):
        if isinstance(error, requests.HTTPError):
            return DownloadProblem.STATUS
        if isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
            return DownloadProblem.PROXY
        if isinstance(error, requests.exceptions.SSLError):
            return DownloadProblem.CERTIFICATE if "SSLCertVerificationError" in kinds else DownloadProblem.ENCRYPTION
        if isinstance(error, requests.Timeout) or "ReadTimeoutError" in kinds:
            return DownloadProblem.SILENCE
        return DownloadProblem.NAME if kinds & {"NameResolutionError", "gaierror"} else DownloadProblem.UNREACHED
    if isinstance(error, TimeoutError):
        return DownloadProblem.SLOW
    if isinstance(error, ValueError):  # pooch's word for a wrong checksum
        return DownloadProblem.PAGE if isinstance(error, WebPageError) else DownloadProblem.CONTENT
    return DownloadProblem.DISK if isinstance(error, OSError) else DownloadProblem.UNREACHED


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status with which a server refused; None where it did not."""
    return getattr(getattr(error, "response", None), "status_code", None)


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
