"""What can be made of codes, one thing at a time: a walk, the map, each number, averages, new pictures."""

import streamlit as st

from autoencoder.analysis.latent import ENOUGH
from autoencoder.training.settings import LARGEST_CODE
from ui.components.linked_player import Position
from ui.components.player.player import frames
from ui.lessons.latent.export import save_knobs, save_map, save_player
from ui.lessons.latent.text import (
    AVERAGES_IN_WORDS,
    MAP_IN_WORDS,
    knobs_in_words,
    samples_in_words,
    walk_in_words,
)
from ui.lessons.latent.view import (
    STEPS,
    View,
    averages_player,
    knob_order,
    knob_player,
    known_codes,
    map_picture,
    names_of,
    samples_player,
    walk_player,
)
from ui.url.codecs import named, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import segments

WALK, MAP, KNOBS, AVERAGES, NEW = "walk", "map", "numbers", "averages", "new"
SECTIONS = {
    WALK: "Walk from A to B",
    MAP: "The map",
    KNOBS: "Number by number",
    AVERAGES: "Averages",
    NEW: "New pictures",
}
ALL = "all"  # test pictures
STEP = Position("step", "latent step", range(STEPS), 10, whole_from(0, STEPS - 1))
FIRST_KNOBS, KNOBS_IN_ROW = 8, 4


def sections(view: View, pair: tuple[int, int], embedded: bytes | None) -> None:
    """Draw a choice, and what is chosen.

    Args:
        view: What is looked at.
        pair: The two pictures that are chosen in the plot.
        embedded: What t-SNE gave; None where the codes are drawn on their own plane.
    """
    chosen = segments("What can be made of codes", "latent section", SECTIONS, WALK, name="section")
    if chosen == MAP:
        _map(view, embedded)
    elif chosen == KNOBS:
        _knobs(view, pair[0])
    elif chosen == AVERAGES:
        _averages(view)
    elif chosen == NEW:
        _new(view)
    else:
        _walk(view, pair)


def _walk(view: View, pair: tuple[int, int]) -> None:
    player, key = walk_player(view, pair), f"walk {view.run.key}"
    st.fragment(with_url_sync(STEP.play))(player, key=key)
    save_player(player, lambda: STEP.index, key, view)
    st.caption(walk_in_words(view.run.settings.source))


def _map(view: View, embedded: bytes | None) -> None:
    picture = map_picture(view, embedded)
    st.image(picture, width=840)
    save_map(view, picture, f"map {view.run.key}")
    st.caption(MAP_IN_WORDS)


def _knobs(view: View, index: int) -> None:
    (name,) = names_of(view, [index])
    order = knob_order(view, index)
    st.caption(knobs_in_words(name))
    with in_address("knobs", "latent knobs", whole_from(1, LARGEST_CODE), FIRST_KNOBS):
        shown = min(st.session_state.setdefault("latent knobs", FIRST_KNOBS), len(order))
    knobs = []
    for begin in range(0, shown, KNOBS_IN_ROW):
        for column, number in zip(
            st.columns(KNOBS_IN_ROW), order[begin : min(begin + KNOBS_IN_ROW, shown)], strict=False
        ):
            with column:
                player, own = knob_player(view, index, number)
                key = f"number {number} {view.size} {index} {view.run.key}"
                knobs.append((player, frames(player, key=key, start=own)))
    save_knobs(view, name, knobs, f"numbers {view.run.key}")
    if shown < len(order):
        st.button(f"Show more of the {len(order)} numbers", on_click=_show_more, args=(shown,))


def _show_more(shown: int) -> None:
    st.session_state["latent knobs"] = min(2 * shown, LARGEST_CODE)


def _averages(view: View) -> None:
    player, key = averages_player(view), f"averages {view.run.key}"
    save_player(player, frames(player, key=key), key, view)
    st.caption(AVERAGES_IN_WORDS)


def _new(view: View) -> None:
    codes = known_codes(view)
    enough = [label for label in codes.classes if len(codes.of_class(label)) >= ENOUGH]
    key = f"new like {view.run.key}"
    with in_address("like", key, named({ALL: ALL, **{str(one): one for one in enough}}), ALL):
        chosen = st.selectbox(
            "The codes are drawn like those of",
            [ALL, *enough],
            format_func=lambda one: "all test pictures" if one == ALL else f"only {codes.class_names[one]}",
            width=260,
            key=key,
        )
    label = chosen if isinstance(chosen, int) else None
    if len(codes.of_class(label)) < ENOUGH:
        st.caption("There are too few test pictures to fit a distribution to their codes.")
        return
    player, times = samples_player(view, label)
    key = f"new {view.run.key}"
    save_player(player, frames(player, key=key), key, view)
    of = "all these codes" if label is None else f"the codes of class {codes.class_names[label]}"
    st.markdown(samples_in_words(times, of))
