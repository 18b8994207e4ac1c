"""The network of a well-known example: "Convolutional autoencoder for image denoising", keras.io, by S. L. Valdarrama.

https://keras.io/examples/vision/autoencoder/. Its code is a stack of 32 small pictures, a quarter as wide and as high
as the picture: for 28 × 28 pixels 1,568 numbers, twice as many as there are pixels, so nothing is squeezed. The
example's pictures are 28 × 28; of other sizes, what the upsampling makes too much is cut off.
"""

from autoencoder.networks.layers import Convolution, Crop, Layer, MaxPooling, Shape, TransposedConvolution

FILTERS = 32


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` to a stack of small pictures, whatever `code_size` says."""
    return (Convolution(FILTERS), MaxPooling(), Convolution(FILTERS), MaxPooling())


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From the stack to a picture of `shape`, with values in [0, 1]."""
    height, width, channels = shape
    return (
        TransposedConvolution(FILTERS),
        TransposedConvolution(FILTERS),
        Convolution(channels, activation="sigmoid"),
        Crop(height, width),
    )
