"""Opens what was taken along from here: a network, which is then explored like one trained here, or its settings.

A network is a run of this browser tab's own, among its pictures: nobody else is shown it, no link leads to it, and it
goes with the tab. Nothing in a file is run; its network is built from its settings, and given its weights.
"""

from pathlib import Path

import streamlit as st

from autoencoder.data.image_dataset import PictureError
from autoencoder.data.uploads.collecting import one_step
from autoencoder.networks.keras_file import FileProblem, SavedFileError, unpack
from autoencoder.training.run_folder import RunState, Snapshot
from autoencoder.training.settings import KEY_DIGITS, TrainingSettings
from autoencoder.training.store import another_run
from ui.services.errors import show_errors
from ui.services.services import get_jobs, get_reader, learner, watcher
from ui.training.form import missing_pictures
from ui.training.runs import Lesson, show_run
from ui.uploads.arriving import arrived
from ui.uploads.session import may_see, my_folder, trouble_in_words, upload_state
from ui.uploads.text import refusal_in_words

PAGE = "lesson shown"  # in the session: that of the page
FIELDS, SAID, OPENED = "saved fields", "saved said", "saved opened"  # how many files came, and what came of the last
LONGEST = 10_000  # bytes of settings
READING, SECONDS = 0.5, 60.0  # s that reading a file takes, about, and at most
OTHER_PAGE = "This file is of another page. Open it there."
PROBLEMS = {
    FileProblem.NO_NETWORK: "This file is neither a network (.keras) nor settings (.json) taken along from here.",
    FileProblem.NO_SETTINGS: "This file does not say what can be trained here: it is of another program, of another "
    "version of this app, or of somebody's own pictures.",
    FileProblem.OTHER_LAYERS: "This network has other layers than those that are trained here, so it is not opened.",
}


def open_file() -> None:
    """Draw the field that takes a file, and say why the last one was not taken."""
    if st.session_state.pop(OPENED, False):
        st.rerun()  # the whole page shows it
    key = f"saved file {st.session_state.setdefault(FIELDS, 0)}"
    label = "Open a network (.keras) or settings (.json) taken along from here"
    st.file_uploader(label, ["keras", "json"], key=key, on_change=_take, args=(key,), width=480)
    if said := st.session_state.get(SAID):
        st.warning(said)
    st.caption("A network stays in this tab, and no other visitor is shown it. Settings go into the form at the side.")


@show_errors
def _take(key: str) -> None:
    if not (file := st.session_state.get(key)):
        return
    st.session_state[FIELDS] += 1
    try:
        named, refusals = arrived([file], my_folder())
        st.session_state[SAID] = " ".join(map(refusal_in_words, refusals))
        for _, path in named:
            try:
                _open(st.session_state[PAGE], path)
            finally:
                path.unlink(missing_ok=True)
                path.with_suffix(".npz").unlink(missing_ok=True)
    except SavedFileError as error:
        st.session_state[SAID] = PROBLEMS[error.args[0]]
    except (PictureError, OSError) as error:
        st.session_state[SAID] = trouble_in_words(error)


def _open(lesson: Lesson, path: Path) -> None:
    """Fill in the form; keep a network as a run that has learned all, which a worker then finishes as any other."""
    with path.open("rb") as file:
        text, sizes = file.read(LONGEST), None
    try:
        if not text.lstrip().startswith(b"{"):
            said, sizes = get_reader().submit(watcher(), one_step(unpack, path, guess=READING)).result(SECONDS)
            text = said.encode()
        settings = TrainingSettings.from_json(text.decode())
    except (SavedFileError, PictureError, OSError):
        raise
    except Exception as error:  # of what no version wrote; or reading it took too much
        raise SavedFileError(FileProblem.NO_SETTINGS if sizes else FileProblem.NO_NETWORK) from error
    if not may_see(settings.source):
        raise SavedFileError(FileProblem.NO_SETTINGS)
    if sizes not in (None, (settings.plan.encoder_parameters, settings.plan.decoder_parameters)):
        raise SavedFileError(FileProblem.OTHER_LAYERS)
    fits = lesson.fits(settings)
    st.session_state[SAID] = missing_pictures(settings.source) or ("" if fits else OTHER_PAGE)
    if st.session_state[SAID]:
        return
    lesson.form.fill(settings)
    st.session_state[OPENED] = True
    if sizes:
        key = f"{upload_state().token}{another_run(settings.key[-KEY_DIGITS:])}"
        folder = get_jobs().store.folder(key)
        folder.create(settings, learner())
        path.with_suffix(".npz").replace(folder.path / "checkpoint.npz")
        folder.write_snapshot(Snapshot(RunState.PAUSED, settings.epochs, settings.epochs))
        get_jobs().resume(key, watcher(), lesson.measure, learner=learner())
        show_run(lesson, key)
