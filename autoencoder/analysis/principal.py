"""Principal components of pictures, in the little memory that a worker has to spare, however large they are.

K. Pearson, "On lines and planes of closest fit to systems of points in space", 1901, doi:10.1080/14786440109462720.
"""

from collections.abc import Iterator

import numpy as np

from autoencoder.data.sources import get_source

EXACT = 1500  # side of the largest matrix whose eigenvectors are all worked out: beyond that it takes minutes
SPARE = 64  # directions followed beside those wanted: the more, the fewer rounds
ROUNDS, SETTLED = 50, 1e-6  # when the search ends: after so many, or once no variance changes by more than this share
CHUNK = 2**22  # values as float32 at once, which bounds the memory


def training_pictures(source: str) -> np.ndarray:
    """Return the pictures that are learned from: uint8 where that spares memory, else float32 in [0, 1]."""
    found = get_source(source)
    return found.load().train if found.train_bytes is None else found.train_bytes()


def as_floats(pictures: np.ndarray) -> np.ndarray:
    """Return pictures, uint8 or float32 in [0, 1], as float32 in [0, 1]."""
    return pictures / np.float32(255) if pictures.dtype == np.uint8 else pictures


def principal_components(pictures: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean picture and the first `count` principal components, of all the pictures.

    Pictures are float32 in [0, 1], or uint8, (n, height, width, channels), and `count` is at most n. With d = height ×
    width × channels the two are float32 (d,) and (d, count), the components orthonormal. Scikit-learn's PCA gives the
    same, but takes 300 MB more for MNIST.
    """
    flat = pictures.reshape(len(pictures), -1)
    mean = (flat.mean(axis=0, dtype=np.float64) / (255 if flat.dtype == np.uint8 else 1)).astype(np.float32)
    if min(flat.shape) > EXACT:
        components = _by_search(flat, mean, count)
    elif len(flat) < flat.shape[1]:  # by way of the products of pictures, (n, n)
        centered = as_floats(flat).astype(np.float64)
        centered -= mean
        components = np.linalg.qr(centered.T @ _leading(centered @ centered.T, count)[1])[0]
    else:
        scatter = np.zeros((flat.shape[1],) * 2)
        for part in _centered(flat, mean):
            scatter += part.T @ part
        components = _leading(scatter, count)[1]
    return mean, components.astype(np.float32)


def _by_search(flat: np.ndarray, mean: np.ndarray, count: int) -> np.ndarray:
    """Return the components of many large pictures: random directions, turned by each round towards most variance.

    N. Halko, P. G. Martinsson and J. A. Tropp, "Finding structure with randomness", SIAM Review 53 (2011),
    doi:10.1137/090771806, algorithm 4.4; here the rounds go on until the variances no longer change.
    """
    followed = min(count + SPARE, *flat.shape)
    turned = np.random.default_rng(0).normal(size=(flat.shape[1], followed))
    before = np.zeros(count)
    for _ in range(ROUNDS):
        directions = np.linalg.qr(turned)[0].astype(np.float32)
        turned, among = np.zeros((flat.shape[1], followed)), np.zeros((followed, followed))
        for part in _centered(flat, mean):
            codes = part @ directions
            turned += part.T @ codes
            among += codes.T @ codes
        variances, axes = _leading(among, count)
        if (np.abs(variances - before) <= SETTLED * np.maximum(variances, SETTLED * variances[0])).all():
            break
        before = variances
    return np.linalg.qr(directions @ axes)[0]


def _leading(symmetric: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest eigenvalues, (count,), and their eigenvectors, (n, count)."""
    values, vectors = np.linalg.eigh(symmetric)
    return values[::-1][:count], vectors[:, ::-1][:, :count]


def _centered(flat: np.ndarray, mean: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the pictures about their mean, some at a time: float32 (some, values)."""
    rows = max(1, CHUNK // flat.shape[1])
    for begin in range(0, len(flat), rows):
        yield as_floats(flat[begin : begin + rows]) - mean


def project(pictures: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Return the closest pictures to float32 (n, …) on PCA's plane, which may lie a little outside [0, 1]."""
    centered = pictures.reshape(len(pictures), -1) - mean
    return (centered @ components @ components.T + mean).reshape(pictures.shape)
