"""Sources of pictures that belong to one browser session: in a temporary folder of its own, until it ends.

The name of such a source holds the session's token, which nobody can guess. Any process that is told the name finds the
pictures: the server, and the worker that trains on them.
"""

import json
import os
import re
import tempfile
from functools import lru_cache, partial
from pathlib import Path

from autoencoder.data.image_dataset import ImageDataset, PictureError
from autoencoder.data.source import Source
from autoencoder.data.uploads.saved import ABOUT, SETS, load

VARIABLE = "HOURGLASS_UPLOADS"
TITLE = "Your pictures"
NAME = re.compile("own-([0-9a-f]{32})-([0-9a-f]{12})")
TOKEN_BYTES, TOKEN_DIGITS = 16, 32
FOLDER = "session-"  # so begin the names of the sessions' folders, so that no other folder is ever taken for one
GONE = "These pictures were kept for one browser tab only, and are gone."


def root() -> Path:
    """The folder for the pictures of all sessions: what HOURGLASS_UPLOADS names, else one for temporary files."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(tempfile.gettempdir()) / f"hourglass-uploads-{_user()}"


def is_ours() -> bool:
    """Whether that is a folder that we were told to use, or this user's own and no link that somebody has laid."""
    folder = root()
    if os.environ.get(VARIABLE):
        return folder.is_dir()
    mine = not hasattr(os, "getuid") or (folder.exists() and folder.stat().st_uid == os.getuid())
    return mine and folder.is_dir() and not folder.is_symlink()


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "me"  # on Windows that folder is a user's own


def name_of(token: str, number: str) -> str:
    """The name of a source.

    Args:
        token: Of the session, 32 hexadecimal digits.
        number: Of the set, 12 hexadecimal digits: another wherever its pictures are others.
    """
    return f"own-{token}-{number}"


def token_of(source: str) -> str | None:
    """The token of the session that a source belongs to; None for sources that are everybody's."""
    match = NAME.fullmatch(source)
    return match[1] if match else None


def number_of(source: str) -> str | None:
    """The number of the set that a source means; None for sources that are everybody's."""
    match = NAME.fullmatch(source)
    return match[2] if match else None


def is_somebodys(name: str) -> bool:
    """Return whether a source of this name, or a run of this key, belongs to a session."""
    return token_of(name) is not None or (_is_token(name[:TOKEN_DIGITS]) and len(name) > TOKEN_DIGITS)


def is_of(name: str, token: str) -> bool:
    """Return whether a source of this name, or a run of this key, belongs to the session of this token."""
    return token_of(name) == token or name.startswith(token)


def session_folder(token: str) -> Path:
    """Return where all that belongs to a session is kept."""
    return root() / f"{FOLDER}{token}"


def session_folders() -> list[Path]:
    """The folders of all sessions, of this server and of others; no links, and none where `root` is not ours."""
    found = root().glob(f"{FOLDER}*/") if is_ours() else ()
    return [path for path in found if _is_token(path.name.removeprefix(FOLDER)) and not path.is_symlink()]


def _is_token(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{32}", text) is not None


def set_folder(source: str) -> Path:
    """Return where the set of pictures of this source is kept.

    Raises:
        ValueError: If this is no name of such a source.
    """
    match = NAME.fullmatch(source)
    if match is None:
        raise ValueError(f"Expected the name of a source of a session's own. Received: {source!r}.")
    return session_folder(match[1]) / SETS / match[2]


def own_source(name: str) -> Source:
    """The source of this name.

    Raises:
        PictureError: If its pictures are gone.
    """
    shape, training_pictures, class_names = _about(set_folder(name))
    return Source(
        title=TITLE,
        about="Pictures that were uploaded in this tab.",
        shape=shape,
        training_pictures=training_pictures,
        class_names=class_names,
        load=partial(_load, name),
        missing=partial(_missing, set_folder(name)),
    )


def is_there(name: str) -> bool:
    """Return whether the pictures of this source are still kept."""
    return _missing(set_folder(name)) is None


@lru_cache(maxsize=64)
def _about(folder: Path) -> tuple[tuple[int, int, int], int, tuple[str, ...]]:
    """Return the shape and number of a set's pictures and its class names, which never change."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        height, width, channels = about["shape"]
        return (height, width, channels), about["training_pictures"], tuple(about["class_names"])
    except (OSError, ValueError, KeyError, TypeError):
        raise PictureError(GONE) from None


def forget() -> None:
    """Remember nothing of any set."""
    _about.cache_clear()


def _missing(folder: Path) -> str | None:
    return None if (folder / ABOUT).is_file() else GONE


def _load(name: str, *, test_only: bool = False) -> ImageDataset:
    """The pictures of a set.

    Raises:
        PictureError: If they are gone or damaged.
    """
    return load(set_folder(name), test_only=test_only)[0].to_image_dataset(name, TITLE)
