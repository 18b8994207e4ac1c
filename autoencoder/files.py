"""Files that are there whole or not at all, and checksums that tell."""

import hashlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

WINDOWS_TRIES = 20  # on Windows a file cannot be replaced in the moment in which another process reads it


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a power cut, finds the old content or the new, never a part.

    Who may read it, the umask says: servers of several users may share a folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_json(path: Path, values: Any) -> None:
    """Write plain values, atomically."""
    write_atomically(path, json.dumps(values).encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """What `write_json` wrote; None where there is no file, or none with a JSON object in it."""
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None


def _replace(temporary: Path, path: Path) -> None:
    for attempt in range(WINDOWS_TRIES):
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            if attempt == WINDOWS_TRIES - 1:
                raise
            time.sleep(0.05)


def sha256(path: Path) -> str:
    """The checksum of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
