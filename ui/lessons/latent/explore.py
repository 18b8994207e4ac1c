"""Explore the codes of a trained network: a plot of them, a place between them, and what can be made of them."""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from autoencoder.analysis import latent
from autoencoder.analysis.rates import DIGITS
from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.figure import FigureSpec
from autoencoder.export.lesson_tables import codes_table
from autoencoder.rendering.chart import ChartData, Line
from autoencoder.rendering.sprites import png
from autoencoder.training.settings import LARGEST_CODE
from ui.components.player.player import Player, Position, frames
from ui.components.scatter.scatter import clicked_pair, clicked_place, scatter, show_place
from ui.export.downloads import take_away
from ui.export.figures import Offer, Subject, chart_of, figure_of, save_box, save_pictures
from ui.lessons.common.controls import draws, tabs, view_options
from ui.lessons.common.drawing import beside_pad
from ui.lessons.common.unfolding import look_back_at_codes
from ui.lessons.latent import players
from ui.lessons.latent.drawn import on_plane
from ui.lessons.latent.players import TEXTS, View
from ui.services.errors import fragment
from ui.services.polling import LOOK_EVERY, failed
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.url.codecs import decimal, whole_from
from ui.url.state import in_address, read_as
from ui.url.widgets import choose, put, switch
from ui.words import count

OWN_PLANE, TSNE = "own", "tsne"
TABS = "latent tab"
STAGE_TIME = 4.0  # s after which a stage of t-SNE is said to be half done, for a bar that moves
ALL = "all"  # test pictures
STEP = Position("step", "latent step", range(players.STEPS), 10, whole_from(0, players.STEPS - 1))
SHOWN_KNOBS, FIRST_KNOBS, KNOBS_IN_ROW = "latent knobs", 8, 4
MAP_CAPTION = "What the decoder makes of places of the plot, closer together where there are more codes"


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
    on_pair, on_place = partial(_take_pair, view, plot), partial(_take_place, view, plot)
    with beside_pad(run, plot, partial(on_plane, view), has_column=False):
        scatter(players.scatter_of(view), key=plot, pair=pair, on_pair=on_pair, on_place=on_place, behind=behind)
    spot = f"{view.words['decoded']}: ({place[0]:g}, {place[1]:g})".replace("-", "−")
    show_place(plot, view.frame.shares([place])[0], players.place_picture(view, place), spot)
    tabs({name: (title, partial(draw, view, pair)) for name, (title, draw) in SECTIONS.items()}, TABS)


def _choose_size(run: TrainedRun) -> int:
    sizes = latent.code_sizes(run.model)
    if len(sizes) == 1:
        return sizes[0]
    help = "This network works at every size: the first numbers of its code are a code too."
    titles = {size: str(size) for size in sizes}
    return choose("Numbers in the code", f"numbers of {sizes[-1]}", titles, sizes[0], help, name="numbers", seen=True)


def _choose_plane(view: View) -> bool:
    names, key = {OWN_PLANE: "The numbers as they are" if view.size <= 2 else "PCA"}, "latent plane, its own"
    help = "PCA shows the directions in which the codes vary most. t-SNE keeps neighbors together."
    if len(view.codes) >= latent.FEWEST:
        names[TSNE], key = "t-SNE", "latent plane"
    chosen = choose("Drawn by", key, names, OWN_PLANE, help, name="drawn_by", seen=True)
    if chosen != TSNE:
        st.session_state.pop(_limit(view), None)
    return chosen == TSNE


def _choose_pair(view: View) -> tuple[int, int]:
    pair, help = [], "Or click on its point."
    for column, name, index in zip(st.columns(2), "AB", players.default_pair(view), strict=True):
        key, every = f"picture {name} {view.run.key}", range(1, len(view.codes) + 1)
        with column:
            pair.append(choose(f"Picture {name}", key, every, index + 1, help, name.lower(), kept=False) - 1)
    return pair[0], pair[1]


def _sliders(view: View) -> list[tuple[str, latent.Rail]]:
    """Return the sliders along both axes: their keys, and what they move through."""
    drawn = f"{view.run.key} {view.size} {view.stages if view.embedded else ''}"
    rails = map(latent.rail, view.frame.low, view.frame.high)
    return [(f"place {name} {drawn}", moved) for name, moved in zip("xy", rails, strict=True)]


