"""The field for the network that a lesson shows: the one that came with the app, or one that this tab has trained."""

import streamlit as st

from ui.lessons.common.text import settings_in_words
from ui.services.services import get_jobs
from ui.training.panel import Lesson, ShownRun, forget_run, own_runs, show_run

PRETRAINED = ""  # in place of a run's key


def choose_network(lesson: Lesson, shown: ShownRun | None) -> None:
    """Draw the field; nothing where there is only the network that came with the app."""
    runs = own_runs(lesson)
    if not runs:
        return
    numbers = {run: number for number, run in enumerate(runs, start=1)}  # their words begin alike
    key, present = f"network shown {lesson.runs}", shown.folder.path.name if shown else PRETRAINED
    if st.session_state.get(key) != present:
        st.session_state[key] = present
    st.selectbox(
        "Network shown",
        [PRETRAINED, *runs],
        format_func=lambda run: f"{numbers[run]}. {settings_in_words(runs[run])}" if run else "Came with the app",
        key=key,
        on_change=_show,
        args=(lesson, key),
    )


def _show(lesson: Lesson, key: str) -> None:
    """Show the chosen network, and have the form say what it was trained with."""
    chosen = st.session_state[key]
    if chosen == PRETRAINED:
        forget_run(lesson)
    else:
        show_run(lesson, chosen)
        lesson.form.fill(get_jobs().store.folder(chosen).settings())
