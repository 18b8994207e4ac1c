"""Which test pictures are shown, and how their differences are drawn: fields that several lessons have."""

import streamlit as st

from autoencoder.data.choosing import draw
from ui.lessons.common.players import (
    Indices,
    default_indices,
)
from ui.services.services import test_pictures
from ui.url.codecs import named, one_of, whole_from
from ui.url.state import in_address

ONE_OF_EACH, ANY = "One of each", "Any"


MOST_DRAWS = 9999  # of other pictures, or another noise, in an address


def choose_difference() -> bool:
    """Return whether the difference maps keep their sign."""
    names = {"signed": "Signed", "absolute": "Absolute"}
    help = "Signed: what is too dark and what too light, in two colors. Absolute: how far off, in one scale."
    with in_address("difference", "difference", one_of(names), "signed") as first:
        chosen = st.segmented_control(
            "Difference maps",
            list(names),
            default=first,
            format_func=names.__getitem__,
            key="difference",
            required=True,
            help=help,
            persist_state="session",
        )
    return chosen != "absolute"


def choose_pictures(source: str) -> Indices:
    """One test picture of each class, or ten at random of one class or of all."""
    pictures = test_pictures(source)
    classes = list(range(len(pictures.class_names)))
    spelling = named({"each": ONE_OF_EACH, "any": ANY, **{str(label): label for label in classes}})
    with in_address("pictures", f"class {source}", spelling, ONE_OF_EACH):
        chosen = st.selectbox(
            "Test pictures",
            [ONE_OF_EACH, ANY, *classes],
            key=f"class {source}",
            width=150,
            format_func=lambda choice: choice if isinstance(choice, str) else f"Only {pictures.class_names[choice]}",
        )
    with in_address("draw", "drawn", whole_from(0, MOST_DRAWS), 0):
        drawn = st.session_state.setdefault("drawn", 0)
    st.button("Draw others", icon=":material/shuffle:", on_click=_draw_again, args=(source, chosen))
    if chosen == ONE_OF_EACH:
        return default_indices(source)
    wanted = chosen if isinstance(chosen, int) else None
    return tuple(draw(pictures.test_labels, len(pictures.test), wanted, drawn).tolist())


def _draw_again(source: str, chosen: str | int) -> None:
    st.session_state["drawn"] = (st.session_state["drawn"] + 1) % (MOST_DRAWS + 1)
    if chosen == ONE_OF_EACH:
        st.session_state[f"class {source}"] = ANY