def _choose_place(view: View) -> tuple[float, float]:
    values, axes = [], ("left to right", "upwards")
    if view.embedded is None and view.size == 2:
        axes = ("first number", "second number")
    middles = np.median(view.plane.points, axis=0).tolist()  # half of the points on either side
    for name, (key, moved), axis, middle in zip("xy", _sliders(view), axes, middles, strict=True):
        first, digits = moved.snap(middle), f"%.{moved.decimals}f"
        with in_address(name, key, decimal(moved.low, moved.high), first):
            put(key, moved.snap(st.session_state.get(key, first)))
            label = f"A place: {axis}"
            values.append(st.slider(label, moved.low, moved.high, step=moved.step, format=digits, key=key))
    st.caption(view.words["place"])
    return values[0], values[1]


def _take_pair(view: View, plot: str) -> None:
    for name, index in zip("AB", clicked_pair(plot) or (), strict=False):
        st.session_state[f"picture {name} {view.run.key}"] = min(index, len(view.codes) - 1) + 1


def _take_place(view: View, plot: str) -> None:
    if share := clicked_place(plot):
        for (key, moved), value in zip(_sliders(view), view.frame.position(*share), strict=True):
            st.session_state[key] = moved.snap(value)


def _limit(view: View) -> str:
    """Return where the session keeps how many stages of t-SNE were done when it was stopped."""
    return f"t-SNE stopped {view.run.key} {view.size}"


def _embed(view: View) -> View:
    """Return what t-SNE has come to in the background; the codes' own plane until there is something to see."""
    before, done, bar = b"", 0, st.container(horizontal=True, vertical_alignment="center", key="t-SNE")
    limit = st.session_state.get(_limit(view), latent.STAGES)
    run = view.run
    ask = partial(get_background().submit_cached, latent.stage, run.folder, run.version, run.source, view.size)
    while done < limit:
        future = ask(done, before)
        if failed(future):
            bar.caption("t-SNE did not work here. You see the codes without it.")
            break
        if not future.done():
            with bar:
                fragment(_watch, run_every=LOOK_EVERY)(view, future, done, time.monotonic())
            break
        before, done = future.result(), done + 1
    if done == limit < latent.STAGES:
        steps = f"{done * latent.STAGE_STEPS:,} of {latent.STAGES * latent.STAGE_STEPS:,}"
        bar.caption(f"t-SNE was stopped after {steps} iterations.", width="content")
        bar.button("Go on", key="go on with t-SNE", type="tertiary", on_click=put, args=(_limit(view), latent.STAGES))
    return replace(view, embedded=before or None, stages=done)


def _watch(view: View, future: Future, done: int, began: float) -> None:
    """Draw how far t-SNE is. Within a stage, whose end alone is known, the bar says what the time says."""
    if future.done() or st.session_state.get(_limit(view), latent.STAGES) <= done:
        st.rerun()
    within = 1 - STAGE_TIME / (STAGE_TIME + time.monotonic() - began)
    text = f"t-SNE: {done * latent.STAGE_STEPS:,} of {latent.STAGES * latent.STAGE_STEPS:,} iterations"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress((done + within) / latent.STAGES, text)
        st.button("Stop", icon=":material/stop:", key="stop t-SNE", on_click=put, args=(_limit(view), done))


def _walk(view: View, pair: tuple[int, int]) -> None:
    STEP.play(players.walk_player(view, pair), key=f"walk {view.run.key}")
    st.caption(TEXTS["walk"] + (f" {TEXTS['walk_of_digits']}" if view.run.settings.source in DIGITS else ""))


def _map(view: View, pair: tuple[int, int]) -> None:
    picture, subject = players.map_picture(view), view.subject
    st.image(picture, caption=TEXTS["map"], alt=TEXTS["map"], width=840)
    tile, footer = Image.open(BytesIO(picture)).size, subject.footer
    spec = FigureSpec(subject.title, "The map", MAP_CAPTION, (("", picture),), 1, tile, footer=footer)
    save_box([Offer("The map", lambda: spec, "map")], subject, key=f"map {view.run.key}")


def _knobs(view: View, pair: tuple[int, int]) -> None:
    index, (name,), subject = pair[0], view.names(pair[:1]), view.subject
    order: list[int] = np.argsort(-players.knob_influences(view, index), kind="stable").tolist()
    st.caption(TEXTS["numbers"].format(name=name))
    with in_address("knobs", SHOWN_KNOBS, whole_from(1, LARGEST_CODE), FIRST_KNOBS):
        shown = min(st.session_state.setdefault(SHOWN_KNOBS, FIRST_KNOBS), len(order))
    knobs, columns = [], [column for _ in range(0, shown, KNOBS_IN_ROW) for column in st.columns(KNOBS_IN_ROW)]
    for column, number in zip(columns, order[:shown], strict=False):
        with column:
            player, own = players.knob_player(view, index, number)
            steps, key = range(len(player.positions)), f"number {number} {view.size} {index} {view.run.key}"
            knob = Position(f"knob_{number + 1}", f"{key}, its place", steps, own, whole_from(0, steps[-1]))
            knobs.append((player, knob.play(player, key=key)))
    with st.container(horizontal=True):
        if shown < len(order):
            more = (SHOWN_KNOBS, min(2 * shown, LARGEST_CODE))
            st.button(f"Show more of the {len(order)} numbers", on_click=put, args=more)
        offer = Offer("The pictures", partial(_knobs_figure, knobs, name, subject), "numbers")
        save_box([offer], subject, key=f"numbers {view.run.key}")


