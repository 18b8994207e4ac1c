"""An inpainter: it hands on what it knows, and paints over what it does not.

Shown pictures with stains and asked for the clean ones, it learns to tell what belongs to a picture from what does not.
Its code is no bottleneck: beside what it has worked out about its surroundings, every place keeps the picture's own
pixels, and a gate in the decoder decides whether they stay. V. Zavrtanik, M. Kristan and D. Skočaj, "DRAEM: a
discriminatively trained reconstruction embedding for surface anomaly detection", ICCV 2021, arXiv:2108.07610, learn
from painted damage too.
"""

from autoencoder.networks.layers import Coarser, Gate, Keep, Layer, PatchConvolution, Residual, Shape

SIDE = 2  # of a patch, in pixels
FILTERS, COARSE_FILTERS = 32, 64


def encoder(shape: Shape, code_size: int) -> tuple[Layer, ...]:
    """From a picture of `shape` to a stack of small pictures, whatever `code_size` says."""
    coarse = Coarser(COARSE_FILTERS, (Residual(COARSE_FILTERS), Residual(COARSE_FILTERS)))
    return (Keep(SIDE, (PatchConvolution(FILTERS, SIDE), Residual(FILTERS), coarse)),)


def decoder(shape: Shape) -> tuple[Layer, ...]:
    """From the stack to a picture of `shape`, with values in [0, 1]."""
    return (Gate(SIDE, shape, (Residual(FILTERS),)),)
