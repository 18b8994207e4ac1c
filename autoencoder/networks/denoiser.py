"""A denoiser: small patches, and convolutions that look at their neighbors again and again.

Its code is a stack of small pictures, half as wide and as high as the picture, so nothing is squeezed; what it learns
is due to its lessons alone. The residual layers are those of K. He et al., see `autoencoder.networks.layers.Residual`.
"""

from autoencoder.networks.layers import Layer, PatchConvolution, Residual, Shape, TransposedPatchConvolution

SIDE = 2  # of a patch, in pixels
FILTERS = 32
RESIDUALS = 3  # in the encoder, and in the decoder


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` to a stack of small pictures, whatever `code_size` says."""
    return (PatchConvolution(FILTERS, SIDE), *(Residual(FILTERS) for _ in range(RESIDUALS)))


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From the stack to a picture of `shape`, with values in [0, 1]."""
    residuals = (Residual(FILTERS) for _ in range(RESIDUALS))
    return (*residuals, TransposedPatchConvolution(SIDE, shape, "sigmoid"))
