"""How every page begins."""

import streamlit as st

from ui.shell.presenter import shown_step
from ui.teacher.plan import STEPS


def page_header(title: str, introduction: str = "") -> None:
    """Draw a page's title, and what it is about in a sentence or two of Markdown. Every page's first call.

    In the presenter's view of a step of the lesson it is the step's title and question.
    """
    if step := shown_step():
        title, introduction = f"Step {step.number} of {len(STEPS)}: {step.title}", step.question
    with st.container(key="sentence", gap="xsmall"):
        st.title(title)
        if introduction:
            st.markdown(introduction)
