"""From photos of any proportions to small squares, and from squares back to a photo."""

from dataclasses import dataclass, field
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


def cut(photo: Photo, side: int, color: Color, count: int, seed: int) -> np.ndarray:
    """Squares from random places of a photo; one that is smaller than a square is mirrored at its edges.

    Args:
        photo: Of any size.
        side: Pixels along a side.
        color: "gray" or "color".
        count: How many.
        seed: Another seed, other places.

    Returns:
        float32 (count, side, side, 1 or 3) in [0, 1].
    """
    picture = _at_least(to_float(photo.pixels, color), side)
    generator = np.random.default_rng([seed, 12])
    rows = generator.integers(0, picture.shape[0] - side + 1, count)
    columns = generator.integers(0, picture.shape[1] - side + 1, count)
    squares = np.empty((count, side, side, picture.shape[2]), np.float32)
    for number, (row, column) in enumerate(zip(rows, columns, strict=True)):
        squares[number] = picture[row : row + side, column : column + side]
    return squares


@dataclass(frozen=True, eq=False)
class Tiling:
    """Where the tiles of a picture lie.

    Args:
        height: Of the picture, pixels.
        width: Of the picture.
        side: Of a tile.
        rows: integer, the first row of each row of tiles.
        columns: integer, the first column of each column of tiles.
    """

    height: int
    width: int
    side: int
    rows: np.ndarray = field(repr=False)
    columns: np.ndarray = field(repr=False)

    @property
    def count(self) -> int:
        """Return how many tiles there are."""
        return len(self.rows) * len(self.columns)


def tiles(picture: np.ndarray, side: int, overlap: int) -> tuple[np.ndarray, Tiling]:
    """Squares that cover a picture, each sharing at least `overlap` pixels with its neighbors.

    Args:
        picture: float32 (height, width, channels) in [0, 1]; where it is smaller than a tile it is mirrored.
        side: Of a tile, pixels.
        overlap: Pixels, less than `side`.

    Returns:
        float32 (n, side, side, channels), row by row, and what `join` needs to put them together.

    Raises:
        ValueError: If `overlap` is not from 0 to side − 1.
    """
    if not 0 <= overlap < side:
        raise ValueError(f"Expected `overlap` from 0 to {side - 1}. Received: {overlap!r}.")
    padded = _at_least(picture, side)
    rows, columns = (_starts(length, side, side - overlap) for length in padded.shape[:2])
    cut_out = [padded[row : row + side, column : column + side] for row in rows for column in columns]
    return np.stack(cut_out), Tiling(picture.shape[0], picture.shape[1], side, rows, columns)


def join(squares: np.ndarray, tiling: Tiling) -> np.ndarray:
    """Put tiles together; where they overlap, one fades into the next.

    Args:
        squares: float32 (n, side, side, channels), as many as `tiles` gave, in their order.
        tiling: Of `tiles`.

    Returns:
        float32 (height, width, channels): unchanged tiles give the picture that they were cut from.

    Raises:
        ValueError: If the squares are not as many or not as large.
    """
    side, channels = tiling.side, squares.shape[-1]
    if squares.shape != (tiling.count, side, side, channels):
        raise ValueError(f"Expected {tiling.count} tiles of {side} × {side} pixels. Received: {squares.shape}.")
    down = _weights(tiling.rows, side)  # (rows of tiles, side)
    right = _weights(tiling.columns, side)
    joined = np.zeros((tiling.rows[-1] + side, tiling.columns[-1] + side, channels))
    grid = squares.reshape(len(tiling.rows), len(tiling.columns), side, side, channels)
    for i, row in enumerate(tiling.rows):
        for j, column in enumerate(tiling.columns):
            weights = np.outer(down[i], right[j])[..., np.newaxis]
            joined[row : row + side, column : column + side] += weights * grid[i, j]
    return joined[: tiling.height, : tiling.width].astype(np.float32)


def _at_least(picture: np.ndarray, side: int) -> np.ndarray:
    """Mirrored at its lower and right edge until it is as large as a tile."""
    missing = [max(0, side - length) for length in picture.shape[:2]]
    return np.pad(picture, [(0, missing[0]), (0, missing[1]), (0, 0)], mode="symmetric")


def _starts(length: int, side: int, step: int) -> np.ndarray:
    """Evenly spread, the last one flush with the end: integer, each at most `step` after the one before."""
    count = 1 + -(-(length - side) // step)
    return np.rint(np.linspace(0, length - side, count)).astype(np.intp)


def _weights(starts: np.ndarray, side: int) -> np.ndarray:
    """How much each tile counts at each of its places, (tiles, side); at every place of the picture they add up to 1.

    From one tile to the next the weight falls as half a cosine over all of their overlap, so that neither it nor its
    slope jumps. At the picture's own edges nothing fades.
    """
    weights = np.ones((len(starts), side))
    for number, gap in enumerate(np.diff(starts)):
        shared = side - gap
        rising = (1 - np.cos(np.pi * (np.arange(shared) + 0.5) / max(1, shared))) / 2
        weights[number, gap:] *= 1 - rising
        weights[number + 1, :shared] *= rising
    total = np.zeros(starts[-1] + side)
    for start, tile in zip(starts, weights, strict=True):
        total[start : start + side] += tile
    return np.stack([tile / total[start : start + side] for start, tile in zip(starts, weights, strict=True)])
