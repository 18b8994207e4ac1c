"""Fields of a settings form. Each lives in the page's address and keeps its value while other pages are looked at."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from autoencoder.training.settings import TrainingSettings

LEVEL_STEP = 0.05


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
        label, lowest, highest, default, step=1, key=key, help=help, bind=_finite(key), persist_state="session"
    )
    return default if value is None else int(value)


def levels(key: str, default: tuple[float, float], help: str | None = None) -> tuple[float, float]:
    """The lowest and the highest level of noise to learn from, as a slider with two handles."""
    st.slider(
        "Levels to learn from",
        0.0,
        1.0,
        default,
        LEVEL_STEP,
        key=key,
        help=help,
        bind="query-params",
        persist_state="session",
    )
    return levels_said(key, default)


def levels_said(key: str, otherwise: tuple[float, float]) -> tuple[float, float]:
    """The same in the moment of a click, see `said`; an address can hold the two the other way round."""
    low, high = sorted(said(key, otherwise))
    return round(low, 2), round(high, 2)


def pick(label: str, key: str, options: Sequence[Any], default: Any, help: str | None = None) -> Any:
    """One of some values in their order, as a slider."""
    return st.select_slider(label, options, default, key=key, help=help, bind="query-params", persist_state="session")


def said(key: str, otherwise: Any) -> Any:
    """What the field says in the moment of a click; `otherwise` where there is no such field, or it is empty.

    A field that is left by clicking on a button changes in the same moment, after the button was drawn.
    """
    value = st.session_state.get(key)
    return otherwise if value is None else value


def settings_said(drawn: TrainingSettings, keys: Mapping[str, str], **more: Any) -> TrainingSettings:
    """What a form says in the moment of a click, or when it is drawn.

    Args:
        drawn: What it said when the button was drawn, or what it begins with.
        keys: Setting → the key of the field that says it.
        more: Settings that no field says as they are.
    """
    return replace(drawn, **{name: said(key, getattr(drawn, name)) for name, key in keys.items()}, **more)


def _finite(key: str) -> Literal["query-params"] | None:
    """How a whole number is bound to the address: not at all where that says infinity, at which Streamlit fails."""
    return None if any(map(_is_infinite, st.query_params.get_all(key))) else "query-params"


def _is_infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
