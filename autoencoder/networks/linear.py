"""A linear autoencoder: one layer down, one layer up, and no curve anywhere.

Trained on the squared error it finds the plane that principal component analysis finds, though not PCA's axes in it:
P. Baldi and K. Hornik, "Neural networks and principal component analysis: learning from examples without local
minima", Neural Networks 2 (1989), doi:10.1016/0893-6080(89)90014-2. Its pictures are not kept within [0, 1].
"""

import math

from autoencoder.networks.layers import Dense, Flatten, Layer, Reshape, Shape


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` (height, width, channels) to a code of `code_size` numbers."""
    return (Flatten(), Dense(code_size, "linear"))


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From a code to a picture of `shape`, with values that may lie a little outside [0, 1]."""
    return (Dense(math.prod(shape), "linear"), Reshape(shape))
