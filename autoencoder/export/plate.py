"""A plate: rows of pictures with their titles, their scale and where they come from, and where everything stands on it.

Lengths are in dots, `DPI` of them to an inch, so that each pixel of a picture becomes a whole number of them.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

DPI = 200
WIDTH, HEIGHT = 2667, 1500  # of a slide, 16:9; a plate that needs no such height is lower
MARGIN = 60
GAP = 14  # between pictures
LARGEST_PIXEL = 24  # that a picture's pixel becomes
TITLE, POSITION, CAPTION, LABEL, NOTE, FOOTER = 72, 58, 42, 46, 42, 34  # heights of type
LINE = 1.3  # from one line of type to the next, as a multiple of its height
LABEL_LETTERS, FEWEST_LABEL = 17, 120  # of a row's title in a line; the room that it has at least
LETTER = 0.62  # the width of a letter, as a multiple of its height, on average
TITLE_LETTERS, CAPTION_LETTERS, FOOTER_LETTERS = 56, 105, 138  # in a line as wide as a slide
PARTED = " · "  # stands between the parts of a footer
BAR_WIDTH, BAR_HEIGHT, UNIT_LETTERS = 840, 40, 20
GRID_AT, GRID_LABEL, GRID_CELL = 1420, 420, 330  # where a small table begins, and its columns' widths


@dataclass(frozen=True)
class ImageRow:
    """One row of pictures.

    Args:
        label: Its title.
        picture: PNG of all pictures of the row, side by side with nothing between them.
    """

    label: str
    picture: bytes = field(repr=False)


@dataclass(frozen=True)
class ColorBar:
    """What the colors of difference maps mean.

    Args:
        colors: (red, green, blue), 0 to 255, from the lowest value to the highest, evenly spaced.
        limits: What the left end, the middle and the right end stand for.
        text: What is measured.
        unit: In what, or "".
    """

    colors: tuple[tuple[int, int, int], ...] = field(repr=False)
    limits: tuple[str, str, str]
    text: str
    unit: str = ""


@dataclass(frozen=True)
class Grid:
    """A small table of numbers: `cells` has the rows' texts one after another."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Plate:
    """All that is on a plate.

    Args:
        title: What was trained on what.
        position: Where the slider stands, in words; "" where there is none.
        caption: One more sentence, or "".
        strips: The rows of pictures, from top to bottom; at least one.
        columns: Pictures in a row.
        tile: (width, height) of one picture, in its own pixels.
        names: A word over every column, or nothing.
        notes: A short text under every column, or nothing.
        notes_label: The name of those texts.
        alarms: Whether each note is to catch the eye, or nothing.
        bar: What the colors of difference maps mean, or None.
        grid: A small table, or None.
        footer: The settings, in small type.
    """

    title: str
    position: str
    caption: str
    strips: tuple[ImageRow, ...]
    columns: int
    tile: tuple[int, int]
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    notes_label: str = ""
    alarms: tuple[bool, ...] = ()
    bar: ColorBar | None = None
    grid: Grid | None = None
    footer: str = ""

    def __post_init__(self) -> None:
        for name, texts in (("names", self.names), ("notes", self.notes), ("alarms", self.alarms)):
            if len(texts) not in (0, self.columns):
                raise ValueError(f"Expected `{name}` to be 0 or {self.columns} long. Received: {len(texts)}.")
        if not self.strips:
            raise ValueError("Expected at least one row in `strips`. Received: none.")


@dataclass(frozen=True)
class Layout:
    """Where everything stands on a plate: dots from its left and its top edge.

    Args:
        width: Of the plate.
        height: The same.
        pixel: So many dots is a picture's pixel wide and high.
        lefts: Of every column.
        tops: Of every row.
        title_at: Where the first line of the title begins, from the top.
        position_at: The same for the position.
        caption_at: The same for the caption.
        names_at: The same for the columns' names.
        notes_at: The same for the notes.
        below_at: The same for the color bar and the small table.
        footer_at: The same for the footer.
    """

    width: int
    height: int
    pixel: int
    lefts: tuple[int, ...]
    tops: tuple[int, ...]
    title_at: int
    position_at: int
    caption_at: int
    names_at: int
    notes_at: int
    below_at: int
    footer_at: int


