"""What stands around the pictures of several lessons: fields that say which are shown and how, and tabs below."""

from collections.abc import Callable, Iterable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autoencoder.data.selection import draw
from autoencoder.rendering.difference import DifferenceStyle
from ui.components.player.player import Position
from ui.lessons.common.players import Indices, default_indices
from ui.services.services import test_pictures
from ui.shell.presenter import is_presenting, shown_step
from ui.url.codecs import named, whole_from
from ui.url.state import in_address
from ui.url.widgets import choose

ONE_OF_EACH, ANY = "each", "any"
MOST_DRAWS = 9999  # of other pictures, or another noise, in an address


def view_options() -> DeltaGenerator:
    """Return the popover beside the line above the pictures, for what decides which are shown and how."""
    return st.container(key="choices").popover("View", icon=":material/tune:", key="view options")


def choose_difference() -> DifferenceStyle:
    """Return how the difference maps are drawn."""
    help = "Signed: what is too dark and what too light, in two colors. Absolute: how far off, in one scale."
    names = {"signed": "Signed", "absolute": "Absolute"}
    signed = choose("Difference maps", "difference", names, "signed", help, seen=True) == "signed"
    return DifferenceStyle(signed, choose_contrast())


def choose_contrast() -> float | None:
    """Return how strongly difference maps are colored, as `DifferenceStyle` has it."""
    help = "How strongly differences are colored. Own scale: every map up to its own largest difference."
    chosen = choose("Contrast", "contrast", {"1": "× 1", "4": "× 4", "own": "Own scale"}, "1", help, seen=True)
    return None if chosen == "own" else float(chosen)


def choose_pictures(source: str) -> Indices:
    """Return one test picture of each class, or ten at random of one class or of all."""
    pictures, key = test_pictures(source), f"class {source}"
    titles: dict[int | str, str] = {ONE_OF_EACH: "One of each", ANY: "Any"}
    titles |= {label: f"Only {name}" for label, name in enumerate(pictures.class_names)}
    chosen = choose("Test pictures", key, titles, ONE_OF_EACH, name="pictures", kept=False, width=150)
    drawn = draw_others("drawn", key)
    if chosen == ONE_OF_EACH:
        return default_indices(source)
    wanted = chosen if isinstance(chosen, int) else None
    return tuple(draw(pictures.test_labels, len(pictures.test), wanted, drawn).tolist())


def draw_others(key: str, of_class: str = "") -> int:
    """Draw the button that draws other pictures, and return how often it was pressed, which `key` has in the session.

    It has the field with the key `of_class` leave one of each class, of which there are no others to draw.
    """
    others = {of_class: ANY} if of_class and st.session_state[of_class] == ONE_OF_EACH else {}
    return count_up("Draw others", "shuffle", "draw", key, 0, MOST_DRAWS, others)


def count_up(label: str, icon: str, name: str, key: str, first: int, last: int, others: Mapping[str, str]) -> int:
    """Draw a button that counts up a number, from `last` back to 0, and return the number.

    It is called `name` in the address and `key` in the session, where the button puts `others` too.
    """
    with in_address(name, key, whole_from(0, last), first):
        number = int(st.session_state.setdefault(key, first))
    changes = {key: (number + 1) % (last + 1), **others}
    st.button(label, icon=f":material/{icon}:", on_click=st.session_state.update, args=(changes,))
    return number


def draws(count: int) -> Position:
    """Return where a player of new pictures stands that draws them so many times."""
    return Position("new_pictures", "draw of new pictures", range(1, count + 1), 1, whole_from(1, count))


def tabs(sections: Mapping[str, tuple[str, Callable[[], object]]], key: str) -> None:
    """Draw tabs: name in the address → title, and what draws it.

    In the presenter's view there is only what the lesson's step opens, in place of the pictures.
    """
    titles = {name: title for name, (title, _) in sections.items()}
    first = next(iter(titles.values()))
    if is_presenting():
        with in_address("tab", key, named(titles), first):
            st.session_state[key] = st.session_state.get(key, first)  # stays, though no tab is drawn
        if (step := shown_step()) and (name := step.parameters.get("tab", "")) in sections:
            with st.container(key="opened"):
                sections[name][1]()
        return
    with in_address("tab", key, named(titles), first):
        opened = st.tabs(list(titles.values()), key=key, on_change="rerun")
    for tab, (_, draw_tab) in zip(opened, sections.values(), strict=True):
        if tab.open:
            with tab:
                draw_tab()


def draw_prompts(prompts: Iterable[Mapping[str, str]]) -> None:
    """Draw questions in Markdown, each with its answer folded away, if it has one that is not the learner's alone."""
    for prompt in prompts:
        if answer := prompt.get("answer"):
            st.expander(prompt["question"]).markdown(answer)
        else:
            st.markdown(prompt["question"])
