"""Start, watch and steer a training. The trainings themselves live in `autoencoder.training.jobs`."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from autoencoder.data.image_dataset import PictureError
from autoencoder.training.estimates import ASK_ABOVE
from autoencoder.training.outlook import Trend, outlook
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, DamagedRun, Notice, NoticeCode, RunState, UnreadableRun
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import frames
from ui.lessons.common.growth import grow_live
from ui.lessons.common.text import differences_in_words, epochs_in_words, history_in_words, settings_in_words
from ui.lessons.common.unfolding import unfold_live
from ui.services.errors import BOUNDS, error_text, fragment, notice_text, show_errors
from ui.services.services import get_jobs, learner, watcher
from ui.services.trained_run import Preview
from ui.shell.presenter import is_presenting
from ui.training.form import missing_pictures
from ui.training.outlook import TEXTS, longer, outlook_in_words, time_in_words
from ui.training.progress import loss_chart, progress_in_words
from ui.training.runs import Lesson, ShownRun, show_instead, train, train_longer
from ui.training.step import change_player, show_batch, show_layers, step_of

WATCH_EVERY = 0.5  # s
BEGIN_EVERY = 0.15  # s, until the first pictures that were learned
FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
LINE = "stage line"  # its style is in ui/shell/page.css


def _steering_button(label: str, icon: str, action: Callable[..., None], *arguments: object, **look: Any) -> None:
    st.button(label, icon=f":material/{icon}:", on_click=show_errors()(action), args=arguments, **look)


def _resume_button(lesson: Lesson, key: str) -> None:
    arguments = (key, watcher(), lesson.measure, Command.RUN, learner())
    _steering_button("Resume", "play_arrow", get_jobs().resume, *arguments, type="primary", width="stretch")


def train_button(lesson: Lesson, wanted: TrainingSettings, shown: ShownRun | None) -> bool:
    """Draw the buttons that a form's settings and the run that is shown call for; return whether one trains at once."""
    missing = missing_pictures(wanted.source)
    same, mine = shown is not None and shown.settings == wanted, shown is not None and shown.is_mine
    left = shown.key if shown and shown.under_way else ""
    found = None if missing else get_jobs().alike(wanted, learner())
    if missing:
        st.button("Train", type="primary", disabled=True, width="stretch")
        st.caption(missing)
    elif shown and same and mine and left:
        st.caption(f"These settings are being {'opened' if shown.snapshot.opening else 'trained'}.")
    elif shown and same and mine:
        if shown.snapshot.state.resumable:
            _resume_button(lesson, shown.key)
        return _train_button(lesson, wanted, (wanted,), "Train again from the start")
    elif found and found.owner() != learner():
        _two_ways(lesson, wanted, found, shown.key if shown and same else None, left)
    elif shown and mine and left:
        _train_button(lesson, wanted, (None, left), "Train with these instead", type="primary")
        changes = differences_in_words(wanted, shown.settings)
        shared = get_jobs().watchers(left) > 1
        fate = "It goes on for those who watch it too" if shared else "It is paused and kept"
        st.caption(f"The training under way has other settings: {changes}. {fate} if you train these.")
    else:
        return _train_button(lesson, wanted, (None, left), type="primary", icon=":material/play_arrow:")
    return False


def _train_button(
    lesson: Lesson, wanted: TrainingSettings, given: tuple, label: str = "Train", act: Any = train, **look: Any
) -> bool:
    """Draw a button that calls `act` with what is given, and about how long that takes here; or why it cannot be.

    Where it takes long, the button asks first. What the click itself changes in the form is bounded by `Jobs.start`.
    Return whether it does without asking.
    """
    jobs = get_jobs()
    try:
        jobs.check(wanted, learner())
    except BOUNDS as error:
        st.button(label, disabled=True, width="stretch", **look)
        st.caption(error_text(error))
        return False
    seconds = jobs.seconds_for(wanted)
    takes, more = time_in_words(wanted, seconds)
    if asks := seconds > ASK_ABOVE:
        with st.popover(label, width="stretch", **look):
            st.write(f"{takes} Others who train here wait meanwhile. Stop ends it at any time.")
            st.button(f"{label} all the same", on_click=act, args=(lesson, *given), width="stretch")
    else:
        st.button(label, on_click=act, args=(lesson, *given), width="stretch", **look)
    st.caption(takes, help=more)
    return not asks


