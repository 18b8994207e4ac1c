"""Rows of pictures as a figure for a slide, with their titles, position, color scale and settings: PNG or PDF."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from autoencoder.export import slide
from autoencoder.export.slide import Format
from autoencoder.rendering.difference import Legend, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import GridSpec
    from matplotlib.text import Text

GAP = 14  # dots between pictures
LARGEST_PIXEL = 24  # dots that a picture's pixel becomes
FEWEST_DOTS = 100  # of a picture; one with more pixels has a dot for each
FRAME = 154  # gray around each picture, so that a white one has an edge
ALARM = "#c44e00"
UNIT = "pixels: 0 is black, 1 is white"
LABEL_LETTERS, POSITION_LETTERS, CAPTION_LETTERS, BELOW_LETTERS = 17, 68, 90, 40  # in a line
FEWEST_LETTERS, MOST_LINES = 8, 3  # of a text over or under a column
LETTER = 0.6 * slide.NOTE / 72 * slide.DPI  # dots, about the width of a letter of a column's text
BAR_HEIGHT, BAR_WIDTH, GRID_ROW = 40, 840, 55  # dots


@dataclass(frozen=True)
class Grid:
    """A small table of numbers: `cells` has the rows' texts one after another."""

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[str]


@dataclass(frozen=True)
class FigureSpec:
    """All that is on a figure; names, notes and alarms are of its columns, one for each or none."""

    title: str  # what was trained on what
    position: str  # where the slider stands, in words, or ""
    caption: str  # one more sentence, or ""
    rows: tuple[tuple[str, bytes], ...]  # at least one, top to bottom: its title, a PNG of its pictures side by side
    columns: int  # pictures in a row
    tile: tuple[int, int]  # (width, height) of one picture, in its own pixels
    names: tuple[str, ...] = ()  # a word over every column
    notes: tuple[str, ...] = ()  # a short text under every column
    notes_label: str = ""  # the name of those texts
    alarms: tuple[bool, ...] = ()  # whether each note is to catch the eye
    legend: Legend | None = None  # what the colors of difference maps mean
    grid: Grid | None = None  # a small table
    footer: str = ""  # the settings, in small type


def draw_figure(spec: FigureSpec, format: Format) -> bytes:
    """Draw the figure as a file; a ValueError where a row is not as large as `spec` says. Pixels stay squares."""
    tiles = [_split(spec, picture) for _, picture in spec.rows]
    below = max(BAR_HEIGHT if spec.legend else 0, GRID_ROW * len(spec.grid.rows) if spec.grid else 0)
    with slide.new(spec.title, spec.footer) as figure:
        heights = [slide.HEIGHT - below, below] if below else [slide.HEIGHT]
        grid = figure.add_gridspec(len(heights), 2, height_ratios=heights)
        axes = figure.add_subplot(grid[0, :])
        texts = _write_around(axes, spec)
        if spec.legend:
            place, letters = (0, BELOW_LETTERS) if spec.grid else (slice(2), POSITION_LETTERS)
            _draw_legend(figure.add_subplot(grid[1, place]), spec.legend, letters)
        if spec.grid:
            _draw_grid(figure.add_subplot(grid[1, 1]), spec.grid)
        pixel = _fit(figure, grid, axes, spec, below)
        for text in texts:  # the layout keeps room for their height alone
            slide.shrink(text, figure.bbox.width - axes.bbox.x0 - slide.MARGIN)
        extent = (0, spec.columns, len(tiles), 0)
        axes.imshow(_join(tiles, pixel), extent=extent, interpolation="nearest", aspect="auto")
        return slide.to_file(figure, f"{spec.title}: {spec.position}" if spec.position else spec.title, format)


def _split(spec: FigureSpec, picture: bytes) -> list[np.ndarray]:
    """Return the pictures of a row: uint8 (height, width, 3) each."""
    width, height = spec.columns * spec.tile[0], spec.tile[1]
    image = Image.open(BytesIO(picture))
    if image.size != (width, height):
        raise ValueError(f"Expected a row of {width} × {height} pixels. Received: {image.size[0]} × {image.size[1]}.")
    return np.split(np.asarray(image.convert("RGB")), spec.columns, axis=1)


