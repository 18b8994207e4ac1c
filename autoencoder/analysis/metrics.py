"""How far a picture is from the one that it should be. Every function takes and returns many pictures at once."""

from functools import partial

import numpy as np
from scipy.ndimage import uniform_filter

MOST_PSNR = 60.0  # dB; what is closer looks the same, and equal pictures would be infinitely close
WINDOW = 7  # pixels, of the squares that SSIM compares
C1, C2 = 0.01**2, 0.03**2  # of the paper, for values in [0, 1]


def mean_squared_error(pictures: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return (…) in [0, 1], 0 for equal pictures, of float (…, height, width, channels) in [0, 1], twice."""
    return np.square(others - pictures).mean(axis=(-3, -2, -1))


def decibels(error: np.ndarray | float) -> np.ndarray:
    """Return −10 log₁₀ of mean squared errors, of any shape, in dB, at most `MOST_PSNR`."""
    return np.minimum(-10 * np.log10(np.maximum(error, 1e-12)), MOST_PSNR)


def peak_signal_to_noise_ratio(pictures: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the mean squared error in `decibels`: (…) of (…, height, width, channels), twice."""
    return decibels(mean_squared_error(pictures, others))


def structural_similarity(pictures: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return SSIM, (…) in [−1, 1]: the mean of `similarity_map` over all windows that lie within the picture."""
    edge = WINDOW // 2
    return similarity_map(pictures, others)[..., edge:-edge, edge:-edge].mean(axis=(-2, -1))


def similarity_map(pictures: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how alike the squares of WINDOW × WINDOW pixels around every pixel are; pictures are mirrored at the edge.

    Z. Wang, A. Bovik, H. Sheikh and E. Simoncelli, "Image quality assessment: from error visibility to structural
    similarity", IEEE Transactions on Image Processing 13 (2004), doi:10.1109/TIP.2003.819861, with scikit-image's
    choices: square windows, sample covariances, the mean over the channels. Of float (…, height, width, channels) in
    [0, 1], at least WINDOW pixels a side, it is float64 (…, height, width) in [−1, 1].
    """
    one, two = pictures.astype(np.float64), others.astype(np.float64)
    box_mean = partial(uniform_filter, size=WINDOW, axes=(-3, -2), mode="reflect")  # around every pixel
    mean_one, mean_two = box_mean(one), box_mean(two)
    unbiased = WINDOW**2 / (WINDOW**2 - 1)
    variance_one = unbiased * (box_mean(one * one) - mean_one**2)
    variance_two = unbiased * (box_mean(two * two) - mean_two**2)
    covariance = unbiased * (box_mean(one * two) - mean_one * mean_two)
    alike = (2 * mean_one * mean_two + C1) * (2 * covariance + C2)
    whole = (mean_one**2 + mean_two**2 + C1) * (variance_one + variance_two + C2)
    return (alike / whole).mean(axis=-1)
