"""The line above a trained network: whose it is, what it is, and whether the form says something else by now."""

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.text import differences_in_words, history_in_words, settings_in_words
from ui.services.errors import notice_text
from ui.training.panel import ShownRun


def result_header(shown: ShownRun | None, settings: TrainingSettings, wanted: TrainingSettings) -> None:
    """Say what network is shown.

    Args:
        shown: The run that this tab chose; None for the network that came with the app.
        settings: What the network was trained with.
        wanted: What the form says.
    """
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
    if shown and (notice := notice_text(shown.snapshot)):
        st.warning(notice)
