"""Where the app keeps what it has trained."""

import logging
import os
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

from autoencoder.files import is_full

VARIABLE = "HOURGLASS_HOME"
logger = logging.getLogger(__name__)


def home() -> Path:
    """Return `preferred_home`, or a temporary folder where that cannot be written to."""
    return writable_home(preferred_home())


def is_temporary() -> bool:
    """Return whether `home` is a temporary folder."""
    return home() != preferred_home()


def preferred_home() -> Path | None:
    """Return what HOURGLASS_HOME names, else the user's cache folder; None for a user without a home."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    try:
        folder = user_cache_path("hourglass", appauthor=False)
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None  # else, of an older platformdirs, it begins with "~"


@lru_cache(maxsize=16)
def writable_home(folder: Path | None) -> Path:
    """Return the folder, there yet or not; or, after one warning, a temporary one where it cannot be written to."""
    why = "this user has no home folder" if folder is None else _why_not(folder)
    if folder is not None and why is None:
        return folder
    other, wanted = _temporary(), folder or "a cache folder"
    logger.warning(
        f"Trained networks cannot be kept in {wanted} ({why}), so they go to {other}, which may be emptied at "
        f"any time. Let {VARIABLE} name a folder that this user may write to."
    )
    return other


def _why_not(folder: Path) -> str | None:
    """Try to write into a folder, or into what it would be made in; None where that goes. Nothing is left behind."""
    try:
        for each in (folder, folder / "runs"):
            nearest = next(one for one in (each, *each.absolute().parents) if one.exists())
            with tempfile.TemporaryFile(dir=nearest):
                pass
    except OSError as error:
        return None if is_full(error) else str(error.strerror)
    return None


def _temporary() -> Path:
    """Return a folder of this user's alone: the same after a restart, unless somebody else has taken its name."""
    user = os.getuid() if hasattr(os, "getuid") else "me"  # on Windows the folder around it is a user's own
    folder = Path(tempfile.gettempdir()) / f"hourglass-{user}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        ours = not hasattr(os, "getuid") or folder.lstat().st_uid == user
        if ours and not folder.is_symlink() and _why_not(folder) is None:
            return folder
    return Path(tempfile.mkdtemp(prefix="hourglass-"))
