"""Outlines: which way edges run in every part of a picture, and whether they run there as in normal pictures.

Histograms of directions are those of N. Dalal and B. Triggs, "Histograms of oriented gradients for human detection",
CVPR 2005, doi:10.1109/CVPR.2005.177. What is normal is learned by a linear autoencoder, which is PCA.
"""

import numpy as np

from autoencoder.analysis.principal import principal_components

PARTS, DIRECTIONS = 9, 8  # along each side of a picture; of edges, all the way around
FAINT = 0.5  # an edge's strength, in values per side of the picture, from which on it counts nearly in full
MOST_COMPONENTS, PICTURES_EACH = 32, 4  # of the linear autoencoder, and normal pictures for each at least
MOST_PICTURES = 500  # to learn from, which bounds the memory


def learn_outlines(pictures: np.ndarray) -> np.ndarray:
    """Return what is normal, from normal pictures, float32 (n ≥ 1, height, width, channels) in [0, 1].

    It is float32 (1 + components, PARTS × PARTS × DIRECTIONS): the mean, then the principal components.
    """
    edges = _edges(pictures[:MOST_PICTURES])
    mean, components = principal_components(edges, min(MOST_COMPONENTS, max(1, len(edges) // PICTURES_EACH)))
    return np.concatenate([mean[np.newaxis], components.T])


def outline_error(pictures: np.ndarray, learned: np.ndarray) -> np.ndarray:
    """Return how far, squared, the edges around each pixel are from what PCA makes of them: (n, height, width)."""
    edges = _edges(pictures)
    away = edges.reshape(len(edges), -1) - learned[0]
    away -= away @ learned[1:].T @ learned[1:]
    rows, columns = (_weights(side) / _weights(side).sum(axis=0) for side in pictures.shape[1:3])
    error: np.ndarray = rows.T @ np.square(away).reshape(edges.shape).sum(axis=-1) @ columns
    return error


def _edges(pictures: np.ndarray) -> np.ndarray:
    """Return how much of the edges in each part runs each way: float32 (n, PARTS, PARTS, DIRECTIONS), length ≤ 1."""
    height, width = pictures.shape[1:3]
    down, right = np.gradient(pictures.mean(axis=-1), 1 / height, 1 / width, axis=(1, 2))
    strength, rows, columns = np.hypot(down, right) + 1e-6, _weights(height), _weights(width)
    found = []
    for angle in np.arange(DIRECTIONS, dtype=np.float32) * np.float32(2 * np.pi / DIRECTIONS):
        along = np.maximum(right * np.cos(angle) + down * np.sin(angle), 0) ** 2 / strength
        found.append(rows @ along @ columns.T)
    edges = np.stack(found, axis=-1)
    shares: np.ndarray = edges / (np.linalg.norm(edges, axis=-1, keepdims=True) + FAINT)
    return shares


def _weights(side: int) -> np.ndarray:
    """Return how much each pixel along a side counts for each part: float32 (PARTS, side), each row a bell of sum 1."""
    parts, pixels = (np.arange(PARTS) + 0.5) / PARTS, (np.arange(side) + 0.5) / side
    bells = np.exp(-np.square((parts[:, np.newaxis] - pixels) * PARTS / 0.4) / 2)
    return (bells / bells.sum(axis=1, keepdims=True)).astype(np.float32)
