"""Plates of made-up pictures."""

from typing import Any

import numpy as np

from autoencoder.export.plate import ColorBar, Grid, ImageRow, Plate
from autoencoder.rendering.difference import palette
from autoencoder.rendering.sprites import png

BAR = ColorBar(
    tuple((int(red), int(green), int(blue)) for red, green, blue in palette(signed=True)),
    ("−1", "0", "+1"),
    "Reconstruction − input",
)
GRID = Grid("Confusion matrix", ("abnormal", "normal"), ("called so", "called normal"), ("91", "9", "7", "93"))


def pixels(seed: int, columns: int, width: int, height: int, channels: int = 1) -> np.ndarray:
    """uint8 (height, columns × width, channels)"""
    return np.random.default_rng(seed).integers(0, 256, (height, columns * width, channels), np.uint8)


def plate(rows: int = 2, columns: int = 3, tile: tuple[int, int] = (7, 5), channels: int = 1, **more: Any) -> Plate:
    """Rows of random pictures."""
    strips = tuple(ImageRow(f"Row {seed}", png(pixels(seed, columns, *tile, channels))) for seed in range(rows))
    return Plate("A network trained on digits", "Size: 8 of 64", "A sentence", strips, columns, tile, **more)
