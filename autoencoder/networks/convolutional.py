"""A convolutional autoencoder: the same small filters everywhere, so it knows that pictures have neighbours.

J. Masci et al., "Stacked convolutional auto-encoders for hierarchical feature extraction", ICANN 2011,
doi:10.1007/978-3-642-21735-7_7.
"""

import math

from autoencoder.networks.layers import (
    Convolution,
    Crop,
    Dense,
    Flatten,
    Layer,
    Reshape,
    Residual,
    Shape,
    TransposedConvolution,
)

FILTERS = 64
STRIDE = 4
KERNEL = 8  # twice the stride, so that neighbouring patches overlap and leave no seams


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` (height, width, channels) to a code of `code_size` numbers."""
    return (Convolution(FILTERS, KERNEL, STRIDE), Residual(), Flatten(), Dense(code_size, "linear"))


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From a code to a picture of `shape`, with values in [0, 1]."""
    height, width, channels = shape
    small = (math.ceil(height / STRIDE), math.ceil(width / STRIDE), FILTERS)
    layers: tuple[Layer, ...] = (
        Dense(math.prod(small)),
        Reshape(small),
        Residual(),
        TransposedConvolution(channels, KERNEL, STRIDE, "sigmoid"),
    )
    if (height, width) != (small[0] * STRIDE, small[1] * STRIDE):
        layers += (Crop(height, width),)
    return layers
