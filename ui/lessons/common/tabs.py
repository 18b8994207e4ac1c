"""What stands below the pictures: tabs, of which the open one alone is worked out, and in one of them things to try."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import streamlit as st

from ui.shell.presenter import is_presenting, shown_step
from ui.url.codecs import named
from ui.url.state import in_address

Section = Callable[[], object]


class Prompt(NamedTuple):
    """Something to try, in Markdown."""

    question: str  # what to do, and what to look for
    answer: str = ""  # what is seen then, and why; empty where the learner alone can say


def tabs(sections: Mapping[str, tuple[str, Section]], key: str) -> None:
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
    for tab, (_, draw) in zip(opened, sections.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def draw_prompts(prompts: Iterable[Prompt]) -> None:
    """Draw the questions, each with its answer folded away."""
    for question, answer in prompts:
        if answer:
            st.expander(question).markdown(answer)
        else:
            st.markdown(question)
