"""Fields of a settings form. Each lives in the page's address and keeps its value while other pages are looked at.

What a field is called in the address is its key, unless it is given a name. Where fields take each other's place, as
each source of pictures has its own, they share a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from autoencoder.training.settings import TrainingSettings
from ui.url.codecs import FLAG, UrlCodec, one_of, span, whole_from
from ui.url.state import in_address

LEVEL_STEP = 0.05
Name = TypeVar("Name", bound=str)


def put(key: str, value: object) -> None:
    """Put a field's value into the session, where another is there.

    Streamlit sends what was put there to the browser, so a slider whose value is put anew in every run would be thrown
    back by a run that is slower than its next move.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def choose(
    label: str,
    key: str,
    names: Mapping[Name, str],
    default: Name,
    help: str | None = None,
    name: str | None = None,
    *,
    disabled: bool = False,
    codec: UrlCodec | None = None,
) -> Name:
    """One of some names, as a list.

    Args:
        label: What the learner reads.
        key: Of the field.
        names: Value → what the learner reads for it.
        default: One of the values.
        help: Shown on request.
        name: In the address.
        disabled: Whether it can be seen, but not changed.
        codec: How its value is written in the address; by default as it is.
    """
    options = list(names)
    with in_address(name or key, key, codec or one_of(options), default) as first:
        return st.selectbox(
            label,
            options,
            0 if first is None else options.index(first),
            format_func=lambda option: names[option],
            key=key,
            help=help,
            persist_state="session",
            disabled=disabled,
        )


def switch(label: str, key: str, default: bool, help: str | None = None, name: str | None = None) -> bool:
    """Yes or no."""
    with in_address(name or key, key, FLAG, default) as first:
        return st.toggle(label, bool(first), key=key, help=help, persist_state="session")


def whole(
    label: str, key: str, default: int, lowest: int, highest: int, help: str | None = None, name: str | None = None
) -> int:
    """A whole number within bounds."""
    with in_address(name or key, key, whole_from(lowest, highest), default) as first:
        value = st.number_input(
            label,
            lowest,
            highest,
            "min" if first is None else first,
            step=1,
            key=key,
            help=help,
            persist_state="session",
        )
    return default if value is None else int(value)


def levels(
    key: str, default: tuple[float, float], help: str | None = None, name: str = "noise_levels"
) -> tuple[float, float]:
    """The lowest and the highest level of noise to learn from, as a slider with two handles."""
    with in_address(name, key, span(0.0, 1.0, LEVEL_STEP), default) as first:
        st.slider("Levels to learn from", 0.0, 1.0, first, LEVEL_STEP, key=key, help=help, persist_state="session")
    return levels_value(key, default)


def levels_value(key: str, otherwise: tuple[float, float]) -> tuple[float, float]:
    """The same in the moment of a click, see `widget_value`."""
    low, high = sorted(widget_value(key, otherwise))
    return round(low, 2), round(high, 2)


def pick(
    label: str, key: str, options: Sequence[Any], default: Any, help: str | None = None, name: str | None = None
) -> Any:
    """One of some values in their order, as a slider."""
    with in_address(name or key, key, one_of(options), default) as first:
        return st.select_slider(label, options, first, key=key, help=help, persist_state="session")


def widget_value(key: str, otherwise: Any) -> Any:
    """Return what the field says in the moment of a click; `otherwise` where there is no such field, or it is empty.

    A field that is left by clicking on a button changes in the same moment, after the button was drawn.
    """
    value = st.session_state.get(key)
    return otherwise if value is None else value


def read_form(drawn: TrainingSettings, keys: Mapping[str, str], **more: Any) -> TrainingSettings:
    """Return what a form says in the moment of a click, or when it is drawn.

    Args:
        drawn: What it said when the button was drawn, or what it begins with.
        keys: Setting → the key of the field that says it.
        more: Settings that no field says as they are.
    """
    return replace(drawn, **{name: widget_value(key, getattr(drawn, name)) for name, key in keys.items()}, **more)
