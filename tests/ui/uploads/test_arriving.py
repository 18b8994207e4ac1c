"""Uploads go to the disk: first by a request alone, then by a server as `streamlit run app.py` starts it."""

import asyncio
import sys
import uuid
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoencoder.data import own
from autoencoder.data.uploads.limits import MB, OF_A_TAB, Reason, Refusal
from autoencoder.data.uploads.storage import ARRIVED
from benchmarks.servers import APP, Server, serve
from benchmarks.tab import Tab
from tests.data.uploads.corpus import JPEG, PNG, zipped
from tests.waiting import wait_for
from ui.uploads import arriving
from ui.uploads.arriving import UploadsToDisk, arrived

TOKEN, FILE = "a" * 32, "1a2b3c4d-0000-4000-8000-000000000001"
START = b'--b0undary\r\nContent-Disposition: form-data; name="x"; filename="x.png"\r\nContent-Type: image/png\r\n\r\n'
END = b"\r\n--b0undary--\r\n"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Of the one session that is there."""
    monkeypatch.setenv(own.VARIABLE, str(tmp_path))
    sessions = SimpleNamespace(token=lambda session: TOKEN, known=lambda session: TOKEN)
    monkeypatch.setattr(arriving, "get_upload_sessions", lambda: sessions)
    monkeypatch.setattr(arriving, "is_alive", lambda session: session == "me")
    folder = own.session_folder(TOKEN)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def put(
    *chunks: bytes, status: int = 204, session: str = "me", file: str = FILE, length: int = 0, goes: bool = False
) -> bytes:
    """What Streamlit is handed of a request that comes in these chunks, after which the browser may be gone."""
    given = bytearray()
    coming = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    coming[-1]["more_body"] = goes

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def streamlit(scope: dict[str, Any], receive: Any, send: Any) -> None:
        given.extend((await receive())["body"])
        assert dict(scope["headers"])[b"content-length"] == str(len(given)).encode()
        await send({"type": "http.response.start", "status": status})

    async def send(message: dict[str, Any]) -> None:
        pass

    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"/base/_stcore/upload_file/{session}/{file}",
        "headers": [(b"content-length", str(length or sum(map(len, chunks))).encode())],
    }
    asyncio.run(UploadsToDisk(streamlit)(scope, receive, send))
    return bytes(given)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def uploaded(handed: bytes) -> Any:
    """What Streamlit makes of it."""
    content = handed.removeprefix(START).removesuffix(END)
    return SimpleNamespace(name="x.png", file_id=FILE, getvalue=lambda: content)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.binary(max_size=3000), st.lists(st.integers(0, 3300), max_size=6))
def test_a_file_is_whole_however_it_comes(folder: Path, content: bytes, cuts: list[int]) -> None:
    body = START + content + END
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    handed = put(*(body[begin:end] for begin, end in pairwise(places) if end > begin))
    assert handed == START + END
    ((name, path),), refusals = arrived([uploaded(handed)], folder)
    assert (name, path.read_bytes(), refusals) == ("x.png", content, [])


@pytest.mark.parametrize(
    "chunks",
    [
        (START, PNG),
        (START, PNG + END[:-3]),
        (b"no head at all" * 3000,),
        (PNG,),
        (b"",),
    ],
)
def test_what_is_no_whole_file_leaves_nothing(folder: Path, chunks: tuple[bytes, ...]) -> None:
    assert put(*chunks, status=400) == b""
    assert files(folder) == []
    assert not arriving.space._coming


def test_a_browser_that_goes_leaves_nothing(folder: Path) -> None:
    put(START, PNG, length=10**6, status=400, goes=True)
    assert files(folder) == []
    assert not arriving.space._coming


@pytest.mark.parametrize(
    ("session", "file"), [("gone", FILE), ("me", "..%2f..%2fx"), ("me", "photos.json"), ("me", "..")]
)
def test_of_strange_names_and_of_those_who_have_gone_nothing_is_written(folder: Path, session: str, file: str) -> None:
    put(START, PNG, END, session=session, file=file, status=400)
    assert files(folder.parent) == []


def test_what_streamlit_refuses_is_not_kept(folder: Path) -> None:
    put(START, PNG, END, status=403)
    assert files(folder) == []


def refusal(handed: bytes, folder: Path) -> Refusal:
    named, (refusal,) = arrived([uploaded(handed), uploaded(handed)][:1], folder)
    assert named == []
    assert files(folder) == []
    return refusal


def test_a_large_file_that_is_no_zip_is_refused_by_its_name(folder: Path) -> None:
    handed = put(START, PNG, END, length=50 * MB)
    assert refusal(handed, folder) == Refusal(Reason.TOO_LARGE, "x.png", {"megabytes": 40})


def test_a_zip_that_is_too_large_is_refused_by_its_name_and_takes_no_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OF_A_TAB, "150")
    handed = put(START, zipped({"1.png": PNG}), END, length=5_000 * MB)
    assert refusal(handed, folder) == Refusal(Reason.ZIP_TOO_LARGE, "x.png", {"megabytes": 100})
    assert not arriving.space._coming


def test_what_a_tab_may_not_have_is_refused_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OF_A_TAB, "1")
    (folder / "photo").write_bytes(bytes(MB))
    handed = put(START, PNG, END)
    assert arrived([uploaded(handed)] * 5, folder) == ([], [Refusal(Reason.TAB_FULL, values={"megabytes": 1})])
    (folder / "photo").unlink()
    assert put(START, PNG, END) == START + END


def test_a_disk_that_takes_nothing_is_a_refusal(folder: Path) -> None:
    (folder / ARRIVED).write_text("a file in its place")
    assert b"disk" in put(START, PNG, END)


def test_where_streamlit_gives_the_file_itself_it_is_written(folder: Path) -> None:
    """As in its own tests, or if it should change the way that files come."""
    ((_, path),), _ = arrived([SimpleNamespace(name="x", file_id=FILE, getvalue=lambda: PNG)], folder)
    assert path.read_bytes() == PNG


# A server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """And where it keeps uploads."""
    uploads = tmp_path_factory.mktemp("uploads")
    short = {"HOURGLASS_UPLOADS_GRACE": "1", OF_A_TAB: "130"}
    with serve(APP, HOURGLASS_UPLOADS=str(uploads), **short) as server:
        yield server, uploads


@pytest.mark.long
def test_as_the_app_is_started_no_file_stays_in_memory_and_none_on_the_disk(server: tuple[Server, Path]) -> None:
    """Where this fails, Streamlit does not take middleware any more, or takes files in another way."""
    served, uploads = server
    photo = JPEG + bytes(30 * MB)  # what follows a picture is not looked at

    async def visit() -> None:
        async with Tab(served.url, "pictures") as tab:
            before = served.memory()
            places = {f"{number}.jpg": await tab.put(f"{number}.jpg", photo) for number in range(5)}
            found = {path.name: path.stat().st_size for path in uploads.glob("session-*/arrived/*")}
            assert found == {place.file_id: len(photo) for place in list(places.values())[:4]}
            assert served.memory() - before < 60, "150 MB have come"
            url = served.url + places["0.jpg"].delete_url
            assert requests.delete(url, timeout=60).status_code in (204, 403)
            assert len(list(uploads.glob("session-*/arrived/*"))) == 3
            await tab.show("Drop pictures here", dict(list(places.items())[1:]))
            await tab.until(lambda: tab.has("markdown", "**1 picture**"), "a picture")
            await tab.until(lambda: tab.has("markdown", "- The other files are not used: your pic"), "a reason")
            assert not list(uploads.glob("session-*/arrived/*"))

    asyncio.run(visit())
    wait_for(lambda: not list(uploads.glob("session-*")))


@pytest.mark.long
def test_who_has_no_tab_and_who_comes_from_elsewhere_leaves_nothing(server: tuple[Server, Path]) -> None:
    served, uploads = server
    for session in (str(uuid.uuid4()), "x"):
        path = f"{served.url}/_stcore/upload_file/{session}/{uuid.uuid4()}"
        assert requests.put(path, files={"file": ("a.png", PNG)}, timeout=60).status_code in (400, 403)
    assert not [path for path in uploads.rglob("*") if path.is_file()]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_server_that_is_told_to_end_leaves_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """As `docker stop` does."""
    uploads = tmp_path_factory.mktemp("uploads")

    async def visit(served: Server) -> None:
        async with Tab(served.url, "pictures") as tab:
            await tab.put("a.jpg", JPEG)
            assert list(uploads.glob("session-*/arrived/*"))
            served.process.terminate()
            await asyncio.to_thread(wait_for, lambda: not list(uploads.glob("session-*")))

    with serve(APP, HOURGLASS_UPLOADS=str(uploads)) as served:
        asyncio.run(visit(served))
