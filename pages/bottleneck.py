"""Bottleneck: train an autoencoder, then drag one slider and see what each size keeps and what it loses."""

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from pages.parts.explore import explore
from pages.parts.lessons import BOTTLENECK
from pages.parts.result_header import result_header
from pages.parts.settings_form import offer_mnist, settings_form
from pages.parts.shared import PRETRAINED, get_jobs, load_model, only_in_app
from pages.parts.train_button import train_button
from pages.parts.training_panel import Shown, live_panel, loss_chart, shown_run


def page() -> None:
    """The page from top to bottom."""
    get_jobs().warm()
    st.title("Bottleneck")
    st.markdown(
        "An autoencoder must squeeze a picture through a few numbers and rebuild it from them. "
        "**Train one, then drag the slider**: how many numbers does a digit need?"
    )
    offer_mnist()
    shown = shown_run(BOTTLENECK)
    with st.container(border=True):
        wanted = settings_form(lambda settings: train_button(BOTTLENECK, settings, shown))
    if shown and shown.under_way:
        live_panel(BOTTLENECK, shown)
    else:
        show_result(shown, wanted)


def show_result(shown: Shown | None, wanted: TrainingSettings) -> None:
    """The trained network that this tab chose, or else the one that came with the app."""
    folder = shown.folder if shown else PRETRAINED
    settings = load_model(folder).settings
    result_header(shown, settings, wanted)
    explore(folder, settings, shown.snapshot if shown else None)
    if shown and shown.snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(shown.snapshot, settings)


only_in_app()
page()
