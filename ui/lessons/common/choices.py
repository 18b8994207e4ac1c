"""Which test pictures are shown, and how their differences are drawn: fields that several lessons have."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autoencoder.data.selection import draw
from autoencoder.rendering.difference import DifferenceStyle
from ui.lessons.common.players import Indices, default_indices
from ui.services.services import test_pictures
from ui.url.codecs import named, whole_from
from ui.url.state import in_address
from ui.url.widgets import segments

VIEW = "View"
ONE_OF_EACH, ANY = "One of each", "Any"
MOST_DRAWS = 9999  # of other pictures, or another noise, in an address


def view_options() -> DeltaGenerator:
    """Return the popover beside the line above the pictures, for what decides which are shown and how."""
    return st.container(key="choices").popover(VIEW, icon=":material/tune:", key="view options")


CONTRASTS = {"1": ("× 1", 1.0), "4": ("× 4", 4.0), "own": ("Own scale", None)}


def choose_difference() -> DifferenceStyle:
    """Return how the difference maps are drawn."""
    help = "Signed: what is too dark and what too light, in two colors. Absolute: how far off, in one scale."
    names = {"signed": "Signed", "absolute": "Absolute"}
    signed = segments("Difference maps", "difference", names, "signed", help) == "signed"
    return DifferenceStyle(signed, choose_contrast())


def choose_contrast() -> float | None:
    """Return how strongly difference maps are colored, as `DifferenceStyle` has it."""
    help = "How strongly differences are colored. Own scale: every map up to its own largest difference."
    titles = {name: title for name, (title, _) in CONTRASTS.items()}
    return CONTRASTS[segments("Contrast", "contrast", titles, "1", help)][1]


def choose_pictures(source: str) -> Indices:
    """Return one test picture of each class, or ten at random of one class or of all."""
    pictures = test_pictures(source)
    classes = list(range(len(pictures.class_names)))
    codec = named({"each": ONE_OF_EACH, "any": ANY, **{str(label): label for label in classes}})
    with in_address("pictures", f"class {source}", codec, ONE_OF_EACH):
        chosen = st.selectbox(
            "Test pictures",
            [ONE_OF_EACH, ANY, *classes],
            key=f"class {source}",
            width=150,
            format_func=lambda choice: choice if isinstance(choice, str) else f"Only {pictures.class_names[choice]}",
        )
    drawn = draw_others("drawn", partial(_any_class, source))
    if chosen == ONE_OF_EACH:
        return default_indices(source)
    wanted = chosen if isinstance(chosen, int) else None
    return tuple(draw(pictures.test_labels, len(pictures.test), wanted, drawn).tolist())


def draw_others(key: str, before: Callable[[], None] | None = None) -> int:
    """Draw the button that draws other pictures, and return how often it was pressed.

    Args:
        key: Of that number in the session.
        before: Called when it is pressed.
    """
    with in_address("draw", key, whole_from(0, MOST_DRAWS), 0):
        drawn = st.session_state.setdefault(key, 0)
    st.button("Draw others", icon=":material/shuffle:", on_click=_draw_again, args=(key, before))
    return int(drawn)


def _draw_again(key: str, before: Callable[[], None] | None) -> None:
    st.session_state[key] = (st.session_state[key] + 1) % (MOST_DRAWS + 1)
    if before is not None:
        before()


def _any_class(source: str) -> None:
    """Leave one of each class, of which there are no others to draw."""
    if st.session_state[f"class {source}"] == ONE_OF_EACH:
        st.session_state[f"class {source}"] = ANY
