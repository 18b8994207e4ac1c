"""How a run begins, and which one a tab shows: what it began last, the one of its address, or one that it chose."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError
from autoencoder.training.run_folder import DamagedRun, RunFolder, RunState, Snapshot, UnknownRun, UnreadableRun
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import RUN as NAME
from autoencoder.training.worker import OnFinished
from ui.components.player.player import Player
from ui.lessons.common.text import settings_in_words
from ui.services.errors import error_text, show_errors
from ui.services.services import get_jobs, learner, test_pictures, watcher
from ui.services.trained_run import Preview
from ui.training.form import Form
from ui.uploads.session import may_see
from ui.url.state import RUN, complain, read_anew, take_text, write
from ui.url.widgets import put

PRETRAINED = ""  # in place of a run's key
MOST_LISTED = 20  # runs that a tab remembers to have shown


@dataclass(frozen=True)
class Lesson:
    """A page that trains networks. The table of them is in `ui.lessons.table`."""

    name: str  # of the page, in its address
    title: str
    fits: Callable[[TrainingSettings], bool]  # whether a run with these settings is one of this page's
    form: Form  # in which a learner says what to train
    pretrained: Callable[[], RunFolder]  # the network that came with the app, asked for when the form is drawn
    measure: OnFinished  # what a worker works out after a training, for the page to show
    live: Callable[[Preview], Player]  # a player of the network as it is trained
    live_start: int  # where the live player's slider stands, as an index, before the page's own has been seen
    runs: str  # where the session keeps the run that is shown: lessons that show each other's networks share it
    kind: Callable[[TrainingSettings], object] | None = None  # what the form never says otherwise than what is shown
    choose_pretrained: Callable[[], None] | None = None  # draws which one that is, where there are several
    replay: str | None = None  # what says in the address what the slider moves through, if that can be "replay"
    slider: str | None = None  # where the session keeps the number at which the page's slider stands, if it has one
    inside: bool = False  # whether a network is looked into, while it is trained too
    unfolds: bool = False  # whether codes are seen to move while a network is trained

    @property
    def run(self) -> str:
        """Return where the session keeps the key of the run that this page shows."""
        return f"run {self.runs}"


@dataclass(frozen=True)
class ShownRun:
    """A run that this tab shows, as it was when the page looked."""

    folder: RunFolder
    settings: TrainingSettings
    snapshot: Snapshot

    @property
    def key(self) -> str:
        """Return the name of the run."""
        return self.folder.path.name

    @property
    def is_mine(self) -> bool:
        """Return whether this learner began it, and so steers it."""
        return self.folder.owner() == learner()

    @property
    def under_way(self) -> bool:
        """Return whether it is trained, waits or is paused, or was lost before there was a network to look at."""
        state = self.snapshot.state
        return state.active or state is RunState.PAUSED or (state.resumable and not self.folder.has_network())


def shown_run(lesson: Lesson) -> ShownRun | None:
    """Return the run that this tab started last on the lesson's page, or the one in its address after a reload.

    Where it cannot be read there is a sentence on the page. What is damaged is set aside; nothing else is touched.
    """
    key, shown, stays = _key_of_run(lesson), None, False
    if key:
        folder = get_jobs().store.folder(key)
        try:
            shown = ShownRun(folder, folder.settings(), get_jobs().snapshot(key))
            if not shown.under_way:
                get_jobs().store.load(folder)
            test_pictures(shown.settings.source)
            stays = lesson.fits(shown.settings)
        except (DamagedRun, PictureError) as error:
            shown, (sentence, stays) = None, _what_is_wrong(key, error)
            st.warning(sentence)
    show_run(lesson, key if stays else None)
    if not (key and stays):
        return None
    write(RUN, None if own.owner_of(key) else key)
    if shown:
        get_jobs().watch(key, watcher())
    return shown


def run_of_kind(lesson: Lesson, shown: ShownRun | None) -> ShownRun | None:
    """Have the form and the run that is shown be of one kind: which of the two was changed last is followed."""
    if lesson.kind is None:
        return shown
    before, kind = st.session_state.get(f"kind {lesson.runs}"), lesson.kind(lesson.form.read())
    key = shown.key if shown else None
    if before is not None and before[0] == key and before[1] != kind:
        key = next((run for run, of in reversed(own_runs(lesson).items()) if lesson.kind(of) == kind), None)
        show_run(lesson, key)
        shown = shown_run(lesson)
    elif shown and lesson.kind(shown.settings) != kind:
        lesson.form.fill(shown.settings)
    st.session_state[f"kind {lesson.runs}"] = key, lesson.kind(lesson.form.read())
    return shown


def own_runs(lesson: Lesson) -> dict[str, TrainingSettings]:
    """Return the runs that this tab has shown here and that are still kept: key → settings, the latest last."""
    found = {}
    for key in st.session_state.get(f"runs {lesson.runs}", []):
        with suppress(DamagedRun):
            settings = get_jobs().store.folder(key).settings()
            if lesson.fits(settings):
                found[key] = settings
    return found


def show_run(lesson: Lesson, key: str | None) -> None:
    """Have the lesson's page show this run; None for the network that came with the app."""
    if key is None:
        st.session_state.pop(lesson.run, None)
        write(RUN, None)
        return
    st.session_state[lesson.run] = key
    known = st.session_state.setdefault(f"runs {lesson.runs}", [])  # all that this tab has shown, the latest last
    if key not in known:
        known.append(key)
        del known[:-MOST_LISTED]


