"""Start, watch and steer a training. The trainings themselves live in `autoencoder.training.jobs`."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError
from autoencoder.training.run_folder import (
    Command,
    DamagedRun,
    RunFolder,
    RunState,
    Snapshot,
    UnknownRun,
    UnreadableRun,
)
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.worker import OnFinished
from ui.components.chart.chart import ChartData, Line, chart
from ui.components.player.player import Player, frames
from ui.lessons.common.text import seconds_in_words
from ui.services.errors import damage_text, notice_text, picture_problem_text, show_errors
from ui.services.services import get_jobs, load_model, test_pictures, watcher
from ui.services.trained_run import Preview
from ui.training.form import Form
from ui.uploads.session import may_see
from ui.url.state import RUN, complain, take_text, write

KEY = re.compile("([0-9a-f]{32})?[0-9a-f]{24}")  # with a session's token before it where the pictures are its own
WATCH_EVERY = 0.5  # s
FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Lesson:
    """A page that trains networks. The table of them is in `ui.lessons.table`.

    Args:
        name: Of the page, in its address.
        title: Of the page.
        fits: Whether a run with these settings is one of this page's.
        form: In which a learner says what to train.
        pretrained: Returns the network that came with the app for it, asked for when the form is drawn.
        measure: What a worker works out after a training, for the page to show.
        live: Returns a player of the network as it is trained.
        live_start: The index at which the live player's slider stands where the page's own has not been seen yet.
        runs: Where the session keeps the run that is shown: lessons that show each other's networks share it.
        kind: What of a network's settings the form never says otherwise than the network that is shown; None: nothing.
        slider: Where the session keeps the number at which the page's slider stands; None: it has others.
    """

    name: str
    title: str
    fits: Callable[[TrainingSettings], bool]
    form: Form
    pretrained: Callable[[], RunFolder]
    measure: OnFinished
    live: Callable[[Preview], Player]
    live_start: int
    runs: str
    kind: Callable[[TrainingSettings], object] | None = None
    slider: str | None = None

    @property
    def run(self) -> str:
        """Return where the session keeps the key of the run that this page shows."""
        return f"run {self.runs}"

    @property
    def started(self) -> str:
        """Return where the session keeps the keys of all runs that this tab has shown on it, the latest last."""
        return f"runs {self.runs}"


@dataclass(frozen=True)
class ShownRun:
    """A run that this tab shows, as it was when the page looked."""

    folder: RunFolder
    settings: TrainingSettings
    snapshot: Snapshot

    @property
    def under_way(self) -> bool:
        """Return whether it is trained, waits or is paused, or was lost before there was a network to look at."""
        state = self.snapshot.state
        return state.active or state is RunState.PAUSED or (state.resumable and not self.folder.has_network())


def shown_run(lesson: Lesson) -> ShownRun | None:
    """Return the run that this tab started last on the lesson's page, or the one in its address after a reload.

    Where it cannot be read there is a sentence on the page. What is damaged is set aside; nothing else is touched.
    """
    key = _key_of_run(lesson)
    if key is None:
        forget_run(lesson)
        return None
    try:
        folder = get_jobs().store.folder(key)
        shown = ShownRun(folder, folder.settings(), get_jobs().snapshot(key))
        if not shown.under_way:
            load_model(folder)
        test_pictures(shown.settings.source)
    except PictureError as error:
        st.warning(f"The pictures of this training cannot be shown. {picture_problem_text(error)}")
        forget_run(lesson)
        return None
    except DamagedRun as error:
        _say_what_is_wrong(lesson, key, error)
        return None
    if not lesson.fits(shown.settings):
        forget_run(lesson)
        return None
    _remember_run(lesson, key)
    get_jobs().watch(key, watcher())
    return shown


def run_of_kind(lesson: Lesson, shown: ShownRun | None) -> ShownRun | None:
    """Have the form and the run that is shown be of one kind: which of the two was changed last is followed.

    Args:
        lesson: Whose page it is.
        shown: The run as it would be shown.

    Returns:
        The run to show; None for the network that came with the app.
    """
    if lesson.kind is None:
        return shown
    before, kind = st.session_state.get(f"kind {lesson.runs}"), lesson.kind(lesson.form.read())
    key = shown.folder.path.name if shown else None
    if before is not None and before[0] == key and before[1] != kind:
        key = next((run for run, of in reversed(own_runs(lesson).items()) if lesson.kind(of) == kind), None)
        if key is None:
            forget_run(lesson)
        else:
            show_run(lesson, key)
        shown = shown_run(lesson)
    elif shown and lesson.kind(shown.settings) != kind:
        lesson.form.fill(shown.settings)
    st.session_state[f"kind {lesson.runs}"] = key, lesson.kind(lesson.form.read())
    return shown


def own_runs(lesson: Lesson) -> dict[str, TrainingSettings]:
    """Return the runs that this tab has shown here and that are still kept: key → settings, the latest last."""
    found = {}
    for key in st.session_state.get(lesson.started, []):
        with suppress(DamagedRun):
            settings = get_jobs().store.folder(key).settings()
            if lesson.fits(settings):
                found[key] = settings
    return found


def _say_what_is_wrong(lesson: Lesson, key: str, error: DamagedRun) -> None:
    """Say so with a way on: what cannot be read now, or is still written, is tried again; the rest is trained anew."""
    if isinstance(error, UnreadableRun):
        st.warning(f"{damage_text(error)} Nothing of it was removed. Reload this page to try again.")
        _remember_run(lesson, key)
    elif isinstance(error, UnknownRun):
        st.warning(f"{damage_text(error)} This training cannot be shown here; nothing of it was removed.")
        forget_run(lesson)
    elif get_jobs().set_aside(key):
        st.warning(f"{damage_text(error)} Please train it again.")
        forget_run(lesson)
    else:
        st.warning(f"{damage_text(error)} It is still being trained. Reload this page to try again.")
        _remember_run(lesson, key)


def _remember_run(lesson: Lesson, key: str) -> None:
    show_run(lesson, key)
    write(RUN, None if own.is_somebodys(key) else key)


def show_run(lesson: Lesson, key: str) -> None:
    """Have the lesson's page show this run."""
    st.session_state[lesson.run] = key
    known = st.session_state.setdefault(lesson.started, [])
    if key not in known:
        known.append(key)


