"""What every lesson's page is made of: a form, the training while it goes on, the network when it is trained."""

from collections.abc import Callable

import streamlit as st

from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.export.downloads import take_away
from ui.services.services import get_jobs, load_model
from ui.services.storage_notice import say_where_kept
from ui.training.panel import Lesson, Shown, live_panel, loss_chart, shown_run
from ui.training.result_header import result_header
from ui.training.source_field import missing_pictures
from ui.training.train_button import train_button
from ui.url.state import keep_what_is_not_drawn

Form = Callable[[Callable[[TrainingSettings], None]], TrainingSettings]
Explore = Callable[[RunFolder, TrainingSettings, Snapshot | None], None]


def lesson_page(lesson: Lesson, pretrained: Callable[[], RunFolder], form: Form, explore: Explore) -> None:
    """All of the page but its title and what it is about.

    Args:
        lesson: Whose page it is.
        pretrained: Returns the network that came with the app for it, asked for when the form is drawn.
        form: Draws the settings and, given what draws them, the buttons; returns what it says.
        explore: Draws what is to be seen of a trained network: the run, its settings, and how it was trained where
            that was here.
    """
    say_where_kept()
    shown = shown_run(lesson)
    with st.container(border=True, key="settings"):  # its style is in app.py
        wanted = form(lambda settings: train_button(lesson, settings, shown))
    if shown and shown.under_way:
        keep_what_is_not_drawn()
        live_panel(lesson, shown)
    else:
        _show_result(lesson, shown, wanted, pretrained(), explore)
    get_jobs().warm()  # last: a cluster that does not answer takes its time


def _show_result(
    lesson: Lesson, shown: Shown | None, wanted: TrainingSettings, pretrained: RunFolder, explore: Explore
) -> None:
    """The trained network that this tab chose, or else the one that came with the app."""
    folder = shown.folder if shown else pretrained
    settings = load_model(folder).settings
    if missing := missing_pictures(settings.source):
        st.error(missing)
        return
    result_header(shown, settings, wanted)
    explore(folder, settings, shown.snapshot if shown else None)
    if shown and shown.snapshot.losses:
        with st.expander("How the loss fell"):
            loss_chart(shown.snapshot, settings)
    take_away(lesson.name, folder, settings, shown.snapshot if shown else None)
