"""Wait for what another process works out, without holding up the page."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import streamlit as st

from ui.services.errors import fragment

LOOK_EVERY = 1.0  # s
USUAL = 10.0  # s, see `wait_for`
AWAY = 5.0  # s without a look after which the page was left in between, so that its clock begins anew
MOST = 0.95  # of the bar, until the work is done
STOPPED = "stopped"
Check = Callable[[], bool]
Action = Callable[[], None]
_last_seconds: dict[str, float] = {}  # what is said of work → how long it took the last time, in any tab


def wait_for(done: Sequence[Check], saying: str, *, usual: float = USUAL, on_stop: Action | None = None) -> None:
    """Draw a bar and a Stop button while work goes on, and run the page anew when some of it is done.

    The bar is the time so far against the time that the same work took the last time; before it has ended here once, no
    time is named, and the bar slows down as it goes. Other tabs may wait for the same work, so Stop ends the waiting
    and not the work: the page then says so, with a button to wait again.

    Args:
        done: Whether each part of the work is done. Nothing is drawn where it is empty.
        saying: What is being done, without a period.
        usual: The time in s after which the bar is half-way, until it was measured how long the work takes here.
        on_stop: Called by Stop, and nothing is said: it takes away what needed the work.
    """
    key = f"waiting: {saying}"  # → when this tab began to wait and when it looked last, or STOPPED
    if not done:
        st.session_state.pop(key, None)
    elif st.session_state.get(key) == STOPPED:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{saying}: you stopped waiting.", width="content")
            forget, arguments = st.session_state.pop, (key, None)
            st.button("Wait again", key=f"wait again: {saying}", type="tertiary", on_click=forget, args=arguments)
    else:
        fragment(_look, run_every=LOOK_EVERY)(done, saying, key, usual, on_stop)


def answer(future: Future) -> Any:
    """Return what a future gave; None where it is not done, or ended in an error."""
    return future.result() if future.done() and not failed(future) else None


def failed(future: Future) -> bool:
    """Return whether it ended in an error."""
    return future.done() and (future.cancelled() or future.exception() is not None)


def _look(done: Sequence[Check], saying: str, key: str, usual: float, on_stop: Action | None) -> None:
    if st.session_state.get(key) == STOPPED:  # by the click that runs this
        st.rerun()
    now = time.monotonic()
    began, seen = st.session_state.get(key, (now, now))
    began = now if now - seen > AWAY else began
    st.session_state[key] = began, now
    seconds = now - began
    if any(is_done() for is_done in done):
        _last_seconds[saying] = seconds
        del st.session_state[key]
        st.rerun()
    if saying in _last_seconds:
        measured = max(1.0, _last_seconds[saying])
        ends = f" of about {measured:.0f} s" if seconds <= measured else " by now, longer than the last time"
        share = min(seconds / measured, MOST)
    else:
        ends, share = "", seconds / (seconds + usual)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{saying} … {seconds:.0f} s{ends}", width="content")
        st.progress(share, width=160)
        stop = on_stop or partial(st.session_state.__setitem__, key, STOPPED)
        if st.button("Stop", key=f"stop: {saying}", type="tertiary", on_click=stop):
            st.rerun()
