"""Denoising: teach a network to turn noisy pictures into clean ones, then slide the noise."""

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from pages.parts.denoising_explore import explore_denoising
from pages.parts.denoising_form import denoising_form, keras_example
from pages.parts.lessons import DENOISING
from pages.parts.result_header import result_header
from pages.parts.settings_form import offer_mnist
from pages.parts.shared import PRETRAINED_DENOISER, get_jobs, load_model, only_in_app
from pages.parts.train_button import train_button
from pages.parts.training_panel import Shown, live_panel, loss_chart, shown_run


def page() -> None:
    """The page from top to bottom."""
    get_jobs().warm()
    st.title("Denoising")
    st.markdown(
        "Show a network noisy pictures and ask for the clean ones: it learns to tell the picture from the noise. "
        "**Slide the noise level** and watch what it makes of it."
    )
    offer_mnist()
    shown = shown_run(DENOISING)
    with st.container(border=True):
        wanted = denoising_form(lambda settings: train_button(DENOISING, settings, shown))
    if shown and shown.under_way:
        live_panel(DENOISING, shown)
    else:
        show_result(shown, wanted)
    keras_example()


def show_result(shown: Shown | None, wanted: TrainingSettings) -> None:
    """The trained network that this tab chose, or else the one that came with the app."""
    folder = shown.folder if shown else PRETRAINED_DENOISER
    settings = load_model(folder).settings
    result_header(shown, settings, wanted)
    explore_denoising(folder, settings, trained_here=shown is not None)
    if shown and shown.snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(shown.snapshot, settings)


only_in_app()
page()
