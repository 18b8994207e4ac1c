"""A browser tab without a browser: it speaks Streamlit's protocol, so that one process can keep thirty of them open.

It does what the browser does: sends what widgets say, keeps large messages and names them in its next question, and
asks for fragments anew as often as they wish.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 120.0  # s
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class TabError(RuntimeError):
    """The page met an error, or the answer that was waited for did not come."""


@dataclass(frozen=True)
class _Element:
    """Something on the page: what the protocol calls it, what it is called by, its part of the page, its run."""

    kind: str
    text: str
    content: Any
    fragment: str
    run: str

    def is_called(self, kind: str, text: str) -> bool:
        return self.kind == kind and self.text.startswith(text)


class Tab:
    """A tab on a page of a server; leave the `async with` and it is closed.

    Args:
        url: Of the server, without a slash at the end.
        page: The page's name in its address.
        query: Of its address, without the question mark.
    """

    def __init__(self, url: str, page: str, query: str = "") -> None:
        self.letters: dict[tuple[str, str], dict[str, Any]] = {}  # (to whom, kind) → the latest
        self.errors: list[str] = []
        self.finished = 0  # runs of the script or of a part of it
        self.pages = 0  # whole runs of the script that have begun
        self._url, self._page, self._query = url, page, query
        self._script = ""  # the hash by which the server knows the page
        self._elements: dict[tuple[int, ...], _Element] = {}  # by their places on the page
        self._said: dict[str, WidgetState] = {}
        self._turns: dict[str, int] = {}  # player → how often its slider was let go
        self._session = self._run = ""
        self._urls: Any = None
        self._kept: dict[str, ForwardMsg] = {}
        self._again: dict[str, asyncio.Task[None]] = {}  # fragment → what asks for it
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        address = f"ws://{urlsplit(self._url).netloc}/_stcore/stream"
        self._socket: ClientConnection = await connect(
            address, subprotocols=[Subprotocol("streamlit")], max_size=None, origin=Origin(self._url)
        )
        self._reader = asyncio.create_task(self._read())
        await self._ask()
        await self.until(lambda: self.finished > 0, "the page")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in (self._reader, *self._again.values()):
            task.cancel()
        await self._socket.close()

    def element(self, kind: str, label: str) -> Any:
        """The element of this kind, as the protocol names it, whose label begins so.

        Raises:
            TabError: If it is not on the page.
        """
        return self._found(kind, label)[0]

    def has(self, kind: str, label: str) -> bool:
        """Return whether it is on the page."""
        return any(element.is_called(kind, label) for element in self._elements.values())

    async def release(self, key: str, index: int) -> None:
        """Let the slider of the player with this key go at an index."""
        player, fragment = await self._there("bidi_component", key)
        self._turns[key] = self._turns.get(key, 0) + 1
        shown = {"shown": {"index": index, "turn": self._turns[key]}}
        self._said[player.id] = WidgetState(id=player.id, json_value=json.dumps(shown))
        await self._ask(fragment)

    async def fill(self, label: str, value: int) -> None:
        """Put a whole number into a field."""
        field, fragment = await self._there("number_input", label)
        self._said[field.id] = WidgetState(id=field.id, int_value=value)
        await self._ask(fragment)

    async def choose(self, label: str, option: str) -> None:
        """Choose what begins so from a list."""
        box, fragment = await self._there("selectbox", label)
        chosen = next(text for text in box.options if text.startswith(option))
        self._said[box.id] = WidgetState(id=box.id, string_value=chosen)
        await self._ask(fragment)

    async def upload(self, label: str, name: str, content: bytes) -> None:
        """Give a file to a field for files, first over HTTP as a browser does."""
        await self.show(label, {name: await self.put(name, content)})

    async def put(self, name: str, content: bytes) -> Any:
        """Send a file over HTTP as a browser does, and return where to."""
        question = BackMsg()
        request = question.file_urls_request
        request.request_id, request.session_id = "1", self._session
        request.file_names.append(name)
        self._urls = None
        await self._socket.send(question.SerializeToString())
        await self.until(lambda: self._urls, "where to put a file")
        (place,) = self._urls.file_urls
        await asyncio.to_thread(self._put, place.upload_url, name, content)
        return place

    async def show(self, label: str, places: Mapping[str, Any]) -> None:
        """Give files that were sent to a field for files: the name of each, and where it was sent to."""
        field, fragment = await self._there("file_uploader", label)
        state = self._said[field.id] = WidgetState(id=field.id)
        for name, place in places.items():
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.file_id, info.name = place.file_id, name
            info.file_urls.CopyFrom(place)
        await self._ask(fragment)

    async def press(self, label: str) -> None:
        """Press a button, as soon as it is there."""
        button, fragment = await self._there("button", label)
        self._said[button.id] = WidgetState(id=button.id, trigger_value=True)
        await self._ask(fragment)
        del self._said[button.id]

    async def run(self) -> None:
        """Have the whole page run anew."""
        before = self.finished
        await self._ask()
        await self.until(lambda: self.finished > before, "the page")

    async def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> float:
        """Wait until something is so; returns when its message had come, on the clock of `time.perf_counter`.

        Raises:
            TabError: If the page met an error or that did not come about.
        """
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: condition() or self.errors)
        except TimeoutError as late:
            raise TabError(f"Expected {what} within {seconds:g} s. Received: nothing.") from late
        if self.errors:
            raise TabError(f"Expected {what}. Received: {self.errors[0]}")
        return self._read_at

    async def _there(self, kind: str, label: str) -> tuple[Any, str]:
        """The element and its part of the page, as soon as it is there."""
        await self.until(lambda: self.has(kind, label), f"a {kind} {label!r}")
        return self._found(kind, label)

    def _found(self, kind: str, label: str) -> tuple[Any, str]:
        for element in self._elements.values():
            if element.is_called(kind, label):
                return element.content, element.fragment
        there = sorted(f"{element.kind} {element.text[:40]!r}" for element in self._elements.values())
        raise TabError(f"Expected a {kind} {label!r} on the page. Received: {there}")

    async def _ask(self, fragment: str = "", automatic: bool = False) -> None:
        question = BackMsg()
        state = question.rerun_script
        state.query_string, state.page_script_hash, state.page_name = self._query, self._script, self._page
        state.fragment_id, state.is_auto_rerun = fragment, automatic
        state.context_info.timezone, state.context_info.url = "UTC", f"{self._url}/{self._page}"
        state.widget_states.widgets.extend(self._said.values())
        state.cached_message_hashes.extend(self._kept)
        await self._socket.send(question.SerializeToString())

    def _put(self, path: str, name: str, content: bytes) -> None:
        with requests.Session() as http:
            http.get(f"{self._url}/_stcore/health", timeout=PATIENCE).raise_for_status()
            token = {"X-Xsrftoken": http.cookies.get("_streamlit_xsrf") or ""}
            files = {"file": (name, content)}
            http.put(self._url + path, files=files, headers=token, timeout=PATIENCE).raise_for_status()

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self._read_at = time.perf_counter()
                assert isinstance(data, bytes)
                self._take(ForwardMsg.FromString(data))
                async with self._news:
                    self._news.notify_all()
            trouble = "the server closed the connection"
        except Exception as failure:
            trouble = f"{type(failure).__name__}: {failure}"
        self.errors.append(trouble)
        async with self._news:
            self._news.notify_all()

    def _take(self, message: ForwardMsg) -> None:
        metadata, kind = message.metadata, message.WhichOneof("type")
        if kind == "ref_hash":
            message = self._kept[message.ref_hash]
            kind = message.WhichOneof("type")
        if metadata.cacheable:
            self._kept[message.hash] = message
        if kind == "new_session":
            self._run = metadata.run.script_run_id
        match kind:
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._take_element(message.delta, metadata)
            case "navigation":
                self._script = message.navigation.page_script_hash
            case "new_session" if not metadata.run.fragment_ids:
                self._session = message.new_session.initialize.session_id
                self._begin_anew()
            case "file_urls_response":
                self._urls = message.file_urls_response
            case "auto_rerun":
                self._ask_again(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "script_finished" if message.script_finished in FINISHED:
                self._drop_old(metadata.run)
                self.finished += 1
            case "page_not_found" | "session_event":
                self.errors.append(str(message)[:300])

    def _take_element(self, delta: Any, metadata: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if kind == "exception":
            self.errors.append(f"{content.type}: {content.message}")
        if kind == "bidi_component":
            self._take_letter(content.json or content.mixed.json)
        place = tuple(metadata.delta_path)
        self._elements[place] = _Element(kind, _text(content), content, delta.fragment_id, self._run)

    def _take_letter(self, text: str) -> None:
        letter = json.loads(text) if text else {}
        if isinstance(letter, dict) and {"to", "kind"} <= letter.keys():
            self.letters[letter["to"], letter["kind"]] = letter

    def _drop_old(self, run: Any) -> None:
        """Drop what a part of the page has no more, now that it was run anew."""
        self._elements = {
            place: element
            for place, element in self._elements.items()
            if element.run == run.script_run_id or element.fragment not in run.fragment_ids
        }

    def _begin_anew(self) -> None:
        self.pages += 1
        self._elements.clear()
        for task in self._again.values():
            task.cancel()
        self._again.clear()

    def _ask_again(self, fragment: str, seconds: float) -> None:
        async def ask() -> None:
            while True:
                await asyncio.sleep(seconds)
                await self._ask(fragment, automatic=True)

        if fragment in self._again:
            self._again[fragment].cancel()
        self._again[fragment] = asyncio.create_task(ask())


def _text(content: Any) -> str:
    """Return what names an element: its label, or what it says; of a component its key."""
    if hasattr(content, "component_name"):
        return str(content.id).rpartition("-")[2]
    return str(next((getattr(content, name) for name in ("label", "text", "body") if hasattr(content, name)), ""))
