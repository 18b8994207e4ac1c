"""Files that are there whole or not at all, and checksums that tell."""

import errno
import hashlib
import json
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

TRIES = 20  # where a file is replaced and read in the same moment: see `_try_again`
PAUSE = 0.05  # s between two tries
MOST_BYTES = 2**30  # of a file that is read whole
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no space, file too large, quota used up
_PATH = re.compile(
    r"""(['"])(?:[A-Z]:)?[\\/].*?\1"""  # within quotation marks, blanks and all
    r"""|(?<![\w.])(?:[A-Z]:)?(?:[\\/]+[^\s'"\\/]+){2,}[\\/]?""",
    re.IGNORECASE,
)


def reason(error: BaseException) -> str:
    """Return what an error says, in one line, without paths: where things lie on a server is for its log alone."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return without_paths(next(iter(said.splitlines()), ""))


def without_paths(text: str) -> str:
    """Return a text with … for each absolute path of a file or folder."""
    return _PATH.sub("…", text)


def is_full(error: BaseException | None) -> bool:
    """Return whether this came about because there is no room left on the disk."""
    return isinstance(error, OSError) and error.errno in FULL


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that a reader, or a power cut, finds the old content or the new; the umask says who may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _try_again(os.replace, temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_whole(path: Path) -> bytes:
    """Return a file's content, the old or the new where it is replaced in this moment.

    Raises an OSError if it cannot be read, which does not pass, and a ValueError if it takes more than MOST_BYTES, or
    is a device or a pipe, which may never end.
    """
    about = _try_again(path.stat)
    if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)) or about.st_size > MOST_BYTES:
        raise ValueError(f"Expected a file of at most {MOST_BYTES} bytes.")
    return _try_again(path.read_bytes)


def rename_folder(path: Path, target: Path) -> None:
    """Give a folder another name; an OSError if something has that name, or if it cannot be renamed for good."""
    _try_again(os.rename, path, target)


def _try_again(action: Callable[..., Any], *paths: Path) -> Any:
    """Wait while another process has a file: Windows refuses to move it, a folder on a network may lose sight of it."""
    for _ in range(TRIES - 1):
        try:
            return action(*paths)
        except OSError as error:
            if error.errno != errno.ESTALE and not (sys.platform == "win32" and isinstance(error, PermissionError)):
                raise
        time.sleep(PAUSE)
    return action(*paths)


def write_json(path: Path, values: Any) -> None:
    """Write plain values, atomically."""
    write_atomically(path, json.dumps(values).encode())


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays by their names as an .npz file, atomically."""
    buffer = BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    write_atomically(path, buffer.getbuffer())  # no second copy of a large network


def parse_json(content: bytes | str) -> dict[str, Any]:
    """Return the JSON object in `content`; a ValueError if it holds anything else, or is nested too deep."""
    try:
        values = json.loads(content)
    except RecursionError as error:
        raise ValueError("Expected a JSON object. Received: one that is nested too deep.") from error
    if not isinstance(values, dict):
        raise ValueError(f"Expected a JSON object. Received: {type(values).__name__}.")
    return values


def read_json(path: Path) -> dict[str, Any] | None:
    """Return what `write_json` wrote; None where there is no file, or none with a JSON object in it."""
    try:
        return parse_json(read_whole(path))
    except (OSError, ValueError):
        return None


def modified(path: Path) -> int:
    """Return when a file or folder was last changed, in ns as `time.time_ns` has them; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def bytes_in(folder: Path) -> int:
    """Return how much the files in a folder take; others may be writing and removing some."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def sha256(path: Path) -> str:
    """Return the checksum of a file's bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(read_whole(path)).hexdigest()
