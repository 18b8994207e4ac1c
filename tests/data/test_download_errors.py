"""What is seen of a download's problem without a server; the others are in `test_download`."""

from pathlib import Path

import pytest
import requests

from autoencoder.data.download_errors import DownloadProblem, WebPageError, problem_of, refuse_web_page, status_of


@pytest.mark.parametrize(
    "begin",
    [b"<html>", b"<!DOCTYPE html>", b"\r\n <HTML lang=en>", b"\xef\xbb\xbf<!doctype html>", b"<?xml version='1.0'?>"],
)
def test_a_web_page_is_known_by_its_begin(tmp_path: Path, begin: bytes) -> None:
    (tmp_path / "file").write_bytes(begin + b"x" * 1000)
    with pytest.raises(WebPageError):
        refuse_web_page(tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04<html>", b"not MNIST"])
def test_other_files_are_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    refuse_web_page(tmp_path / "file")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (requests.exceptions.InvalidProxyURL("no host"), DownloadProblem.PROXY),
        (requests.exceptions.InvalidURL("no host"), DownloadProblem.UNREACHED),
        (requests.exceptions.SSLError("a handshake"), DownloadProblem.ENCRYPTION),
        (requests.exceptions.ConnectTimeout(), DownloadProblem.SILENCE),
        (TimeoutError(), DownloadProblem.SLOW),
        (ValueError("another checksum"), DownloadProblem.CONTENT),
        (PermissionError(13, "denied"), DownloadProblem.DISK),
        (KeyError("anything else"), DownloadProblem.UNREACHED),
    ],
)
def test_errors_by_themselves(error: Exception, problem: DownloadProblem) -> None:
    assert problem_of(error) is problem


def test_the_status_is_that_of_the_answer() -> None:
    response = requests.Response()
    response.status_code = 499
    assert status_of(requests.HTTPError(response=response)) == 499
    assert (problem_of(requests.HTTPError()), status_of(TimeoutError())) == (DownloadProblem.STATUS, None)
