"""Fields. Each lives in the page's address and keeps its value while other pages are looked at.

All take a `label`, which the learner reads, a `key` in the session, a `default`, a `help` that is shown on request, and
a `name` in the address, by default the key. Where fields take each other's place, as each source of pictures has its
own, they share a name. `names` is value → what the learner reads for it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st

from ui.url.codecs import FLAG, UrlCodec, one_of, whole_from
from ui.url.state import in_address

Name = TypeVar("Name", bound=str | int)


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
    seen: bool = False,
    codec: UrlCodec | None = None,
    kept: bool = True,
    width: int | Literal["stretch"] = "stretch",
    on_change: Callable[[], None] | None = None,
) -> Name:
    """Return one of some names: as a list, or with `seen` as buttons, of which all are seen at once.

    `codec` says how it is written in the address, by default as it is. Where it is not `kept`, other pages make it
    forget.
    """
    options = list(names)
    stays, show = "session" if kept else None, names.__getitem__
    look: Any = {"format_func": show, "key": key, "help": help, "on_change": on_change, "persist_state": stays}
    with in_address(name or key, key, codec or one_of(options), default) as first:
        if not seen:
            index = 0 if first is None else options.index(first)
            return st.selectbox(label, options, index, width=width, **look)
        chosen = st.segmented_control(label, options, default=first, required=True, **look)
    return default if chosen is None else chosen


def switch(label: str, key: str, default: bool, help: str | None = None, name: str | None = None) -> bool:
    """Return yes or no."""
    with in_address(name or key, key, FLAG, default) as first:
        return st.toggle(label, bool(first), key=key, help=help, persist_state="session")


def whole(
    label: str, key: str, default: int, lowest: int, highest: int, help: str | None = None, name: str | None = None
) -> int:
    """Return a whole number within bounds."""
    with in_address(name or key, key, whole_from(lowest, highest), default) as first:
        begin: Any = "min" if first is None else first
        value = st.number_input(label, lowest, highest, begin, 1, key=key, help=help, persist_state="session")
    return default if value is None else int(value)


def pick(
    label: str, key: str, options: Sequence[Any], default: Any, help: str | None = None, name: str | None = None
) -> Any:
    """Return one of some values in their order, as a slider."""
    with in_address(name or key, key, one_of(options), default) as first:
        return st.select_slider(label, options, first, key=key, help=help, persist_state="session")


def widget_value(key: str, otherwise: Any) -> Any:
    """Return what the field says in the moment of a click; `otherwise` where there is no such field, or it is empty.

    A field that is left by clicking on a button changes in the same moment, after the button was drawn.
    """
    value = st.session_state.get(key)
    return otherwise if value is None else value
