"""Bottleneck: train an autoencoder, then drag one slider and see what each size keeps and what it loses."""

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from pages.parts.explore import explore
from pages.parts.settings_form import missing_pictures, offer_mnist, settings_form, settings_now
from pages.parts.shared import PRETRAINED, get_jobs, load_model, only_in_app
from pages.parts.training_panel import (
    Shown,
    begin_anew,
    live_panel,
    loss_chart,
    resume_button,
    shown_run,
    start,
    start_over,
)
from pages.parts.words import differences_in_words, history_in_words, settings_in_words


def page() -> None:
    """The page from top to bottom."""
    get_jobs().warm()
    st.title("Bottleneck")
    st.markdown(
        "An autoencoder must squeeze a picture through a few numbers and rebuild it from them. "
        "**Train one, then drag the slider**: how many numbers does a digit need?"
    )
    offer_mnist()
    shown = shown_run()
    with st.container(border=True):
        wanted = settings_form(lambda settings: train_button(settings, shown))
    if shown and shown.under_way:
        live_panel(shown)
    else:
        show_result(shown, wanted)


def train_button(wanted: TrainingSettings, shown: Shown | None) -> None:
    """Train, train again, resume or start over: what the settings and the run that is shown call for."""
    missing = missing_pictures(wanted.source)
    same = shown is not None and shown.settings == wanted
    if missing:
        st.button("Train", type="primary", disabled=True)
        st.caption(missing)
    elif shown and same and shown.under_way:
        st.caption("These settings are being trained below.")
    elif shown and same:
        if shown.snapshot.state.resumable:
            resume_button(shown.folder.path.name)
        st.button("Train again from the start", on_click=train_again, args=(wanted,))
    elif shown and shown.under_way:
        changes = differences_in_words(wanted, shown.settings)
        st.button(
            "Train with these instead", type="primary", on_click=train_instead, args=(wanted, shown.folder.path.name)
        )
        st.caption(f"The training below has other settings: {changes}. It is paused and kept if you train these.")
    else:
        st.button("Train", type="primary", icon=":material/play_arrow:", on_click=train, args=(wanted,))


def train(drawn: TrainingSettings) -> None:
    """Begin a training with what the form says."""
    start(settings_now(drawn))


def train_again(drawn: TrainingSettings) -> None:
    """Begin from the start, or with the settings that were changed by the very click."""
    said = settings_now(drawn)
    if said == drawn:
        start_over(said)
    else:
        start(said)


def train_instead(drawn: TrainingSettings, instead_of: str) -> None:
    """Pause the training that is under way and begin with what the form says."""
    begin_anew(settings_now(drawn), instead_of)


def show_result(shown: Shown | None, wanted: TrainingSettings) -> None:
    """The trained network that this tab chose, or else the one that came with the app."""
    folder = shown.folder if shown else PRETRAINED
    settings = load_model(folder).settings
    if shown is None:
        words = settings_in_words(settings)
        st.caption(f"Below is the network that came with the app ({words}). Press **Train** for one of your own.")
    elif settings != wanted:
        changes = differences_in_words(wanted, settings)
        st.info(
            f"The pictures below are of the network as it was trained. You have changed: {changes}. **Train** again?"
        )
    else:
        st.caption(f"Your network: {settings_in_words(settings)}{history_in_words(shown.snapshot)}.")
    if shown and shown.snapshot.message:
        st.warning(shown.snapshot.message)
    explore(folder, settings, shown.snapshot if shown else None)
    if shown and shown.snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(shown.snapshot, settings)


only_in_app()
page()
