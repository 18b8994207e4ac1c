"""Figures of made-up pictures."""

from typing import Any

import numpy as np

from autoencoder.export.figure import FigureSpec, Grid
from autoencoder.rendering.difference import Legend
from autoencoder.rendering.sprites import png

LEGEND = Legend(True, "−1", "0", "+1", "Reconstruction − input")
GRID = Grid("Confusion matrix", ("abnormal", "normal"), ("called so", "called normal"), ("91", "9", "7", "93"))


def pixels(seed: int, columns: int, width: int, height: int) -> np.ndarray:
    """uint8 (height, columns × width, 3)"""
    return np.random.default_rng(seed).integers(0, 256, (height, columns * width, 3), np.uint8)


def spec(rows: int = 2, columns: int = 3, tile: tuple[int, int] = (7, 5), **more: Any) -> FigureSpec:
    """Rows of random pictures."""
    shown = tuple((f"Row {seed}", png(pixels(seed, columns, *tile))) for seed in range(rows))
    texts = {"title": "A network trained on digits", "position": "Size: 8 of 64", "caption": "A sentence"}
    return FigureSpec(**{**texts, **more}, rows=shown, columns=columns, tile=tile)
