"""A plate drawn: rows of pictures with titles, position, color scale and settings, as PNG and as PDF."""

import textwrap
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from autoencoder.export import plate as measures
from autoencoder.export.canvas import ALARM, GRAY, INK, Drawn, save, sheet, write
from autoencoder.export.plate import (
    CAPTION,
    FOOTER,
    GAP,
    GRID_AT,
    GRID_CELL,
    GRID_LABEL,
    LABEL,
    LINE,
    MARGIN,
    NOTE,
    POSITION,
    TITLE,
    ColorBar,
    Grid,
    Layout,
    Plate,
    lay_out,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRAME = "#9a9a9a"  # around each picture, so that a white one has an edge


def draw_plate(plate: Plate) -> Drawn:
    """The plate as files. Pictures are not smoothed: each of their pixels is a square of one color.

    Args:
        plate: What to draw.

    Raises:
        ValueError: When a row's picture is not as wide and high as the plate says.
    """
    layout = lay_out(plate)
    with sheet(layout.width, layout.height) as (figure, axes):
        _head(axes, plate, layout)
        for strip, top in zip(plate.strips, layout.tops, strict=True):
            _row(axes, plate, layout, strip, top)
        _columns(axes, plate, layout)
        if plate.bar:
            _bar(axes, plate.bar, layout.below_at)
        if plate.grid:
            _grid(axes, plate.grid, GRID_AT if plate.bar else MARGIN, layout.below_at)
        _paragraph(axes, measures.footer_lines(plate), layout.footer_at, FOOTER, color=GRAY)
        return save(figure, f"{plate.title}: {plate.position}" if plate.position else plate.title)


def _head(axes: "Axes", plate: Plate, layout: Layout) -> None:
    _paragraph(axes, measures.title_lines(plate), layout.title_at, TITLE, fontweight="bold")
    _paragraph(axes, [plate.position], layout.position_at, POSITION)
    _paragraph(axes, measures.caption_lines(plate), layout.caption_at, CAPTION, color=GRAY)


def _paragraph(axes: "Axes", lines: list[str], top: float, size: int, **style: str) -> None:
    room = axes.get_xlim()[1] - 2 * MARGIN
    for number, line in enumerate(lines):
        write(axes, MARGIN, top + (number + 0.5) * size * LINE, line, size, most=room, **style)


def _row(axes: "Axes", plate: Plate, layout: Layout, strip: measures.ImageRow, top: int) -> None:
    width, height = plate.tile
    pixels = _pixels(strip.picture, (plate.columns * width, height))
    for column, left in enumerate(layout.lefts):
        right, bottom = left + layout.pixel * width, top + layout.pixel * height
        tile = pixels[:, column * width : (column + 1) * width]
        axes.imshow(tile, extent=(left, right, bottom, top), interpolation="nearest", aspect="auto")
        edge = ([left, right, right, left, left], [top, top, bottom, bottom, top])
        axes.plot(*edge, color=FRAME, linewidth=0.5, zorder=-1)
    middle = top + layout.pixel * height / 2
    lines = measures.label_lines(strip.label)
    for number, line in enumerate(lines):
        y = middle + (number - (len(lines) - 1) / 2) * LABEL * LINE
        write(axes, MARGIN, y, line, LABEL, most=measures.label_room(plate) - GAP)


def _pixels(picture: bytes, size: tuple[int, int]) -> np.ndarray:
    """A PNG of this (width, height) as uint8 (height, width, 3)"""
    image = Image.open(BytesIO(picture))
    if image.size != size:
        raise ValueError(
            f"Expected a row of {size[0]} × {size[1]} pixels. Received: {image.size[0]} × {image.size[1]}."
        )
    return np.asarray(image.convert("RGB"))


def _columns(axes: "Axes", plate: Plate, layout: Layout) -> None:
    """The columns' names above the pictures, and the notes below them."""
    wide = layout.pixel * plate.tile[0]
    for left, name in zip(layout.lefts, plate.names, strict=False):
        write(axes, left + wide / 2, layout.names_at + NOTE * LINE / 2, name, NOTE, most=wide - GAP, ha="center")
    y = layout.notes_at + NOTE * LINE / 2
    if plate.notes and plate.notes_label:
        lines = measures.label_lines(plate.notes_label)
        write(axes, MARGIN, y, " ".join(lines), NOTE, most=measures.label_room(plate) - GAP, color=GRAY)
    alarms = plate.alarms or (False,) * plate.columns
    for left, note, alarm in zip(layout.lefts, plate.notes, alarms, strict=False):
        style = {"color": ALARM, "fontweight": "bold"} if alarm else {"color": INK}
        write(axes, left + wide / 2, y, note, NOTE, most=wide - GAP, ha="center", **style)


def _bar(axes: "Axes", bar: ColorBar, top: int) -> None:
    """The color scale: what is measured, the colors, and the numbers at its ends and in its middle."""
    write(axes, MARGIN, top + LABEL * LINE / 2, bar.text, NOTE, most=GRID_AT - 2 * MARGIN)
    above = round(top + LABEL * LINE) + GAP // 2
    below = above + measures.BAR_HEIGHT
    colors = np.array([bar.colors], np.uint8)  # (1, colors, 3)
    left, right = MARGIN, MARGIN + measures.BAR_WIDTH
    axes.imshow(colors, extent=(left, right, below, above), interpolation="nearest", aspect="auto")
    for number, (limit, side) in enumerate(zip(bar.limits, ("left", "center", "right"), strict=True)):
        x = left + number * (right - left) / 2
        axes.plot([x, x], [below, below + GAP], color=INK, linewidth=1)
        write(axes, x, below + GAP + NOTE * LINE / 2, limit, NOTE, ha=side)
    for number, line in enumerate(textwrap.wrap(bar.unit, measures.UNIT_LETTERS)):
        write(axes, right + 2 * GAP, above + (number + 0.5) * FOOTER * LINE, line, FOOTER, color=GRAY)


def _grid(axes: "Axes", grid: Grid, left: int, top: int) -> None:
    """A small table: its title, its columns, and a line for each row."""
    step = NOTE * LINE
    rights = [left + GRID_LABEL + GRID_CELL * (number + 1) for number in range(len(grid.columns))]
    write(axes, left, top + step / 2, grid.title, NOTE, most=rights[-1] - left, fontweight="bold")
    for right, column in zip(rights, grid.columns, strict=True):
        write(axes, right, top + 1.5 * step, column, NOTE, most=GRID_CELL - GAP, ha="right", color=GRAY)
    for row, label in enumerate(grid.rows):
        y = top + (row + 2.5) * step
        write(axes, left, y, label, NOTE, most=GRID_LABEL)
        for number, right in enumerate(rights):
            write(axes, right, y, grid.cells[row * len(rights) + number], NOTE, most=GRID_CELL - GAP, ha="right")
