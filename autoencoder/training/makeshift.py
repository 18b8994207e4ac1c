"""Where to write where the folder that is meant for it cannot be written to."""

import logging
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from autoencoder.training.disk_errors import is_full

logger = logging.getLogger(__name__)


@lru_cache(maxsize=16)
def or_temporary(folder: Path | None, variable: str) -> Path:
    """Return the folder, or a temporary one where it cannot be written to; the log then says so, once.

    Args:
        folder: Need not be there yet; None where this user has none.
        variable: The environment variable that names another.
    """
    why = "this user has no home folder" if folder is None else _why_not(folder)
    if folder is not None and why is None:
        return folder
    other = _temporary()
    logger.warning(
        "Trained networks cannot be kept in %s (%s), so they go to %s, which may be emptied at any time. "
        "Let %s name a folder that this user may write to.",
        folder or "a cache folder",
        why,
        other,
        variable,
    )
    return other


def _why_not(folder: Path) -> str | None:
    """Try to write into a folder, or into what it would be made in; None where that goes. Nothing is left behind."""
    try:
        for each in (folder, folder / "runs"):
            with tempfile.TemporaryFile(dir=_nearest(each)):
                pass
    except OSError as error:
        return None if is_full(error) else str(error.strerror)
    return None


def _nearest(folder: Path) -> Path:
    """Return the folder, or the first around it that is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())


def _temporary() -> Path:
    """Return a folder of this user's alone: the same after a restart, unless somebody else has taken its name."""
    user = os.getuid() if hasattr(os, "getuid") else "me"  # on Windows the folder around it is a user's own
    folder = Path(tempfile.gettempdir()) / f"hourglass-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        ours = not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
        if ours and not folder.is_symlink() and _why_not(folder) is None:
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="hourglass-"))
