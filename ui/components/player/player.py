"""A player of pictures: a slider whose every position is in the browser already.

All pictures of all positions are sent once, as sprite sheets. While a finger drags, the
browser flips through them and sends nothing; on release one message tells Python the index.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from autoencoder.rendering.difference import Legend
from ui.components.bridge import bundle, do_nothing, pack, read_assets, send_letter, told
from ui.components.chart.chart import ChartData, to_json
from ui.url.state import pending_url_update

_frames = st.components.v2.component(
    "hourglass_frames",
    css=read_assets("components/chart/chart.css", "components/player/player.css"),
    js=bundle("components/player/player.js"),
)

_details = st.components.v2.component(
    "hourglass_details",
    css=read_assets("components/chart/chart.css", "components/player/player.css"),
    js=bundle("components/player/details.js"),
)

LARGEST_SPRITE = 16384  # px, of a side
_SENT = ("slider_label", "positions", "columns", "captions", "ticks", "notes", "notes_label", "play", "large")
_SENT_OF_A_ROW = ("label", "frames", "description", "smooth")


@dataclass(frozen=True)
class Row:
    """One row of pictures of a player; the rows' columns stand above each other.

    Args:
        label: Its name, e.g. "Input", "Reconstruction", "Difference".
        sprite: PNG. Frames are stacked from top to bottom; a frame is a strip of the
            player's `columns` tiles, side by side with nothing between them.
        frames: How many frames the sprite has: as many as the player has positions, or 1
            when the pictures are the same at every position.
        description: What a screen reader says of the row. "{position}" becomes the text of
            the slider's position, as in "Ten digits rebuilt from {position} numbers".
        smooth: Whether enlarged pictures are blurred between their pixels.
    """

    label: str
    sprite: bytes
    frames: int
    description: str
    smooth: bool = False


@dataclass(frozen=True)
class Table:
    """A small table of numbers that follow the slider.

    Args:
        title: A heading above it.
        rows: A name for each row.
        columns: A name for each column.
        cells: `cells[index]`: the texts of all rows, one after another.
    """

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Player:
    """Everything that a player shows. Build it once and cache it: it is sent by its content.

    Args:
        slider_label: What the slider sets, e.g. "Bottleneck size".
        positions: What the slider shows at every index, e.g. "8".
        rows: The rows of pictures, from top to bottom.
        columns: Pictures in a row.
        tile_width: Of one picture in a sprite, in px.
        tile_height: Of one picture in a sprite, in px.
        captions: One sentence for every index, or nothing.
        ticks: Indexes whose positions are written under the slider where there is room.
            Empty: chosen for you.
        column_names: A word over every column, e.g. the digit, or nothing.
        notes: `notes[index][column]`: a short text under the column, of one or more lines, or nothing.
        notes_label: The name of those texts, e.g. "Error".
        codes: `codes[column][number]`: the code of every picture, drawn as bars for the
            picture that is chosen. None: no bars.
        active: `active[index]`: how many of the code's first numbers are in use there.
        alarms: `alarms[index][column]`: whether the note there is to catch the eye, or nothing.
        table: A small table of numbers under the pictures, or None.
        chart: A chart under the pictures. Its `marker_x` has the marker's x at every index; the marker can be taken
            and moved like the slider's handle.
        more_charts: Charts beside it, in the same way.
        legend: What the colors of a row mean, or None.
        play: Whether there is a button that runs through the frames.
        large: Whether the pictures are to be studied: twice as large, and on a phone fewer side by side.
        position_text: Where the slider stands, in words for a figure, e.g. "{position} of 64 numbers". Empty: its
            label and the position.

    Raises:
        ValueError: When the lengths do not fit together.
    """

    slider_label: str
    positions: Sequence[str]
    rows: Sequence[Row]
    columns: int
    tile_width: int
    tile_height: int
    captions: Sequence[str] = ()
    ticks: Sequence[int] = ()
    column_names: Sequence[str] = ()
    notes: Sequence[Sequence[str]] = ()
    notes_label: str = ""
    codes: Sequence[Sequence[float]] | None = None
    active: Sequence[int] = ()
    alarms: Sequence[Sequence[bool]] = ()
    table: Table | None = None
    chart: ChartData | None = None
    more_charts: Sequence[ChartData] = ()
    legend: Legend | None = None
    play: bool = True
    large: bool = False
    position_text: str = ""

    def __post_init__(self) -> None:
        count = len(self.positions)
        if not count:
            raise ValueError("Expected at least one position. Received: 0")
        coded = self.codes is not None
        lengths: list[tuple[str, int, tuple[int, ...]]] = [  # of what, how long it is, how long it may be
            *((f"row {row.label!r} in frames", row.frames, (1, count)) for row in self.rows),
            ("captions", len(self.captions), (0, count)),
            ("notes", len(self.notes), (0, count)),
            ("alarms", len(self.alarms), (0, count)),
            ("column_names", len(self.column_names), (0, self.columns)),
            ("codes", len(self.codes or ()), (self.columns if coded else 0,)),
            ("active", len(self.active), (count,) if coded else (0, count)),
            ("table.cells", len(self.table.cells) if self.table else count, (count,)),
            *(("chart.marker_x", len(chart.marker_x), (0, count)) for chart in self.charts),
        ]
        for name, length, allowed in lengths:
            if length not in allowed:
                expected = " or ".join(map(str, allowed))
                raise ValueError(f"Expected the length of {name} to be {expected}. Received: {length}")
        for row in self.rows:  # browsers refuse larger pictures, some of them without a word
            size = (self.columns * self.tile_width, row.frames * self.tile_height)
            if max(size) > LARGEST_SPRITE:
                raise ValueError(f"Expected row {row.label!r} to be at most {LARGEST_SPRITE} px. Received: {size}")

    def position_in_words(self, index: int) -> str:
        """Return where the slider stands at an index."""
        text = self.position_text or (f"{self.slider_label}: {{position}}" if self.slider_label else "{position}")
        return text.replace("{position}", self.positions[index])

    @property
    def charts(self) -> list[ChartData]:
        """Return all charts under the pictures."""
        return [*([] if self.chart is None else [self.chart]), *self.more_charts]

    def pack(self, key: str, tells_choice: bool) -> bytes:
        """Return the player as the browser takes it, the same each time. See `ui.components.bridge.pack`.

        Args:
            key: Of the player on the page.
            tells_choice: Whether Python hears of the picture that is chosen.
        """
        packed: dict[tuple[str, bool], bytes] = self.__dict__.setdefault("_packed", {})
        if (key, tells_choice) not in packed:
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
            packed[key, tells_choice] = pack(header, [row.sprite for row in self.rows])
        return packed[key, tells_choice]


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
        start: The index to show first. Later changes of it do nothing: see `move_to`.
        on_release: Called before the run that a released slider starts. The new index is in
            `known_index(key)`.
        on_choose: Called when somebody chooses a picture; without it, choosing one stays in
            the browser. The column is in `chosen_column(key)`.
        chosen: The column that is chosen already, where that is kept elsewhere.

    Returns:
        int in [0, len(positions)): the index of the last release or of the last `move_to`,
        whichever was later; `start` before either.

    Example:
        >>> index = frames(player, key="digits", start=7)
        >>> st.write(player.positions[index])
    """
    last = len(player.positions) - 1
    index = min(known_index(key, start), last)
    requested = st.session_state.get(_requested(key))
    states: dict[str, Any] = {"on_shown_change": on_release or do_nothing}
    if on_choose is not None:
        states["on_chosen_change"] = on_choose
    with st.container(gap=None):
        # By letter, because the pictures' own data must stay the same to the byte: it is
        # found again by its hash.
        send_letter(
            key,
            "known",
            index=index,
            turn=_turn(key),
            told=requested and requested["index"],
            chosen=min(chosen_column(key) if chosen is None else chosen, player.columns - 1),
            address=pending_url_update(),
        )
        _frames(data=player.pack(key, on_choose is not None), key=key, **states)
    return index


