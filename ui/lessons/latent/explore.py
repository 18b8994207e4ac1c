"""Explore the codes of a trained network: a plot of them, a place between them, and what can be made of them."""

import time
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import streamlit as st

from autoencoder.analysis.latent import code_sizes
from autoencoder.analysis.planes import FEWEST, STAGE_STEPS, STAGES, Rail, middle_of, rail, stage
from ui.components.scatter.scatter import clicked_pair, clicked_place, scatter, show_place
from ui.lessons.common.choices import view_options
from ui.lessons.common.tabs import tabs
from ui.lessons.latent.sections import SECTIONS
from ui.lessons.latent.view import View, default_pair, place_picture, scatter_of
from ui.services.errors import fragment
from ui.services.polling import LOOK_EVERY, failed
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.url.codecs import decimal, whole_from
from ui.url.state import in_address, read_as
from ui.url.widgets import put, segments, switch

OWN_PLANE, TSNE = "own", "tsne"
TABS = "latent tab"
STAGE_TIME = 4.0  # s after which a stage of t-SNE is said to be half done, for a bar that moves


def explore_latent(run: TrainedRun) -> None:
    """Show the codes of the test pictures, which are vectors, with what decides how they are drawn."""
    read_as("section", "tab", {name: name for name in SECTIONS})  # the tabs were a field
    options = view_options()
    with options:
        view = View(run, _choose_size(run))
        by_tsne = _choose_plane(view)
    if by_tsne:
        view = _embed(view)
    with options:
        behind = switch("Decoded places behind the points", "latent_behind", False, name="behind")
        pair = _choose_pair(view)
        place = _choose_place(view)
    plot = f"scatter {run.key}"
    scatter(
        scatter_of(view),
        key=plot,
        pair=pair,
        on_pair=partial(_take_pair, view, plot),
        on_place=partial(_take_place, view, plot),
        behind=behind,
    )
    show_place(plot, view.frame.shares([place])[0], place_picture(view, place), view.words.spot(*place))
    tabs({name: (title, partial(draw, view, pair)) for name, (title, draw) in SECTIONS.items()}, TABS)


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
    key = "latent plane"
    if len(view.codes) < FEWEST:
        del names[TSNE]
        key = "latent plane, its own"
    chosen = segments("Drawn by", key, names, OWN_PLANE, help, name="drawn_by")
    if chosen != TSNE:
        st.session_state.pop(_limit(view), None)
    return chosen == TSNE


def _pair_keys(view: View) -> tuple[str, str]:
    return f"picture A {view.run.key}", f"picture B {view.run.key}"


def _choose_pair(view: View) -> tuple[int, int]:
    """Return the two pictures that are chosen, by a click or as numbers."""
    pair, last = [], len(view.codes)
    columns = st.columns(2)
    for column, name, key, index in zip(columns, "ab", _pair_keys(view), default_pair(view), strict=True):
        with in_address(name, key, whole_from(1, last), index + 1):
            st.session_state.setdefault(key, index + 1)
            title, help = f"Picture {name.upper()}", "Or click on its point."
            pair.append(int(column.number_input(title, 1, last, key=key, help=help)) - 1)
    return pair[0], pair[1]


def _sliders(view: View) -> list[tuple[str, Rail]]:
    """Return the sliders along both axes: their keys, and what they move through."""
    drawn = f"{view.run.key} {view.size} {view.stages if view.embedded else ''}"
    rails = map(rail, view.frame.low, view.frame.high)
    return [(f"place {name} {drawn}", moved) for name, moved in zip("xy", rails, strict=True)]


def _choose_place(view: View) -> tuple[float, float]:
    """Return the place that is decoded, by a click or as two numbers."""
    values, axes = [], ("left to right", "upwards")
    if view.embedded is None and view.size == 2:
        axes = ("first number", "second number")
    middles = middle_of(view.plane.points)
    for name, (key, moved), axis, middle in zip("xy", _sliders(view), axes, middles, strict=True):
        first, digits = moved.snap(middle), f"%.{moved.decimals}f"
        with in_address(name, key, decimal(moved.low, moved.high), first):
            put(key, moved.snap(st.session_state.get(key, first)))
            label = f"A place: {axis}"
            values.append(st.slider(label, moved.low, moved.high, step=moved.step, format=digits, key=key))
    st.caption(view.words.place)
    return values[0], values[1]


# Clicks in the plot


def _take_pair(view: View, plot: str) -> None:
    """Have the fields follow a click on a point."""
    for key, index in zip(_pair_keys(view), clicked_pair(plot) or (), strict=False):
        st.session_state[key] = min(index, len(view.codes) - 1) + 1


def _take_place(view: View, plot: str) -> None:
    """Have the sliders follow a click beside the points."""
    if share := clicked_place(plot):
        for (key, moved), value in zip(_sliders(view), view.frame.position(*share), strict=True):
            st.session_state[key] = moved.snap(value)


# t-SNE


def _limit(view: View) -> str:
    """Return where the session keeps how many stages of t-SNE were done when it was stopped."""
    return f"t-SNE stopped {view.run.key} {view.size}"


def _embed(view: View) -> View:
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
                fragment(_watch, run_every=LOOK_EVERY)(view, future, done, time.monotonic())
            break
        before, done = future.result(), done + 1
    if done == limit < STAGES:
        steps = f"{done * STAGE_STEPS:,} of {STAGES * STAGE_STEPS:,}"
        bar.caption(f"t-SNE was stopped after {steps} iterations.", width="content")
        bar.button("Go on", key="go on with t-SNE", type="tertiary", on_click=put, args=(_limit(view), STAGES))
    return replace(view, embedded=before or None, stages=done)


def _watch(view: View, future: Future, done: int, began: float) -> None:
    """Draw how far t-SNE is. Within a stage, whose end alone is known, the bar says what the time says."""
    if future.done() or st.session_state.get(_limit(view), STAGES) <= done:
        st.rerun()
    passed = time.monotonic() - began
    within = passed / (passed + STAGE_TIME)
    text = f"t-SNE: {done * STAGE_STEPS:,} of {STAGES * STAGE_STEPS:,} iterations"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress((done + within) / STAGES, text)
        st.button("Stop", icon=":material/stop:", key="stop t-SNE", on_click=put, args=(_limit(view), done))
