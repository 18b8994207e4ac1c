"""Explore the codes of a trained network: a plot of them, a place between them, and what can be made of them."""

import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autoencoder.analysis.latent import code_sizes
from autoencoder.analysis.planes import Frame, Plane, Rail, frame_of, middle_of, rail
from autoencoder.analysis.tsne import FEWEST, STAGE_STEPS, STAGES, stage
from ui.components.scatter.scatter import clicked_pair, clicked_place, scatter, show_place
from ui.lessons.common.choices import view_options
from ui.lessons.common.tabs import tabs
from ui.lessons.latent.sections import SECTIONS, Sections
from ui.lessons.latent.text import place_in_words, spot_in_words
from ui.lessons.latent.view import View, default_pair, known_codes, place_picture, plane_for, scatter_of
from ui.services.polling import LOOK_EVERY, failed
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.url.codecs import decimal, whole_from
from ui.url.state import in_address, read_as, with_url_sync
from ui.url.widgets import put, segments, switch

OWN_PLANE, TSNE = "own", "tsne"
TABS = "latent tab"
STAGE_TIME = 4.0  # s after which a stage of t-SNE is said to be half done, for a bar that moves


@dataclass(frozen=True)
class _Drawn:
    """A plane as it is drawn now.

    Args:
        view: What is looked at.
        embedded: What t-SNE gave so far; None for the codes' own plane.
        stages: How many stages of t-SNE are done.
    """

    view: View
    embedded: bytes | None
    stages: int

    @property
    def plane(self) -> Plane:
        return plane_for(self.view, self.embedded)

    @property
    def frame(self) -> Frame:
        return frame_of(self.plane.points)

    @property
    def rails(self) -> list[Rail]:
        """Return what the sliders along both axes move through."""
        return list(map(rail, self.frame.low, self.frame.high))

    @property
    def plot(self) -> str:
        """Return the key of the plot."""
        return f"scatter {self.view.run.key}"

    def axis(self, name: str) -> str:
        """Return the key of the slider that moves along an axis."""
        return f"place {name} {self.view.run.key} {self.view.size} {self.stages if self.embedded else ''}"


def explore_latent(run: TrainedRun) -> None:
    """Show the codes of the test pictures, which are vectors, with what decides how they are drawn."""
    read_as("section", "tab", {name: name for name in SECTIONS})  # the tabs were a field
    st.fragment(with_url_sync(_explore))(run)


def _explore(run: TrainedRun) -> None:
    if run.is_outdated:
        st.rerun()
    options = view_options()
    with options:
        view = View(run, _choose_size(run))
        by_tsne = _choose_plane(view)
    drawn = _embed(view) if by_tsne else _Drawn(view, None, 0)
    with options:
        behind = switch("Decoded places behind the points", "latent_behind", False, name="behind")
        pair = _choose_pair(view)
        place = _choose_place(drawn)
    scatter(
        scatter_of(view, drawn.embedded, drawn.stages),
        key=drawn.plot,
        pair=pair,
        on_pair=partial(_take_pair, drawn),
        on_place=partial(_take_place, drawn),
        behind=behind,
    )
    picture = place_picture(view, drawn.plane, place)
    show_place(drawn.plot, drawn.frame.shares([place])[0], picture, spot_in_words(drawn.plane, *place))
    tabs(Sections(view, pair, drawn.embedded, drawn.plot).all(), TABS)


# What the View popover has


def _choose_size(run: TrainedRun) -> int:
    """Return how many numbers of the code are looked at."""
    sizes = code_sizes(run.model)
    if len(sizes) == 1:
        return sizes[0]
    help = "This network works at every size: the first numbers of its code are a code too."
    titles = {size: str(size) for size in sizes}
    return segments("Numbers in the code", f"numbers of {sizes[-1]}", titles, sizes[0], help, name="numbers")


def _choose_plane(view: View) -> bool:
    """Return whether the codes are drawn by t-SNE."""
    names = {OWN_PLANE: "The numbers as they are" if view.size <= 2 else "PCA", TSNE: "t-SNE"}
    help = "PCA shows the directions in which the codes vary most. t-SNE keeps neighbors together."
    enough = len(known_codes(view)) >= FEWEST
    if not enough:
        del names[TSNE]
    key = "latent plane" if enough else "latent plane, its own"
    chosen = segments("Drawn by", key, names, OWN_PLANE, help, name="drawn_by")
    if chosen != TSNE:
        st.session_state.pop(_limit(view), None)
    return chosen == TSNE


