"""The composer: the hourglass of a network of one's own, whose layers are dragged wider or narrower.

The browser draws and edits it, and tells Python on release, which answers with what the network costs.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any

import streamlit as st

from autoencoder.networks.composition import (
    LARGEST_KERNEL,
    LARGEST_STRIDE,
    MOST_LAYERS,
    MOST_UNITS,
    Composition,
    Hidden,
)
from ui.components.bridge import bundle, read_assets, send_letter, told, turns_heard

_composer = st.components.v2.component(
    "hourglass_composer",
    css=read_assets("components/composer/composer.css"),
    js=bundle("components/composer/composer.js"),
)
_BOUNDS = {"layers": MOST_LAYERS, "units": MOST_UNITS, "kernel": LARGEST_KERNEL, "stride": LARGEST_STRIDE}
_SAID = "composition"


def composer(
    composition: Composition,
    shape: Sequence[int],
    words: Mapping[str, Any],
    *,
    key: str,
    on_change: Callable[[], None],
) -> None:
    """Show a composer.

    Args:
        composition: What it shows.
        shape: Of the pictures: height, width, channels.
        words: "kinds", kind → title; "words", kind → the names of "units", "kernel" and "stride"; and "options", the
            name of a `Composition`'s field → its "title", its "help", and its "values", if not yes or no: pairs of one
            and what is read.
        key: A name that no other element of the app has.
        on_change: Called before the run that an edit starts; what was composed is then in `composed(key)`.
    """
    said = {one.name: getattr(composition, one.name) for one in fields(composition)}
    turn = turns_heard(key, _SAID)
    data = {"key": key, "turn": turn, "composition": said, "shape": list(shape), "bounds": _BOUNDS, **words}
    _composer(data=data, key=key, on_composition_change=on_change)


def composed(key: str) -> Composition | None:
    """Return what was composed last; None before, or where the browser says what is none."""
    said = told(key, _SAID) or {}
    with suppress(ValueError, TypeError, KeyError):
        return Composition(
            str(said["kind"]),
            _layers(said["encoder"]),
            None if said["decoder"] is None else _layers(said["decoder"]),
            said["activation"],
            float(said["dropout"]),
            float(said["decay"]),
            bool(said["norm"]),
        )
    return None


def _layers(said: Any) -> tuple[Hidden, ...]:
    return tuple(Hidden(*map(int, layer)) for layer in said)


def answer(key: str, code: int, code_text: str, costs: Sequence[tuple[str, str]], problem: str) -> None:
    """Tell a composer how large the code is, what the network costs, as names and values, and what is wrong with it."""
    about: dict[str, Any] = {"code": code, "code_text": code_text, "costs": costs, "problem": problem}
    send_letter(key, "known", **about, turn=turns_heard(key, _SAID))
