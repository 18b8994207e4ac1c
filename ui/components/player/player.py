"""A player of pictures: a slider whose every position is in the browser already.

All pictures of all positions are sent once, as sprite sheets. While a finger drags, the browser flips through them and
sends nothing; on release one message tells Python the index.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import streamlit as st

from autoencoder.rendering.difference import Legend
from ui.components.bridge import bundle, do_nothing, pack, read_assets, send_letter, told, turns_heard
from ui.components.chart.chart import ChartData, to_json
from ui.url.codecs import UrlCodec
from ui.url.state import in_address, pending_url_update

_CSS = read_assets("components/chart/chart.css", "components/player/player.css")
_frames = st.components.v2.component("hourglass_frames", css=_CSS, js=bundle("components/player/player.js"))
_details = st.components.v2.component("hourglass_details", css=_CSS, js=bundle("components/player/details.js"))

LARGEST_SPRITE = 16384  # px, of a side
_SENT = ("slider_label", "positions", "columns", "captions", "ticks", "notes", "notes_label", "play", "large")
_SENT_OF_A_ROW = ("label", "frames", "description")


@dataclass(frozen=True)
class Row:
    """One row of pictures of a player; the rows' columns stand above each other."""

    label: str  # its name, e.g. "Input", "Reconstruction", "Difference"
    sprite: bytes  # PNG: frames from top to bottom, each a strip of the player's `columns` tiles, side by side
    frames: int  # how many: as many as the player has positions, or 1 for the same pictures at every position
    description: str  # for screen readers; "{position}" becomes the text of the slider's position


@dataclass(frozen=True)
class Table:
    """A small table of numbers that follow the slider."""

    title: str
    rows: Sequence[str]  # their names
    columns: Sequence[str]
    cells: Sequence[Sequence[str]]  # at each index the texts of all rows, one after another


@dataclass(frozen=True)
class Player:
    """Everything that a player shows. It is sent by its content. What a position or a column may have, it may lack.

    Raises:
        ValueError: When the lengths do not fit together, or a row is larger than browsers show.
    """

    slider_label: str  # what the slider sets, e.g. "Bottleneck size"
    positions: Sequence[str]  # what the slider shows at every index, e.g. "8"
    rows: Sequence[Row]  # from top to bottom
    columns: int  # pictures in a row
    tile_width: int  # of one picture in a sprite, in px
    tile_height: int
    captions: Sequence[str] = ()  # a sentence for every index
    ticks: Sequence[int] = ()  # indices whose positions are written under the slider where there is room
    column_names: Sequence[str] = ()  # a word over every column, e.g. the digit
    notes: Sequence[Sequence[str]] = ()  # `notes[index][column]`: a text under the column, of one or more lines
    notes_label: str = ""  # the name of those texts, e.g. "Error"
    codes: Sequence[Sequence[float]] | None = None  # of every picture; bars for the picture that is chosen
    active: Sequence[int] = ()  # how many of the code's first numbers are in use at every index
    alarms: Sequence[Sequence[bool]] = ()  # `alarms[index][column]`: whether the note there is to catch the eye
    table: Table | None = None
    charts: Sequence[ChartData] = ()  # their markers can be moved as the slider's handle can
    legend: Legend | None = None  # what the colors of a row mean
    play: bool = True  # whether there is a button that runs through the frames
    large: bool = False  # whether pictures are to be studied: twice as large, and on a phone fewer side by side
    position_text: str = ""  # where the slider stands in words, e.g. "{position} of 64 numbers"; else by its label

    def __post_init__(self) -> None:
        per_index = {"captions": self.captions, "notes": self.notes, "alarms": self.alarms, "active": self.active}
        per_index |= {f"chart {chart.title!r}": chart.marker_x for chart in self.charts}
        per_index |= {"table": self.table.cells} if self.table else {}
        per_column = {"column_names": self.column_names, "codes": self.codes or ()}
        for some, count in ((per_index, len(self.positions)), (per_column, self.columns)):
            for name, values in some.items():
                if len(values) not in (0, count):
                    raise ValueError(f"Expected the length of {name} to be 0 or {count}. Received: {len(values)}")
        for row in self.rows:  # browsers refuse larger pictures, some of them without a word
            size = (self.columns * self.tile_width, row.frames * self.tile_height)
            if row.frames not in (1, len(self.positions)) or max(size) > LARGEST_SPRITE:
                wanted = f"1 or {len(self.positions)} frames and at most {LARGEST_SPRITE} px"
                raise ValueError(f"Expected row {row.label!r} to have {wanted}. Received: {row.frames} in {size}")

    def position_in_words(self, index: int) -> str:
        """Return where the slider stands at an index."""
        text = self.position_text or (f"{self.slider_label}: {{position}}" if self.slider_label else "{position}")
        return text.replace("{position}", self.positions[index])

    def pack(self, key: str, tells_choice: bool) -> bytes:
        """Return the player as the browser takes it, the same each time. See `ui.components.bridge.pack`.

        With `tells_choice` Python hears of the picture that is chosen.
        """
        header = {
            **{name: getattr(self, name) for name in _SENT},
            "key": key,
            "tells_choice": tells_choice,
            "rows": [{name: getattr(row, name) for name in _SENT_OF_A_ROW} for row in self.rows],
            "tile": [self.tile_width, self.tile_height],
            "names": self.column_names,
            "choosable": self.codes is not None or tells_choice,
            "alarms": [[bool(alarm) for alarm in row] for row in self.alarms],
            "legend": self.legend and {**vars(self.legend), "colors": self.legend.colors},
        }
        return pack(header, [row.sprite for row in self.rows])


