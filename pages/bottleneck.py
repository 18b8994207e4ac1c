"""Bottleneck: train an autoencoder, then drag one slider and see what each size keeps and what it loses."""

import streamlit as st

from autoencoder.training.run_folder import DamagedRun, RunFolder, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from pages.parts.explore import explore
from pages.parts.settings_form import missing_pictures, offer_mnist, settings_form
from pages.parts.shared import PRETRAINED, get_jobs, load_model, only_in_app
from pages.parts.training_panel import (
    begin_anew,
    current_run,
    forget_run,
    live_panel,
    loss_chart,
    read_snapshot,
    start,
    start_over,
)
from pages.parts.words import differences_in_words, settings_in_words


def page() -> None:
    """The page from top to bottom."""
    get_jobs().warm()
    st.title("Bottleneck")
    st.markdown(
        "An autoencoder must squeeze a picture through a few numbers and rebuild it from them. "
        "**Train one, then drag the slider**: how many numbers does a digit need?"
    )
    offer_mnist()
    folder = current_run()
    snapshot = read_snapshot(folder) if folder else None
    with st.container(border=True):
        wanted = settings_form()
        train_button(wanted, folder, snapshot)
    if folder and snapshot and (snapshot.state.active or snapshot.state is RunState.PAUSED or not folder.has_network()):
        live_panel(folder, folder.settings(), snapshot)
    else:
        show_result(folder, wanted, snapshot)


def train_button(wanted: TrainingSettings, folder: RunFolder | None, snapshot: Snapshot | None) -> None:
    """Train, train again, or start over: what the settings and the run that is shown call for."""
    missing = missing_pictures(wanted.source)
    same = folder is not None and folder.path.name == wanted.key
    going = snapshot is not None and (snapshot.state.active or snapshot.state is RunState.PAUSED)
    with st.container(horizontal=True, vertical_alignment="center"):
        if missing:
            st.button("Train", type="primary", disabled=True)
            st.caption(missing)
        elif same and going:
            st.caption("These settings are being trained below.")
        elif same:
            st.button("Train again from the start", on_click=start_over, args=(wanted,))
        elif going and folder is not None:
            st.button("Train with these instead", type="primary", on_click=begin_anew, args=(wanted, folder.path.name))
            changes = differences_in_words(wanted, folder.settings())
            st.caption(f"The training below has other settings: {changes}. It is paused and kept if you train these.")
        else:
            st.button("Train", type="primary", icon=":material/play_arrow:", on_click=start, args=(wanted,))


def show_result(folder: RunFolder | None, wanted: TrainingSettings, snapshot: Snapshot | None) -> None:
    """The trained network that this tab chose, or else the one that came with the app."""
    shown = folder or PRETRAINED
    try:
        settings = load_model(shown).settings
    except DamagedRun as error:
        st.warning(str(error))
        forget_run()
        return
    if folder is None:
        st.caption(f"Below: the network that came with the app. {settings_in_words(settings)}. Press **Train** for yours.")
    elif settings != wanted:
        changes = differences_in_words(wanted, settings)
        st.info(f"The pictures below are of the network as it was trained. You have changed: {changes}. **Train** again?")
    else:
        st.caption(f"Your network: {settings_in_words(settings)}.")
    if snapshot and snapshot.message:
        st.warning(snapshot.message)
    explore(shown, settings, snapshot)
    if snapshot and snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(snapshot, settings)


only_in_app()
page()