def _knobs_figure(knobs: Sequence[tuple[Player, int]], name: str, subject: Subject) -> FigureSpec:
    figures = [figure_of(player, index, subject) for player, index in knobs]
    pictures = [np.asarray(Image.open(BytesIO(figure.rows[0][1])).convert("RGB")) for figure in figures]
    return replace(
        figures[0],
        position=f"One number of the code of {name} changed, the others as they are",
        caption="",
        rows=(("", png(np.concatenate(pictures, axis=1))),),
        columns=len(knobs),
        names=tuple(player.slider_label for player, _ in knobs),
        notes=tuple(player.positions[index] for player, index in knobs),
    )


def _averages(view: View, pair: tuple[int, int]) -> None:
    (player, answer), key = players.averages_player(view), f"averages {view.run.key}"
    st.caption(TEXTS["averages"])
    index = frames(player, key=key)
    st.expander("Answer").markdown(answer)
    save_pictures(player, index, view.subject, key=key)


def _new(view: View, pair: tuple[int, int]) -> None:
    codes, key = view.codes, f"new like {view.run.key}"
    enough = [label for label in codes.classes if len(codes.of_class(label)) >= latent.ENOUGH]
    titles: dict[int | str, str] = {ALL: "all test pictures"}
    titles |= {label: f"only {codes.class_names[label]}" for label in enough}
    chosen = choose("Draw codes like those of", key, titles, ALL, name="like", kept=False, width=260)
    label = chosen if isinstance(chosen, int) else None
    if len(codes.of_class(label)) < latent.ENOUGH:
        st.caption("There are too few test pictures to draw codes like theirs.")
        return
    (player, times), key = players.samples_player(view, label), f"new {view.run.key}"
    index = draws(players.DRAWS).play(player, key=key)
    of = "all these codes" if label is None else f"the codes of class {codes.class_names[label]}"
    opening, answer = players.samples_in_words(times, of)
    st.caption(opening)
    if answer:
        st.expander("Answer").markdown(answer)
    save_pictures(player, index, view.subject, key=key)


def _take(view: View, pair: tuple[int, int]) -> None:
    codes, subject = view.codes, view.subject
    plot = Offer("The plot", partial(_plot_figure, view), "codes")
    names = [] if codes.labels is None else [codes.class_names[label] for label in codes.labels]
    table = Offer("Codes", partial(codes_table, codes.values, names, view.plane.points))
    save_box([plot], subject, key=f"scatter {view.run.key}", tables=[table], label="Save the plot and the codes")
    walk, key = players.walk_player(view, pair), f"walk {view.run.key}"
    save_pictures(walk, STEP.index, subject, key=key, label="Save the walk")
    take_away("latent", view.run)


def _plot_figure(view: View) -> ChartFigure:
    codes, words = view.codes, view.words
    labels = np.zeros(len(codes), int) if codes.labels is None else codes.labels
    lines = []
    for number, label in enumerate(np.unique(labels)):
        name = "Test pictures" if codes.labels is None else codes.class_names[label]
        lines.append(Line(name, [(x, y) for x, y in view.plane.points[labels == label].tolist()], "points", number))
    drawn = "" if view.size <= 2 and view.embedded is None else f", {words['drawn']}"
    title = f"Codes of {len(codes):,} test pictures, {count(view.size, 'number')} each{drawn}"
    return chart_of(ChartData(title, words["across"], words["up"], lines), view.subject)


SECTIONS = {  # what a tab is called in the address → its title, and what draws it
    "walk": ("Walk from A to B", _walk),
    "unfold": ("How it unfolded", lambda view, pair: look_back_at_codes(view.run)),
    "map": ("The map", _map),
    "numbers": ("Number by number", _knobs),
    "averages": ("Averages", _averages),
    "new": ("New pictures", _new),
    "try": ("Things to try", lambda view, pair: st.markdown(TEXTS["try"])),
    "take": ("Take along", _take),
}
