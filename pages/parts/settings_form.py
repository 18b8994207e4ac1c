"""The form in which a learner says what to train; every setting lives in the page's address."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autoencoder.images.download import DownloadStep
from autoencoder.images.picture_set import PictureError
from autoencoder.images.sources import SOURCES
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import BOTTLENECKS, LARGEST_CODE, LOSSES, MOST_EPOCHS, TrainingSettings
from pages.parts.fields import choose, pick, said, settings_said, whole
from pages.parts.own_pictures import OWN, choice_of, source_of, source_titles
from pages.parts.shared import get_download, test_pictures

OFFERED = ("dense", "convolutional")  # networks
DEFAULT_EPOCHS = {"mnist": 10, "digits": 60, OWN: 30}
DEFAULT_BATCH = {"mnist": 128, "digits": 32, OWN: 32}  # few pictures need smaller batches to make as many steps
RATES = (0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0)
BATCHES = (16, 32, 64, 128, 256, 512)
RATE_HELP = "The highest step size of the optimizer. With one cycle the rate climbs to it and then falls to nothing."


def settings_form(buttons: Callable[[TrainingSettings], None]) -> TrainingSettings:
    """Widgets for the settings; returns what they say, validated.

    Args:
        buttons: Draws the buttons at the end of the form, which depend on what it says.
    """
    pictures, network, bottleneck, size, epochs = st.columns([3, 2, 2, 2, 2])
    with pictures:
        source = choose_source()
    with network:
        choose("Network", "network", {name: NETWORKS[name].title for name in OFFERED}, "dense")
    with bottleneck:
        names = {"ordered": "Every size", "exact": "Exact size"}
        how = choose("Bottleneck", "bottleneck", names, "ordered", help=_explain_bottlenecks())
    with size:
        label = "Largest size" if how == "ordered" else "Size"
        whole(label, "bottleneck_size", LARGEST_CODE, 1, LARGEST_CODE, help="Numbers in the code.")
    with epochs:
        help = "How often the network sees every training picture."
        whole("Epochs", f"epochs_{source}", DEFAULT_EPOCHS.get(source, 20), 1, MOST_EPOCHS, help=help, name="epochs")
    place, folded_away = last_row()
    with folded_away:
        _more_settings(source)
    settings = settings_now(TrainingSettings(source_of(source)))
    with place:
        buttons(settings)
    return settings


def last_row() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The row below the fields: where its buttons are to be, and beside them where the fields that few need are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(horizontal=True, vertical_alignment="center", width="content")
        return place, st.popover("More settings")


def settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """What the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = said("source", choice_of(drawn.source))
    alike = ("network", "bottleneck", "bottleneck_size", "learning_rate", "loss", "seed")
    keys = {name: name for name in alike} | {"epochs": f"epochs_{source}", "batch_size": f"batch_size_{source}"}
    return settings_said(drawn, keys, source=source_of(source))


def choose_source() -> str:
    """The field for the source of pictures, which all pages share: a key of `SOURCES`, or `OWN`."""
    help = [f"**{source.title}**: {source.about}" for source in SOURCES.values()]
    own = "**Your pictures**: add them on the page of that name."
    return choose("Pictures", "source", source_titles(), _first_source(), help="  \n".join([*help, own]))


def _more_settings(source: str) -> None:
    first = DEFAULT_BATCH.get(source, 64)
    help = "Pictures between two steps of learning."
    pick("Batch size", f"batch_size_{source}", BATCHES, first, help=help, name="batch_size")
    pick("Learning rate", "learning_rate", RATES, 0.003, help=RATE_HELP)
    choose("Loss", "loss", LOSSES, "mean_squared_error", help="What the training makes small.")
    whole("Seed", "seed", 0, 0, 2**32 - 1, help="Another seed draws other first weights and another order.")


def missing_pictures(source: str) -> str | None:
    """A sentence where the pictures of a source cannot be had, else None."""
    try:
        test_pictures(source)
    except PictureError as error:
        return str(error)
    return None


def offer_mnist() -> None:
    """Say in one line that MNIST is not there, and offer to download it; show how that goes."""
    with st.container(key="offer"):
        _offer_mnist()


def _offer_mnist() -> None:
    state = get_download().state
    if state.step is DownloadStep.RUNNING:
        _watch_download()
    elif sentence := missing_pictures("mnist"):
        said, button = st.columns([5, 1], vertical_alignment="center")
        said.info(f"{state.message or sentence} Until then the small digits that are built in serve as well.")
        again = state.step is DownloadStep.FAILED
        button.button("Try again" if again else "Download MNIST (11 MB)", on_click=get_download().start)


@st.fragment(run_every=0.5)
def _watch_download() -> None:
    state = get_download().state
    if state.step is not DownloadStep.RUNNING:
        st.rerun()
    st.progress(state.fraction, text=f"Downloading MNIST: {state.fraction:.0%} of 11 MB")


def _first_source() -> str:
    if "source" not in st.session_state and "first_source" not in st.session_state:
        st.session_state["first_source"] = "digits" if missing_pictures("mnist") else "mnist"
    return st.session_state.get("first_source", "digits")


def _explain_bottlenecks() -> str:
    every, exact = BOTTLENECKS["ordered"], BOTTLENECKS["exact"]
    return f"**Every size**: {every}.  \n**Exact size**: {exact}."
