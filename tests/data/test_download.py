import hashlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from autoencoder.data import download, mnist
from autoencoder.data.download import PAGE, DownloadProblem, DownloadState, DownloadStep, MnistDownload, problem_of
from tests.waiting import wait_for

pytestmark = pytest.mark.long

CONTENT = bytes(range(256)) * 1000
BLOCKED = b"\n<!DOCTYPE html>\n<html><title>Blocked by your school</title></html>"
FILTER = Path(__file__).with_name("filter.pem")  # a key and a certificate that nobody trusts
Answer = Callable[[BaseHTTPRequestHandler], None]


def whole(request: BaseHTTPRequestHandler) -> None:
    send(request, CONTENT)


def send(request: BaseHTTPRequestHandler, content: bytes, length: int | None = None) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(content) if length is None else length))
    request.end_headers()
    request.wfile.write(content)


class Server:
    """A web server on this computer whose answer can be changed; `release` ends an answer that waits."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.answer: Answer = whole
        self.release = threading.Event()
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests += 1
                with suppress(OSError):  # the client has left
                    outer.answer(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_port}/mnist.npz"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(mnist, "FILE_SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(download, "SILENCE_LIMIT", 0.4)
    with serving(Server()) as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    yield server
    server.release.set()
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "datasets" / "mnist.npz"


def ended(fetching: MnistDownload) -> DownloadState:
    wait_for(lambda: fetching.state.step is not DownloadStep.RUNNING)
    return fetching.state


def test_nothing_happens_before_it_is_started(server: Server, target: Path) -> None:
    assert MnistDownload(server.url, target).state == DownloadState(DownloadStep.NOT_STARTED)
    assert server.requests == 0


def test_the_file_arrives_whole(server: Server, target: Path) -> None:
    fetching = MnistDownload(server.url, target)
    fetching.start()
    assert ended(fetching) == DownloadState(DownloadStep.FINISHED, 1.0)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["mnist.npz"]


def test_it_goes_where_mnist_is_looked_for(server: Server, no_mnist: Path) -> None:
    fetching = MnistDownload(server.url)
    fetching.start()
    assert ended(fetching).step is DownloadStep.FINISHED
    assert mnist.find() == no_mnist


def test_progress_is_the_share_of_the_bytes_and_one_download_runs_at_a_time(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_then_wait(request: BaseHTTPRequestHandler) -> None:
        send(request, CONTENT[: len(CONTENT) // 2], len(CONTENT))
        request.wfile.flush()
        server.release.wait(10)
        request.wfile.write(CONTENT[len(CONTENT) // 2 :])

    server.answer = half_then_wait
    monkeypatch.setattr(download, "SILENCE_LIMIT", 10.0)
    fetching = MnistDownload(server.url, target)
    fetching.start()
    wait_for(lambda: 0.4 < fetching.state.fraction <= 0.5)
    fetching.start()
    server.release.set()
    assert ended(fetching) == DownloadState(DownloadStep.FINISHED, 1.0)
    assert server.requests == 1


def wrong(server: Server) -> Answer:
    return lambda request: send(request, CONTENT[::-1])


def not_found(server: Server) -> Answer:
    return lambda request: request.send_error(404)


def stalls_at_once(server: Server) -> Answer:
    return lambda request: server.release.wait(10) and None


def stalls_half_way(server: Server) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, CONTENT[:1000], len(CONTENT))
        request.wfile.flush()
        server.release.wait(10)

    return answer


def closes_half_way(server: Server) -> Answer:
    return lambda request: send(request, CONTENT[:1000], len(CONTENT))


def closes_at_once(server: Server) -> Answer:
    return lambda request: request.connection.shutdown(socket.SHUT_RDWR)


def drips(server: Server) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, b"", len(CONTENT))
        for begin in range(0, len(CONTENT), 2500):
            request.wfile.write(CONTENT[begin : begin + 2500])
            request.wfile.flush()
            if server.release.wait(0.05):
                return

    return answer


def page(server: Server) -> Answer:
    return lambda request: send(request, BLOCKED)


def status(code: int) -> Callable[[Server], Answer]:
    return lambda server: lambda request: request.send_error(code)


def failed(fetching: MnistDownload) -> DownloadState:
    fetching.start()
    state = ended(fetching)
    assert state.step is DownloadStep.FAILED
    return state


def test_an_answer_without_an_end_is_left(server: Server, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        send(request, b"", 10**12)
        while not server.release.is_set():
            request.wfile.write(CONTENT)

    server.answer = endless
    monkeypatch.setattr(download, "MOST_PIECES", 1000)
    assert failed(MnistDownload(server.url, target)).problem is DownloadProblem.CONTENT
    assert not target.exists()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (wrong, DownloadProblem.CONTENT),
        (page, DownloadProblem.PAGE),
        (status(403), DownloadProblem.STATUS),
        (status(404), DownloadProblem.STATUS),
        (status(503), DownloadProblem.STATUS),
        (status(511), DownloadProblem.STATUS),
        (stalls_at_once, DownloadProblem.SILENCE),
        (stalls_half_way, DownloadProblem.SILENCE),
        (closes_at_once, DownloadProblem.UNREACHED),
        (closes_half_way, DownloadProblem.UNREACHED),
        (drips, DownloadProblem.SLOW),
    ],
)
def test_a_problem_is_told_and_another_try_may_succeed(
    server: Server, target: Path, answer: Callable[[Server], Answer], problem: DownloadProblem
) -> None:
    server.answer = answer(server)
    fetching = MnistDownload(server.url, target, time_limit=1.0)
    state = failed(fetching)
    assert state.problem is problem
    assert not target.exists()
    assert not list(target.parent.glob("*")), "a part of a file was left behind"
    server.answer = whole
    fetching.start()
    assert ended(fetching) == DownloadState(DownloadStep.FINISHED, 1.0)
    assert target.read_bytes() == CONTENT


def test_the_status_of_the_answer_is_kept(server: Server, target: Path) -> None:
    server.answer = status(403)(server)
    assert failed(MnistDownload(server.url, target)).status == 403


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_no_server(target: Path) -> None:
    state = failed(MnistDownload(f"http://127.0.0.1:{free_port()}/mnist.npz", target))
    assert state.problem is DownloadProblem.UNREACHED


def test_a_certificate_that_nobody_trusts(target: Path) -> None:
    with serving(Server(FILTER)) as server:
        state = failed(MnistDownload(server.url, target))
    assert state.problem is DownloadProblem.CERTIFICATE


def test_a_connection_that_cannot_be_made_secure(server: Server, target: Path) -> None:
    state = failed(MnistDownload(server.url.replace("http:", "https:"), target))
    assert state.problem is DownloadProblem.ENCRYPTION


def test_a_name_that_is_not_found(target: Path) -> None:
    state = failed(MnistDownload("http://mnist.invalid/mnist.npz", target))
    assert state.problem is DownloadProblem.NAME


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_does_not_answer(target: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{free_port()}")
    assert failed(MnistDownload(f"{scheme}://mnist.invalid/mnist.npz", target)).problem is DownloadProblem.PROXY


def test_a_proxy_that_refuses(server: Server, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers a request for a secure connection with "501 Unsupported method"."""
    monkeypatch.setenv("https_proxy", server.url.removesuffix("/mnist.npz"))
    assert failed(MnistDownload("https://mnist.invalid/mnist.npz", target)).problem is DownloadProblem.PROXY


