"""Weights and activations as small tiles on one scale, in the colors of the signed difference map, and mosaics of them.

Tiles are levels of the map, uint8 in 0..254, or BLANK where there is nothing.
"""

import math

import numpy as np

from autoencoder.networks.tiles import shrink
from autoencoder.rendering.difference import LEVELS, palette, to_levels
from autoencoder.rendering.sprites import png, sheet, to_bytes

BLANK = LEVELS  # the place after the map's colors, which is transparent
SQUARE = 3  # px of a unit that is no map
MOST_APART = 100  # of such units have a line between them
MOST_MAPS = 64  # of a layer that are drawn


def tiles_of(values: np.ndarray, scale: float) -> np.ndarray:
    """Return values of any shape as tiles: at 0 black, from ±`scale` on in full color."""
    return to_levels(values / scale, signed=True)


def enlarge(tiles: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return tiles (…, rows, columns) as (…, height, width): enlarged by a whole factor, in the middle."""
    factor = min(height // tiles.shape[-2], width // tiles.shape[-1])
    large = tiles.repeat(factor, axis=-2).repeat(factor, axis=-1)
    rest = [side - has for side, has in zip((height, width), large.shape[-2:], strict=True)]
    around = [(0, 0)] * (tiles.ndim - 2) + [(some // 2, some - some // 2) for some in rest]
    return np.pad(large, around, constant_values=BLANK)


def mosaic(values: np.ndarray, scale: float) -> np.ndarray:
    """Return what a layer makes of pictures as a tile for each: uint8 (n, rows, columns).

    Every number of (n, units) is a square, every map of (n, height, width, maps) a small picture; these stand in a grid
    that is about square. There are lines between them, unless they are many squares. Of more than MOST_MAPS the first
    are drawn, and larger ones shrunk.
    """
    squares = values.ndim == 2
    maps = values[..., np.newaxis, np.newaxis] if squares else shrink(values[..., :MOST_MAPS].transpose(0, 3, 1, 2))
    count, side = maps.shape[1], SQUARE if squares else 1
    tiles = tiles_of(maps, scale).repeat(side, axis=2).repeat(side, axis=3)
    line = int(not squares or count <= MOST_APART)
    columns = math.ceil(math.sqrt(count))
    edges = [(0, 0), (0, -count % columns), (0, line), (0, line)]
    grid = np.pad(tiles, edges, constant_values=BLANK)
    height, width = grid.shape[2:]
    grid = grid.reshape(len(grid), -1, columns, height, width).swapaxes(2, 3).reshape(len(grid), -1, columns * width)
    return grid[:, : grid.shape[1] - line, : grid.shape[2] - line]


def pages(tiles: np.ndarray, count: int) -> np.ndarray:
    """Return tiles (n, height, width) as (pages, count, height, width), the last page filled up."""
    missing = -len(tiles) % count
    return np.pad(tiles, [(0, missing), (0, 0), (0, 0)], constant_values=BLANK).reshape(-1, count, *tiles.shape[1:])


def tile_sheet(frames: np.ndarray) -> bytes:
    """Return tiles (frames, pictures, height, width) as a PNG, frame below frame."""
    return png(sheet(frames[..., np.newaxis]), _colors(), transparent=BLANK)


def mixed_sheet(*columns: np.ndarray) -> bytes:
    """Return a PNG of tiles, uint8, and pictures, float in [0, 1], side by side, frame below frame.

    Tiles are (frames, height, width), pictures (frames, height, width, 1 or 3), all as high and as wide.
    """
    opaque = np.append(np.full(LEVELS, 255, np.uint8), np.uint8(0))
    colors = np.column_stack([_colors(), opaque])
    parts = [colors[one] if one.dtype == np.uint8 else _opaque(one) for one in columns]
    return png(sheet(np.stack(parts, axis=1)))


def _colors() -> np.ndarray:
    return np.vstack([palette(signed=True), np.zeros((1, 3), np.uint8)])


def _opaque(pictures: np.ndarray) -> np.ndarray:
    colors = np.broadcast_to(to_bytes(pictures), (*pictures.shape[:3], 3))
    return np.pad(colors, [(0, 0)] * 3 + [(0, 1)], constant_values=255)
