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
        st.session_state[SAID] = PROBLEMS[error.problem]
    except (PictureError, OSError) as error:
        st.session_state[SAID] = trouble_in_words(error)


def _open(lesson: Lesson, path: Path) -> None:
    sizes = None
    with path.open("rb") as file:
        text = file.read(LONGEST)
    if not text.lstrip().startswith(b"{"):
        try:
            said, sizes = get_reader().submit(watcher(), one_step(unpack, path, guess=READING)).result(SECONDS)
        except (SavedFileError, OSError):
            raise
        except Exception as error:  # it took too much, or its process fell over it
            raise SavedFileError(FileProblem.NO_NETWORK) from error
        text = said.encode()
    try:
        settings = TrainingSettings.from_json(text.decode())
    except PictureError:
        raise
    except ValueError as error:
        raise SavedFileError(FileProblem.NO_SETTINGS if sizes else FileProblem.NO_NETWORK) from error
    if not may_see(settings.source) or (missing := missing_pictures(settings.source)):
        st.session_state[SAID] = missing or PROBLEMS[FileProblem.NO_SETTINGS]
        return
    if not lesson.fits(settings):
        st.session_state[SAID] = "This file is of another page. Open it there."
        return
    lesson.form.fill(settings)
    st.session_state[OPENED] = True
    if sizes is not None:
        _show(lesson, settings, path, sizes)


def _show(lesson: Lesson, settings: TrainingSettings, path: Path, sizes: tuple[int, ...]) -> None:
    """Keep the network as a run that has learned all, which a worker then finishes as any other."""
    if sizes != (settings.plan.encoder_parameters, settings.plan.decoder_parameters):
        raise SavedFileError(FileProblem.OTHER_LAYERS)
    key = f"{upload_state().token}{another_run(settings.key[-KEY_DIGITS:])}"
    folder = get_jobs().store.folder(key)
    folder.create(settings, learner())
    path.with_suffix(".npz").replace(folder.path / "checkpoint.npz")
    folder.write_snapshot(Snapshot(RunState.PAUSED, settings.epochs, settings.epochs))
    get_jobs().resume(key, watcher(), lesson.measure, learner=learner())
    show_run(lesson, key)
