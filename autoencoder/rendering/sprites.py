"""Pictures as exact PNG bytes, alone or many in one sheet."""

from io import BytesIO

import numpy as np
from PIL import Image


def to_bytes(pictures: np.ndarray) -> np.ndarray:
    """Return float in [0, 1], of any shape, as uint8 in 0..255, rounded."""
    return np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)


def sheet(frames: np.ndarray) -> np.ndarray:
    """Put frames one below the other, the pictures of a frame side by side.

    Args:
        frames: (frames, pictures, height, width, channels), any dtype.

    Returns:
        (frames × height, pictures × width, channels), the same dtype.
    """
    count, pictures, height, width, channels = frames.shape
    return frames.transpose(0, 2, 1, 3, 4).reshape(count * height, pictures * width, channels)


def png(pixels: np.ndarray, palette: np.ndarray | None = None) -> bytes:
    """Return a PNG file of exactly these pixels.

    Args:
        pixels: uint8 (height, width, 1) gray or, with a palette, places in it; or (height, width, 3) color.
        palette: uint8 (≤ 256, 3), or None.
    """
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    if palette is not None:
        image.putpalette(palette.tobytes())
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def picture_sheet(frames: np.ndarray) -> bytes:
    """Return pictures in [0, 1], float (frames, pictures, height, width, channels), as a PNG sheet."""
    return png(sheet(to_bytes(frames)))
