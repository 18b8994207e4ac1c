"""A shallow autoencoder: one hidden layer each way, so small that six of them are soon trained and compared.

H. Bourlard and Y. Kamp, "Auto-association by multilayer perceptrons and singular value decomposition", Biological
Cybernetics 59 (1988), doi:10.1007/BF00332918, say why the hidden layers: without them it could do no more than PCA.
"""

import math

from autoencoder.networks.layers import Dense, Flatten, Layer, Reshape, Shape

UNITS = 64


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` (height, width, channels) to a code of `code_size` numbers."""
    return (Flatten(), Dense(UNITS), Dense(code_size, "linear"))


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From a code to a picture of `shape`, with values in [0, 1]."""
    return (Dense(UNITS), Dense(math.prod(shape), "sigmoid"), Reshape(shape))
