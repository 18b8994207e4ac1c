"""What every lesson's page is made of: a form, the training while it goes on, the network when it is trained."""

from collections.abc import Callable

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from ui.export.downloads import take_away
from ui.services.services import get_jobs
from ui.services.storage_notice import say_where_kept
from ui.services.trained_run import TrainedRun
from ui.training.panel import Lesson, ShownRun, live_panel, loss_chart, shown_run
from ui.training.result_header import result_header
from ui.training.source_field import missing_pictures
from ui.training.train_button import train_button
from ui.url.state import keep_what_is_not_drawn

Explore = Callable[[TrainedRun], None]


def lesson_page(lesson: Lesson, explore: Explore) -> None:
    """Draw all of the page but its title and what it is about.

    Args:
        lesson: Whose page it is.
        explore: Draws what is to be seen of a trained network.
    """
    say_where_kept()
    shown = shown_run(lesson)
    with st.container(border=True, key="settings"):  # its style is in app.py
        wanted = lesson.form.draw(lambda settings: train_button(lesson, settings, shown))
    if shown and shown.under_way:
        keep_what_is_not_drawn()
        live_panel(lesson, shown)
    else:
        _show_result(lesson, shown, wanted, explore)
    get_jobs().warm()  # last: a cluster that does not answer takes its time


def _show_result(lesson: Lesson, shown: ShownRun | None, wanted: TrainingSettings, explore: Explore) -> None:
    """Show the trained network that this tab chose, or else the one that came with the app."""
    run = TrainedRun.load(shown.folder, shown.snapshot) if shown else TrainedRun.load(lesson.pretrained())
    settings = run.settings
    if missing := missing_pictures(settings.source):
        st.error(missing)
        return
    result_header(shown, settings, wanted)
    explore(run)
    if run.snapshot and run.snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(run.snapshot, settings)
    take_away(lesson.name, run)
