"""What can be made of codes, one tab each: a walk, the map, each number, averages, new pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from autoencoder.analysis.latent import ENOUGH
from autoencoder.training.settings import LARGEST_CODE
from ui.components.linked_player import Position
from ui.components.player.player import frames
from ui.export.downloads import take_away
from ui.lessons.latent.export import save_knobs, save_map, save_player, save_plot
from ui.lessons.latent.text import (
    AVERAGES_IN_WORDS,
    KNOBS_IN_WORDS,
    MAP_IN_WORDS,
    TRY_THIS,
    averages_answer,
    samples_in_words,
    walk_in_words,
)
from ui.lessons.latent.view import (
    STEPS,
    View,
    averages,
    averages_player,
    knob_order,
    knob_player,
    known_codes,
    map_picture,
    names_of,
    plane_for,
    samples_player,
    walk_player,
)
from ui.url.codecs import named, whole_from
from ui.url.state import in_address

WALK, MAP, KNOBS, AVERAGES, NEW, TRY, TAKE = "walk", "map", "numbers", "averages", "new", "try", "take"
SECTIONS = {
    WALK: "Walk from A to B",
    MAP: "The map",
    KNOBS: "Number by number",
    AVERAGES: "Averages",
    NEW: "New pictures",
    TRY: "Things to try",
    TAKE: "Take along",
}
ALL = "all"  # test pictures
STEP = Position("step", "latent step", range(STEPS), 10, whole_from(0, STEPS - 1))
FIRST_KNOBS, KNOBS_IN_ROW = 8, 4


@dataclass(frozen=True)
class Sections:
    """The tabs.

    Args:
        view: What is looked at.
        pair: The two pictures that are chosen in the plot.
        embedded: What t-SNE gave; None where the codes are drawn on their own plane.
        plot: The key of the plot.
    """

    view: View
    pair: tuple[int, int]
    embedded: bytes | None
    plot: str

    def all(self) -> dict[str, tuple[str, Callable[[], object]]]:
        """Return them as `tabs` takes them."""
        draws = (self._walk, self._map, self._knobs, self._averages, self._new, self._try, self._take)
        return {name: (title, draw) for (name, title), draw in zip(SECTIONS.items(), draws, strict=True)}

    def _walk(self) -> None:
        STEP.play(walk_player(self.view, self.pair), key=f"walk {self.view.run.key}")
        st.caption(walk_in_words(self.view.run.settings.source))

    def _map(self) -> None:
        picture = map_picture(self.view, self.embedded)
        st.image(picture, caption=MAP_IN_WORDS, alt=MAP_IN_WORDS, width=840)
        save_map(self.view, picture, f"map {self.view.run.key}")

    def _knobs(self) -> None:
        view, index = self.view, self.pair[0]
        (name,) = names_of(view, [index])
        order = knob_order(view, index)
        st.caption(KNOBS_IN_WORDS.format(name=name))
        with in_address("knobs", "latent knobs", whole_from(1, LARGEST_CODE), FIRST_KNOBS):
            shown = min(st.session_state.setdefault("latent knobs", FIRST_KNOBS), len(order))
        knobs = []
        for begin in range(0, shown, KNOBS_IN_ROW):
            some = order[begin : min(begin + KNOBS_IN_ROW, shown)]
            for column, number in zip(st.columns(KNOBS_IN_ROW), some, strict=False):
                with column:
                    player, own = knob_player(view, index, number)
                    key = f"number {number} {view.size} {index} {view.run.key}"
                    knobs.append((player, frames(player, key=key, start=own)))
        with st.container(horizontal=True):
            if shown < len(order):
                st.button(f"Show more of the {len(order)} numbers", on_click=_show_more, args=(shown,))
            save_knobs(view, name, knobs, f"numbers {view.run.key}")

    def _averages(self) -> None:
        player, key = averages_player(self.view), f"averages {self.view.run.key}"
        st.caption(AVERAGES_IN_WORDS)
        index = frames(player, key=key)
        with st.expander("Answer"):
            st.markdown(averages_answer(averages(self.view), known_codes(self.view).class_names))
        save_player(player, index, key, self.view)

    def _new(self) -> None:
        codes = known_codes(self.view)
        enough = [label for label in codes.classes if len(codes.of_class(label)) >= ENOUGH]
        key = f"new like {self.view.run.key}"
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
        player, times = samples_player(self.view, label)
        key = f"new {self.view.run.key}"
        index = frames(player, key=key)
        of = "all these codes" if label is None else f"the codes of class {codes.class_names[label]}"
        opening, answer = samples_in_words(times, of)
        st.caption(opening)
        if answer:
            with st.expander("Answer"):
                st.markdown(answer)
        save_player(player, index, key, self.view)

    def _try(self) -> None:
        st.markdown(TRY_THIS)

    def _take(self) -> None:
        save_plot(self.view, plane_for(self.view, self.embedded), self.plot)
        key = f"walk {self.view.run.key}"
        save_player(walk_player(self.view, self.pair), STEP.index, key, self.view, "Save the walk")
        take_away("latent", self.view.run)


def _show_more(shown: int) -> None:
    st.session_state["latent knobs"] = min(2 * shown, LARGEST_CODE)
