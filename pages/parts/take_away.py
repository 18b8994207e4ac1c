"""What a learner can take along from a page: the trained network, and its run as a script and a notebook."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import streamlit as st

from autoencoder.takeaways.keras_file import write_keras_file
from autoencoder.takeaways.preparing import Preparing, Step, place_beside
from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from pages.parts.shared import get_jobs
from pages.parts.take_names import file_name
from pages.parts.waiting import wait_for

ABOUT_NETWORK = (
    "**Network**: `keras.models.load_model` reads it, without this app. Pictures go in, reconstructions come out; "
    '`model.get_layer("encoder")` and `model.get_layer("decoder")` are its halves.'
)
ABOUT_ORDERED = (
    "The whole model keeps all {size} numbers; for fewer, give its decoder the codes and, as `kept`, 1 for each number "
    "to keep and 0 for the others."
)
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


def _network_and_code(lesson: str, folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    name = file_name(lesson, settings)
    network = place_beside(folder, "network.keras")
    write = partial(get_jobs().submit, write_keras_file, str(folder.path), str(network))
    with st.container(horizontal=True):
        network_step = _prepared("Network (.keras)", network, f"{name}.keras", write)
    if network_step is Step.UNDER_WAY:
        _wait_for([network], "Preparing the network; a training that is under way comes first")
    st.caption(" ".join(_about(settings)))


def _prepared(label: str, path: Path, name: str, write: Callable[[], Future]) -> Step:
    """A button for a file that another process writes, which is asked for it now; returns where the file stands."""
    preparing = get_preparing()
    if preparing.step(path) is Step.ABSENT:
        preparing.ask(path, write)
    step = preparing.step(path)
    if step is Step.READY:
        st.download_button(label, path.read_bytes, name, on_click="ignore", icon=":material/download:")
    elif step is Step.UNDER_WAY:
        st.button(label, disabled=True, icon="spinner")
    else:
        help = "This file could not be prepared."
        st.button(f"{label}: try again", on_click=preparing.ask, args=(path, write), icon=":material/error:", help=help)
    return step


def _wait_for(paths: list[Path], saying: str) -> None:
    wait_for([partial(_is_done, path) for path in paths], saying)


def _is_done(path: Path) -> bool:
    return get_preparing().step(path) is not Step.UNDER_WAY


def _about(settings: TrainingSettings) -> list[str]:
    """What the files are, in sentences."""
    sentences = [ABOUT_NETWORK]
    if settings.ordered:
        sentences.append(ABOUT_ORDERED.format(size=settings.bottleneck_size))
    if settings.code == "gaussian":
        sentences.append(ABOUT_GAUSSIAN)
    return sentences
