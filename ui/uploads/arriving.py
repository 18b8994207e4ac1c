"""Uploaded files go to the disk as they arrive, within the bounds of a tab, of all tabs, and of a file.

Streamlit keeps what is uploaded in memory until it is asked for: 100 MB of each file, and as many files as are sent. So
`UploadsToDisk` stands before it (`st.App` takes such middleware): it writes a file to the folder of its session, and
hands Streamlit the same request with an empty file, or with the reason for which the file is not taken.
"""

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import exists
from streamlit.runtime.uploaded_file_manager import UploadedFile

from autoencoder.data import own
from autoencoder.data.uploads import limits
from autoencoder.data.uploads.archives import is_zip
from autoencoder.data.uploads.limits import MB, Reason, Refusal
from autoencoder.data.uploads.storage import ARRIVED
from ui.services.services import get_upload_sessions, is_alive

ROUTE = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")  # Streamlit's: session, file
FILE_ID = re.compile(r"[0-9a-f-]{36}")  # what Streamlit gives a file; of other names nothing is written
BLOCK = 256 * 1024  # bytes that are written, and looked at, at once
LONGEST_START = 16 * 1024  # bytes before the file in a request: its name
ANY_SIZE = 10**6  # MB of a file that fields take: a browser's own word on larger ones is gone with the field
REFUSED = b"hourglass: "  # so begins what Streamlit is handed of a file that is not taken

space = own.UploadSpace()
logger = logging.getLogger(__name__)


def most_of_a_zip() -> int:
    """Return how many bytes a zip may have."""
    return int(st.get_option("server.maxUploadSize")) * MB


def arrived(files: Sequence[UploadedFile], folder: Path) -> tuple[list[tuple[str, Path]], list[Refusal]]:
    """Return the name of each file and where it lies, and why others were not taken.

    Args:
        files: As Streamlit gives them.
        folder: The session's.

    Raises:
        OSError: If a file that did not come by the disk cannot be written there.
    """
    named, refusals = [], []
    for file in files:
        content, path = file.getvalue(), folder / ARRIVED / file.file_id
        if content.startswith(REFUSED):
            said = json.loads(content.removeprefix(REFUSED))
            refusals.append(Refusal(Reason(said["reason"]), said["name"] and file.name, said["values"]))
            continue
        if not path.exists():
            if exists() and content:
                logger.warning("An uploaded file came through memory: Streamlit's uploads pass `UploadsToDisk` by.")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        named.append((file.name, path))
    unique = {refusal.reason: refusal for refusal in refusals if not refusal.name}
    return named, [*unique.values(), *(refusal for refusal in refusals if refusal.name)]


class UploadsToDisk:
    """ASGI middleware that takes Streamlit's uploads, before the app that answers all requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = ROUTE.search(scope["path"]) if scope["type"] == "http" else None
        length = int(dict(scope["headers"]).get(b"content-length", 0)) if found else 0
        if found and scope["method"] == "PUT" and length:
            await self._put(_Upload(found[1], found[2], length), scope, receive, send)
            return
        if found and scope["method"] == "DELETE":
            await asyncio.to_thread(_Upload(found[1], found[2]).remove)
        await self._app(scope, receive, send)

    async def _put(self, upload: "_Upload", scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.to_thread(upload.begin)
        try:
            body = await _take(upload, receive)

            async def replay() -> Message:
                return {"type": "http.request", "body": body, "more_body": False}

            async def watch(message: Message) -> None:
                if message["type"] == "http.response.start":
                    upload.is_taken = message["status"] < 400  # else it is nothing that Streamlit takes
                await send(message)

            headers = [header for header in scope["headers"] if header[0] != b"content-length"]
            headers.append((b"content-length", b"%d" % len(body)))
            await self._app({**scope, "headers": headers}, replay, watch)
        finally:
            if not upload.is_taken:
                await asyncio.to_thread(upload.remove)


async def _take(upload: "_Upload", receive: Receive) -> bytes:
    """Write the file in a request to the disk; return the request's body without it, b"" where there is none."""
    start, rest, more = b"", bytearray(), True
    while more:
        message = await receive()
        rest += message.get("body", b"")
        more = message.get("more_body", False)  # none after the browser has gone
        if not start and (found := rest.find(b"\r\n\r\n")) >= 0:
            start = bytes(rest[: found + 4])
            del rest[: found + 4]
        if len(rest) > (BLOCK if start else LONGEST_START) or (start and not more):
            await asyncio.to_thread(upload.write, bytes(rest))
            rest.clear()
    end = b"\r\n" + start.partition(b"\r\n")[0] + b"--\r\n"  # the line that the file began with, and two dashes
    said = await asyncio.to_thread(upload.end, end)
    return b"" if said is None else start + said + end


@dataclass
class _Upload:
    """A file that arrives. Its methods are called one after another, in threads.

    What may not come is read nevertheless, and dropped: a browser that nobody listens to says that the network is down.
    """

    session: str
    file_id: str
    length: int = 0  # bytes that the request says to have
    reserved: int = 0  # of the disk, where the file is taken
    folder: Path | None = None  # of the session, where the file is taken
    file: BinaryIO | None = None
    size: int = 0
    refusal: Refusal | None = None
    is_taken: bool = False

    def begin(self) -> None:
        if not (FILE_ID.fullmatch(self.file_id) and is_alive(self.session)):
            return  # Streamlit will say so
        try:
            folder = own.session_folder(get_upload_sessions().token(self.session))
            self.reserved = min(self.length, most_of_a_zip() + LONGEST_START)
            self.refusal = space.reserve(folder, self.reserved)
            if self.refusal is None:
                self.folder = folder
                (folder / ARRIVED).mkdir(exist_ok=True)
                self.file = (folder / ARRIVED / self.file_id).open("w+b")
        except OSError as error:
            self._refuse(error)

    def write(self, content: bytes) -> None:
        if self.file is None or self.folder is None:
            return
        most = most_of_a_zip() if is_zip(content) else limits.MOST_BYTES
        if self.size == 0 and self.length > most + LONGEST_START:
            why = Reason.ZIP_TOO_LARGE if is_zip(content) else Reason.TOO_LARGE
            self._refuse(Refusal(why, "the file", {"megabytes": most / MB}))
            return
        try:
            self.file.write(content)
            self.file.flush()
            self.size += len(content)
            space.release(self.folder, len(content))
        except OSError as error:
            self._refuse(error)

    def end(self, end: bytes) -> bytes | None:
        """Return what Streamlit is handed in place of the file; None where it lacks `end`, the request's last bytes."""
        if self.file is not None:
            try:
                place = max(0, self.size - len(end))
                self.file.seek(place)
                if self.file.read() != end:
                    return None
                self.file.truncate(place)
                self.file.close()
                self._release()
            except OSError as error:
                self._refuse(error)
        if self.refusal is None:
            return b""
        said = {"reason": self.refusal.reason, "name": self.refusal.name, "values": dict(self.refusal.values)}
        return REFUSED + json.dumps(said).encode()

    def remove(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None
        self._release()
        token = get_upload_sessions().known(self.session)
        if token and FILE_ID.fullmatch(self.file_id):
            with suppress(OSError):
                (own.session_folder(token) / ARRIVED / self.file_id).unlink()

    def _release(self) -> None:
        if self.folder is not None:
            space.release(self.folder, self.reserved - self.size)
            self.folder = None

    def _refuse(self, why: Refusal | OSError) -> None:
        if isinstance(why, OSError):
            logger.warning("An uploaded file could not be written: %r", why)
            why = Refusal(Reason.DISK)
        self.refusal = why
        self.remove()
