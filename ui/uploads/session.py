"""A learner's own pictures: which there are, what a field that offers them means, and what is done with them.

They belong to one browser session, see `autoencoder.training.upload_sessions`. What is known of them stands in the
session; the pictures themselves stand in a temporary folder. Other processes read them and make sets of them.
"""

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.sources import SOURCES
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.collecting import one_step
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.storage import ARRIVED, DatasetPreview, UploadedPhotos
from autoencoder.files import is_full
from autoencoder.training.reader import A_SET
from autoencoder.training.upload_sessions import sets_in_use
from ui.services.errors import error_text
from ui.services.services import forget_pictures, get_reader, get_upload_sessions, watcher
from ui.uploads.arriving import arrived, space
from ui.uploads.text import refusal_in_words

OWN = "own"  # what a field says where it means them: their source's name is a secret, and stays out of the address
MINE = "own pictures"
SOON = 5.0  # s in which a drawing that is being read is read
BUSY = "Your pictures are being read. Try again in a moment."
SECONDS_A_PHOTO = 0.005  # that a set takes to make, about
LOST = "Reading the pictures ended suddenly. One may be too large for this computer. Those from before are kept."
NO_ROOM = "The disk of the computer that runs this app is full. Your pictures from before are kept."
TROUBLE = "This could not be done on the computer that runs this app ({}). Your pictures from before are kept."


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
    return name if (own.set_folder(name) / storage.ABOUT).is_file() else None


def may_see(name: str) -> bool:
    """Return whether the run of this key, or the source of this name, is everybody's or this session's."""
    return get_upload_sessions().owns(watcher(), name)


def source_of(choice: str) -> str:
    """Return the name of the source that a field for it says."""
    return my_source() or next(iter(SOURCES)) if choice == OWN else choice


def choice_of(source: str) -> str:
    """Return what such a field says for a source."""
    return OWN if own.token_of(source) else source


def add(files: Sequence[UploadedFile], label: str | None) -> None:
    """Begin to read these files, of which the server keeps no other copy."""
    try:
        folder = my_folder()
        named, refusals = arrived(files, folder)
    except (PictureError, OSError) as error:
        upload_state().trouble = trouble_in_words(error)
        return
    _begin().reading = get_reader().submit(watcher(), storage.add_photos(folder, named, label, refusals))


def add_drawing(content: bytes, name: str) -> str:
    """Begin to read a drawing, a PNG of this name, and return why it is not taken; "" where it is."""
    if (reading := upload_state().reading) is not None:
        wait([reading], SOON)
        if not reading.done():
            return BUSY
        take_results()
    try:
        folder = my_folder()
        if refusal := space.reserve(folder, len(content)):
            return refusal_in_words(refusal)
        path = folder / ARRIVED / str(uuid.uuid4())
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        space.release(folder, len(content))
    except (PictureError, OSError) as error:
        return trouble_in_words(error)
    _begin().reading = get_reader().submit(watcher(), storage.add_photos(folder, [(name, path)], None, []))
    return ""


def remove(indices: Sequence[int]) -> None:
    """Keep the pictures at these places no longer, nor what was made of any: sets, and networks trained on them."""
    get_upload_sessions().abandon_runs(watcher())
    change(storage.remove_photos, tuple(indices))
    forget_pictures()


def make(choices: UploadChoices) -> None:
    """Begin to make a set of the pictures that there are."""
    known = upload_state()
    if known.choices is not None:  # else it follows a reading, and what is said of that stays
        known.trouble = ""
    known.choices = choices
    folder = my_folder()
    guess = SECONDS_A_PHOTO * len(known.gathered.names if known.gathered else ())
    steps = one_step(storage.build_dataset, folder, choices, sets_in_use(folder), guess=guess)
    known.making = get_reader(A_SET).submit(watcher(), steps)


def progress() -> tuple[float, str] | None:
    """Return how far that is which is under way, as a number in [0, 1] and in words; None where nothing is."""
    known = upload_state()
    if known.reading is None and known.making is None:
        return None
    done, found = storage.read_progress(my_folder()) or (0, 0)
    share = min(1.0, done / found) if found else 0.0
    if known.reading is None:
        return share, "Making pictures to train on …"
    return share, f"Reading your pictures: {done:,} of {found:,}" if found else "Reading your pictures …"


def take_results() -> None:
    """Take note of what is done by now."""
    known = upload_state()
    if known.reading is not None and known.reading.done():
        known.gathered = _result(known.reading) or known.gathered
        known.reading, known.making, known.made, known.choices = None, None, None, None
    if known.making is not None and known.making.done():
        known.made = _result(known.making)
        known.making = None


def _begin() -> UploadState:
    """The pictures change, so the set that was made of them is out of date."""
    known = upload_state()
    known.trouble, known.making, known.made, known.choices = "", None, None, None
    return known


def change(function: Callable[..., UploadedPhotos], *arguments: Any) -> None:
    """Change the pictures by a function of `storage`."""
    known = _begin()
    try:
        known.gathered = function(my_folder(), *arguments)
    except (PictureError, OSError) as error:
        known.trouble = trouble_in_words(error)


def _result(future: Future) -> Any:
    """Return what a future gave; None where it failed, with a sentence on why and without what it has left."""
    try:
        return future.result()
    except Exception as error:
        upload_state().trouble = trouble_in_words(error)
        storage.clear_up(own.session_folder(upload_state().token or ""))
    return None


def trouble_in_words(error: Exception) -> str:
    """Return a sentence on why something could not be done."""
    if isinstance(error, PictureError):
        return error_text(error)
    if isinstance(error, OSError) and error.strerror:
        return NO_ROOM if is_full(error) else TROUBLE.format(error.strerror)
    return LOST  # with the process
