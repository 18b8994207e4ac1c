"""What can be made of codes, one tab each: a walk, the map, each number, averages, new pictures."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from autoencoder.analysis.latent import ENOUGH
from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.figure import FigureSpec, ImageRow
from autoencoder.export.lesson_tables import codes_table
from autoencoder.rendering.chart import ChartData, Line
from autoencoder.rendering.sprites import png
from autoencoder.training.settings import LARGEST_CODE
from ui.components.player.player import Player, Position, frames
from ui.export.downloads import take_away
from ui.export.figures import Subject, chart_of, figure_of
from ui.export.save_box import Offer, save_box, save_pictures
from ui.lessons.common.text import count
from ui.lessons.latent import text
from ui.lessons.latent import view as views
from ui.lessons.latent.view import View
from ui.url.codecs import named, whole_from
from ui.url.state import in_address
from ui.url.widgets import put

ALL = "all"  # test pictures
STEP = Position("step", "latent step", range(views.STEPS), 10, whole_from(0, views.STEPS - 1))
SHOWN_KNOBS, FIRST_KNOBS, KNOBS_IN_ROW = "latent knobs", 8, 4
MAP_CAPTION = "What the decoder makes of places of the plot, closer together where there are more codes"

Pair = tuple[int, int]  # the two pictures that are chosen in the plot


def _walk(view: View, pair: Pair) -> None:
    STEP.play(views.walk_player(view, pair), key=f"walk {view.run.key}")
    st.caption(text.walk_in_words(view.run.settings.source))


def _map(view: View, pair: Pair) -> None:
    picture, subject = views.map_picture(view), view.subject
    st.image(picture, caption=text.TEXTS["map"], alt=text.TEXTS["map"], width=840)
    tile, footer = Image.open(BytesIO(picture)).size, subject.footer
    spec = FigureSpec(subject.title, "The map", MAP_CAPTION, (ImageRow("", picture),), 1, tile, footer=footer)
    save_box([Offer("The map", lambda: spec, "map")], subject, key=f"map {view.run.key}")


def _knobs(view: View, pair: Pair) -> None:
    index, (name,), subject = pair[0], view.names(pair[:1]), view.subject
    order: list[int] = np.argsort(-views.knob_influences(view, index), kind="stable").tolist()
    st.caption(text.TEXTS["numbers"].format(name=name))
    with in_address("knobs", SHOWN_KNOBS, whole_from(1, LARGEST_CODE), FIRST_KNOBS):
        shown = min(st.session_state.setdefault(SHOWN_KNOBS, FIRST_KNOBS), len(order))
    knobs = []
    for begin in range(0, shown, KNOBS_IN_ROW):
        some = order[begin : min(begin + KNOBS_IN_ROW, shown)]
        for column, number in zip(st.columns(KNOBS_IN_ROW), some, strict=False):
            with column:
                player, own = views.knob_player(view, index, number)
                key = f"number {number} {view.size} {index} {view.run.key}"
                knobs.append((player, frames(player, key=key, start=own)))
    with st.container(horizontal=True):
        if shown < len(order):
            more = (SHOWN_KNOBS, min(2 * shown, LARGEST_CODE))
            st.button(f"Show more of the {len(order)} numbers", on_click=put, args=more)
        offer = Offer("The pictures", partial(_knobs_figure, knobs, name, subject), "numbers")
        save_box([offer], subject, key=f"numbers {view.run.key}")


def _knobs_figure(knobs: Sequence[tuple[Player, int]], name: str, subject: Subject) -> FigureSpec:
    """Return what becomes of one picture with each number turned, side by side; see `_knobs`."""
    figures = [figure_of(player, index, subject) for player, index in knobs]
    pictures = [np.asarray(Image.open(BytesIO(figure.rows[0].picture)).convert("RGB")) for figure in figures]
    return replace(
        figures[0],
        position=f"One number of the code of {name} changed, the others as they are",
        caption="",
        rows=(ImageRow("", png(np.concatenate(pictures, axis=1))),),
        columns=len(knobs),
        names=tuple(player.slider_label for player, _ in knobs),
        notes=tuple(player.positions[index] for player, index in knobs),
    )


def _averages(view: View, pair: Pair) -> None:
    player, key = views.averages_player(view), f"averages {view.run.key}"
    st.caption(text.TEXTS["averages"])
    index = frames(player, key=key)
    with st.expander("Answer"):
        st.markdown(text.averages_answer(views.averages(view), view.codes.class_names))
    save_pictures(player, index, view.subject, key=key)


def _new(view: View, pair: Pair) -> None:
    codes, key = view.codes, f"new like {view.run.key}"
    enough = [label for label in codes.classes if len(codes.of_class(label)) >= ENOUGH]
    with in_address("like", key, named({ALL: ALL, **{str(one): one for one in enough}}), ALL):
        chosen = st.selectbox(
            "Draw codes like those of",
            [ALL, *enough],
            format_func=lambda one: "all test pictures" if one == ALL else f"only {codes.class_names[one]}",
            width=260,
            key=key,
        )
    label = chosen if isinstance(chosen, int) else None
    if len(codes.of_class(label)) < ENOUGH:
        st.caption("There are too few test pictures to draw codes like theirs.")
        return
    player, times = views.samples_player(view, label)
    key = f"new {view.run.key}"
    index = frames(player, key=key)
    of = "all these codes" if label is None else f"the codes of class {codes.class_names[label]}"
    opening, answer = text.samples_in_words(times, of)
    st.caption(opening)
    if answer:
        with st.expander("Answer"):
            st.markdown(answer)
    save_pictures(player, index, view.subject, key=key)


def _take(view: View, pair: Pair) -> None:
    codes, subject = view.codes, view.subject
    plot = Offer("The plot", partial(_plot_figure, view, subject), "codes")
    names = [] if codes.labels is None else [codes.class_names[label] for label in codes.labels]
    table = Offer("Codes", partial(codes_table, codes.values, names, view.plane.points))
    label = "Save the plot and the codes"
    save_box([plot], subject, key=f"scatter {view.run.key}", tables=[table], label=label)
    walk, key = views.walk_player(view, pair), f"walk {view.run.key}"
    save_pictures(walk, STEP.index, subject, key=key, label="Save the walk")
    take_away("latent", view.run)


def _plot_figure(view: View, subject: Subject) -> ChartFigure:
    """Return the codes as points, each class in its color and shape."""
    codes, words = view.codes, view.words
    labels = np.zeros(len(codes), int) if codes.labels is None else codes.labels
    lines = []
    for number, label in enumerate(np.unique(labels)):
        name = "Test pictures" if codes.labels is None else codes.class_names[label]
        own = view.plane.points[labels == label].tolist()
        lines.append(Line(name, tuple((x, y) for x, y in own), "points", number))
    drawn = "" if codes.size <= 2 and view.embedded is None else f", {words.drawn}"
    title = f"Codes of {len(codes):,} test pictures, {count(codes.size, 'number')} each{drawn}"
    return chart_of(ChartData(title, words.across, words.up, lines), subject)


SECTIONS = {  # what a tab is called in the address → its title, and what draws it
    "walk": ("Walk from A to B", _walk),
    "map": ("The map", _map),
    "numbers": ("Number by number", _knobs),
    "averages": ("Averages", _averages),
    "new": ("New pictures", _new),
    "try": ("Things to try", lambda view, pair: st.markdown(text.TEXTS["try"])),
    "take": ("Take along", _take),
}
