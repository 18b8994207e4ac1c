"""What every lesson's page is made of: the sidebar says what is trained, the stage shows it, and tabs what it means."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from autoencoder.training.run_folder import DamagedRun
from ui.services.errors import fragment, say_where_kept
from ui.services.services import get_jobs
from ui.services.trained_run import TrainedRun
from ui.training.form import missing_pictures
from ui.training.panel import (
    live_pictures,
    result_line,
    show_losses,
    train_button,
    training_controls,
    training_line,
)
from ui.training.runs import Lesson, ShownRun, choose_network, own_runs, run_of_kind, shown_run
from ui.training.saved import say_opened, take_opened
from ui.url.state import keep_what_is_not_drawn, write_address


def lesson_page(
    lesson: Lesson, explore: Callable[..., None], look: Callable[[TrainedRun], Sequence[Any]] | None = None
) -> None:
    """Draw all of a page but its title and what it is about.

    `explore` draws what is to be seen of a network, anew on every choice and when a slider is released. What takes too
    long for that, `look` returns once in a run of the page, and `explore` is given it beside the network.
    """
    say_where_kept()
    take_opened(lesson)
    shown = run_of_kind(lesson, shown_run(lesson))
    if lesson.choose_pretrained and not shown:
        lesson.choose_pretrained()
    with st.sidebar:
        choose_network(lesson, shown)
        if shown and shown.under_way:
            training_controls(lesson, shown)
        wanted = lesson.form.draw()
        trains = train_button(lesson, wanted, shown)
        if shown and not shown.under_way and shown.snapshot.losses:
            show_losses(lesson, shown)
    if shown and shown.under_way:
        training_line(shown)
        run = None if shown.snapshot.previews else _shown_before(lesson, shown)
    else:
        run = TrainedRun.load(shown.folder, shown.snapshot) if shown else TrainedRun.load(lesson.pretrained())
        result_line(lesson, shown, run.settings, wanted, trains=trains)
        if shown:
            say_opened(shown.key)
    if shown and run is None:
        keep_what_is_not_drawn("tab")
        live_pictures(lesson, shown)
    elif run and (missing := missing_pictures(run.settings.source)):
        st.error(missing)
    elif run:
        _explore(explore, run, *(look(run) if look else ()))
    is_next = not (shown and shown.under_way) and not missing_pictures(wanted.source)
    get_jobs().warm(wanted if is_next else None)  # last: a cluster that does not answer takes its time


@fragment
def _explore(explore: Callable[..., None], run: TrainedRun, *looked_up: Any) -> None:
    if run.folder.network_version() != run.version:  # trained on or anew since, by another tab
        st.rerun()
    explore(run, *looked_up)
    write_address()


def _shown_before(lesson: Lesson, shown: ShownRun) -> TrainedRun:
    """Return the network that this tab showed before a training began, of the same kind."""
    for key, settings in reversed(own_runs(lesson).items()):
        if key != shown.key and (not lesson.kind or lesson.kind(settings) == lesson.kind(shown.settings)):
            with suppress(DamagedRun):
                folder = get_jobs().store.folder(key)
                if folder.has_network():
                    return TrainedRun.load(folder, get_jobs().snapshot(key))
    return TrainedRun.load(lesson.pretrained())
