"""Things to try: questions first, and their answers when somebody asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Prompt:
    """Something to try.

    Args:
        question: What to do, and what to look for, in Markdown.
        answer: What is seen then, and why; empty where the learner alone can say.
    """

    question: str
    answer: str = ""


def draw_prompts(prompts: Iterable[Prompt]) -> None:
    """Draw the questions, each with its answer folded away."""
    for prompt in prompts:
        if prompt.answer:
            with st.expander(prompt.question):
                st.markdown(prompt.answer)
        else:
            st.markdown(prompt.question)
