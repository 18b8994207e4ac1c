"""The form in which a learner says what to train; every setting lives in the page's address."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autoencoder.data.augmentation import AUGMENTATIONS, NO_AUGMENTATION
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import BOTTLENECKS, LARGEST_CODE, LOSSES, MOST_EPOCHS, TrainingSettings
from ui.training.source_field import SAMPLE, choose_source, said_source
from ui.uploads.session import OWN, source_of
from ui.url.widgets import choose, pick, read_form, whole

OFFERED = ("dense", "convolutional")  # networks
DEFAULT_EPOCHS = {"mnist": 10, "mnist_sample": 40, OWN: 30}
DEFAULT_BATCH = {"mnist": 128, "mnist_sample": 32, OWN: 32}  # few pictures need smaller batches to make as many steps
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
    settings = settings_now(TrainingSettings(source_of(source), augmentation=default_augmentation(source)))
    with place:
        buttons(settings)
    return settings


def last_row() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The row below the fields: where its buttons are to be, and beside them where the fields that few need are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(horizontal=True, vertical_alignment="center", width="content")
        return place, st.popover("More settings")


def settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """Return what the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = said_source(drawn.source)
    alike = ("network", "bottleneck", "bottleneck_size", "learning_rate", "loss", "seed")
    of_source = ("epochs", "batch_size", "augmentation")
    keys = {name: name for name in alike} | {name: f"{name}_{source}" for name in of_source}
    return read_form(drawn, keys, source=source_of(source))


def _more_settings(source: str) -> None:
    first = DEFAULT_BATCH.get(source, 64)
    help = "Pictures between two steps of learning."
    pick("Batch size", f"batch_size_{source}", BATCHES, first, help=help, name="batch_size")
    pick("Learning rate", "learning_rate", RATES, 0.003, help=RATE_HELP)
    choose("Loss", "loss", LOSSES, "mean_squared_error", help="What the training makes small.")
    choose_augmentation(f"augmentation_{source}", default_augmentation(source))
    whole("Seed", "seed", 0, 0, 2**32 - 1, help="Another seed draws other first weights and another order.")


def default_augmentation(source: str) -> str:
    """Return how a source's pictures are augmented at first: those of the sample, which are few."""
    return "affine" if source == SAMPLE else NO_AUGMENTATION


def choose_augmentation(key: str, default: str) -> None:
    """Draw the field for the augmentation."""
    names = {NO_AUGMENTATION: "None", **AUGMENTATIONS}
    help = "Moved a little in every epoch, few pictures teach as much as many."
    choose("Augmentation", key, names, default, help=help, name="augmentation")


def _explain_bottlenecks() -> str:
    every, exact = BOTTLENECKS["ordered"], BOTTLENECKS["exact"]
    return f"**Every size**: {every}.  \n**Exact size**: {exact}."
