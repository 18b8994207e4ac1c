import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from autoencoder.images import download, mnist
from autoencoder.images.download import DownloadState, DownloadStep, MnistDownload
from tests.waiting import wait_for

pytestmark = pytest.mark.long

CONTENT = bytes(range(256)) * 1000
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

    def __init__(self) -> None:
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
        self.url = f"http://127.0.0.1:{self.server.server_port}/mnist.npz"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(mnist, "FILE_SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(download, "SILENCE_LIMIT", 0.4)
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    running = Server()
    yield running
    running.release.set()
    running.server.shutdown()
    running.server.server_close()


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
    return lambda request: send(request, b"<html>Please log in</html>")


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


NOT_REACHED = "its server was not reached. Is this computer on the internet?"


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (wrong, "what came was not the MNIST file."),
        (not_found, NOT_REACHED),
        (stalls_at_once, NOT_REACHED),
        (stalls_half_way, NOT_REACHED),
        (closes_at_once, NOT_REACHED),
        (closes_half_way, NOT_REACHED),
        (drips, "the connection was too slow."),
    ],
)
def test_trouble_becomes_a_sentence_and_another_try_may_succeed(
    server: Server, target: Path, trouble: Callable[[Server], Answer], sentence: str
) -> None:
    server.answer = trouble(server)
    fetching = MnistDownload(server.url, target, time_limit=1.0)
    fetching.start()
    assert ended(fetching) == DownloadState(DownloadStep.FAILED, message=f"MNIST could not be downloaded: {sentence}")
    assert not target.exists()
    assert not list(target.parent.glob("*")), "a part of a file was left behind"
    server.answer = whole
    fetching.start()
    assert ended(fetching) == DownloadState(DownloadStep.FINISHED, 1.0)
    assert target.read_bytes() == CONTENT


def test_no_server(target: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fetching = MnistDownload(f"http://127.0.0.1:{port}/mnist.npz", target)
    fetching.start()
    assert ended(fetching) == DownloadState(
        DownloadStep.FAILED, message=f"MNIST could not be downloaded: {NOT_REACHED}"
    )


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
    fetching = MnistDownload(server.url, tmp_path / "file" / "datasets" / "mnist.npz")
    fetching.start()
    state = ended(fetching)
    assert state.step is DownloadStep.FAILED
    assert state.message.startswith("MNIST could not be kept:")