def frames(
    player: Player,
    *,
    key: str,
    start: int = 0,
    on_release: Callable[[], None] | None = None,
    on_choose: Callable[[], None] | None = None,
    chosen: int | None = None,
) -> int:
    """Show a player and return the index that Python knows of now.

    Args:
        player: What to show. The pictures travel again only when its content changes.
        key: A name that no other element of the app has.
        start: The index to show first. With `on_release` the player also goes there later, when this is another index
            than in the run before; a finger on its slider wins over it.
        on_release: Called before the run that a released slider starts; the new index is in `known_index(key)`.
        on_choose: Called when somebody chooses a picture, which else stays in the browser; see `chosen_column(key)`.
        chosen: The column that is chosen already, where that is kept elsewhere.

    Returns:
        int in [0, len(positions)): the index of the last release or of the last other `start`, whichever was later.

    Example:
        >>> index = frames(player, key="digits", start=7)
        >>> st.write(player.positions[index])
    """
    turn, requested = turns_heard(key, "shown"), st.session_state.get(f"{key} told")
    # A later turn than the present one is left over from an earlier visit of the page.
    if on_release and (requested is None or requested["index"] != start or requested["turn"] > turn):
        requested = st.session_state[f"{key} told"] = {"index": start, "turn": turn}
    index = min(known_index(key, start), len(player.positions) - 1)
    column, goal = chosen_column(key) if chosen is None else chosen, requested and requested["index"]
    known = {"index": index, "turn": turn, "told": goal, "chosen": min(column, player.columns - 1)}
    data, released, chooses = player.pack(key, on_choose is not None), on_release or do_nothing, on_choose or do_nothing
    with st.container(gap=None):
        # By letter: the pictures' own data must stay the same to the byte, for it is found again by its hash.
        send_letter(key, "known", address=pending_url_update(), **known)
        _frames(data=data, key=key, on_shown_change=released, on_chosen_change=chooses)
    return index


def details(player: Player, key: str, *, charts: bool = True, table: bool = True, code: bool = True) -> None:
    """Show what goes with a player's slider in the same frame, at another place of the page.

    That is what the player with this key has of charts, a table, and the code of the chosen picture as bars.
    """
    codes = player.codes if code else None
    shown = {
        "follows": key,
        "names": list(player.column_names),
        "codes": codes and [[round(float(number), 4) for number in one] for one in codes],
        "active": [int(number) for number in player.active],
        "table": asdict(player.table) if table and player.table else None,
        "charts": [to_json(chart) for chart in player.charts] if charts else [],
    }
    _details(data=shown, key=f"details {key} {charts:d}{table:d}{code:d}")


def known_index(key: str, start: int = 0) -> int:
    """Return the index at which the player with this key stands as far as Python knows, also in `on_release`."""
    shown, requested = told(key, "shown"), st.session_state.get(f"{key} told")
    if requested is not None and requested["turn"] == turns_heard(key, "shown"):  # no release since then
        return int(requested["index"])
    return start if shown is None else int(shown["index"])


def chosen_column(key: str) -> int:
    """Return the column chosen last in a player that has `on_choose`; 0 before any."""
    return int(told(key, "chosen") or 0)


@dataclass(frozen=True)
class Position:
    """Where the players of a page stand: one number, in the session and in the address."""

    name: str  # of the number in the address
    key: str  # of the number in the session
    values: Sequence[Any]  # the number at every index of the players, in rising order
    first: Any  # the number at first
    codec: UrlCodec  # how it is written in the address

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
        """Show a player that stands here, see `frames`, and return its index. One of a single position stays."""
        if len(self.values) == 1:
            return frames(player, key=key, on_choose=on_choose, chosen=chosen)
        with in_address(self.name, self.key, self.codec, self.first):
            st.session_state[self.key] = self.values[self.index]
        released = partial(self.take, key)
        frames(player, key=key, start=self.index, on_release=released, on_choose=on_choose, chosen=chosen)
        return self.index
