"""A pad to draw on, whose drawing is answered while it is drawn.

The browser keeps what is drawn, as long as the tab is open. It sends the picture to every question that is put to the
pad, one request at a time, and hands the answer to the player or plot that the question is of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from ui.components.bridge import bundle, do_nothing, pack, read_assets, send_letter

_CSS = read_assets("components/pad/pad.css", "components/pad/live.css")
_pad = st.components.v2.component(
    "hourglass_pad",
    css=_CSS,
    js=bundle("components/pad/pad.js"),
)
_SENT = ("shape", "writing", "brushes", "base_names", "base", "ground", "title", "can_add", "has_code")


@dataclass(frozen=True)
class Pad:
    """What is drawn on, and with what. It is sent by its content."""

    title: str
    shape: tuple[int, int, int]  # of the pictures: height, width, channels
    writing: bool = False  # whether "As MNIST does" is offered, and on at first
    brushes: Sequence[str] = ("pen",)  # of pen, rot, mold, bite, sticker
    bases: bytes = b""  # PNG: pictures that can be drawn on, side by side
    base_names: Sequence[str] = ()
    base: int = -1  # which of them is drawn on at first; -1: empty ground
    ground: Sequence[int] = (0, 0, 0)  # red, green and blue of empty ground, 0 to 255
    has_code: bool = False  # whether answers have a code, which is drawn as bars
    can_add: bool = True  # whether there is a button that calls `on_add`


def pad(data: Pad, *, key: str, on_add: Callable[[], None] | None = None) -> None:
    """Show a pad. What the button hands over, a PNG as base64, is `told(key, "added")` in `on_add`."""
    header = {"key": key, **{name: getattr(data, name) for name in _SENT}}
    pictures = [data.bases] if data.bases else []
    _pad(data=pack(header, pictures), key=key, on_added_change=on_add or do_nothing)


def put_question(key: str, token: str, to: str) -> None:
    """Have the pad with this key send its drawings to a question, and show the answers in the component `to`."""
    send_letter(key, f"question {to}", token=token, follower=to)


def reserve_column(to: str) -> None:
    """Have a player keep a column for a drawing, before there is one."""
    send_letter(to, "pad", reserved=True)
