"""Weights as small pictures: what a unit of the first layer looks for, and what one before the last layer paints.

Weights are laid out as LiteRT has them: those of a dense layer (units, inputs), those of a convolution (filters, rows,
columns, channels). The dense layers of `PatchConvolution` and `TransposedPatchConvolution` see patches of a picture.
"""

import math

import numpy as np

from autoencoder.networks.layers import Shape

LARGEST_SIDE = 32  # px of a tile that is one of many


def looked_for(weights: np.ndarray, shape: Shape) -> np.ndarray:
    """Return a first layer's weights, of a network for pictures of `shape`, as tiles (units, height, width, channels).

    Multiplied with the picture, or with each of its patches, and added up, they are what the unit sees.
    """
    return weights if weights.ndim == 4 else _laid_out(weights, shape)


def painted(weights: np.ndarray, shape: Shape, *, transposed: bool = False) -> np.ndarray:
    """Return what each unit before a last layer with these weights adds to a picture, (units, height, width, channels).

    With a convolution that is a patch around each place; one that is not `transposed` reads its filters mirrored.
    """
    if weights.ndim == 2:
        return _laid_out(weights.T, shape)
    tiles = weights.transpose(3, 1, 2, 0)
    return tiles if transposed else tiles[:, ::-1, ::-1]


def stacked(weights: np.ndarray) -> np.ndarray:
    """Return filters from within a network, (filters, rows, columns, channels), as tiles with one channel.

    Of each, the slices for all channels stand side by side in a grid that is about square; what is left of it is 0.
    """
    filters, height, width, channels = weights.shape
    columns = math.ceil(math.sqrt(channels))
    rows = math.ceil(channels / columns)
    slices = np.zeros((filters, rows * columns, height, width), weights.dtype)
    slices[:, :channels] = weights.transpose(0, 3, 1, 2)
    grid = slices.reshape(filters, rows, columns, height, width).transpose(0, 1, 3, 2, 4)
    return grid.reshape(filters, rows * height, columns * width, 1)


def shrink(tiles: np.ndarray) -> np.ndarray:
    """Return tiles float (…, height, width) with sides of at most LARGEST_SIDE: means over squares of a whole side."""
    factor = math.ceil(max(tiles.shape[-2:]) / LARGEST_SIDE)
    if factor == 1:
        return tiles
    around = [(0, 0)] * (tiles.ndim - 2) + [(0, -side % factor) for side in tiles.shape[-2:]]
    even = np.pad(tiles, around, mode="edge")
    rows, columns = (side // factor for side in even.shape[-2:])
    return even.reshape(*even.shape[:-2], rows, factor, columns, factor).mean(axis=(-3, -1))


def _laid_out(rows: np.ndarray, shape: Shape) -> np.ndarray:
    """Return (units, values) as (units, height, width, channels): whole pictures of `shape`, or square patches."""
    height, width, channels = shape
    if rows.shape[1] != height * width * channels:
        height = width = math.isqrt(rows.shape[1] // channels)
    if rows.shape[1] != height * width * channels:
        raise ValueError(f"Expected weights for pictures of {shape} or square patches. Received: {rows.shape}.")
    return rows.reshape(len(rows), height, width, channels)
