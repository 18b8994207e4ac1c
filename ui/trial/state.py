"""The pictures that a learner tries on trained networks: one to ten, in the memory of one session alone.

What is uploaded may be hostile, so it is decoded by the process that reads all uploads; nothing is written to disk.
"""

from collections.abc import Sequence
from concurrent.futures import Future, wait

import streamlit as st

from autoencoder.analysis.trying import some_kept
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads.limits import UploadError
from autoencoder.data.uploads.reading import Photo, read_picture
from ui.services.errors import picture_problem_text
from ui.uploads.refusals import refusal_in_words
from ui.uploads.session import File, get_reader, my_folder

MOST = 10
AT_ONCE = 0.3  # s that a page waits for pictures, so that small ones are there without another run
READING, SHOWN, REFUSED = "trial reading", "trial", "trial refused"
PLAYER = "trial player"  # what the player of them depends on, and that player
LOST = "Reading the pictures ended suddenly: one of them may be too much for this computer."
ONLY_SO_MANY = f"Only the first {MOST} pictures are shown."


def read(files: Sequence[File]) -> None:
    """Begin to read these files, in place of the pictures from before."""
    st.session_state[REFUSED] = [ONLY_SO_MANY] if len(files) > MOST else []
    st.session_state[READING] = [
        get_reader().try_submit(read_picture, file.name, file.getvalue()) for file in files[:MOST]
    ]


def read_uploads() -> None:
    """Begin to read some of those that the session has on the page Your pictures."""
    try:
        st.session_state[READING] = [get_reader().try_submit(some_kept, my_folder(), MOST)]
        st.session_state[REFUSED] = []
    except PictureError as error:
        st.session_state[REFUSED] = [picture_problem_text(error)]


def forget() -> None:
    """Try none of them any more."""
    for key in (READING, SHOWN, REFUSED, PLAYER):
        st.session_state.pop(key, None)


def photos() -> tuple[Photo, ...]:
    """Those that could be read."""
    found: tuple[Photo, ...] = st.session_state.get(SHOWN, ())
    return found


def refusals() -> list[str]:
    """Sentences in Markdown on what is not shown."""
    found: list[str] = st.session_state.get(REFUSED, [])
    return found


def is_read() -> bool:
    """Return whether all that was begun is done."""
    return all(future.done() for future in st.session_state.get(READING, ()))


def take_results() -> bool:
    """Take note of what is read by now, after a moment; return whether something is still under way."""
    reading: list[Future] | None = st.session_state.get(READING)
    if reading is None:
        return False
    if wait(reading, AT_ONCE).not_done:
        return True
    del st.session_state[READING]
    found = [photo for future in reading for photo in _photos_of(future)]
    if found:
        st.session_state[SHOWN] = tuple(found)
    return False


def _photos_of(future: Future) -> list[Photo]:
    """Return what a future gave; none where it failed, with a sentence on why."""
    sentence = LOST
    try:
        given = future.result()
        return [given] if isinstance(given, Photo) else given
    except UploadError as error:
        sentence = refusal_in_words(error.refusal)
    except PictureError as error:
        sentence = picture_problem_text(error)
    except Exception:  # the process was lost
        pass
    if sentence not in refusals():
        st.session_state[REFUSED] = [*refusals(), sentence]
    return []
