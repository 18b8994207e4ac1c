"""Things to try: questions first, and their answers when somebody asks for them."""

from collections.abc import Iterable
from typing import NamedTuple

import streamlit as st


class Prompt(NamedTuple):
    """Something to try, in Markdown."""

    question: str  # what to do, and what to look for
    answer: str = ""  # what is seen then, and why; empty where the learner alone can say


def draw_prompts(prompts: Iterable[Prompt]) -> None:
    """Draw the questions, each with its answer folded away."""
    for question, answer in prompts:
        if answer:
            st.expander(question).markdown(answer)
        else:
            st.markdown(question)
