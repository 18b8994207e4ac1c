"""From a photo of any proportions to a small square."""

from typing import Literal

import numpy as np
from PIL import Image

from autoencoder.data.uploads.reading import Photo

SMALLEST, LARGEST = 16, 96  # pixels along a side

Color = Literal["gray", "color"]
How = Literal["crop", "fit"]


def frame(photo: Photo, side: int, color: Color, how: How) -> np.ndarray:
    """The photo as a square, averaged down so that nothing flickers; a small one is enlarged.

    "crop" takes the largest square in the middle. "fit" shows the whole photo, with borders in the mean color of the
    edges that they touch: a white or black border would be the strongest contrast in many pictures, and a network would
    learn, and be judged by, the border.

    Args:
        photo: Of any size.
        side: Pixels along a side, 16 to 96.
        color: "gray" or "color".
        how: "crop" or "fit".

    Returns:
        float32 (side, side, 1 or 3) in [0, 1], in shades of 8 bits.

    Raises:
        ValueError: If an argument is none of these.
    """
    check_choices(side, color, how)
    image = Image.fromarray(photo.pixels)
    square = _cropped(image, side) if how == "crop" else _fitted(image, side)
    return to_float(np.asarray(square), color)


def to_float(pixels: np.ndarray, color: Color) -> np.ndarray:
    """uint8 (height, width, 3) → float32 (height, width, 1 or 3) in [0, 1]; gray by the weights of ITU-R BT.601."""
    if color == "gray":
        pixels = np.asarray(Image.fromarray(pixels).convert("L"))[..., np.newaxis]
    return pixels / np.float32(255)


def check_choices(side: int, color: str, how: str) -> None:
    """Raises a ValueError if an argument is not among the choices."""
    if not SMALLEST <= side <= LARGEST:
        raise ValueError(f"Expected `side` from {SMALLEST} to {LARGEST}. Received: {side!r}.")
    if color not in ("gray", "color"):
        raise ValueError(f"Expected `color` to be 'gray' or 'color'. Received: {color!r}.")
    if how not in ("crop", "fit"):
        raise ValueError(f"Expected `how` to be 'crop' or 'fit'. Received: {how!r}.")


def _cropped(image: Image.Image, side: int) -> Image.Image:
    least = min(image.size)
    left, top = (image.width - least) / 2, (image.height - least) / 2
    box = (left, top, left + least, top + least)
    return image.resize((side, side), Image.Resampling.BICUBIC, box=box)


def _fitted(image: Image.Image, side: int) -> Image.Image:
    scale = side / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.BICUBIC)
    square = Image.new("RGB", (side, side), _border_color(np.asarray(small)))
    square.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return square


def _border_color(small: np.ndarray) -> tuple[int, int, int]:
    """The mean color of the two longer edges, uint8 (height, width, 3)."""
    height, width = small.shape[:2]
    edges = small[[0, -1]] if width >= height else small[:, [0, -1]]
    red, green, blue = (round(float(value)) for value in edges.reshape(-1, 3).mean(axis=0))
    return red, green, blue
