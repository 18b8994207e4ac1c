"""How every page begins."""

import runpy
from pathlib import Path

import streamlit as st

from ui.shell.presenter import shown_step
from ui.teacher.plan import STEPS

APP = Path(__file__).parents[2] / "app.py"
IN_APP = "in app"  # in the session: app.py has run, and with it the table of pages


def page_header(title: str, introduction: str = "") -> None:
    """Draw a page's title, and what it is about in a sentence or two of Markdown. Every page's first call.

    In the presenter's view of a step of the lesson it is the step's title and question.

    Where Streamlit ran the page's file on its own, `app.py` is run instead: so it does with a file of a folder named
    `pages` that is the first that anybody asks a new server for, when it does not know the table of pages yet.
    """
    if not st.session_state.get(IN_APP):
        runpy.run_path(str(APP), run_name="__main__")
        st.stop()
    if step := shown_step():
        title, introduction = f"Step {step.number} of {len(STEPS)}: {step.title}", step.question
    with st.container(key="sentence", gap="xsmall"):
        st.title(title)
        if introduction:
            st.markdown(introduction)
