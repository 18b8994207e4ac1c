"""What is done with a learner's own pictures: another process reads them, and another makes sets of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from streamlit.runtime.uploaded_file_manager import UploadedFile

from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.collecting import one_step
from autoencoder.data.uploads.datasets import UploadChoices
from autoencoder.data.uploads.storage import UploadedPhotos
from autoencoder.files import is_full
from autoencoder.training.upload_sessions import sets_in_use
from ui.services.errors import error_text
from ui.services.services import watcher
from ui.uploads.arriving import arrived
from ui.uploads.session import (
    UploadState,
    forget_all_pictures,
    get_maker,
    get_reader,
    get_upload_sessions,
    my_folder,
    upload_state,
)

SECONDS_A_PHOTO = 0.003  # that a set takes to make, about
LOST = "Reading the pictures ended suddenly. One may be too large for this computer. Those from before are kept."
NO_ROOM = "The disk of the computer that runs this app is full. Your pictures from before are kept."
TROUBLE = "This could not be done on the computer that runs this app ({}). Your pictures from before are kept."


def add(files: Sequence[UploadedFile], label: str | None) -> None:
    """Begin to read these files, of which the server keeps no other copy."""
    try:
        folder = my_folder()
        named, refusals = arrived(files, folder)
    except (PictureError, OSError) as error:
        upload_state().trouble = trouble_in_words(error)
        return
    _begin().reading = get_reader().submit(watcher(), storage.add_photos(folder, named, label, refusals))


def remove(indices: Sequence[int]) -> None:
    """Keep the pictures at these places no longer, nor what was made of any: sets, and networks trained on them."""
    get_upload_sessions().abandon_runs(watcher())
    _change(storage.remove_photos, tuple(indices))
    forget_all_pictures()


def relabel(indices: Sequence[int], label: str | None) -> None:
    """Put the pictures at these places into a class."""
    _change(storage.relabel_photos, tuple(indices), label)


def make(choices: UploadChoices) -> None:
    """Begin to make a set of the pictures that there are."""
    known = upload_state()
    if known.choices is not None:  # else it follows a reading, and what is said of that stays
        known.trouble = ""
    known.choices = choices
    folder = my_folder()
    guess = SECONDS_A_PHOTO * len(known.gathered.names if known.gathered else ())
    steps = one_step(storage.build_dataset, folder, choices, sets_in_use(folder), guess=guess)
    known.making = get_maker().submit(watcher(), steps)


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


def _change(function: Callable[..., UploadedPhotos], *arguments: Any) -> None:
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
