"""The line above the pictures: which network they show, and whether the form says something else by now."""

from contextlib import suppress

import streamlit as st

from autoencoder.training.run_folder import DamagedRun
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.text import differences_in_words, history_in_words, settings_in_words
from ui.services.errors import notice_text
from ui.services.services import get_jobs
from ui.shell.presenter import is_presenting
from ui.training.panel import WATCH_EVERY, Lesson, ShownRun, progress_in_words
from ui.training.train_button import train

LINE = "stage line"  # its style is in app.py


def training_line(shown: ShownRun) -> None:
    """Say what is being trained; in the presenter's view, without the sidebar, how far it is."""
    if is_presenting():
        with st.container(key="progress"):
            _progress(shown.folder.path.name)
        return
    words = settings_in_words(shown.settings)
    before = "" if shown.snapshot.previews else " Until its first pictures are there, you see the network from before."
    with st.container(key=LINE):
        st.caption(f"**In training:** {words}.{before}")


@st.fragment(run_every=WATCH_EVERY)
def _progress(key: str) -> None:
    with suppress(DamagedRun):
        snapshot = get_jobs().snapshot(key)
        st.progress(snapshot.fraction, text=progress_in_words(key, snapshot))


def result_line(lesson: Lesson, shown: ShownRun | None, settings: TrainingSettings, wanted: TrainingSettings) -> None:
    """Say what network is shown.

    Args:
        lesson: Whose page it is.
        shown: The run that this tab chose; None for the network that came with the app.
        settings: What the network was trained with.
        wanted: What the form says.
    """
    words = settings_in_words(settings)
    with st.container(key=LINE, horizontal=True, vertical_alignment="center", gap="small"):
        if shown is None:
            st.caption(f"**Network shown:** the one that came with the app ({words}).")
        elif settings == wanted:
            st.caption(f"**Network shown:** yours ({words}{history_in_words(shown.snapshot)}).")
        else:
            changes = differences_in_words(wanted, settings)
            st.caption(f"**Network shown:** yours, as trained ({words}). You changed: {changes}.")
            st.button("Train these", type="tertiary", on_click=train, args=(lesson,))
            st.button("Back to its settings", type="tertiary", on_click=lesson.form.fill, args=(settings,))
    if shown and (notice := notice_text(shown.snapshot)):
        st.warning(notice)
