"""The headers of every answer and the hosts that are answered: first as middleware alone, then of a server."""

import asyncio
import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from benchmarks.servers import APP, serve
from ui.shell.headers import FRAMES, HOSTS, guards, page_headers

HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def answer(host: str = "localhost", kind: str = "http") -> tuple[int, dict[str, str]]:
    """What is answered to a request for this host: status, and headers; of a websocket that is accepted 101."""
    sent: list[Any] = []

    async def page(request: object) -> PlainTextResponse:
        return PlainTextResponse("a page", headers={"referrer-policy": "unsafe-url", "etag": "x"})

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request" if kind == "http" else "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    app = Starlette(routes=[Route("/", page), WebSocketRoute("/", socket)], middleware=guards())
    headers = [(b"host", host.encode())]
    scope = {"type": kind, "method": "GET", "path": "/", "query_string": b"", "headers": headers, "extensions": {}}
    asyncio.run(app(scope | {"extensions": {"websocket.http.response": {}}}, receive, send))
    if sent[0]["type"] == "websocket.accept":
        return 101, {}
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def policy(headers: dict[str, str]) -> dict[str, list[str]]:
    said = (directive.split() for directive in headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in said}


def test_every_answer_has_the_headers_and_keeps_its_own_others() -> None:
    status, headers = answer()
    assert status == 200
    assert {name.lower(): value for name, value in page_headers().items()}.items() <= headers.items()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["etag"] == "x"
    assert headers["permissions-policy"].startswith("camera=(self)")


def test_a_page_runs_no_code_but_the_servers() -> None:
    allowed = policy(answer()[1])
    assert "'self'" in allowed["script-src"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"} & set(allowed["script-src"])
    assert allowed["object-src"] == ["'none'"]
    assert allowed["default-src"] == ["'self'"], "so that nothing is sent to others either"


def test_who_may_show_the_app_in_a_frame_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert policy(answer()[1])["frame-ancestors"] == ["'self'"]
    monkeypatch.setenv(FRAMES, "https://moodle.example.edu, http://*.example.org:8080")
    named = ["'self'", "https://moodle.example.edu", "http://*.example.org:8080"]
    assert policy(answer()[1])["frame-ancestors"] == named


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_names_of_the_server_are_refused_where_its_own_are_said(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    taken = 200 if kind == "http" else 101
    assert answer("anything.example", kind)[0] == taken, "no check where none is said"
    monkeypatch.setenv(HOSTS, "hourglass.example.edu *.example.org")
    for host in ("hourglass.example.edu", "Hourglass.example.edu:8501", "a.example.org", "127.0.0.1:8501", "[::1]:1"):
        assert answer(host, kind)[0] == taken, host
    for host in ("anything.example", "hourglass.example.edu.evil.example", "", "10.0.0.1"):
        assert answer(host, kind)[0] == 400, host
    assert "content-security-policy" in answer("anything.example")[1]


@pytest.mark.parametrize(
    ("variable", "value"),
    [(HOSTS, "https://hourglass.example.edu"), (HOSTS, "a*.example"), (FRAMES, "moodle.example.edu; script-src *")],
)
def test_what_is_no_host_and_no_origin_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=f"Expected {variable}"):
        guards()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a server as `streamlit run app.py` starts it, which answers to one name beside those of this computer."""
    with serve(APP, HOURGLASS_HOSTS="hourglass.example.edu") as server:
        yield urlsplit(server.url).netloc


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/bottleneck", "/_stcore/health", "/_stcore/host-config", "/nothing.js"])
def test_a_server_sends_them(address: str, path: str) -> None:
    status, headers = asked(address, path, {})
    assert status == 200
    assert page_headers().items() <= headers.items()
    assert asked(address, path, {"Host": "elsewhere.example"})[0] == 400


@pytest.mark.slow
def test_a_servers_websocket_is_for_its_own_names(address: str) -> None:
    for host, status in ((address, 101), ("hourglass.example.edu", 101), ("elsewhere.example", 400)):
        assert asked(address, "/_stcore/stream", HANDSHAKE | {"Host": host})[0] == status, host


def asked(address: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    said = response.status, {name.title(): value for name, value in response.getheaders()}
    connection.close()
    return said
