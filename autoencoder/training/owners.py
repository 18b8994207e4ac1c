"""Who has pictures of their own, and the end of these: with the browser session, or with the server."""

import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from autoencoder.images import own
from autoencoder.training.files import read_json, write_atomically
from autoencoder.training.jobs import Jobs

GRACE = 120.0  # s between the last sign of a session and the end of its pictures: so long a connection may be lost
TICK = 5.0  # s between two looks
SERVER = "server.json"


class Owners:
    """Gives each session a folder that nobody else knows, and removes it when the session has ended.

    Args:
        jobs: Whose trainings on these pictures end with them.
        is_alive: Whether the session of this name still has the app open.
        forget: Called when a session's pictures are gone, to drop what the pages remember of any.
        grace: Seconds that the pictures outlive the last sign of their session.
    """

    def __init__(
        self,
        jobs: Jobs,
        is_alive: Callable[[str], bool] = lambda session: True,
        forget: Callable[[], None] = lambda: None,
        grace: float = GRACE,
    ) -> None:
        self._jobs, self._is_alive, self._forget, self._grace = jobs, is_alive, forget, grace
        self._tokens: dict[str, str] = {}
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        remove_left_behind()
        threading.Thread(target=self._look_after, name="owners", daemon=True).start()

    def token(self, session: str) -> str:
        """The token of this session, whose folder is there now."""
        with self._lock:
            token = self._tokens.setdefault(session, secrets.token_hex(own.TOKEN_BYTES))
            self._seen[session] = time.monotonic()
        folder = own.session_folder(token)
        if not folder.is_dir():
            own.root().mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            write_atomically(folder / SERVER, json.dumps(_this_process()).encode())
        return token

    def owns(self, session: str, key: str) -> bool:
        """Whether the run of this key, or the source of this name, is everybody's or this session's."""
        with self._lock:
            token = self._tokens.get(session)
        return not own.is_somebodys(key) or (token is not None and own.is_of(key, token))

    def end(self, session: str) -> None:
        """Stop what is trained on this session's pictures, and remove these and all that was made of them."""
        with self._lock:
            token = self._tokens.pop(session, None)
            self._seen.pop(session, None)
        if token is None:
            return
        for run in (own.session_folder(token) / "runs").glob("[!.]*"):
            self._jobs.abandon(run.name)
        shutil.rmtree(own.session_folder(token), ignore_errors=True)
        own.forget()
        self._forget()

    def close(self) -> None:
        """End every session."""
        self._closed.set()
        for session in list(self._tokens):
            self.end(session)

    def _look_after(self) -> None:
        while not self._closed.wait(TICK):
            for session in list(self._tokens):
                if self._is_alive(session):
                    self._seen[session] = time.monotonic()
                elif time.monotonic() - self._seen.get(session, 0.0) > self._grace:
                    self.end(session)


def remove_left_behind() -> None:
    """Remove the pictures of sessions whose server is no more."""
    for folder in own.root().glob("*/"):
        if own.is_token(folder.name) and not _is_there(read_json(folder / SERVER)):
            shutil.rmtree(folder, ignore_errors=True)


def _this_process() -> dict[str, float]:
    return {"process": os.getpid(), "started": psutil.Process().create_time()}


def _is_there(server: dict[str, float] | None) -> bool:
    with suppress(psutil.Error, KeyError, TypeError):
        return server is not None and abs(psutil.Process(int(server["process"])).create_time() - server["started"]) < 1
    return False
