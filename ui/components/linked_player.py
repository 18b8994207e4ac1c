"""A player whose position stands in the page's address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from ui.components.player.player import Player, frames, known_index, move_to
from ui.url.codecs import UrlCodec
from ui.url.state import in_address


@dataclass(frozen=True)
class Position:
    """Where the players of a page stand: one number, in the session and in the address.

    Args:
        name: Of the number in the address.
        key: Of the number in the session.
        values: The number at every index of the players, in rising order.
        first: The number at first.
        codec: How it is written in the address.
    """

    name: str
    key: str
    values: Sequence[Any]
    first: Any
    codec: UrlCodec

    @property
    def index(self) -> int:
        """Return the index at which the players stand."""
        number = st.session_state.get(self.key, self.first)
        return min(range(len(self.values)), key=lambda index: abs(self.values[index] - number))

    def take(self, key: str) -> None:
        """Go where the player with this key was released."""
        st.session_state[self.key] = self.values[known_index(key)]

    def play(
        self, player: Player, *, key: str, on_choose: Callable[[], None] | None = None, chosen: int | None = None
    ) -> int:
        """Show a player that stands here; nothing moves one of a single position.

        Args:
            player: What to show.
            key: Of the player.
            on_choose: See `frames`.
            chosen: See `frames`.

        Returns:
            The index at which it stands.
        """
        if len(self.values) == 1:
            return frames(player, key=key, on_choose=on_choose, chosen=chosen)
        with in_address(self.name, self.key, self.codec, self.first):
            st.session_state[self.key] = self.values[self.index]
        move_to(key, self.index)
        released = partial(self.take, key)
        frames(player, key=key, start=self.index, on_release=released, on_choose=on_choose, chosen=chosen)
        return self.index
