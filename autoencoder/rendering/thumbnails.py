"""Many small pictures in one sheet, to be shown one at a time."""

import math

import numpy as np
from PIL import Image

from autoencoder.rendering.sprites import png, sheet, to_bytes

LARGEST_SIDE = 32  # pixels of a thumbnail


def thumbnails(pictures: np.ndarray, side: int = LARGEST_SIDE) -> np.ndarray:
    """Return pictures no larger than `side` pixels, in their own proportions; small ones stay as they are.

    Args:
        pictures: float32 (n, height, width, channels) in [0, 1].
        side: The most pixels along a side.

    Returns:
        uint8 (n, height, width, channels).
    """
    height, width = pictures.shape[1:3]
    factor = math.ceil(max(height, width) / side)
    content = to_bytes(pictures)
    if factor == 1:
        return content
    return np.stack([_shrink(picture, factor) for picture in content])


def square_sheet(tiles: np.ndarray) -> tuple[bytes, int]:
    """Put tiles row by row in a sheet that is about square, as browsers like it.

    Args:
        tiles: uint8 (n, height, width, channels).

    Returns:
        A PNG file, and how many tiles stand side by side.
    """
    count, height, width, channels = tiles.shape
    columns = max(1, math.ceil(math.sqrt(count)))
    rows = max(1, math.ceil(count / columns))
    full = np.zeros((rows * columns, height, width, channels), np.uint8)
    full[:count] = tiles
    return png(tile_up(full, columns)), columns


def tile_up(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Put tiles (rows × columns, height, width, channels) row by row in one picture of the same dtype."""
    return sheet(tiles.reshape(-1, columns, *tiles.shape[1:]))


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    """Return every pixel of (height, width, channels) as a square of factor × factor."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def _shrink(picture: np.ndarray, factor: int) -> np.ndarray:
    image = Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    return np.asarray(image.reduce(factor)).reshape(-(-picture.shape[0] // factor), -(-picture.shape[1] // factor), -1)
