"""How a training goes: in a line of words, on every other page too, and as a chart of its losses."""

from collections.abc import Sequence

import streamlit as st

from autoencoder.training.run_state import Command, DamagedRun, NoticeCode, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line, chart
from ui.lessons.common.text import seconds_in_words
from ui.services.errors import fragment
from ui.services.services import get_jobs, learner
from ui.training.runs import Lesson

GETTING_READY = {NoticeCode.IMPORTING: "Loading TensorFlow", NoticeCode.COMPILING: "Compiling the network"}


def progress_in_words(key: str, snapshot: Snapshot) -> str:
    """Return where a training stands, in one line."""
    if snapshot.state is RunState.QUEUED:
        if number := get_jobs().place_in_queue(key):
            seconds = get_jobs().seconds_until_start(key)
            about = "" if seconds is None else f", begins in about {seconds_in_words(max(1.0, seconds))}"
            return f"Waiting for other trainings: number {number} in the queue{about}"
        if not snapshot.opening:
            starting = "Loading TensorFlow" if get_jobs().is_warming() else "Starting"
            return f"Going on from epoch {snapshot.epoch:.1f}" if snapshot.epoch else starting
    if snapshot.opening:
        return "Opening"
    if snapshot.notice and (getting_ready := GETTING_READY.get(snapshot.notice.code)):
        return getting_ready
    done = f"Epoch {min(int(snapshot.epoch) + 1, snapshot.epochs)} of {snapshot.epochs}"
    if snapshot.state is RunState.PAUSED:
        return f"{done} · paused"
    command = get_jobs().store.folder(key).control().command
    if command in (Command.STOP, Command.PAUSE):
        return f"{done} · {'stopping, and keeping what was learned' if command is Command.STOP else 'pausing'}"
    if command is Command.ONE_STEP:
        return f"{done} · taking one step"
    left = "" if snapshot.seconds_left is None else f" · {seconds_in_words(snapshot.seconds_left)} left"
    return done + left


def training_status(page: str, lessons: Sequence[Lesson]) -> None:
    """Show how the trainings of other pages than `page` go, with the way to them; nothing where there are none."""
    told = {lesson.runs for lesson in lessons if lesson.name == page}
    for lesson in lessons:
        key = st.session_state.get(lesson.run)
        if lesson.runs not in told and key and _active(key):
            told.add(lesson.runs)
            with st.sidebar:
                fragment(_line, run_every=1.0)(lesson, key)


def _line(lesson: Lesson, key: str) -> None:
    if snapshot := _active(key):
        goes_on = "" if snapshot.opening else "training goes on. "
        st.progress(snapshot.fraction, text=f"{lesson.title}: {goes_on}{progress_in_words(key, snapshot)}")
    else:
        whose = "Your" if get_jobs().store.folder(key).owner() == learner() else "Somebody else's"
        st.success(f"{whose} training has ended. See it on the page **{lesson.title}**.")


def _active(key: str) -> Snapshot | None:
    """Return where a training stands; None where it has ended."""
    try:
        snapshot = get_jobs().snapshot(key)
    except DamagedRun:
        return None
    return snapshot if snapshot.state.active else None


def loss_chart(snapshot: Snapshot, settings: TrainingSettings) -> None:
    """Draw the training and the validation loss against the epochs."""
    chart(losses_of(snapshot), key=f"loss {settings.key}", height=180)
    if settings.ordered:
        st.caption(_why_losses_differ(snapshot))


def _why_losses_differ(snapshot: Snapshot) -> str:
    """Return why the losses of training, on small bottlenecks mostly, and of validation, on all alike, differ."""
    last = next((loss for loss in reversed(snapshot.losses) if loss.validation is not None), None)
    if last and last.validation is not None and last.validation < last.training:
        return "Validation loss is lower because training favors small bottlenecks."
    return "The two are not comparable: training favors small bottlenecks."


def losses_of(snapshot: Snapshot) -> ChartData:
    """Return the same as a chart."""
    training = tuple((loss.epoch, loss.training) for loss in snapshot.losses)
    validation = tuple((loss.epoch, loss.validation) for loss in snapshot.losses if loss.validation is not None)
    lines = Line("Training", training, color=0), Line("Validation", validation, "dashed", color=1)
    description = "The training and the validation loss against the epochs"
    return ChartData("", "Epochs", "Loss", lines, y_scale="log", x_range=(0, snapshot.epochs), description=description)
