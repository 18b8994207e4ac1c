"""Opens what was taken along from here: a network, which is then explored like one trained here, or its settings.

A network is a run of this browser tab's own, among its pictures: nobody else is shown it, no link leads to it, and it
goes with the tab. Nothing in a file is run; its network is built from its settings, and given its weights.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.own import NOBODY, for_session
from autoencoder.data.uploads.collecting import one_step
from autoencoder.networks.keras_file import FileProblem, SavedFileError, unpack
from autoencoder.training.run_folder import RunState, Snapshot
from autoencoder.training.settings import KEY_DIGITS, TrainingSettings, UnknownSettings
from autoencoder.training.store import another_run
from ui.services.errors import error_text, show_errors
from ui.services.polling import failed, wait_for
from ui.services.services import get_jobs, get_reader, learner, test_pictures, watcher
from ui.training.runs import Lesson, show_run
from ui.uploads.arriving import arrived
from ui.uploads.session import my_folder, trouble_in_words, upload_state
from ui.uploads.text import refusal_in_words
from ui.words import read_texts

FIELDS, SAID, OPENING = "saved fields", "saved said", "saved opening"  # how many files came, and what comes of the last
OPENED = "saved opened"  # the key of the network that was opened last, until it is seen
LONGEST = 10_000  # bytes of settings
READING, COMPARING = 0.5, 10.0  # s that reading a file takes, about, and building a network like it
TEXTS = read_texts("training/saved.toml")


@dataclass
class _Opening:
    """A file on its way into a page."""

    page: str
    path: Path
    future: Future  # of the settings, as JSON; then of whether the network is what these build
    is_network: bool
    settings: TrainingSettings | None = None


def open_file(page: str) -> None:
    """Draw the field that takes a file, and how far that is or why the last one was not taken."""
    key = f"saved file {st.session_state.setdefault(FIELDS, 0)}"
    label = "Open a network (.keras) or settings (.json) taken along from here"
    st.file_uploader(label, ["keras", "json"], key=key, on_change=_take, args=(page, key), width=480)
    if (opening := _opening_on(page)) and opening.future.done():
        st.rerun()  # the whole page shows it
    if opening:
        wait_for([opening.future.done], "Reading the file", usual=COMPARING, on_stop=_forget)
    elif said := st.session_state.get(SAID):
        st.warning(said)
    st.caption("A network stays in this tab, and no other visitor is shown it. Settings go into the form at the side.")


def _opening_on(page: str) -> _Opening | None:
    opening: _Opening | None = st.session_state.get(OPENING)
    return opening if opening and opening.page == page else None


@show_errors()
def _take(page: str, key: str) -> None:
    """Begin to read a file."""
    if not (file := st.session_state.get(key)):
        return
    st.session_state[FIELDS] += 1
    _forget()
    try:
        named, refusals = arrived([file], my_folder())
    except PictureError as error:
        st.session_state[SAID] = trouble_in_words(error)
        return
    too_large = TEXTS[FileProblem.NO_NETWORK]  # as no file from here is
    st.session_state[SAID] = " ".join(too_large if one.name else refusal_in_words(one) for one in refusals)
    for _, path in named:
        with path.open("rb") as opened:
            start = opened.read(LONGEST).decode("utf-8-sig", "replace").lstrip()
        is_network = not start.startswith("{")
        steps = one_step(unpack, path, guess=READING) if is_network else one_step(str, start, guess=0.0)
        st.session_state[OPENING] = _Opening(page, path, get_reader().submit(watcher(), steps), is_network)


def _forget() -> None:
    if opening := st.session_state.pop(OPENING, None):
        opening.path.unlink(missing_ok=True)
        opening.path.with_suffix(".npz").unlink(missing_ok=True)


@show_errors()
def take_opened(lesson: Lesson) -> None:
    """Go on with the file that this page was given, once it is read: its settings go into the form.

    A network is kept as a run that has learned all, which a worker then finishes as any other.
    """
    if not (opening := _opening_on(lesson.name)) or not opening.future.done():
        return
    goes_on = False
    try:
        if opening.settings is None:
            opening.settings = _settings(lesson, opening)
            if goes_on := opening.is_network:
                opening.future = get_jobs().compare(opening.settings, opening.path.with_suffix(".npz"))
        elif failed(opening.future):
            raise SavedFileError(FileProblem.NO_WORKER)
        elif not opening.future.result():
            raise SavedFileError(FileProblem.OTHER_LAYERS)
        else:
            _keep(lesson, opening.path.with_suffix(".npz"), opening.settings)
        if not goes_on:
            lesson.form.fill(opening.settings)
        if not opening.is_network:
            st.toast(TEXTS["settings"], icon=":material/check:")
    except (SavedFileError, PictureError) as error:
        st.session_state[SAID] = TEXTS[error.args[0]] if isinstance(error, SavedFileError) else error_text(error)
    finally:
        if not goes_on:
            _forget()


def say_opened(key: str) -> None:
    """Say once of a network that is shown that it is the one that was opened."""
    if st.session_state.get(OPENED) == key:
        del st.session_state[OPENED]
        st.toast(TEXTS["opened"], icon=":material/check:")


def _settings(lesson: Lesson, opening: _Opening) -> TrainingSettings:
    """Return the settings of a file of this page, whose own pictures are those of this session.

    Raises a SavedFileError where it is another file, and a PictureError where its pictures are not here.
    """
    try:
        settings = TrainingSettings.from_json(for_session(opening.future.result(), upload_state().token or NOBODY))
    except SavedFileError:
        raise
    except PictureError as error:
        raise SavedFileError(FileProblem.OWN_PICTURES) from error
    except UnknownSettings as error:
        raise SavedFileError(FileProblem.OTHER_SETTINGS) from error
    except Exception as error:  # of what no version wrote; or reading it took too much
        raise SavedFileError(FileProblem.NO_NETWORK) from error
    if not lesson.fits(settings):
        raise SavedFileError(FileProblem.OTHER_PAGE)
    test_pictures(settings.source)
    return settings


def _keep(lesson: Lesson, weights: Path, settings: TrainingSettings) -> None:
    key = f"{upload_state().token}{another_run(settings.key[-KEY_DIGITS:])}"
    folder = get_jobs().store.folder(key)
    folder.create(settings, learner())
    weights.replace(folder.path / "checkpoint.npz")
    folder.write_snapshot(Snapshot(RunState.PAUSED, settings.epochs, settings.epochs))
    get_jobs().resume(key, watcher(), lesson.measure, learner=learner())
    show_run(lesson, key)
    st.session_state[OPENED] = key
