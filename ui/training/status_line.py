"""One line, on every other page, about each training that this browser tab has under way."""

from collections.abc import Iterable

import streamlit as st

from autoencoder.training.run_folder import DamagedRun
from ui.services.services import get_jobs
from ui.training.panel import Lesson, progress_in_words

LOOK_EVERY = 1.0  # s


def training_status(page: str, lessons: Iterable[Lesson]) -> None:
    """Show how the trainings of other pages than `page` go, with the way to them; nothing where there are none."""
    lessons = list(lessons)
    told = {lesson.runs for lesson in lessons if lesson.name == page}
    for lesson in lessons:
        key = st.session_state.get(lesson.run)
        if lesson.runs not in told and key and _active(key):
            told.add(lesson.runs)
            with st.sidebar:
                st.fragment(_line, run_every=LOOK_EVERY)(lesson, key)


def _line(lesson: Lesson, key: str) -> None:
    if not _active(key):
        st.success(f"Your training has ended. See it on the page **{lesson.title}**.")
        return
    snapshot = get_jobs().snapshot(key)
    st.progress(snapshot.fraction, text=f"{lesson.title}: training goes on. {progress_in_words(key, snapshot)}")


def _active(key: str) -> bool:
    try:
        return get_jobs().snapshot(key).state.active
    except DamagedRun:
        return False