def details(player: Player, key: str, *, charts: bool = True, table: bool = True, code: bool = True) -> None:
    """Show what goes with a player's slider in the same frame, at another place of the page.

    Args:
        player: The player, of which something that is asked for is shown where it has that.
        key: The key of the player.
        charts: Its charts.
        table: Its table.
        code: The code of the picture that is chosen, as bars.
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


def move_to(key: str, index: int) -> None:
    """Move the player to an index, without sending a picture and without an answer.

    Call it in every run, before `frames`, with what another control says. It acts when the
    index is another than in the run before. A finger on the player's slider wins over it.

    Example:
        >>> move_to("digits", st.session_state["size"] - 1)
        >>> frames(player, key="digits", start=7)
    """
    turn = _turn(key)
    requested = st.session_state.get(_requested(key))
    # A later turn than the present one is left over from an earlier visit of the page.
    if requested is None or requested["index"] != index or requested["turn"] > turn:
        st.session_state[_requested(key)] = {"index": index, "turn": turn}
    send_letter(key, "move", index=index, turn=turn)


def begin_anew(key: str) -> None:
    """Have the player with this key, which is not on the page, show its `start` when it comes back."""
    st.session_state.pop(_requested(key), None)


def known_index(key: str, start: int = 0) -> int:
    """Return the index at which the player with this key stands as far as Python knows.

    Useful in `on_release`, which runs before `frames` returns.
    """
    shown = told(key, "shown")
    requested = st.session_state.get(_requested(key))
    if requested is not None and requested["turn"] == _turn(key):  # no release since then
        return int(requested["index"])
    return start if shown is None else int(shown["index"])


def chosen_column(key: str) -> int:
    """Return the column chosen last in a player that has `on_choose`; 0 before any."""
    return int(told(key, "chosen") or 0)


def _turn(key: str) -> int:
    """Return how many releases of this player Python has heard of. See `Player.read` in player.js."""
    shown = told(key, "shown")
    return int(shown["turn"]) if shown else 0


def _requested(key: str) -> str:
    return f"{key} told"
