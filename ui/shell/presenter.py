"""How every page begins, and the presenter's view: pages are slides with large type, steps lead from one to another.

A switch on every page turns it on, and so does `present=1` in the address, where `lesson=3` says which step is shown.
"""

from collections.abc import Callable
from functools import partial

import streamlit as st

from ui.components.bridge import read_assets
from ui.teacher.plan import NO, STEPS, YES, Step
from ui.url.codecs import whole_from
from ui.url.state import ARRIVAL, LESSON, PRESENT, complain, in_address, take_text, write

SHOWN, STEP = "presenter's view", "step of the lesson"  # in the session
ENTER, LEAVE, PREVIOUS, NEXT = "Presenter's view", "Leave the presenter's view", "Previous step", "Next step"


def presenter(page: str, *, is_slide: bool) -> None:
    """Draw the switch in the corner, and in the presenter's view the ways to other steps. Called on every page.

    The page is as the address has it; of a slide the presenter's view shows the stage alone.
    """
    told = take_text(PRESENT)
    if told in (YES, NO):
        st.session_state[SHOWN] = told == YES
    elif told is not None:
        complain(f"Expected **{PRESENT}** in the address to be {YES} or {NO}. So it is {NO}.")
    presenting = is_presenting()
    turn = partial(st.session_state.__setitem__, SHOWN, not presenting)
    write(PRESENT, YES if presenting else None)
    with in_address(LESSON, STEP, whole_from(1, len(STEPS)), 0):
        number = st.session_state.get(STEP, 0)
        if number and not (presenting and STEPS[number - 1].page == page):
            number = 0
        st.session_state[STEP] = number
    with st.container(key="presenter", horizontal=True, gap="small"):
        if presenting:
            _other_steps(page, number)
            _button("leave", LEAVE, "close", "Escape", on_click=turn)
        else:
            _button("enter", ENTER, "co_present", "large type, nothing that distracts", on_click=turn)
    if presenting:
        styles = ["presenter.css", *(["slide.css"] if is_slide else [])]
        st.html(f"<style>{read_assets(*(f'shell/{name}' for name in styles))}</style>")


def is_presenting() -> bool:
    """Return whether this tab shows the presenter's view."""
    return bool(st.session_state.get(SHOWN, False))


def shown_step() -> Step | None:
    """Return the step of the lesson that this tab presents; None where it presents none."""
    number = st.session_state.get(STEP, 0)
    return STEPS[number - 1] if number else None


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


def _other_steps(page: str, number: int) -> None:
    """Draw the ways to the steps before and after this one. A page that is no step yet leads to its first step."""
    first = next((step.number for step in STEPS if step.page == page), 1)
    ways = (
        (number - 1, "previous step", PREVIOUS, "arrow_back", "Page Up"),
        (number + 1 if number else first, "next step", NEXT, "arrow_forward", "Page Down"),
    )
    for other, key, name, icon, help in ways:
        if 1 <= other <= len(STEPS) and _button(key, name, icon, help):
            step = STEPS[other - 1]
            st.session_state.pop(ARRIVAL, None)  # so that all that its address says is taken, on the same page too
            st.switch_page(f"pages/{step.page or 'idea'}.py", query_params=step.slide_parameters())


def _button(key: str, name: str, icon: str, help: str, on_click: Callable[[], None] | None = None) -> bool:
    icon, help = f":material/{icon}:", f"{name} ({help})"
    return st.button(name, key=key, icon=icon, type="tertiary", help=help, on_click=on_click)
