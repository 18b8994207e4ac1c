"""Who has pictures of their own, and the end of these: with the browser session, or with the server."""

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from autoencoder.data import own
from autoencoder.files import modified, read_json
from autoencoder.training.jobs import Jobs
from autoencoder.training.watchers import grace_seconds

VARIABLE = "HOURGLASS_UPLOADS_GRACE"
GRACE = 120.0  # s between the last sign of a session and the end of its pictures: so long a connection may be lost
TICK = 5.0  # s between two looks
LEFT_BEHIND = 180.0  # s without a sign of a folder's server, after which the folder is removed
SERVER = "server.json"  # in each session's folder; touched at every look, as the sign of its server
HALF_MADE = ".new-"  # so begins the name of a folder until that file is in it


class UploadSessions:
    """Gives each session a folder that nobody else knows, and removes it when the session has ended.

    Args:
        jobs: Whose trainings on these pictures end with them.
        is_alive: Whether the session of this name still has the app open.
        forget: Called when a session's pictures are gone, to drop what the pages remember of any.
        grace: Seconds that the pictures outlive the last sign of their session; by default `grace_seconds`.
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
        self._signs: dict[Path, tuple[int, float]] = {}  # folders of other servers: the last sign, and since when
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._look_after, name="owners", daemon=True).start()

    def token(self, session: str) -> str:
        """Return the token of this session, whose folder is there now; raises an OSError where there can be none."""
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
        return own.owner_of(key) in (None, self.known(session))

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
        try:
            self._abandon_runs(token)
        finally:
            shutil.rmtree(own.session_folder(token), ignore_errors=True)
            own.describe.cache_clear()
            self._forget()

    def look(self) -> None:
        """Give signs of this server, and end the sessions that were not seen for too long."""
        for session, token in list(self._tokens.items()):
            with suppress(OSError):  # it has ended in this moment
                (own.session_folder(token) / SERVER).touch()
            with suppress(Exception):  # of one session, which must not keep the pictures of others
                if self._is_alive(session):
                    self._seen[session] = time.monotonic()
                elif time.monotonic() - self._seen.get(session, 0.0) > self._grace:
                    self.end(session)

    def sweep(self) -> None:
        """Remove folders in which a server gave no sign for long: its own are gone, or it was killed.

        What is compared is how long a sign has stayed the last by the clock of this process, so that neither a step of
        the computer's clock nor the clock of another computer tells.
        """
        now = time.monotonic()
        with self._lock:
            mine = {own.session_folder(token) for token in self._tokens.values()}
        half_made = own.root().glob(f"{HALF_MADE}{own.FOLDER}*") if own.is_ours() else ()
        signs = {}
        for folder in {*own.session_folders(), *half_made} - mine:
            sign = modified(folder / SERVER)
            last, since = self._signs.get(folder, (None, now))
            signs[folder] = sign, since if sign == last else now
            if now - signs[folder][1] > LEFT_BEHIND:
                shutil.rmtree(folder, ignore_errors=True)
        self._signs = signs

    def close(self) -> None:
        """End every session."""
        self._closed.set()
        for session in list(self._tokens):
            with suppress(Exception):
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
    sources = [str((read_json(path) or {}).get("source")) for path in folder.glob("runs/*/settings.json")]
    return {match[2] for source in sources if (match := own.NAME.fullmatch(source))}


def _make_folder(folder: Path) -> None:
    """Make a session's folder, for this user alone; it appears with a sign of its server in it."""
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not own.is_ours():
        raise PermissionError(1, "the folder belongs to somebody else", str(folder.parent))
    new = folder.with_name(f"{HALF_MADE}{folder.name}-{secrets.token_hex(8)}")
    new.mkdir(mode=0o700)
    try:
        (new / SERVER).touch()
        new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