def lay_out(plate: Plate) -> Layout:
    """Where everything stands: pictures as large as a slide has room for, and never smaller than their own pixels."""
    position_at = MARGIN + _lines(TITLE, title_lines(plate))
    caption_at = position_at + _lines(POSITION, [plate.position] if plate.position else [])
    names_at = caption_at + _lines(CAPTION, caption_lines(plate)) + GAP
    first_row = names_at + (_lines(NOTE, ["names"]) if plate.names else GAP)
    under = (_lines(NOTE, ["notes"]) + GAP if plate.notes else 0) + 2 * GAP
    footer = _lines(FOOTER, footer_lines(plate)) + MARGIN // 2
    below = _below(plate)
    beside = label_room(plate)
    pixel = _pixel(plate, WIDTH - 2 * MARGIN - beside, HEIGHT - first_row - under - below - footer)
    step_x, step_y = pixel * plate.tile[0] + GAP, pixel * plate.tile[1] + GAP
    notes_at = first_row + step_y * len(plate.strips)
    below_at = notes_at + under
    return Layout(
        max(WIDTH, MARGIN + beside + plate.columns * step_x - GAP + MARGIN),
        below_at + below + footer,
        pixel,
        tuple(MARGIN + beside + step_x * column for column in range(plate.columns)),
        tuple(first_row + step_y * row for row in range(len(plate.strips))),
        MARGIN,
        position_at,
        caption_at,
        names_at,
        notes_at,
        below_at,
        below_at + below,
    )


def title_lines(plate: Plate) -> list[str]:
    """The title, in lines that a slide is wide enough for."""
    return textwrap.wrap(plate.title, TITLE_LETTERS)


def caption_lines(plate: Plate) -> list[str]:
    """The same of the caption."""
    return textwrap.wrap(plate.caption, CAPTION_LETTERS)


def footer_lines(plate: Plate) -> list[str]:
    """The same of the footer."""
    return lines_of_parts(plate.footer, FOOTER_LETTERS)


def lines_of_parts(text: str, letters: int) -> list[str]:
    """Text of parts with " · " between them in lines of so many letters, none of which begins or ends with the dot."""
    lines: list[str] = []
    for part in filter(None, text.split(PARTED)):
        if lines and len(lines[-1]) + len(PARTED) + len(part) <= letters:
            lines[-1] += PARTED + part
        else:
            lines += textwrap.wrap(part, letters)
    return lines


def label_lines(label: str) -> list[str]:
    """A row's title in lines that stand beside it."""
    return textwrap.wrap(label, LABEL_LETTERS)


def label_room(plate: Plate) -> int:
    """Return how much room the rows' titles take; none where there are none."""
    labels = [strip.label for strip in plate.strips] + ([plate.notes_label] if plate.notes else [])
    longest = max((len(line) for label in labels for line in label_lines(label)), default=0)
    return max(FEWEST_LABEL, round(longest * LABEL * LETTER) + 2 * GAP) if longest else 0


def _lines(height: int, lines: Sequence[str]) -> int:
    return round(len(lines) * height * LINE)


def _below(plate: Plate) -> int:
    """Return how much room the color bar and the small table take, which stand beside each other."""
    bar = 2 * round(LABEL * LINE) + BAR_HEIGHT + 4 * GAP if plate.bar else 0
    grid = (len(plate.grid.rows) + 2) * round(NOTE * LINE) + 2 * GAP if plate.grid else 0
    return max(bar, grid)


def _pixel(plate: Plate, width: int, height: int) -> int:
    columns, rows, (tile_width, tile_height) = plate.columns, len(plate.strips), plate.tile
    across = (width - GAP * (columns - 1)) // (columns * tile_width)
    down = (height - GAP * rows) // (rows * tile_height)
    return max(1, min(across, down, LARGEST_PIXEL))