def _join(tiles: list[list[np.ndarray]], pixel: int) -> np.ndarray:
    """Return rows of pictures as one, each pixel a square of so many dots, with lines around pictures, and gaps."""
    line, gap = ((1, 1), (1, 1), (0, 0)), ((GAP // 2 - 1,) * 2, (GAP // 2 - 1,) * 2, (0, 0))
    rows = []
    for row in tiles:
        large = [tile.repeat(pixel, axis=0).repeat(pixel, axis=1) for tile in row]
        framed = [np.pad(tile, line, constant_values=FRAME) for tile in large]
        rows.append(np.concatenate([np.pad(tile, gap, constant_values=255) for tile in framed], axis=1))
    return np.concatenate(rows)  # uint8 (height, width, 3)


def _write_around(axes: "Axes", spec: FigureSpec) -> "list[Text]":
    """Write titles of the rows, position and caption, and return the last two."""
    _clear(axes, spec.columns, [textwrap.fill(label, LABEL_LETTERS) for label, _ in spec.rows], slide.LABEL)
    position, caption = textwrap.fill(spec.position, POSITION_LETTERS), textwrap.fill(spec.caption, CAPTION_LETTERS)
    above = axes.set_title(position, loc="left", fontsize=slide.SUBTITLE, pad=6)
    below = axes.set_xlabel(caption, loc="left", fontsize=slide.NOTE, color=slide.GRAY, labelpad=4)
    if spec.notes:
        name = textwrap.fill(spec.notes_label, LABEL_LETTERS)
        beside: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "right", "va": "top"}
        axes.annotate(name, (0, 0), (-4, -5), fontsize=slide.NOTE, color=slide.GRAY, **beside)
    return [above, below]


def _clear(axes: "Axes", columns: int, labels: Sequence[str], size: float) -> None:
    """Clear the axes of lines, and make each column 1 wide and each row, with its label, 1 high."""
    axes.set(xlim=(0, columns), ylim=(len(labels), 0), xticks=[])
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels, fontsize=size)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _fit(figure: "Figure", grid: "GridSpec", axes: "Axes", spec: FigureSpec, below: int) -> int:
    """Make the pictures as large as a slide has room for, the figure as they need; return how many dots a pixel has."""
    columns, rows, (tile_width, tile_height) = spec.columns, len(spec.rows), spec.tile
    slide.resize(figure, slide.WIDTH, 2 * slide.HEIGHT)  # room for texts of any length
    for _ in range(2):  # the second time with the columns' texts in as many lines as they need
        figure.draw_without_rendering()
        room = axes.get_window_extent()
        around = 2 * slide.HEIGHT - round(room.height / (1 - below / slide.HEIGHT)) + below  # above and below them
        across = (room.width / columns - GAP) // tile_width
        down = ((slide.HEIGHT - around) / rows - GAP) // tile_height
        pixel = int(max(1, FEWEST_DOTS // max(spec.tile), min(across, down, LARGEST_PIXEL)))
        width, height = columns * (pixel * tile_width + GAP), rows * (pixel * tile_height + GAP)
        _write_columns(axes, spec, width // columns)
    grid.set_height_ratios([height, below] if below else [height])
    slide.resize(figure, slide.WIDTH + max(0, width - int(room.width)), around + height)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    place, (full_width, full_height) = axes.get_window_extent(), figure.bbox.size
    left, bottom = round(place.x0), round(place.y1) - height  # whole dots
    axes.set_position((left / full_width, bottom / full_height, width / full_width, height / full_height))
    return pixel


def _write_columns(axes: "Axes", spec: FigureSpec, width: int) -> None:
    """Write names above the columns and notes below them, in columns of so many dots."""
    letters, centers = max(FEWEST_LETTERS, int(width / LETTER)), np.arange(spec.columns) + 0.5
    above = axes.child_axes[0] if axes.child_axes else axes.secondary_xaxis("top")
    above.spines[:].set_visible(False)
    above.tick_params(length=0)
    for side, texts in ((above, spec.names), (axes, spec.notes)):
        lines = [textwrap.fill(text, letters, max_lines=MOST_LINES, placeholder="…") for text in texts]
        side.set_xticks(centers[: len(lines)], lines, fontsize=slide.NOTE)
        for label, alarm in zip(axes.get_xticklabels(), spec.alarms, strict=False):
            label.set(color=ALARM if alarm else slide.INK, fontweight="bold" if alarm else "normal")
        for label in side.get_xticklabels():
            slide.shrink(label, width - GAP)


def _draw_legend(axes: "Axes", legend: Legend, letters: int) -> None:
    colors = palette(signed=legend.signed)[np.newaxis]  # uint8 (1, colors, 3)
    axes.imshow(colors, extent=(0, 1, 0, 1), interpolation="nearest", aspect="auto")
    axes.set(box_aspect=BAR_HEIGHT / BAR_WIDTH, anchor="NW")
    axes.set_title(textwrap.fill(legend.text, letters), loc="left", fontsize=slide.NOTE)
    axes.set_xticks((0, 0.5, 1), (legend.low, legend.mid, legend.high), fontsize=slide.NOTE)
    axes.set_yticks([])
    axes.set_xlabel(UNIT, loc="left", fontsize=slide.FOOTER, color=slide.GRAY)


def _draw_grid(axes: "Axes", grid: Grid) -> None:
    columns = len(grid.columns)
    _clear(axes, columns, grid.rows, slide.NOTE)
    axes.set_title(textwrap.fill(grid.title, BELOW_LETTERS), loc="right", fontsize=slide.NOTE, fontweight="bold")
    axes.set_xticks(np.arange(columns) + 0.5, grid.columns, fontsize=slide.NOTE, color=slide.GRAY)
    axes.tick_params(labeltop=True, labelbottom=False)
    for number, cell in enumerate(grid.cells):
        row, column = divmod(number, columns)
        axes.text(column + 0.5, row + 0.5, cell, fontsize=slide.NOTE, ha="center", va="center_baseline")
