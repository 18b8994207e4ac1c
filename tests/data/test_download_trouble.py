"""What is seen of a download's trouble without a server; the others are in `test_download`."""

from pathlib import Path

import pytest
import requests

from autoencoder.data.download_trouble import Trouble, WebPageError, refuse_web_page, sentence, trouble_of


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
    ("error", "trouble"),
    [
        (requests.exceptions.InvalidProxyURL("no host"), Trouble.PROXY),
        (requests.exceptions.InvalidURL("no host"), Trouble.UNREACHED),
        (requests.exceptions.SSLError("a handshake"), Trouble.ENCRYPTION),
        (requests.exceptions.ConnectTimeout(), Trouble.SILENCE),
        (TimeoutError(), Trouble.SLOW),
        (ValueError("another checksum"), Trouble.CONTENT),
        (PermissionError(13, "denied"), Trouble.DISK),
        (KeyError("anything else"), Trouble.UNREACHED),
    ],
)
def test_errors_by_themselves(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


def test_an_answer_without_a_known_number_is_a_sentence() -> None:
    response = requests.Response()
    response.status_code = 499
    assert "the answer was 499." in sentence(requests.HTTPError(response=response))
    assert trouble_of(requests.HTTPError()) is Trouble.STATUS