def forget_run(lesson: Lesson) -> None:
    """Show the network that came with the app again."""
    st.session_state.pop(lesson.run, None)
    write(RUN, None)


def _key_of_run(lesson: Lesson) -> str | None:
    """Return which run is to be shown, of those that can be."""
    linked, known = take_text(RUN), st.session_state.get(lesson.run)
    if linked and _can_be_shown(linked):
        if _fits(lesson, linked):
            return linked
    elif linked and linked != known:
        complain("The trained network of this link is not kept here: press Train to make one like it.")
    return known if known and _can_be_shown(known) else None


def _can_be_shown(key: str) -> bool:
    return bool(KEY.fullmatch(key)) and may_see(key) and get_jobs().store.folder(key).exists()


def _fits(lesson: Lesson, key: str) -> bool:
    try:
        return lesson.fits(get_jobs().store.folder(key).settings())
    except DamagedRun:
        return True  # it is said on the page what is wrong


@show_errors
def start(lesson: Lesson, settings: TrainingSettings) -> None:
    """Begin a training, or show the one with the same settings that is there already."""
    get_jobs().start(settings, watcher(), lesson.measure)
    show_run(lesson, settings.key)


@show_errors
def begin_anew(lesson: Lesson, settings: TrainingSettings, instead_of: str) -> None:
    """Begin this training in place of the one under way, which is paused unless others watch it."""
    get_jobs().leave(instead_of, watcher())
    start(lesson, settings)


@show_errors
def start_over(lesson: Lesson, settings: TrainingSettings) -> None:
    """Throw away what was learned with these settings, and begin again."""
    get_jobs().start_over(settings, watcher(), lesson.measure)
    show_run(lesson, settings.key)


@st.fragment(run_every=WATCH_EVERY)
def training_controls(lesson: Lesson, shown: ShownRun) -> None:
    """Draw how the training goes, with the buttons that steer it. For the sidebar.

    It looks again and again, also at a paused training: another tab may resume it. What holds other parts has its place
    whatever is said above it: a busy Streamlit may drop the message that makes a block and send what is in it all the
    same, which breaks the page where no block was before.
    """
    now = _look(shown)
    if now is None:
        return
    snapshot, key = now.snapshot, now.folder.path.name
    if bool(snapshot.previews) != bool(shown.snapshot.previews):
        st.rerun()  # the stage shows the network that learns as soon as there is something to see
    st.progress(snapshot.fraction, text=progress_in_words(key, snapshot))
    message = st.container()
    if notice := notice_text(snapshot):
        (message.warning if snapshot.state is RunState.FAILED else message.caption)(notice)
    _buttons(lesson, now)
    others = st.container()
    if get_jobs().watchers(key) > 1:
        others.caption(
            "Somebody else watches this training too: equal settings are trained once, and all who watch can steer. "
            "Another seed, under More settings, gives you one of your own."
        )
    if snapshot.losses:
        loss_chart(snapshot, now.settings)


@st.fragment(run_every=WATCH_EVERY)
def live_pictures(lesson: Lesson, shown: ShownRun) -> None:
    """Draw ten test pictures as the network under training rebuilds them. For the stage."""
    now = _look(shown)
    if now is not None and now.snapshot.previews:
        latest_pictures(lesson, now)


def _look(shown: ShownRun) -> ShownRun | None:
    """Return the run as it is now; None where it could not be read this time."""
    try:
        now = replace(shown, snapshot=get_jobs().snapshot(shown.folder.path.name))
    except UnreadableRun as error:
        st.caption(damage_text(error))
        return None  # the next look may find it
    except DamagedRun:
        st.rerun()  # the whole page says what is wrong
    if not now.under_way:
        st.rerun()
    return now