def _pair_keys(view: View) -> tuple[str, str]:
    name = view.run.key
    return f"picture A {name}", f"picture B {name}"


def _choose_pair(view: View) -> tuple[int, int]:
    """Return the two pictures that are chosen, by a click or as numbers."""
    pair, last = [], len(known_codes(view))
    columns = st.columns(2)
    for column, name, key, index in zip(columns, "ab", _pair_keys(view), default_pair(view), strict=True):
        with in_address(name, key, whole_from(1, last), index + 1):
            st.session_state.setdefault(key, index + 1)
            title, help = f"Picture {name.upper()}", "Or click on its point."
            pair.append(int(column.number_input(title, 1, last, key=key, help=help)) - 1)
    return pair[0], pair[1]


def _choose_place(drawn: _Drawn) -> tuple[float, float]:
    """Return the place that is decoded, by a click or as two numbers."""
    values = []
    middles = middle_of(drawn.plane.points)
    for name, moved, label, middle in zip("xy", drawn.rails, _axis_names(drawn), middles, strict=True):
        key = drawn.axis(name)
        first, digits = moved.snap(middle), f"%.{moved.decimals}f"
        with in_address(name, key, decimal(moved.low, moved.high), first):
            put(key, moved.snap(st.session_state.get(key, first)))
            values.append(st.slider(label, moved.low, moved.high, step=moved.step, format=digits, key=key))
    st.caption(place_in_words(drawn.plane, drawn.view.size))
    return values[0], values[1]


def _axis_names(drawn: _Drawn) -> tuple[str, str]:
    if drawn.embedded is None and drawn.view.size == 2:
        return "A place: first number", "A place: second number"
    return "A place: left to right", "A place: upwards"


# Clicks in the plot


def _take_pair(drawn: _Drawn) -> None:
    """Have the fields follow a click on a point."""
    for key, index in zip(_pair_keys(drawn.view), clicked_pair(drawn.plot) or (), strict=False):
        st.session_state[key] = min(index, len(known_codes(drawn.view)) - 1) + 1


def _take_place(drawn: _Drawn) -> None:
    """Have the sliders follow a click beside the points."""
    share = clicked_place(drawn.plot)
    if share is not None:
        for name, value, moved in zip("xy", drawn.frame.position(*share), drawn.rails, strict=True):
            st.session_state[drawn.axis(name)] = moved.snap(value)


# t-SNE


def _limit(view: View) -> str:
    """Return where the session keeps how many stages of t-SNE were done when it was stopped."""
    return f"t-SNE stopped {view.run.key} {view.size}"


def _embed(view: View) -> _Drawn:
    """Return what t-SNE has come to in the background; the codes' own plane until there is something to see."""
    before, done, bar = b"", 0, st.container(horizontal=True, vertical_alignment="center", key="t-SNE")
    limit = st.session_state.get(_limit(view), STAGES)
    while done < limit:
        future = get_background().submit_cached(stage, view.run.folder, view.run.version, view.size, done, before)
        if failed(future):
            bar.caption("t-SNE did not work here. You see the codes without it.")
            break
        if not future.done():
            with bar:
                st.fragment(_watch, run_every=LOOK_EVERY)(view, future, done, time.monotonic())
            break
        before, done = future.result(), done + 1
    if done == limit < STAGES:
        _offer_rest(view, done, bar)
    return _Drawn(view, before or None, done)


def _watch(view: View, future: Future, done: int, began: float) -> None:
    """Draw how far t-SNE is. Within a stage, whose end alone is known, the bar says what the time says."""
    if future.done() or _limit(view) in st.session_state:
        st.rerun()
    passed = time.monotonic() - began
    within = passed / (passed + STAGE_TIME)
    text = f"t-SNE: {done * STAGE_STEPS:,} of {STAGES * STAGE_STEPS:,} iterations"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress((done + within) / STAGES, text)
        st.button("Stop", icon=":material/stop:", key="stop t-SNE", on_click=_stop, args=(view, done))


def _offer_rest(view: View, done: int, bar: DeltaGenerator) -> None:
    steps = f"{done * STAGE_STEPS:,} of {STAGES * STAGE_STEPS:,}"
    bar.caption(f"t-SNE was stopped after {steps} iterations.", width="content")
    bar.button("Go on", key="go on with t-SNE", type="tertiary", on_click=_go_on, args=(view,))


def _stop(view: View, done: int) -> None:
    st.session_state[_limit(view)] = done


def _go_on(view: View) -> None:
    st.session_state.pop(_limit(view), None)
