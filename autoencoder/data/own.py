"""Sources of pictures that belong to one browser session: in a temporary folder of its own, until it ends.

The name of such a source holds the session's token, which nobody can guess. Any process that is told the name finds the
pictures: the server, and the worker that trains on them.
"""

import json
import os
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path

from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.uploads.limits import MB, Reason, Refusal, most_of_a_tab, most_of_all
from autoencoder.data.uploads.storage import ABOUT, SETS
from autoencoder.files import bytes_in

VARIABLE = "HOURGLASS_UPLOADS"
NAME = re.compile("own-([0-9a-f]{32})-([0-9a-f]{12})")
TOKEN, TOKEN_BYTES = re.compile("[0-9a-f]{32}"), 16
RUN = re.compile("([0-9a-f]{32}).", re.DOTALL)  # so begin the keys of a session's runs
NOBODY = "0" * 32  # a token in files that are taken along: a session's own is its secret
FOLDER = "session-"  # so begin the names of the sessions' folders, so that no other folder is ever taken for one
MEASURED_FOR = 5.0  # s for which what another tab takes is not measured again
SHARE_OF_DISK = 4  # all together take at most this part of what would be free without them


def root() -> Path:
    """Return the folder for the pictures of all sessions: what HOURGLASS_UPLOADS names, else a temporary one."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    user = os.getuid() if hasattr(os, "getuid") else "me"  # on Windows that folder is a user's own
    return Path(tempfile.gettempdir()) / f"hourglass-uploads-{user}"


def is_ours() -> bool:
    """Return whether that is a folder that we were told to use, or this user's own and no link."""
    folder = root()
    if os.environ.get(VARIABLE) or not folder.is_dir():
        return folder.is_dir()
    return not folder.is_symlink() and (not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid())


def name_of(token: str, number: str) -> str:
    """Return the name of a source: a session's token, and a set's number, another wherever its pictures are others."""
    return f"own-{token}-{number}"


def token_of(source: str) -> str | None:
    """Return the token of the session that a source belongs to; None for sources that are everybody's."""
    return match[1] if (match := NAME.fullmatch(source)) else None


def owner_of(name: str) -> str | None:
    """Return the token of the session that a source of this name, or a run of this key, belongs to; else None."""
    return match[1] if (match := NAME.fullmatch(name) or RUN.match(name)) else None


def session_folder(token: str) -> Path:
    """Return where all that belongs to a session is kept."""
    return root() / f"{FOLDER}{token}"


def session_folders() -> list[Path]:
    """Return the folders of all sessions, of this server and of others; no links, and none where `root` is not ours."""
    found = root().glob(f"{FOLDER}*/") if is_ours() else ()
    return [path for path in found if TOKEN.fullmatch(path.name.removeprefix(FOLDER)) and not path.is_symlink()]


def set_folder(source: str) -> Path:
    """Return where the set of pictures of this source is kept; a ValueError if this is no name of such a source."""
    if match := NAME.fullmatch(source):
        return session_folder(match[1]) / SETS / match[2]
    raise ValueError(f"Expected the name of a source of a session's own. Received: {source!r}.")


@lru_cache(maxsize=64)
def describe(folder: Path) -> tuple[tuple[int, int, int], int, tuple[str, ...]]:
    """Return the shape and number of a set's training pictures, and its class names; a PictureError if it is gone."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        height, width, channels = about["shape"]
        return (height, width, channels), about["training_pictures"], tuple(about["class_names"])
    except (OSError, ValueError, KeyError, TypeError):
        raise PictureError(PictureProblem.NOT_KEPT) from None


def for_session(text: str, token: str = NOBODY) -> str:
    """Return a text in which all names of such sources are those of the same pictures in the session of this token."""
    return NAME.sub(lambda match: name_of(token, match[2]), text)


class UploadSpace:
    """Says whether there is room for a file before it arrives, and keeps that room for it.

    As the bound of all is neared, a tab may take half of what is left, so that others never find nothing at all.
    """

    def __init__(self) -> None:
        self._measured: dict[Path, tuple[float, int]] = {}  # each tab's folder: when, and how much
        self._coming: Counter[Path] = Counter()  # bytes that a folder will have beside these
        self._lock = threading.Lock()

    def reserve(self, folder: Path, size: int) -> Refusal | None:
        """Keep room for so many bytes in a tab's folder; return why not, where it may not have them."""
        with self._lock:
            self._measured.pop(folder, None)
            taken = {other: self._bytes_of(other) for other in {folder, *session_folders()}}
            self._measured = {other: self._measured[other] for other in taken}
            mine = taken.pop(folder)
            others = sum(taken.values())
            if mine + size > most_of_a_tab():
                return Refusal(Reason.TAB_FULL, values={"megabytes": most_of_a_tab() / MB})
            free = shutil.disk_usage(folder).free
            most = min(most_of_all(), (free + mine + others) // SHARE_OF_DISK)
            if mine + size > (most - others) / 2:
                return Refusal(Reason.ALL_FULL)
            self._coming[folder] += size
            return None

    def release(self, folder: Path, size: int) -> None:
        """Keep room for so many bytes less: they are there, or do not come."""
        with self._lock:
            self._coming[folder] -= size
            self._coming = +self._coming  # without those of which nothing comes

    def _bytes_of(self, folder: Path) -> int:
        when, size = self._measured.get(folder, (-float("inf"), 0))
        if time.monotonic() - when > MEASURED_FOR:
            size = bytes_in(folder)
            self._measured[folder] = time.monotonic(), size
        return size + self._coming[folder]
