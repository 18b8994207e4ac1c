"""The buttons at the end of a settings form: train, train again, resume, or train with these instead."""

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.text import differences_in_words
from ui.services.services import get_jobs
from ui.training.panel import Lesson, ShownRun, begin_anew, resume_button, start, start_over
from ui.training.source_field import missing_pictures


def train_button(lesson: Lesson, wanted: TrainingSettings, shown: ShownRun | None) -> None:
    """Draw the buttons that the settings and the run that is shown call for."""
    missing = missing_pictures(wanted.source)
    same = shown is not None and shown.settings == wanted
    if missing:
        st.button("Train", type="primary", disabled=True, width="stretch")
        st.caption(missing)
    elif shown and same and shown.under_way:
        st.caption("These settings are being trained.")
    elif shown and same:
        if shown.snapshot.state.resumable:
            resume_button(lesson, shown.folder.path.name)
        st.button("Train again from the start", on_click=_train_again, args=(lesson, wanted), width="stretch")
    elif shown and shown.under_way:
        changes = differences_in_words(wanted, shown.settings)
        key = shown.folder.path.name
        st.button(
            "Train with these instead", type="primary", on_click=_train_instead, args=(lesson, key), width="stretch"
        )
        fate = "It goes on for those who watch it too" if get_jobs().watchers(key) > 1 else "It is paused and kept"
        st.caption(f"The training under way has other settings: {changes}. {fate} if you train these.")
    else:
        st.button(
            "Train", type="primary", icon=":material/play_arrow:", on_click=train, args=(lesson,), width="stretch"
        )


def train(lesson: Lesson) -> None:
    """Begin a training with what the form says."""
    start(lesson, lesson.form.read())


def _train_again(lesson: Lesson, drawn: TrainingSettings) -> None:
    """Begin from the start, or with the settings that were changed by the very click."""
    wanted = lesson.form.read()
    (start_over if wanted == drawn else start)(lesson, wanted)


def _train_instead(lesson: Lesson, instead_of: str) -> None:
    """Begin with what the form says in place of the training that is under way."""
    begin_anew(lesson, lesson.form.read(), instead_of)
