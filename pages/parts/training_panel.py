"""Start, watch and steer a training. The trainings themselves live in `autoencoder.training.jobs`."""

import streamlit as st

from autoencoder.lessons.compression import measure
from autoencoder.training.run_folder import DamagedRun, RunFolder, RunState, Snapshot, Wish
from autoencoder.training.settings import TrainingSettings
from pages.parts.chart import ChartData, Line, chart
from pages.parts.frames import frames
from pages.parts.results import live_player
from pages.parts.shared import get_jobs, watcher
from pages.parts.words import seconds_in_words, settings_in_words

RUN = "run"  # the run that this browser tab shows, by its key, in the session and in the page's address
WATCH_EVERY = 0.5  # s
FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def current_run() -> RunFolder | None:
    """The run that this tab shows: the one it started last, or the one in its address after a reload."""
    key = st.session_state.get(RUN) or st.query_params.get(RUN)
    if not key or not key.isalnum():
        return None
    folder = get_jobs().store.folder(key)
    if not folder.exists():
        forget_run()
        return None
    st.session_state[RUN] = st.query_params[RUN] = key
    get_jobs().watch(key, watcher())
    return folder


def forget_run() -> None:
    """Show the network that came with the app again."""
    st.session_state.pop(RUN, None)
    if RUN in st.query_params:
        del st.query_params[RUN]


def read_snapshot(folder: RunFolder) -> Snapshot | None:
    """Where the run stands; None, with a sentence on the page, where that cannot be read."""
    try:
        return get_jobs().snapshot(folder.path.name)
    except DamagedRun as error:
        st.warning(f"{error} Please train it again.")
        get_jobs().store.remove(folder.path.name)
        forget_run()
        return None


def start(settings: TrainingSettings) -> None:
    """Begin a training, or show the one with the same settings that is there already."""
    get_jobs().start(settings, watcher(), measure)
    st.session_state[RUN] = settings.key


def begin_anew(settings: TrainingSettings, instead_of: str) -> None:
    """Pause the training that is under way, and begin this one."""
    get_jobs().pause(instead_of)
    start(settings)


def start_over(settings: TrainingSettings) -> None:
    """Throw away what was learnt with these settings, and begin again."""
    get_jobs().start_over(settings, watcher(), measure)
    st.session_state[RUN] = settings.key


def live_panel(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot) -> None:
    """The training as it goes: buttons, progress, the loss as a curve, ten test pictures."""
    st.markdown(f"**{settings_in_words(settings)}**")
    if snapshot.state.active:
        _watched_panel(folder, settings)
    else:
        _panel(folder, settings, snapshot)


@st.fragment(run_every=WATCH_EVERY)
def _watched_panel(folder: RunFolder, settings: TrainingSettings) -> None:
    snapshot = read_snapshot(folder)
    if snapshot is None or not snapshot.state.active:
        st.rerun()
    else:
        _panel(folder, settings, snapshot)


def _panel(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot) -> None:
    _buttons(folder, settings, snapshot)
    st.progress(snapshot.fraction, text=progress_in_words(folder.path.name, snapshot))
    if snapshot.message:
        st.caption(snapshot.message)
    pictures, losses = st.columns([3, 2])
    with losses:
        loss_chart(snapshot, settings)
    with pictures:
        if snapshot.moments:
            number = len(snapshot.moments) - 1
            player = live_player(folder, settings, number, snapshot.moments[number])
            frames(player, key=f"live {folder.path.name}", start=min(4, len(player.positions) - 1))


def _buttons(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot) -> None:
    key, jobs = folder.path.name, get_jobs()
    paused = snapshot.state is RunState.PAUSED
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if paused:
            st.button("Resume", icon=":material/play_arrow:", type="primary", on_click=_resume, args=(key, Wish.RUN))
        else:
            st.button("Pause", icon=":material/pause:", on_click=jobs.pause, args=(key,))
        st.button("One epoch", icon=":material/skip_next:", on_click=_resume, args=(key, Wish.ONE_EPOCH),
                  help="Train to the end of the epoch, then pause.")
        st.button("Stop", icon=":material/stop:", on_click=jobs.stop, args=(key,),
                  help="End here and keep what was learnt.")
        st.button("Start over", icon=":material/restart_alt:", on_click=start_over, args=(settings,))
        st.selectbox(
            "Learning rate", FACTORS, FACTORS.index(snapshot.rate_factor) if snapshot.rate_factor in FACTORS else 3,
            format_func=lambda factor: f"× {factor:g}", key=f"factor {key}", on_change=_change_rate, args=(key,),
            width=130, help="Learn faster or slower from here on; what was learnt is kept.",
        )


def _resume(key: str, wish: Wish) -> None:
    get_jobs().resume(key, watcher(), measure, wish)


def _change_rate(key: str) -> None:
    get_jobs().change_learning_rate(key, st.session_state[f"factor {key}"])


def progress_in_words(key: str, snapshot: Snapshot) -> str:
    """Where a training stands, in one line."""
    if snapshot.state is RunState.QUEUED:
        place = get_jobs().place_in_queue(key)
        return f"Waiting for other trainings: number {place} in the queue" if place else "Starting"
    done = f"Epoch {min(int(snapshot.epoch) + 1, snapshot.epochs)} of {snapshot.epochs}"
    if snapshot.state is RunState.PAUSED:
        return f"{done} · paused"
    left = "" if snapshot.seconds_left is None else f" · {seconds_in_words(snapshot.seconds_left)} left"
    return done + left


def loss_chart(snapshot: Snapshot, settings: TrainingSettings) -> None:
    """The training and the validation loss against the epochs."""
    training = tuple((loss.epoch, loss.training) for loss in snapshot.losses)
    validation = tuple((loss.epoch, loss.validation) for loss in snapshot.losses if loss.validation is not None)
    chart(
        ChartData(
            "", "Epochs", "Loss",
            (Line("Training", training, colour=0), Line("Validation", validation, "dashed", colour=1)),
            y_scale="log",
            description="The training and the validation loss against the epochs",
        ),
        key=f"loss {settings.key}",
        height=300,
    )
