"""Writing: told from photos of other things, and brought into the form of MNIST's digits.

These are light on black, fit into 20 × 20 pixels, and have their center of mass in the middle of 28 × 28: Y. LeCun,
L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
86 (1998), doi:10.1109/5.726791.
"""

import numpy as np
from PIL import Image, ImageFilter

from autoencoder.data.uploads.reading import Photo

LONGER_SIDE = 140  # pixels, in which strokes are looked for
INK = 0.5  # of the strongest ink there is
LEAST_CONTRAST = 0.1  # of the strongest ink to the ground; below that, it is noise
MARGIN = 4 / 28  # of the side
FULL = 0.8  # what half of a stroke's pixels have at least; thinner ones are made thicker, as MNIST's are
# Writing is gray, nearly of two levels, and on a plain ground. Measured in docs/measurements.md.
MOST_COLOR = 0.4  # the colors' standard deviation by that of their mean
LEAST_SEPARATION = 0.6  # the variance that ink and ground explain
MOST_AT_EDGES = 0.01  # of the outermost pixels, that are ink


def strokes(photo: Photo) -> np.ndarray:
    """Return how much ink is where, float32 (height, width) from 0, the ground, to 1, the strongest.

    The ground, dark or light, is the surface of the second degree from which the photo differs least (by least absolute
    differences, as iterated weighted least squares), so uneven light does not matter.
    """
    image = Image.fromarray(photo.pixels).convert("L")
    scale = LONGER_SIDE / max(image.size)
    image = image.resize([max(1, round(length * scale)) for length in image.size]).filter(ImageFilter.GaussianBlur(1))
    gray = np.asarray(image, np.float32) / 255
    y, x = np.meshgrid(*(np.linspace(-1, 1, length, dtype=np.float32) for length in gray.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    some, known = terms[::3, ::3].reshape(-1, 6), gray[::3, ::3].ravel()
    weights = np.ones_like(known)
    for _ in range(15):
        weighted = some * weights[:, np.newaxis]
        surface = np.linalg.pinv(weighted.T @ some) @ (weighted.T @ known)  # of 6 × 6 numbers, which takes no threads
        weights = 1 / (np.abs(known - some @ surface) + np.float32(0.01))
    change = (gray + 0.1) / (np.clip(terms @ surface, 0, 1) + 0.1) - 1
    change *= np.sign((change**3).sum())  # ink is less than the ground, and differs more
    return np.clip(change / max(change.max(), LEAST_CONTRAST), 0, 1)


def like_mnist(photo: Photo, side: int) -> np.ndarray:
    """Return what is written as MNIST has its digits, float32 (side, side, 1) in [0, 1]; black where nothing is."""
    ink = strokes(photo) > INK
    picture = np.zeros((side, side, 1), np.float32)
    if not ink.any():
        return picture
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    image = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]).convert("L")
    scale = (side - 2 * round(MARGIN * side)) / max(image.size)
    size = [max(1, round(length * scale)) for length in image.size]
    small = np.asarray(image.resize(size), np.float32) / 255
    while np.median(small[small > 0.1]) < FULL:
        image = image.filter(ImageFilter.MaxFilter(3))
        small = np.asarray(image.resize(size), np.float32) / 255
    center = [np.arange(length) @ small.sum(axis=1 - axis) for axis, length in enumerate(small.shape)] / small.sum()
    top, left = np.clip(np.rint(side / 2 - center), 0, side - np.array(small.shape)).astype(int)
    picture[top : top + small.shape[0], left : left + small.shape[1], 0] = small
    return picture


def looks_like_writing(photo: Photo) -> bool:
    """Return whether a photo is gray, nearly of two levels, and on a plain ground."""
    amount = strokes(photo)
    ink = amount > INK
    share = ink.mean()
    if not 0 < share < 1:
        return False
    between = share * (1 - share) * (amount[ink].mean() - amount[~ink].mean()) ** 2
    colors = np.asarray(Image.fromarray(photo.pixels).resize((32, 32)), np.float32)
    gray = colors.mean(axis=2, keepdims=True)
    color = (colors - gray).std(axis=(0, 1)).mean() / max(gray.std(), 5)
    at_edges = np.concatenate([*ink[[0, -1]], *ink[:, [0, -1]].T]).mean()
    return bool(between > LEAST_SEPARATION * amount.var() and color < MOST_COLOR and at_edges <= MOST_AT_EDGES)
