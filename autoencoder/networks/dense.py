"""A dense autoencoder: every number from all the numbers before it.

G. E. Hinton and R. R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 313
(2006), doi:10.1126/science.1127647.
"""

import math

from autoencoder.networks.layers import Dense, Flatten, Layer, Reshape, Shape, Shortcut

ENCODER_UNITS = (512, 256)
DECODER_UNITS = (512, 768)


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` (height, width, channels) to a code of `code_size` numbers."""
    return (Flatten(), Shortcut((*(Dense(units) for units in ENCODER_UNITS), Dense(code_size, "linear"))))


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From a code to a picture of `shape`, with values in [0, 1]."""
    return (*(Dense(units) for units in DECODER_UNITS), Dense(math.prod(shape), "sigmoid"), Reshape(shape))
