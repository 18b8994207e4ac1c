"""Small square pictures from photos of any proportions: cropped or fitted whole, patches, and overlapping tiles."""

from collections.abc import Callable
from itertools import product
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from autoencoder.data.uploads.reading import Photo

Color = Literal["gray", "color"]
How = Literal["crop", "fit"]


def to_square(photo: Photo, side: int, color: Color, how: How) -> np.ndarray:
    """Return the photo as a square, averaged down so that nothing flickers; a small one is enlarged.

    "crop" takes the largest square in the middle. "fit" shows the whole photo, with borders in the mean color of the
    edges that they touch: a network would learn a border of stronger contrast, and be judged by it. Returns float32
    (side, side, 1 or 3) in [0, 1], in shades of 8 bits.
    """
    image = Image.fromarray(photo.pixels)
    if how == "crop":
        square = ImageOps.fit(image, (side, side))
    else:
        scale = side / max(image.size)  # a line stays a line: ImageOps.contain would make it as thin as nothing
        small = image.resize([max(1, round(length * scale)) for length in image.size])
        pixels = np.asarray(small)
        edges = pixels[[0, -1]] if small.width >= small.height else pixels[:, [0, -1]]  # the longer two
        red, green, blue = (round(float(value)) for value in edges.reshape(-1, 3).mean(axis=0))
        square = Image.new("RGB", (side, side), (red, green, blue))
        square.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return to_float(np.asarray(square), color)


def to_float(pixels: np.ndarray, color: Color) -> np.ndarray:
    """uint8 (height, width, 3) → float32 (height, width, 1 or 3) in [0, 1]; gray by the weights of ITU-R BT.601."""
    if color == "gray":
        pixels = np.asarray(Image.fromarray(pixels).convert("L"))[..., np.newaxis]
    return pixels / np.float32(255)


def random_patches(photo: Photo, side: int, color: Color, count: int, seed: int) -> np.ndarray:
    """Cut squares from random places of a photo; one that is smaller than a square is mirrored at its edges.

    Returns float32 (count, side, side, 1 or 3) in [0, 1]. Another seed, other places.
    """
    picture = _at_least(to_float(photo.pixels, color), side)
    generator = np.random.default_rng([seed, 12])
    rows, columns = (generator.integers(0, length - side + 1, count) for length in picture.shape[:2])
    corners = zip(rows, columns, strict=True)
    return np.stack([picture[row : row + side, column : column + side] for row, column in corners])


def map_tiles(picture: np.ndarray, side: int, overlap: int, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Cut a picture into square tiles, apply a function to them, and put the results together again.

    Neighbors share at least `overlap` pixels, 0 to side - 1, in which they fade into each other, so that no seam is
    seen: a tile counts less and less towards its edges, as half a cosine. The picture is float32 (height, width,
    channels) in [0, 1], mirrored where it is smaller than a tile; tiles are float32 (n, side, side, channels).
    """
    padded = _at_least(picture, side)
    rows, columns = (
        np.rint(np.linspace(0, room, 1 - (-room // (side - overlap)))).astype(np.intp)  # the last is flush with the end
        for room in np.subtract(padded.shape[:2], side)
    )
    corners = list(product(rows, columns))
    tiles = function(np.stack([padded[row : row + side, column : column + side] for row, column in corners]))
    fade = np.ones(side)
    fade[:overlap] = (1 - np.cos(np.pi * (np.arange(overlap) + 0.5) / max(1, overlap))) / 2
    weights = np.outer(fade * fade[::-1], fade * fade[::-1])[..., np.newaxis]
    joined, total = np.zeros(padded.shape), np.zeros((*padded.shape[:2], 1))
    for (row, column), tile in zip(corners, tiles, strict=True):
        joined[row : row + side, column : column + side] += weights * tile
        total[row : row + side, column : column + side] += weights
    return (joined / total)[: picture.shape[0], : picture.shape[1]].astype(np.float32)


def _at_least(picture: np.ndarray, side: int) -> np.ndarray:
    """Mirror at its lower and right edge until it is as large as a tile."""
    missing = [max(0, side - length) for length in picture.shape[:2]]
    return np.pad(picture, [(0, missing[0]), (0, missing[1]), (0, 0)], mode="symmetric")
