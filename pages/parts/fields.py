"""Fields of a settings form. Each lives in the page's address and keeps its value while other pages are looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st


def choose(label: str, key: str, names: Mapping[str, str], default: str, help: str | None = None) -> str:
    """One of some names, as a list.

    Args:
        label: What the learner reads.
        key: Of the field, and its name in the address.
        names: Value → what the learner reads for it.
        default: One of the values.
        help: Shown on request.
    """
    options = list(names)
    return st.selectbox(
        label,
        options,
        options.index(default),
        format_func=lambda option: names[option],
        key=key,
        help=help,
        bind="query-params",
        persist_state="session",
    )


def whole(label: str, key: str, default: int, lowest: int, highest: int, help: str | None = None) -> int:
    """A whole number within bounds."""
    value = st.number_input(
        label, lowest, highest, default, step=1, key=key, help=help, bind="query-params", persist_state="session"
    )
    return default if value is None else int(value)


def pick(label: str, key: str, options: Sequence[Any], default: Any, help: str | None = None) -> Any:
    """One of some values in their order, as a slider."""
    return st.select_slider(label, options, default, key=key, help=help, bind="query-params", persist_state="session")


def said(key: str, otherwise: Any) -> Any:
    """What the field says in the moment of a click; `otherwise` where there is no such field, or it is empty.

    A field that is left by clicking on a button changes in the same moment, after the button was drawn.
    """
    value = st.session_state.get(key)
    return otherwise if value is None else value
