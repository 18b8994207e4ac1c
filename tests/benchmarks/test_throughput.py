import pytest

from autoencoder.networks.plan import make_plan
from benchmarks.throughput import operations

SHAPE, PICTURES = (28, 28, 1), 128
RESIDUAL = 49 * 64 * 32 * (3 * 3 + 1)  # of 7 × 7 places
PRODUCTS = {  # those that read the picture, and the others
    "dense": (784 * (512 + 64), 512 * 256 + 256 * 64 + 64 * 512 + 512 * 768 + 768 * 784),
    "convolutional": (49 * 16 * 64, 2 * RESIDUAL + 2 * 3136 * 64 + 49 * 64 * 16),
}


@pytest.mark.parametrize("network", PRODUCTS)
def test_every_product_is_there_forward_and_for_both_gradients_but_the_pictures(network: str) -> None:
    first, others = PRODUCTS[network]
    assert operations(make_plan(network, SHAPE, 64, ordered=False), PICTURES) == (4 * first + 6 * others) * PICTURES


def test_a_layer_that_is_not_known_is_an_error_not_less_work() -> None:
    with pytest.raises(TypeError, match=r"known here. Received: Convolution\(units=32"):
        operations(make_plan("keras_example", SHAPE, 64, ordered=False), PICTURES)
