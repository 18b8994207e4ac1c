"""One line, on every page, about the training that this browser tab has under way."""

import streamlit as st

from autoencoder.training.run_folder import DamagedRun
from pages.parts.shared import get_jobs
from pages.parts.training_panel import RUN, progress_in_words

LOOK_EVERY = 1.0  # s


def training_status() -> None:
    """Show how the training goes, with a way to it; nothing where there is none."""
    key = st.session_state.get(RUN)
    if key and _active(key):
        st.fragment(_line, run_every=LOOK_EVERY)(key)


def _line(key: str) -> None:
    if not _active(key):
        st.success("Your training has ended. See it on the page **Bottleneck**.")
        return
    snapshot = get_jobs().snapshot(key)
    st.progress(snapshot.fraction, text=f"Training goes on: {progress_in_words(key, snapshot)}")


def _active(key: str) -> bool:
    try:
        return get_jobs().snapshot(key).state.active
    except DamagedRun:
        return False
