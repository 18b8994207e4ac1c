"""Fields. Each lives in the page's address and keeps its value while other pages are looked at.

All take a `label`, which the learner reads, a `key` in the session, a `default`, a `help` that is shown on request, and
a `name` in the address, by default the key. Where fields take each other's place, as each source of pictures has its
own, they share a name.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st

from ui.url.codecs import FLAG, UrlCodec, one_of, whole_from
from ui.url.state import in_address, is_unsaid

KEPT = "kept fields"  # in the session: key → value
Value = TypeVar("Value", bound=str | float)


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
    options: Mapping[Value, str] | Sequence[Value],
    default: Value,
    help: str | None = None,
    name: str | None = None,
    *,
    seen: bool = False,
    codec: UrlCodec | None = None,
    kept: bool = True,
    width: int | Literal["stretch"] = "stretch",
    on_change: Callable[[], None] | None = None,
) -> Value:
    """Return one of some values.

    Those with words of their own, value → what the learner reads, are a list, or with `seen` buttons, of which all are
    seen at once; a range is a number within it; others are a slider. `codec` says how a value is written in the
    address, by default as it is. Where it is not `kept`, other pages make it forget.
    """
    look: Any = {"key": key, "help": help, "on_change": on_change, "persist_state": "session" if kept else None}
    spelling = whole_from(options[0], options[-1]) if isinstance(options, range) else one_of(options)
    if kept:
        _come_back(name or key, key, options.__contains__)
    with in_address(name or key, key, codec or spelling, default) as first:
        if isinstance(options, range):
            begin: Any = "min" if first is None else first
            chosen: Any = st.number_input(label, options[0], options[-1], begin, 1, width=width, **look)
        elif not isinstance(options, Mapping):
            chosen = st.select_slider(label, options, first, width=width, **look)
        elif seen:
            show = options.__getitem__
            chosen = st.segmented_control(label, list(options), default=first, required=True, format_func=show, **look)
        else:
            index = 0 if first is None else list(options).index(first)
            chosen = st.selectbox(label, list(options), index, options.__getitem__, width=width, **look)
    chosen = default if chosen is None else chosen
    if kept:
        _keep(key, chosen)
    return chosen


def _come_back(name: str, key: str, fits: Callable[[Any], bool] = lambda value: True) -> None:
    """Put a field's former value in its place where its page has just been opened and the address does not say it.

    On the next page, Streamlit's own `persist_state` forgets what the script has put there, as from an address.
    """
    value = st.session_state.setdefault(KEPT, {}).get(key)
    is_as_it_was = st.session_state.get(key, value) == value  # else somebody has put another there meanwhile
    if value is not None and is_unsaid(name) and is_as_it_was and fits(value):
        st.session_state[key] = value


def kept_value(key: str) -> Any:
    """Return what a field says, or said before its page was left; None where it has said nothing yet."""
    return st.session_state.get(key, st.session_state.get(KEPT, {}).get(key))


def _keep(key: str, value: Any) -> None:
    st.session_state.setdefault(KEPT, {})[key] = value


def switch(label: str, key: str, default: bool, help: str | None = None, name: str | None = None) -> bool:
    """Return yes or no."""
    _come_back(name or key, key)
    with in_address(name or key, key, FLAG, default) as first:
        chosen = st.toggle(label, bool(first), key=key, help=help, persist_state="session")
    _keep(key, chosen)
    return chosen


def widget_value(key: str, otherwise: Any) -> Any:
    """Return what the field says in the moment of a click; `otherwise` where there is no such field, or it is empty.

    A field that is left by clicking on a button changes in the same moment, after the button was drawn.
    """
    value = st.session_state.get(key)
    return otherwise if value is None else value