@show_errors()
def train(
    lesson: Lesson, drawn: TrainingSettings | None = None, left: str = "", wanted: TrainingSettings | None = None
) -> None:
    """Train what the form says in the moment of the click, or show the run with these settings that is there already.

    Args:
        lesson: Whose form it is.
        drawn: Settings that are trained in a run of the learner's own, if the click itself has not changed them.
        left: The key of a run under way, which is left: the learner's own pauses unless others watch it.
        wanted: What is trained, by default what the form says.
    """
    wanted = wanted or lesson.form.read()
    run = get_jobs().start(wanted, watcher(), lesson.measure, learner(), anew=wanted == drawn)
    show_instead(lesson, run.path.name, left)


def train_longer(lesson: Lesson, settings: TrainingSettings) -> None:
    """Train what is shown for more epochs; the form then says so too."""
    lesson.form.fill(settings)
    train(lesson, wanted=settings)


@show_errors()
def show_instead(lesson: Lesson, key: str, left: str, *, replay: bool = False) -> None:
    """Show another run: live, or where the page can and it is wanted, as a replay of how it came to be."""
    if left not in ("", key):
        get_jobs().leave(left, watcher(), learner())
    show_run(lesson, key)
    if replay and lesson.replay:
        read_anew(lesson.replay, "replay")


def choose_network(lesson: Lesson, shown: ShownRun | None) -> None:
    """Draw the field for the network that is shown; nothing where there is only the one that came with the app."""
    if not (runs := own_runs(lesson)):
        return
    numbered = enumerate(runs.items(), start=1)  # their words begin alike
    names = {PRETRAINED: "Came with the app"} | {run: f"{n}. {settings_in_words(of)}" for n, (run, of) in numbered}
    key = f"network shown {lesson.runs}"
    put(key, shown.key if shown else PRETRAINED)
    st.selectbox("Network shown", list(names), 0, names.__getitem__, key, on_change=_show_chosen, args=(lesson, key))


def _show_chosen(lesson: Lesson, key: str) -> None:
    """Show the chosen network, and have the form say what it was trained with."""
    chosen = st.session_state[key]
    show_run(lesson, chosen or None)
    if chosen:
        lesson.form.fill(get_jobs().store.folder(chosen).settings())


def _what_is_wrong(key: str, error: DamagedRun | PictureError) -> tuple[str, bool]:
    """Return a sentence with a way on, and whether the run can be tried again; what is damaged is set aside."""
    if isinstance(error, PictureError):
        return f"The pictures of this training cannot be shown. {error_text(error)}", False
    text = error_text(error)
    if isinstance(error, UnreadableRun):
        return f"{text} Nothing of it was removed. Reload this page to try again.", True
    if isinstance(error, UnknownRun):
        return f"{text} This training cannot be shown here; nothing of it was removed.", False
    if get_jobs().set_aside(key):
        return f"{text} Please train it again.", False
    return f"{text} It is still being trained. Reload this page to try again.", True


def _key_of_run(lesson: Lesson) -> str | None:
    """Return which run is to be shown, of those that can be."""
    linked, known = take_text(RUN), st.session_state.get(lesson.run)
    if linked and _can_be_shown(linked):
        fits = True  # or else it is said on the page what is wrong
        with suppress(DamagedRun):
            fits = lesson.fits(get_jobs().store.folder(linked).settings())
        if fits:
            return linked
    elif linked and linked != known:
        complain("The trained network of this link is not kept here: press Train to make one like it.")
    return known if known and _can_be_shown(known) else None


def _can_be_shown(key: str) -> bool:
    return bool(NAME.fullmatch(key)) and may_see(key) and get_jobs().store.folder(key).exists()