def show_losses(lesson: Lesson, shown: ShownRun) -> None:
    """Draw the losses of a training that has ended, and say what more time would bring, with a way to it."""
    loss_chart(shown.snapshot, shown.settings)
    found = outlook(shown.snapshot.losses)
    st.caption(outlook_in_words(found, shown))
    rises = found is not None and found.trend is Trend.RISES
    if not rises and not shown.snapshot.state.resumable and (more := longer(shown.settings)):
        label = TEXTS["longer"].format(epochs=epochs_in_words(more.epochs))
        _train_button(lesson, more, (more,), label, train_longer)


def _two_ways(lesson: Lesson, wanted: TrainingSettings, found: RunFolder, shown: str | None, left: str) -> None:
    """Offer to watch somebody else's run with these settings, unless that is shown, or to train them oneself."""
    key = found.path.name
    if shown is None:
        active = get_jobs().snapshot(key).state.active
        st.caption(f"Somebody else {'is training' if active else 'has trained'} these settings.")
        label, watch = "Watch it" if active or lesson.replay else "Show it", partial(show_instead, replay=True)
        icon = ":material/visibility:"
        st.button(label, type="primary", icon=icon, on_click=watch, args=(lesson, key, left), width="stretch")
    _train_button(lesson, wanted, (wanted, left), "Train my own", icon=":material/play_arrow:")


def training_controls(lesson: Lesson, shown: ShownRun) -> None:
    """Draw how the training goes, with the buttons that steer it, anew as long as it does."""
    fragment(_controls, run_every=_watch_every(shown))(lesson, shown)


def _watch_every(shown: ShownRun) -> float:
    """Return how often a page looks at a run, in s: more often at a worker that begins."""
    begins = shown.snapshot.state.active and len(shown.snapshot.previews) < 2
    return BEGIN_EVERY if begins and get_jobs().place_in_queue(shown.key) is None else WATCH_EVERY


def _controls(lesson: Lesson, shown: ShownRun) -> None:
    """Draw how the training goes, with the buttons that steer it; also of a paused one, which another tab may resume.

    What holds other parts has its place whatever is said above it: a busy Streamlit may drop the message that makes a
    block and send what is in it all the same, which breaks the page where no block was before.
    """
    if not (now := _look(shown)):
        return
    snapshot = now.snapshot
    if bool(snapshot.previews) != bool(shown.snapshot.previews):
        st.rerun()  # the stage shows the network that learns as soon as there is something to see
    if len(snapshot.previews) != 2 and _watch_every(now) != _watch_every(shown):
        st.rerun()  # from now on less often, but what was learned first is drawn before that
    st.progress(snapshot.fraction, text=progress_in_words(now.key, snapshot))
    message = st.container()
    if notice := notice_text(snapshot):
        (message.warning if snapshot.state is RunState.FAILED else message.caption)(notice)
    _buttons(lesson, now)
    others = st.container()
    if not now.is_mine:
        others.caption("Somebody else began this training, and steers it.")
    elif get_jobs().watchers(now.key) > 1:
        others.caption("Somebody else watches this training too.")
    if snapshot.losses:
        loss_chart(snapshot, now.settings)


def _buttons(lesson: Lesson, shown: ShownRun) -> None:
    """Draw what steers a run, for whoever began it."""
    jobs, key, factor = get_jobs(), shown.key, shown.snapshot.rate_factor
    if not shown.is_mine or shown.snapshot.opening:
        return
    with st.container(horizontal=True, gap="small"):
        if shown.snapshot.state.resumable:
            _resume_button(lesson, key)
        elif jobs.place_in_queue(key) is None or shown.folder.has_checkpoint():  # else there is nothing to keep
            _steering_button("Pause", "pause", jobs.pause, key, learner())
        help = "End here, keep what was learned and look at it."
        _steering_button("Stop", "stop", jobs.stop, key, learner(), help=help)
    with st.popover("Steer", icon=":material/tune:", width="stretch"):
        with st.container(horizontal=True, gap="small"):
            resume, on = partial(jobs.resume, key, watcher(), lesson.measure), learner()
            help = "Train to the end of the epoch, then pause."
            _steering_button("One epoch", "skip_next", resume, Command.ONE_EPOCH, on, help=help)
            help = "Learn from the next batch alone, then pause and see what that changed."
            _steering_button("One step", "step", resume, Command.ONE_STEP, on, help=help)
        help = "Train anew from the start. This training pauses and is kept."
        _steering_button("Start over", "restart_alt", train, lesson, shown.settings, key, shown.settings, help=help)
        index, rate = FACTORS.index(factor if factor in FACTORS else 1.0), f"factor {key}"
        change = show_errors()(lambda: jobs.change_learning_rate(key, st.session_state[rate], learner()))
        help = "Larger or smaller steps from here on. Too large a step can ruin what was learned."
        st.selectbox("Learning rate", FACTORS, index, "× {:g}".format, rate, help, on_change=change)


