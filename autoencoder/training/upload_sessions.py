"""Who has pictures of their own, and the end of these: with the browser session, or with the server."""

import json
import os
import platform
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from autoencoder.data import own
from autoencoder.files import read_json, write_json
from autoencoder.training.jobs import Jobs
from autoencoder.training.watchers import grace_seconds

VARIABLE = "HOURGLASS_UPLOADS_GRACE"
GRACE = 120.0  # s between the last sign of a session and the end of its pictures: so long a connection may be lost
TICK = 5.0  # s between two looks
LEFT_BEHIND = 600.0  # s without a sign of a server elsewhere, after which what it kept is removed
SWEEP = 60.0  # s between two looks for that
SERVER = "server.json"  # in each session's folder; touched at every look
HALF_MADE = ".new-"  # so begins the name of a folder until that file is in it


class UploadSessions:
    """Gives each session a folder that nobody else knows, and removes it when the session has ended.

    Args:
        jobs: Whose trainings on these pictures end with them.
        is_alive: Whether the session of this name still has the app open.
        forget: Called when a session's pictures are gone, to drop what the pages remember of any.
        grace: Seconds that the pictures outlive the last sign of their session; by default what
            HOURGLASS_UPLOADS_GRACE says, or GRACE.
    """

    def __init__(
        self,
        jobs: Jobs,
        is_alive: Callable[[str], bool] = lambda session: True,
        forget: Callable[[], None] = lambda: None,
        grace: float | None = None,
    ) -> None:
        self._jobs, self._is_alive, self._forget = jobs, is_alive, forget
        self._grace = grace_seconds(VARIABLE, GRACE) if grace is None else grace
        self._tokens: dict[str, str] = {}
        self._seen: dict[str, float] = {}
        self._ended: set[str] = set()  # tokens
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._swept = -float("inf")
        self.sweep()
        threading.Thread(target=self._look_after, name="owners", daemon=True).start()

    def token(self, session: str) -> str:
        """Return the token of this session, whose folder is there now.

        Raises:
            OSError: If there can be no such folder.
        """
        with self._lock:
            token = self._tokens.setdefault(session, secrets.token_hex(own.TOKEN_BYTES))
            self._seen[session] = time.monotonic()
            _make_folder(own.session_folder(token))
        return token

    def known(self, session: str) -> str | None:
        """Return the token of this session; None where it has none, or has ended."""
        with self._lock:
            return self._tokens.get(session)

    def owns(self, session: str, key: str) -> bool:
        """Return whether the run of this key, or the source of this name, is everybody's or this session's."""
        token = self.known(session)
        return not own.is_somebodys(key) or (token is not None and own.is_of(key, token))

    def abandon_runs(self, session: str) -> None:
        """Stop what is trained on this session's pictures, and remove all that was."""
        if token := self.known(session):
            self._abandon_runs(token)

    def end(self, session: str) -> None:
        """Stop what is trained on this session's pictures, and remove these and all that was made of them."""
        with self._lock:
            token = self._tokens.pop(session, None)
            self._seen.pop(session, None)
            if token is None:
                return
            self._ended.add(token)
        try:
            self._abandon_runs(token)
        finally:
            shutil.rmtree(own.session_folder(token), ignore_errors=True)
            own.forget()
            self._forget()

    def look(self) -> None:
        """End the sessions that were not seen for too long; remove again what was written after an end."""
        for session in list(self._tokens):
            with suppress(Exception):  # of one session, which must not keep the pictures of others
                self._look_at(session)
        for token in self._ended:
            shutil.rmtree(own.session_folder(token), ignore_errors=True)

    def sweep(self) -> None:
        """Remove what servers have left behind, once in a while."""
        if time.monotonic() - self._swept > SWEEP:
            self._swept = time.monotonic()
            with self._lock:
                own_tokens = set(self._tokens.values())
            remove_left_behind(own_tokens)

    def close(self) -> None:
        """End every session."""
        self._closed.set()
        for session in list(self._tokens):
            with suppress(Exception):
                self.end(session)

    def _look_at(self, session: str) -> None:
        with suppress(OSError, KeyError):  # it has ended in this moment
            os.utime(own.session_folder(self._tokens[session]) / SERVER)
        if self._is_alive(session):
            self._seen[session] = time.monotonic()
        elif time.monotonic() - self._seen.get(session, 0.0) > self._grace:
            self.end(session)

    def _abandon_runs(self, token: str) -> None:
        for run in (own.session_folder(token) / "runs").glob("[!.]*"):
            with suppress(OSError):
                self._jobs.abandon(run.name)

    def _look_after(self) -> None:
        while not self._closed.wait(TICK):
            self.look()
            with suppress(Exception):  # a folder on a network may be away for a while
                self.sweep()


def sets_in_use(folder: Path) -> set[str]:
    """Return the numbers of the sets that the networks in a session's folder were trained on."""
    written = [read_json(path) or {} for path in folder.glob("runs/*/settings.json")]
    return {number for values in written if (number := own.number_of(str(values.get("source"))))}


def remove_left_behind(served: Collection[str] = ()) -> None:
    """Remove the pictures of sessions whose server is no more.

    Args:
        served: Tokens of sessions that are known to have a server.
    """
    known = {own.session_folder(token) for token in served}
    for folder in own.session_folders():
        if folder not in known and not _is_served(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in own.root().glob(f"{HALF_MADE}{own.FOLDER}*") if own.is_ours() else ():
        with suppress(OSError):  # it is whole, or gone, by now
            if time.time() - folder.stat().st_mtime > LEFT_BEHIND:  # a server was killed in the middle of making it
                shutil.rmtree(folder, ignore_errors=True)


def _make_folder(folder: Path) -> None:
    """Make a session's folder, for this user alone; it appears with the name of its server in it."""
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not own.is_ours():
        raise PermissionError(1, f"{folder.parent} belongs to somebody else")
    new = folder.with_name(f"{HALF_MADE}{folder.name}-{secrets.token_hex(8)}")
    new.mkdir(mode=0o700)
    try:
        write_json(new / SERVER, {"place": _place(), "process": os.getpid(), "started": _started(os.getpid())})
        new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _is_served(folder: Path) -> bool:
    """Return whether the server that made this folder still runs: here its process tells, elsewhere its last sign."""
    try:
        server = json.loads((folder / SERVER).read_bytes())
        silent = time.time() - (folder / SERVER).stat().st_mtime
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:  # it is another user's, or the network's trouble
        return True
    with suppress(psutil.Error, AttributeError, KeyError, TypeError, ValueError, OverflowError):
        if server.get("place", _place()) != _place():
            return silent < LEFT_BEHIND
        return bool(abs(_started(int(server["process"])) - server["started"]) < 1)
    return False


def _started(process: int) -> float:
    """Return when a process of this computer began, which tells it from a later one of the same number.

    On Linux in ticks since the boot: psutil's time is these plus the boot's by the clock of now, and so another one
    after a step of the clock. Elsewhere in seconds.
    """
    with suppress(OSError, ValueError, IndexError):
        stat = Path(f"/proc/{process}/stat").read_text(errors="replace")
        return float(stat.rpartition(")")[2].split()[19])  # field 22 of proc_pid_stat(5); the second ends with ")"
    return float(psutil.Process(process).create_time())


@cache
def _place() -> str:
    """Return what tells this computer, or this container, from others whose processes cannot be seen here."""
    parts = [platform.node()]
    with suppress(OSError):  # Linux has it, others need not
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)
