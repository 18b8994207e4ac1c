"""What every lesson's page is made of: the sidebar says what is trained, the stage shows it, and tabs what it means."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from autoencoder.training.run_folder import DamagedRun
from ui.services.errors import say_where_kept
from ui.services.services import get_jobs
from ui.services.trained_run import TrainedRun
from ui.training.panel import live_pictures, result_line, train_button, training_controls, training_line
from ui.training.progress import loss_chart
from ui.training.runs import Lesson, ShownRun, choose_network, own_runs, run_of_kind, shown_run
from ui.training.source_field import missing_pictures
from ui.url.state import keep_what_is_not_drawn

Explore = Callable[[TrainedRun], None]


def lesson_page(lesson: Lesson, explore: Explore) -> None:
    """Draw all of a page but its title and what it is about; `explore` draws what is to be seen of a network."""
    say_where_kept()
    shown = run_of_kind(lesson, shown_run(lesson))
    with st.sidebar:
        choose_network(lesson, shown)
        if shown and shown.under_way:
            training_controls(lesson, shown)
        wanted = lesson.form.draw()
        trains = train_button(lesson, wanted, shown)
        if shown and not shown.under_way and shown.snapshot.losses:
            loss_chart(shown.snapshot, shown.settings)
    if shown and shown.under_way:
        _stage_of_training(lesson, shown, explore)
    else:
        run = TrainedRun.load(shown.folder, shown.snapshot) if shown else TrainedRun.load(lesson.pretrained())
        result_line(lesson, shown, run.settings, wanted, trains=trains)
        if missing := missing_pictures(run.settings.source):
            st.error(missing)
        else:
            explore(run)
    get_jobs().warm()  # last: a cluster that does not answer takes its time


def _stage_of_training(lesson: Lesson, shown: ShownRun, explore: Explore) -> None:
    """Show the network as it learns; before there is anything of it to see, the one that was shown before."""
    training_line(shown)
    if shown.snapshot.previews:
        keep_what_is_not_drawn()
        live_pictures(lesson, shown)
    else:
        explore(_shown_before(lesson, shown))


def _shown_before(lesson: Lesson, shown: ShownRun) -> TrainedRun:
    """Return the network that this tab showed before a training began, of the same kind."""
    for key, settings in reversed(own_runs(lesson).items()):
        if key != shown.key and (not lesson.kind or lesson.kind(settings) == lesson.kind(shown.settings)):
            with suppress(DamagedRun):
                folder = get_jobs().store.folder(key)
                if folder.has_network():
                    return TrainedRun.load(folder, get_jobs().snapshot(key))
    return TrainedRun.load(lesson.pretrained())
