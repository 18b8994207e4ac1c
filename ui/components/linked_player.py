"""A player whose position stands in the page's address."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ui.components.player.player import Player, frames, known_index
from ui.url.codecs import named
from ui.url.state import in_address


def linked_frames(player: Player, *, key: str, name: str, spelled: Sequence[str], start: int) -> int:
    """Shows a player, and returns the index at which it stands as far as Python knows.

    Args:
        player: What to show.
        key: A name that no other element of the app has.
        name: What its position is called in the address.
        spelled: How each position is written there.
        start: The index at first.
    """
    place = f"{name} of {key}"
    with in_address(name, place, named({text: index for index, text in enumerate(spelled)}), start):
        index = min(int(st.session_state.setdefault(place, start)), len(player.positions) - 1)
    frames(player, key=key, start=index, on_release=partial(_take_over, key, place))
    return index


def _take_over(key: str, place: str) -> None:
    """The player was released."""
    st.session_state[place] = known_index(key)
