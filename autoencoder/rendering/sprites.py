"""Pictures as exact PNG bytes: one, many in a sheet, or as thumbnails."""

import math
from io import BytesIO

import numpy as np
from PIL import Image

LARGEST_SIDE = 32  # pixels of a thumbnail


def to_bytes(pictures: np.ndarray) -> np.ndarray:
    """Return float in [0, 1], of any shape, as uint8 in 0..255, rounded."""
    return np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)


def sheet(frames: np.ndarray) -> np.ndarray:
    """Put (frames, pictures, height, width, channels) frame below frame, the pictures of a frame side by side."""
    count, pictures, height, width, channels = frames.shape
    return frames.transpose(0, 2, 1, 3, 4).reshape(count * height, pictures * width, channels)


def to_image(pixels: np.ndarray) -> Image.Image:
    """Return uint8 (height, width, 1 or 3) as Pillow has it."""
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def png(pixels: np.ndarray, palette: np.ndarray | None = None, transparent: int | None = None) -> bytes:
    """Return a PNG file of exactly these pixels, uint8 (height, width, 1) gray, (…, 3) color or (…, 4) with opacity.

    With a palette, uint8 (≤ 256, 3), those of one channel are places in it; at the place `transparent` nothing is seen.
    """
    image = to_image(pixels)
    if palette is not None:
        image.putpalette(palette.tobytes())
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6, **({} if transparent is None else {"transparency": transparent}))
    return buffer.getvalue()


def thumbnails(pictures: np.ndarray) -> np.ndarray:
    """Return pictures (n, height, width, channels) in [0, 1] as uint8, shrunk by a whole factor to LARGEST_SIDE."""
    factor, channels = math.ceil(max(pictures.shape[1:3]) / LARGEST_SIDE), pictures.shape[3]
    small = [np.asarray(to_image(picture).reduce(factor)) for picture in to_bytes(pictures)]
    return np.stack(small).reshape(len(small), *small[0].shape[:2], channels)


def square_sheet(tiles: np.ndarray) -> tuple[bytes, int]:
    """Return tiles, uint8 (n, height, width, channels), as a PNG that is about square, and how many are in a row."""
    columns = math.ceil(math.sqrt(len(tiles)))
    missing = -len(tiles) % columns
    return png(tile_up(np.pad(tiles, [(0, missing), (0, 0), (0, 0), (0, 0)]), columns)), columns


def tile_up(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Put tiles (rows × columns, height, width, channels) row by row in one picture of the same dtype."""
    return sheet(tiles.reshape(-1, columns, *tiles.shape[1:]))
