"""Wait for what another process works out, without holding up the page."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import streamlit as st

LOOK_EVERY = 0.5  # s


def wait_for(done: Sequence[Callable[[], bool]], saying: str) -> None:
    """Say what is being worked out, and run the page anew when some of it is done; nothing where `done` is empty."""
    if done:
        st.fragment(_look, run_every=LOOK_EVERY)(done, saying)


def answer(future: Future) -> Any:
    """Return what a future gave; None where it is not done, or ended in an error."""
    return future.result() if future.done() and not failed(future) else None


def failed(future: Future) -> bool:
    """Return whether it ended in an error."""
    return future.done() and (future.cancelled() or future.exception() is not None)


def _look(done: Sequence[Callable[[], bool]], saying: str) -> None:
    if any(is_done() for is_done in done):
        st.rerun()
    st.caption(f"{saying} …")
