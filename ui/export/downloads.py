"""What a learner can take along from a page: the trained network, and its run as a script and a notebook."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import streamlit as st

from autoencoder.export.keras_file import write_keras_file
from autoencoder.export.notebook import notebook
from autoencoder.export.pictures_file import write_pictures_file
from autoencoder.export.preparing import Preparing, Step, place_beside
from autoencoder.export.script import script
from autoencoder.export.script_pictures import needs_file
from autoencoder.training.run_folder import RunFolder, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.export.losses import save_losses
from ui.export.names import file_name
from ui.lessons.common.text import epochs_in_words
from ui.services.polling import wait_for
from ui.services.services import get_background, get_jobs

ABOUT_NETWORK = (
    "**Network**: `keras.models.load_model` reads it, without this app. Pictures go in, reconstructions come out; "
    '`model.get_layer("encoder")` and `model.get_layer("decoder")` are its halves.'
)
ABOUT_ORDERED = (
    "The whole model keeps all {size} numbers; for fewer, give its decoder the codes and, as `kept`, 1 for each number "
    "to keep and 0 for the others."
)
ABOUT_CODE = (
    "**Script** and **notebook**: the same training in plain Keras, to read, run and change. Chance is drawn otherwise "
    "there, so the result is alike, not equal."
)
ABOUT_PICTURES = "They read the **pictures**, which no library has: put that file beside them."
ABOUT_GAUSSIAN = "The encoder gives two arrays, the means and the logarithms of the variances."


@st.cache_resource(show_spinner=False)
def get_preparing() -> Preparing:
    """The files that are being written, for all learners."""
    return Preparing()


@st.fragment
def take_away(lesson: str, folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """Downloads, folded away; what they need is worked out when they are opened.

    Args:
        lesson: The page's name.
        folder: The run whose trained network is shown, which this session may see.
        settings: What it was trained with.
        snapshot: How it was trained, where that was here.
    """
    box = st.expander("Take it with you", icon=":material/download:", key=f"take away {lesson}", on_change="rerun")
    if box.open:
        with box:
            _network_and_code(lesson, folder, settings, snapshot)
            save_losses(lesson, folder, settings, snapshot)


def _network_and_code(lesson: str, folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """The trained network, its run as a program, and the pictures where the program needs them as a file."""
    name, remark = file_name(lesson, settings), _remark(snapshot)
    under_way = []
    with st.container(horizontal=True):
        network = place_beside(folder, "network.keras")
        write = partial(get_jobs().submit, write_keras_file, str(folder.path), str(network))
        if _prepared("Network (.keras)", network, f"{name}.keras", write) is Step.UNDER_WAY:
            under_way.append(network)
        _download("Script (.py)", script(settings, name, remark), f"{name}.py", "text/x-python")
        _download("Notebook (.ipynb)", notebook(settings, name, remark), f"{name}.ipynb", "application/x-ipynb+json")
        if needs_file(settings.source):
            pictures = place_beside(folder, "pictures.npz")
            write = partial(get_background().submit, write_pictures_file, settings.to_json(), str(pictures))
            if _prepared("Its pictures (.npz)", pictures, f"{name}-pictures.npz", write) is Step.UNDER_WAY:
                under_way.append(pictures)
    if under_way:
        _wait_for(under_way)
    st.caption(" ".join(_about(settings)))


def _download(label: str, data: str | Callable[[], bytes], name: str, mime: str | None = None) -> None:
    st.download_button(label, data, name, mime, on_click="ignore", icon=":material/download:")


def _prepared(label: str, path: Path, name: str, write: Callable[[], Future]) -> Step:
    """A button for a file that another process writes, which is asked for it now; returns where the file stands."""
    preparing = get_preparing()
    if preparing.step(path) is Step.ABSENT:
        preparing.ask(path, write)
    step = preparing.step(path)
    if step is Step.READY:
        _download(label, path.read_bytes, name)
    elif step is Step.UNDER_WAY:
        st.button(label, disabled=True, icon="spinner")
    else:
        help = "This file could not be prepared."
        st.button(f"{label}: try again", on_click=preparing.ask, args=(path, write), icon=":material/error:", help=help)
    return step


def _wait_for(paths: list[Path]) -> None:
    first = "; a training that is under way comes first" if get_jobs().busy() else ""
    wait_for([partial(_is_done, path) for path in paths], f"Preparing the files{first}")


def _is_done(path: Path) -> bool:
    return get_preparing().step(path) is not Step.UNDER_WAY


def _about(settings: TrainingSettings) -> list[str]:
    """Return what the files are, in sentences."""
    sentences = [ABOUT_NETWORK]
    if settings.ordered:
        sentences.append(ABOUT_ORDERED.format(size=settings.bottleneck_size))
    if settings.code == "gaussian":
        sentences.append(ABOUT_GAUSSIAN)
    sentences.append(ABOUT_CODE)
    if needs_file(settings.source):
        sentences.append(ABOUT_PICTURES)
    return sentences


def _remark(snapshot: Snapshot | None) -> str:
    """Return what the settings do not say of a run, in a sentence; empty where they say all."""
    if snapshot is None:
        return ""
    parts = []
    if snapshot.state is not RunState.FINISHED:
        parts.append(f"was stopped after {epochs_in_words(snapshot.epoch)}")
    if snapshot.rate_changes:
        parts.append("had its learning rate changed by hand")
    return f"That run {' and '.join(parts)}; here it goes to its end as it was set." if parts else ""
