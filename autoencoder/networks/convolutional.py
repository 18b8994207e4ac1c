"""A convolutional autoencoder: the same small filters everywhere, so it knows that pictures have neighbors.

J. Masci et al., "Stacked convolutional auto-encoders for hierarchical feature extraction", ICANN 2011,
doi:10.1007/978-3-642-21735-7_7.
"""

from autoencoder.networks.layers import (
    Dense,
    Flatten,
    Layer,
    PatchConvolution,
    Reshape,
    Residual,
    Shape,
    TransposedPatchConvolution,
)

SIDE = 4  # of a patch, in pixels
FILTERS = 64
INNER_FILTERS = 32


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` (height, width, channels) to a code of `code_size` numbers."""
    return (
        PatchConvolution(FILTERS, SIDE),
        Residual(INNER_FILTERS),
        Flatten(),
        Dense(code_size, "linear"),
    )


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From a code to a picture of `shape`, with values in [0, 1]."""
    rows, columns, _ = PatchConvolution(FILTERS, SIDE).output_shape(shape)
    return (
        Dense(rows * columns * FILTERS),
        Reshape((rows, columns, FILTERS)),
        Residual(INNER_FILTERS),
        TransposedPatchConvolution(SIDE, shape, "sigmoid"),
    )
