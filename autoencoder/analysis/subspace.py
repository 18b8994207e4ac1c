"""The plane that a linear decoder paints on, and how far it is turned away from PCA's."""

import numpy as np

from autoencoder.networks.compiled import CompiledNetwork


def decoder_directions(network: CompiledNetwork, code_size: int) -> np.ndarray:
    """Return what each number of the code adds to a picture, for a decoder that is linear.

    Returns:
        float32 (height × width × channels, code_size).
    """
    codes = np.vstack([np.zeros((1, code_size)), np.eye(code_size)]).astype(np.float32)
    painted = network.decode(codes).reshape(len(codes), -1)
    return (painted[1:] - painted[0]).T


def principal_angles(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The angles between two planes, from the smallest to the largest: all 0 where one lies in the other.

    C. Jordan, 1875; computed as in Å. Björck and G. H. Golub, "Numerical methods for computing angles between linear
    subspaces", Mathematics of Computation 27 (1973), doi:10.1090/S0025-5718-1973-0348991-3: the singular values of the
    product of orthonormal bases are the cosines. For small angles their sines are more exact, and taken instead.

    Args:
        one: float (dimensions, k), linearly independent columns.
        other: float (dimensions, k), the same.

    Returns:
        float64 (k,) in degrees, in [0, 90].
    """
    first, second = (np.linalg.qr(plane.astype(np.float64))[0] for plane in (one, other))
    cosines = np.linalg.svd(first.T @ second, compute_uv=False)
    sines = np.linalg.svd(second - first @ (first.T @ second), compute_uv=False)[::-1]
    from_sines, from_cosines = (turn(np.clip(of, 0, 1)) for turn, of in ((np.arcsin, sines), (np.arccos, cosines)))
    return np.degrees(np.where(sines < np.sqrt(0.5), from_sines, from_cosines))


def project(pictures: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """The closest pictures on PCA's plane.

    Args:
        pictures: float32 (n, height, width, channels).
        mean: float32 (height × width × channels,).
        components: float32 (height × width × channels, k), orthonormal.

    Returns:
        float32 (n, height, width, channels), which may lie a little outside [0, 1].
    """
    centered = pictures.reshape(len(pictures), -1) - mean
    return (centered @ components @ components.T + mean).reshape(pictures.shape)
