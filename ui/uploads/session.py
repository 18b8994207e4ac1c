"""A learner's own pictures: which there are, and what a field that offers them means.

They belong to one browser session, see `autoencoder.training.upload_sessions`. What is known of them stands in the
session; the pictures themselves stand in a temporary folder. What is done with them is in `ui.uploads.tasks`.
"""

import atexit
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.sources import SOURCES, get_source
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.storage import DatasetPreview, UploadedPhotos
from autoencoder.training.reader import A_FILE, A_SET, Reader
from autoencoder.training.upload_sessions import UploadSessions
from ui.services.services import forget_pictures, get_background, get_jobs, is_alive, watcher

OWN = "own"  # what a field says where it means them: their source's name is a secret, and stays out of the address
MINE = "own pictures"


@dataclass
class UploadState:
    """What a session knows of its own pictures."""

    token: str | None = None  # of the session, when it had its first picture
    reading: Future | None = None  # what is being done to the pictures
    gathered: UploadedPhotos | None = None  # what there are
    making: Future | None = None  # the set that is being made
    made: DatasetPreview | None = None  # the set that was made last
    choices: UploadChoices | None = None  # what that is or was made with; None where it must be made anew
    trouble: str = ""  # why the last thing that was begun did not come about, if so


@st.cache_resource(show_spinner=False)
def get_upload_sessions() -> UploadSessions:
    """Return who has pictures of their own, of all learners."""
    upload_sessions = UploadSessions(get_jobs(), is_alive=is_alive, forget=forget_all_pictures)
    atexit.register(upload_sessions.close)
    return upload_sessions


@st.cache_resource(show_spinner=False)
def get_reader() -> Reader:
    """Return the process that reads what is uploaded, which may be hostile; one for all learners."""
    return Reader(A_FILE)


@st.cache_resource(show_spinner=False)
def get_maker() -> Reader:
    """Return the process that makes sets of pictures, which takes seconds, so that no photo waits for it."""
    return Reader(A_SET)


def forget_all_pictures() -> None:
    """Remember no picture, and nothing that was made of one, here or as an answer of another process."""
    own.forget()
    forget_pictures()
    get_background().forget()


def upload_state() -> UploadState:
    """Return what this session knows of its pictures; nothing once they were removed, as when a tab was long away."""
    known: UploadState | None = st.session_state.get(MINE)
    if known is None or known.token != get_upload_sessions().known(watcher()):
        known = st.session_state[MINE] = UploadState(get_upload_sessions().known(watcher()))
    return known


def my_folder() -> Path:
    """Return where the session's pictures are; made where there was none.

    Raises:
        PictureError: If it cannot be made.
    """
    try:
        upload_state().token = get_upload_sessions().token(watcher())
    except OSError as error:
        raise PictureError(PictureProblem.NO_FOLDER, error.strerror or "") from error
    return own.session_folder(upload_state().token or "")


def gathered() -> UploadedPhotos | None:
    """Return the pictures that there are; None where there are none."""
    found = upload_state().gathered
    return found if found is not None and found.names else None


def my_source() -> str | None:
    """Return the name of the session's own source of pictures; None where there are none."""
    known = upload_state()
    if known.token is None or known.made is None:
        return None
    name = own.name_of(known.token, known.made.number)
    return name if own.is_there(name) else None


def my_classes() -> tuple[str, ...]:
    """Return the names of the classes of the session's own pictures."""
    source = my_source()
    return get_source(source).class_names if source else ()


def may_see(name: str) -> bool:
    """Return whether the run of this key, or the source of this name, is everybody's or this session's."""
    return get_upload_sessions().owns(watcher(), name)


def source_of(choice: str) -> str:
    """Return the name of the source that a field for it says."""
    return my_source() or next(iter(SOURCES)) if choice == OWN else choice


def choice_of(source: str) -> str:
    """Return what such a field says for a source."""
    return OWN if own.token_of(source) else source
