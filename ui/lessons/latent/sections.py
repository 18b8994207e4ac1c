"""What can be made of codes, one thing at a time: a walk, the map, each number, averages, new pictures."""

from functools import partial

import streamlit as st

from autoencoder.analysis.latent import ENOUGH, STEPS
from autoencoder.training.settings import LARGEST_CODE
from ui.components.player.player import Player, frames, known_index, move_to
from ui.lessons.latent.export import save_knobs, save_map, save_player
from ui.lessons.latent.text import (
    AVERAGES_IN_WORDS,
    MAP_IN_WORDS,
    knobs_in_words,
    samples_in_words,
    walk_in_words,
)
from ui.lessons.latent.view import (
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

WALK, MAP, KNOBS, AVERAGES, NEW = "Walk from A to B", "The map", "Number by number", "Averages", "New pictures"
SECTIONS = {"walk": WALK, "map": MAP, "numbers": KNOBS, "averages": AVERAGES, "new": NEW}  # as an address has them
ALL = "all"  # test pictures
STEP, FIRST_STEP = "latent step", 10  # of the walk
FIRST_KNOBS, KNOBS_IN_ROW = 8, 4


def sections(view: View, pair: tuple[int, int], embedded: bytes | None) -> None:
    """A choice, and what is chosen.

    Args:
        view: What is looked at.
        pair: The two pictures that are chosen in the plot.
        embedded: What t-SNE gave; None where the codes are drawn on their own plane.
    """
    with in_address("section", "latent section", named(SECTIONS), WALK) as first:
        chosen = st.segmented_control(
            "What can be made of codes",
            list(SECTIONS.values()),
            default=first,
            key="latent section",
            required=True,
            persist_state="session",
        )
    if chosen == MAP:
        _map(view, embedded)
    elif chosen == KNOBS:
        _knobs(view, pair[0])
    elif chosen == AVERAGES:
        _averages(view)
    elif chosen == NEW:
        _new(view)
    else:
        player, key = walk_player(view, pair), f"walk {view.folder.path.name}"
        st.fragment(with_url_sync(_walk))(player, key)
        save_player(player, lambda: st.session_state[STEP], key, view)
        st.caption(walk_in_words(view.settings.source))


def _walk(player: Player, key: str) -> None:
    """Runs anew on every move of its slider, so it does as little as it can."""
    pictures = st.container()
    label = "Step of the walk, as a plain slider for the keyboard and screen readers"
    with in_address("step", STEP, whole_from(0, STEPS - 1), FIRST_STEP):
        st.session_state.setdefault(STEP, FIRST_STEP)
        step = st.slider(label, 0, STEPS - 1, key=STEP, persist_state="session")
    with pictures:
        move_to(key, step)
        frames(player, key=key, start=step, on_release=partial(_take_over, key), plain=STEP)


def _take_over(key: str) -> None:
    """The player was released: the plain slider follows."""
    st.session_state[STEP] = known_index(key)


def _map(view: View, embedded: bytes | None) -> None:
    picture = map_picture(view, embedded)
    st.image(picture, width=840)
    save_map(view, picture, f"map {view.folder.path.name}")
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
                key = f"number {number} {view.size} {index} {view.folder.path.name}"
                knobs.append((player, frames(player, key=key, start=own)))
    save_knobs(view, name, knobs, f"numbers {view.folder.path.name}")
    if shown < len(order):
        st.button(f"Show more of the {len(order)} numbers", on_click=_show_more, args=(shown,))


def _show_more(shown: int) -> None:
    st.session_state["latent knobs"] = min(2 * shown, LARGEST_CODE)


def _averages(view: View) -> None:
    player, key = averages_player(view), f"averages {view.folder.path.name}"
    save_player(player, frames(player, key=key), key, view)
    st.caption(AVERAGES_IN_WORDS)


def _new(view: View) -> None:
    codes = known_codes(view)
    enough = [label for label in codes.classes if len(codes.of_class(label)) >= ENOUGH]
    key = f"new like {view.folder.path.name}"
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
    key = f"new {view.folder.path.name}"
    save_player(player, frames(player, key=key), key, view)
    of = "all these codes" if label is None else f"the codes of class {codes.class_names[label]}"
    st.markdown(samples_in_words(times, of))