def training_line(shown: ShownRun) -> None:
    """Say what is being trained; in the presenter's view, without the sidebar, how far it is."""
    if is_presenting():
        with st.container(key="progress"):
            _progress(shown.key)
        return
    words = settings_in_words(shown.settings)
    begins, until = ("Opening", "it is") if shown.snapshot.opening else ("In training", "its first pictures are")
    before = "" if shown.snapshot.previews else f" Until {until} there, you see the network from before."
    with st.container(key=LINE):
        st.caption(f"**{begins}:** {words}.{before}")


@partial(fragment, run_every=WATCH_EVERY)
def _progress(key: str) -> None:
    with suppress(DamagedRun):
        snapshot = get_jobs().snapshot(key)
        st.progress(snapshot.fraction, text=progress_in_words(key, snapshot))


def result_line(
    lesson: Lesson, shown: ShownRun | None, settings: TrainingSettings, wanted: TrainingSettings, *, trains: bool
) -> None:
    """Say which network is shown, what it was trained with, and whether the form wants something else by now.

    `trains` says whether the form's own button trains that without another question.
    """
    words, whose = settings_in_words(settings), "yours" if shown and shown.is_mine else "somebody else's"
    with st.container(key=LINE, horizontal=True, vertical_alignment="center", gap="small"):
        if shown is None:
            st.caption(f"**Network shown:** the one that came with the app ({words}).")
        elif settings == wanted:
            st.caption(f"**Network shown:** {whose} ({' · '.join([words, *history_in_words(shown.snapshot)])}).")
        else:
            changes = differences_in_words(wanted, settings)
            st.caption(f"**Network shown:** {whose}, as trained ({words}). You changed: {changes}.")
            if trains:
                st.button("Train these", type="tertiary", on_click=train, args=(lesson,))
            st.button("Back to its settings", type="tertiary", on_click=lesson.form.fill, args=(settings,))
    if shown and (notice := notice_text(shown.snapshot)):
        planned = shown.snapshot.notice == Notice(NoticeCode.BUDGET)
        (st.caption if planned else st.warning)(notice)


def live_pictures(lesson: Lesson, shown: ShownRun) -> None:
    """Draw what is to be seen of a network under training: how codes move, ten rebuilt pictures, what is inside."""
    fragment(_live, run_every=_watch_every(shown))(lesson, shown)


def _live(lesson: Lesson, shown: ShownRun) -> None:
    if (now := _look(shown)) and now.snapshot.previews:
        if lesson.unfolds:
            unfold_live(now.folder, now.settings.source, now.snapshot.previews)
        latest_pictures(lesson, now)
        if lesson.inside:
            grow_live(preview_of(now))


def latest_pictures(lesson: Lesson, shown: ShownRun) -> None:
    """Draw ten test pictures of the last preview, of which there is one; the slider stands near the page's own.

    Paused after a step that was taken alone, they are those before and after it, between its batch and its gradient.
    """
    step = step_of(shown)
    try:
        player = change_player(step, lesson.live, preview_of(shown)) if step else lesson.live(preview_of(shown))
    except (DamagedRun, PictureError) as error:
        st.caption(error_text(error))
        return
    start = min(lesson.live_start, len(player.positions) - 1)
    if lesson.slider and (stands := st.session_state.get(lesson.slider)) is not None:
        start = min(range(len(player.positions)), key=lambda index: abs(float(player.positions[index]) - stands))
    if step:
        show_batch(step, shown)
    frames(player, key=f"live {shown.key}", start=start)
    if step:
        show_layers(step)


def preview_of(shown: ShownRun) -> Preview:
    """Return the last preview of a run that has one."""
    epochs = shown.snapshot.previews
    number = len(epochs) - 1
    return Preview(shown.folder, shown.settings, number, epochs[number], shown.folder.preview_version(number))


def _look(shown: ShownRun) -> ShownRun | None:
    """Return the run as it is now; None where it could not be read this time."""
    try:
        now = replace(shown, snapshot=get_jobs().snapshot(shown.key))
    except UnreadableRun as error:
        st.caption(error_text(error))
        return None  # the next look may find it
    except DamagedRun:
        st.rerun()  # the whole page says what is wrong
    if not now.under_way:
        st.rerun()
    return now