def latest_pictures(lesson: Lesson, shown: ShownRun) -> None:
    """Draw ten test pictures of the last preview, of which there is one."""
    epochs = shown.snapshot.previews
    number = len(epochs) - 1
    version = shown.folder.preview_version(number)
    try:
        player = lesson.live(Preview(shown.folder, shown.settings, number, epochs[number], version))
    except (DamagedRun, PictureError) as error:
        st.caption(damage_text(error) if isinstance(error, DamagedRun) else picture_problem_text(error))
        return
    frames(player, key=f"live {shown.folder.path.name}", start=_live_start(lesson, player))


def _live_start(lesson: Lesson, player: Player) -> int:
    """Return the index nearest to where the slider of the page stands, which the learner has before them."""
    number: float | None = st.session_state.get(lesson.slider) if lesson.slider else None
    if number is None:
        return min(lesson.live_start, len(player.positions) - 1)
    return min(range(len(player.positions)), key=lambda index: abs(float(player.positions[index]) - number))


def _buttons(lesson: Lesson, shown: ShownRun) -> None:
    key, factor = shown.folder.path.name, shown.snapshot.rate_factor
    with st.container(horizontal=True, gap="small"):
        if shown.snapshot.state.resumable:
            resume_button(lesson, key)
        else:
            st.button("Pause", icon=":material/pause:", on_click=show_errors(get_jobs().pause), args=(key,))
        st.button(
            "Stop",
            icon=":material/stop:",
            on_click=show_errors(get_jobs().stop),
            args=(key,),
            help="End here, keep what was learned and look at it.",
        )
    with st.popover("Steer", icon=":material/tune:", width="stretch"):
        st.button(
            "One epoch",
            icon=":material/skip_next:",
            on_click=_resume,
            args=(lesson, key, Command.ONE_EPOCH),
            help="Train to the end of the epoch, then pause.",
        )
        st.button("Start over", icon=":material/restart_alt:", on_click=start_over, args=(lesson, shown.settings))
        st.selectbox(
            "Learning rate",
            FACTORS,
            FACTORS.index(factor if factor in FACTORS else 1.0),
            format_func=lambda factor: f"× {factor:g}",
            key=f"factor {key}",
            on_change=_change_rate,
            args=(key,),
            help="Larger or smaller steps from here on. Too large a step can ruin what was learned.",
        )


def resume_button(lesson: Lesson, key: str) -> None:
    """Go on with a run from where it was left."""
    icon, arguments = ":material/play_arrow:", (lesson, key, Command.RUN)
    st.button("Resume", icon=icon, type="primary", on_click=_resume, args=arguments, width="stretch")


@show_errors
def _resume(lesson: Lesson, key: str, command: Command) -> None:
    get_jobs().resume(key, watcher(), lesson.measure, command)


@show_errors
def _change_rate(key: str) -> None:
    get_jobs().change_learning_rate(key, st.session_state[f"factor {key}"])


def progress_in_words(key: str, snapshot: Snapshot) -> str:
    """Return where a training stands, in one line."""
    if snapshot.state is RunState.QUEUED:
        if number := get_jobs().place_in_queue(key):
            seconds = get_jobs().seconds_until_start(key)
            about = "" if seconds is None else f", begins in about {seconds_in_words(max(1.0, seconds))}"
            return f"Waiting for other trainings: number {number} in the queue{about}"
        return f"Going on from epoch {snapshot.epoch:.1f}" if snapshot.epoch else "Starting"
    done = f"Epoch {min(int(snapshot.epoch) + 1, snapshot.epochs)} of {snapshot.epochs}"
    if snapshot.state is RunState.PAUSED:
        return f"{done} · paused"
    command = get_jobs().store.folder(key).control().command
    if command in (Command.STOP, Command.PAUSE):
        return f"{done} · {'stopping, and keeping what was learned' if command is Command.STOP else 'pausing'}"
    left = "" if snapshot.seconds_left is None else f" · {seconds_in_words(snapshot.seconds_left)} left"
    return done + left


def loss_chart(snapshot: Snapshot, settings: TrainingSettings) -> None:
    """Draw the training and the validation loss against the epochs."""
    chart(losses_of(snapshot), key=f"loss {settings.key}", height=180)
    if settings.ordered:
        st.caption("Validation loss is lower because training favors small bottlenecks.")


def losses_of(snapshot: Snapshot) -> ChartData:
    """Return the same as a chart."""
    training = tuple((loss.epoch, loss.training) for loss in snapshot.losses)
    validation = tuple((loss.epoch, loss.validation) for loss in snapshot.losses if loss.validation is not None)
    return ChartData(
        "",
        "Epochs",
        "Loss",
        (Line("Training", training, color=0), Line("Validation", validation, "dashed", color=1)),
        y_scale="log",
        x_range=(0, snapshot.epochs),
        description="The training and the validation loss against the epochs",
    )
