"""Anomalies: train on what is normal alone, and let the reconstruction error tell what is not."""

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from pages.parts.anomalies_explore import explore_anomalies
from pages.parts.anomalies_form import anomalies_form
from pages.parts.lessons import ANOMALIES
from pages.parts.result_header import result_header
from pages.parts.settings_form import offer_mnist
from pages.parts.shared import PRETRAINED_ANOMALIES, get_jobs, load_model, only_in_app
from pages.parts.train_button import train_button
from pages.parts.training_panel import Shown, live_panel, loss_chart, shown_run


def page() -> None:
    """The page from top to bottom."""
    get_jobs().warm()
    st.title("Anomalies")
    st.markdown(
        "A network that has learnt ripe bananas alone paints ripe bananas. Show it a rotten one, subtract, and the rot "
        "lights up. **Drag the threshold**: which difference is still normal?"
    )
    offer_mnist()
    shown = shown_run(ANOMALIES)
    with st.container(border=True):
        wanted = anomalies_form(lambda settings: train_button(ANOMALIES, settings, shown))
    if shown and shown.under_way:
        live_panel(ANOMALIES, shown)
    else:
        show_result(shown, wanted)


def show_result(shown: Shown | None, wanted: TrainingSettings) -> None:
    """The trained network that this tab chose, or else the one that came with the app."""
    folder = shown.folder if shown else PRETRAINED_ANOMALIES
    settings = load_model(folder).settings
    result_header(shown, settings, wanted)
    explore_anomalies(folder, settings, trained_here=shown is not None)
    if shown and shown.snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(shown.snapshot, settings)


only_in_app()
page()