def test_the_cause_is_logged(target: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"http://127.0.0.1:{free_port()}/mnist.npz"
    with caplog.at_level(logging.WARNING, "autoencoder"):
        failed(MnistDownload(url, target))
    (record,) = caplog.records
    assert url in record.getMessage()
    assert record.exc_info is not None
    assert "Connection refused" in caplog.text


def test_a_wrong_file_that_was_there_is_replaced(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.write_text("not MNIST")
    fetching = MnistDownload(server.url, target)
    fetching.start()
    assert ended(fetching).step is DownloadStep.FINISHED
    assert target.read_bytes() == CONTENT


def test_a_file_that_is_there_is_not_fetched_again(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    fetching = MnistDownload(server.url, target)
    fetching.start()
    assert ended(fetching) == DownloadState(DownloadStep.FINISHED, 1.0)
    assert server.requests == 0


def test_a_folder_that_cannot_be_made_is_not_blamed_on_the_internet(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state = failed(MnistDownload(server.url, tmp_path / "file" / "datasets" / "mnist.npz"))
    assert state.problem is DownloadProblem.DISK


# Without a server


@pytest.mark.parametrize(
    "begin",
    [b"<html>", b"<!DOCTYPE html>", b"\r\n <HTML lang=en>", b"\xef\xbb\xbf<!doctype html>", b"<?xml version='1.0'?>"],
)
def test_a_web_page_is_known_by_its_begin(begin: bytes) -> None:
    assert PAGE.match(begin + b"x" * 1000)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04<html>", b"not MNIST"])
def test_other_files_are_none(content: bytes) -> None:
    assert not PAGE.match(content)


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
        (requests.HTTPError(), DownloadProblem.STATUS),
        (KeyError("anything else"), DownloadProblem.UNREACHED),
    ],
)
def test_errors_by_themselves(error: Exception, problem: DownloadProblem) -> None:
    assert problem_of(error) is problem
