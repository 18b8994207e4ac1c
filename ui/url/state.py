"""The page's address: every setting of a page stands in it, so that a link shows others the same page.

An address with anything in it says everything: what it does not name is as it is at first. One without keeps what this
tab has chosen so far, as a way from the menu has none. A setting as it is at first is not written, unless what it is
at first depends on the server.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.markdown import escape_markdown
from ui.url.codecs import Refusal, UrlCodec

ARRIVAL = "address"  # in the session
RUN, HIDE, PRESENT, LESSON = "run", "hide", "present", "lesson"  # not fields of a page
ALWAYS = ("source",)  # the names of fields that are at first what this server has
LONGEST = 40  # characters of a text that is not understood


@dataclass
class _Arrival:
    """What the address said when the page was opened, and what became of it."""

    page: str  # whose address it is
    left: dict[str, str]  # what no field has taken yet: name → text
    whole: bool  # whether the address says everything
    lettered: bool  # whether the browser may show another address than Streamlit knows
    seen: set[str] = field(default_factory=set)  # the names of fields that have looked into it
    drawn: set[str] = field(default_factory=set)  # the names of fields that are on the page in this run
    wrong: list[str] = field(default_factory=list)  # sentences about what was not understood
    fields: dict[str, str | None] = field(default_factory=dict)  # what it is to say: name → text, or None for nothing
    changed: bool = False  # whether it does not say so yet
    waits: bool = False  # whether fields of this page are not drawn in this run, and will be again


def load_url_state(page: str) -> None:
    """Called first in every run of the app: remembers what the address says where another page was opened."""
    before = st.session_state.get(ARRIVAL)
    if before is None or before.page != page:
        texts = st.query_params.to_dict()
        # After a lost connection it may be an older address than the browser shows.
        st.session_state[ARRIVAL] = _Arrival(page, texts, whole=bool(texts), lettered=bool(texts))
    else:
        before.drawn.clear()
        before.waits = False


@contextmanager
def in_address(name: str, key: str, codec: UrlCodec, default: Any) -> Iterator[Any]:
    """Keep a field's value in the address. The field is drawn within, or its value is put into the session.

    Args:
        name: In the address.
        key: Of the field, or of the value in the session.
        codec: How its value is written there.
        default: What it is at first, which is not written but of fields in ALWAYS.

    Yields:
        The default for the widget; None where the session has a new value for it. Streamlit takes that, and warns at
        length of a widget that has both.
    """
    arrival = _arrival()
    if name not in arrival.seen:
        arrival.seen.add(name)
        if text := arrival.left.pop(name, None):  # what is empty says nothing
            try:
                st.session_state[key] = codec.read(text)
            except ValueError as error:
                st.session_state[key] = default
                short = escape_markdown(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
                received = f"Received: {short}. So it is as at first: {escape_markdown(codec.write(default))}."
                expected = error if isinstance(error, Refusal) else codec.expected
                complain(f"Expected **{name}** in the address to be {expected}. {received}")
        elif arrival.whole and key in st.session_state:
            st.session_state[key] = default
    context = get_script_run_ctx()
    yield None if context is not None and context.session_state.is_new_state_value(key) else default
    value = st.session_state.get(key)
    write(name, None if value is None or (value == default and name not in ALWAYS) else codec.write(value))


def is_unsaid(name: str) -> bool:
    """Return whether a page was just opened, so that no field has looked for this yet, with nothing in its address."""
    arrival = _arrival()
    return name not in arrival.seen and not arrival.whole


def is_linked(name: str) -> bool:
    """Return whether a page was just opened, so that no field has looked for this yet, with an address."""
    arrival = _arrival()
    return name not in arrival.seen and arrival.whole


def take_text(name: str) -> str | None:
    """Return what the address said of something that is no field, once; None if nothing."""
    return _arrival().left.pop(name, None)


def read_anew(name: str, text: str) -> None:
    """Have a field's value be read as if the address had just said this."""
    _arrival().left[name] = text
    _arrival().seen.discard(name)


def read_as(name: str, instead: str, texts: Mapping[str, str]) -> bool:
    """Have what older links say under one name stand under another: the text there → the text here; return if so."""
    left = _arrival().left
    if found := left.get(name) in texts:
        left.setdefault(instead, texts[left.pop(name)])
    return found


def complain(sentence: str) -> None:
    """Have it said on the page that something in the address was not understood."""
    if sentence not in _arrival().wrong:
        _arrival().wrong.append(sentence)


def keep_what_is_not_drawn(*anew: str) -> None:
    """Leave in the address what fields say that come back after a training; those named `anew` read it again then.

    Streamlit forgets what a field said that is not drawn.
    """
    arrival = _arrival()
    arrival.waits = True
    for name in anew:
        if text := arrival.fields.get(name):
            read_anew(name, text)


def write(name: str, text: str | None) -> None:
    """Have the address say this of something, when the run is at its end; nothing where it is None."""
    arrival = _arrival()
    arrival.drawn.add(name)
    if name not in arrival.fields or arrival.fields[name] != text:
        arrival.fields[name] = text
        arrival.changed = True


def pending_url_update() -> dict[str, Any] | None:
    """Return what a component in the page is to write into the address where a fragment runs by itself, else None.

    Where Streamlit is asked to, the browser draws the whole app anew, which is too slow for a slider.
    """
    if not (context := get_script_run_ctx()) or not context.fragment_ids_this_run:
        return None
    arrival = _arrival()
    arrival.changed, arrival.lettered = False, True
    return {"page": arrival.page, "fields": dict(arrival.fields)}


def write_address(*, whole: bool = False) -> None:
    """Called last in a fragment with fields: writes what they say, and nothing else where the `whole` page has run."""
    arrival = _arrival()
    if not (whole or arrival.changed):
        return
    now, all_stay = st.query_params.to_dict(), arrival.waits or not whole
    kept = {name: text for name, text in now.items() if all_stay or name in arrival.left or name == RUN}
    wanted = {name: text for name, text in (kept | arrival.fields).items() if text is not None}
    if wanted != now or arrival.lettered:  # of what was written by letter Streamlit does not know
        st.query_params.from_dict(wanted)
    arrival.changed = arrival.lettered = False


def sync_url() -> str:
    """Called last in every run of the app: takes out what no field says, and says what was not understood."""
    arrival = _arrival()
    if not arrival.waits:
        arrival.fields = {name: text for name, text in arrival.fields.items() if name in arrival.drawn}
    write_address(whole=True)
    return " ".join(arrival.wrong)


def _arrival() -> _Arrival:
    """What `load_url_state` has found; nothing where a part of a page is drawn by itself, in tests."""
    return st.session_state.setdefault(ARRIVAL, _Arrival("", {}, whole=False, lettered=False))
