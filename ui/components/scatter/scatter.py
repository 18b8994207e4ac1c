"""A scatter plot of pictures: thumbnails under the pointer, and between the points what the decoder makes of a place.

All of it is sent once; the browser follows the pointer, and tells Python what was chosen on a click.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from ui.components.bridge import bundle, do_nothing, pack, read_assets, send_letter, told, turns_heard

_scatter = st.components.v2.component(
    "hourglass_scatter", css=read_assets("components/scatter/scatter.css"), js=bundle("components/scatter/scatter.js")
)

SHARES = 10_000  # a point's coordinates travel as so many parts of the width and the height


@dataclass(frozen=True)
class Scatter:
    """Everything that a scatter plot shows. It is sent by its content."""

    points: Sequence[Sequence[float]]  # (x, y) of every picture in [0, 1]: shares of the width and, upwards, the height
    labels: Sequence[int]  # the class of every picture, or nothing
    class_names: Sequence[str]
    tile_width: int  # of one tile of the sheets, in px
    tile_height: int
    thumbnails: bytes  # PNG of all pictures, row by row
    columns: int  # how many of them stand side by side
    decoded: bytes  # PNG of the decoded middles of a grid of equal cells, row by row from the top left
    grid: tuple[int, int]  # its columns and rows
    axes: str  # what the two directions are, in a sentence
    said: str  # what a decoded place is, in a few words
    description: str  # for screen readers
    straight: bool  # whether a walk between two codes is a straight line here

    def pack(self, key: str) -> bytes:
        """Return the plot as the browser takes it, the same each time. See `ui.components.bridge.pack`."""
        header = {
            **{name: getattr(self, name) for name in ("columns", "axes", "said", "description", "straight")},
            "key": key,
            "points": [round(SHARES * float(share)) for point in self.points for share in point],
            "labels": [int(label) for label in self.labels],
            "names": list(self.class_names),
            "classes": sorted({int(label) for label in self.labels}),
            "tile": [self.tile_width, self.tile_height],
            "map": self.grid,
        }
        return pack(header, [self.thumbnails, self.decoded])


def scatter(
    data: Scatter,
    *,
    key: str,
    pair: tuple[int, int] | None = None,
    on_pair: Callable[[], None] | None = None,
    on_place: Callable[[], None] | None = None,
    behind: bool = False,
) -> None:
    """Show a scatter plot.

    Args:
        data: What to show.
        key: A name that no other element of the app has.
        pair: The two pictures that are chosen; None where nothing can be chosen, and clicks do nothing.
        on_pair: Called before the run that a click on a point starts; the two are then in `clicked_pair(key)`.
        on_place: Called before the run that a click beside the points starts; see `clicked_place(key)`.
        behind: Whether the decoded places are drawn behind the points.
    """
    with st.container(gap=None):
        send_letter(key, "known", pair=pair, behind=behind, turn=turns_heard(key, "chosen", "place"))
        chosen, place = on_pair or do_nothing, on_place or do_nothing
        _scatter(data=data.pack(key), key=key, on_chosen_change=chosen, on_place_change=place)


def show_place(key: str, share: Sequence[float], picture: bytes, text: str) -> None:
    """Show what the decoder makes of exactly one place, (x, y) as shares of the width and the height: a PNG."""
    x, y = (round(float(value), 4) for value in share)
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    send_letter(key, "place", x=x, y=y, picture=source, text=text, turn=turns_heard(key, "chosen", "place"))


def clicked_pair(key: str) -> tuple[int, int] | None:
    """Return the two pictures that were chosen by clicks; None before any."""
    chosen = told(key, "chosen")
    return None if chosen is None else (int(chosen["a"]), int(chosen["b"]))


def clicked_place(key: str) -> tuple[float, float] | None:
    """Return where there was a click beside the points, as shares of the width and the height; None before any."""
    place = told(key, "place")
    return None if place is None else (float(place["x"]), float(place["y"]))
