"""A player whose position stands in the page's address and, where it has one, in a plain slider below it."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from ui.components.player.player import Player, frames, known_index, move_to
from ui.url.codecs import UrlCodec, named
from ui.url.state import in_address

PLAIN = "{}, as a plain slider for the keyboard and screen readers"


@dataclass(frozen=True)
class Position:
    """Where the players of a page stand: one number, in the session and in the address.

    Args:
        name: Of the number in the address.
        key: Of the number in the session, and of the plain slider.
        values: The number at every index of the players, in rising order.
        first: The number at first.
        codec: How it is written in the address.
        label: What the plain slider is for; empty for no plain slider.
        words: What the plain slider says at every index; by default the number.
    """

    name: str
    key: str
    values: Sequence[Any]
    first: Any
    codec: UrlCodec
    label: str = ""
    words: Sequence[str] = ()

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
        """Show a player that stands here, and the plain slider below it; nothing moves one of a single position.

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
        pictures = st.container() if self.label else nullcontext()  # above the plain slider, and drawn after it
        with in_address(self.name, self.key, self.codec, self.first):
            number = self.values[self.index]
            if abs(st.session_state.get(self.key, float("inf")) - number) > 1e-9:  # see `put` in ui.url.widgets
                st.session_state[self.key] = number
            if self.label:
                self._plain_slider()
        with pictures:
            if self.label:
                move_to(key, self.index)
            frames(
                player,
                key=key,
                start=self.index,
                on_release=partial(self.take, key),
                on_choose=on_choose,
                chosen=chosen,
                plain=self.key if self.label else None,
            )
        return self.index

    def _plain_slider(self) -> None:
        label, values = PLAIN.format(self.label), self.values
        if self.words:
            words = dict(zip(values, self.words, strict=True))
            st.select_slider(label, values, format_func=words.__getitem__, key=self.key, persist_state="session")
        else:
            step = values[1] - values[0]
            st.slider(label, values[0], values[-1], step=step, key=self.key, persist_state="session")


def linked_frames(player: Player, *, key: str, name: str, texts: Sequence[str], start: int) -> int:
    """Show a player that has no plain slider.

    Args:
        player: What to show.
        key: A name that no other element of the app has.
        name: What its position is called in the address.
        texts: How each position is written there.
        start: The index at first.

    Returns:
        The index at which it stands.
    """
    codec = named({text: index for index, text in enumerate(texts)})
    return Position(name, f"{name} of {key}", range(len(texts)), start, codec).play(player, key=key)
