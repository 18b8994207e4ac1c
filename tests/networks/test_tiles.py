import numpy as np
import pytest

from autoencoder.networks.tiles import looked_for, painted, shrink, stacked


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_a_dense_layer_looks_for_whole_pictures() -> None:
    weights, picture = random(5, 6 * 7 * 3), random(6, 7, 3)
    tiles = looked_for(weights, picture.shape)
    assert tiles.shape == (5, 6, 7, 3)
    np.testing.assert_allclose((tiles * picture).sum(axis=(1, 2, 3)), weights @ picture.ravel(), rtol=1e-4, atol=1e-4)


def test_a_layer_of_patches_looks_for_patches() -> None:
    weights = random(5, 2 * 2 * 3)
    assert looked_for(weights, (7, 9, 3)).shape == (5, 2, 2, 3)
    np.testing.assert_array_equal(looked_for(weights, (7, 9, 3))[1, 1, 0], weights[1, 6:9])


def test_a_convolution_looks_for_its_filters() -> None:
    assert looked_for(weights := random(4, 3, 3, 1), (28, 28, 1)) is weights


def test_a_dense_layer_paints_whole_pictures() -> None:
    weights, units = random(6 * 7 * 3, 5), random(5)
    tiles = painted(weights, (6, 7, 3))
    together = np.tensordot(units, tiles, 1)
    np.testing.assert_allclose(together, (weights @ units).reshape(6, 7, 3), rtol=1e-4, atol=1e-4)


@pytest.mark.slow  # imports Keras
@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose"])
def test_a_convolution_paints_what_one_place_of_a_map_becomes(kind: str) -> None:
    import keras

    transposed = kind == "Conv2DTranspose"
    layer = getattr(keras.layers, kind)(3, 5, padding="same", use_bias=False)
    place = np.zeros((1, 9, 9, 2), np.float32)
    place[0, 4, 4, 1] = 1
    made = np.asarray(layer(place))
    kernel = layer.kernel.numpy()
    weights = kernel.transpose((2, 0, 1, 3) if transposed else (3, 0, 1, 2))
    tiles = painted(weights, (9, 9, 3), transposed=transposed)
    assert tiles.shape == (2, 5, 5, 3)
    np.testing.assert_allclose(made[0, 2:7, 2:7], tiles[1], rtol=0, atol=1e-6)


@pytest.mark.parametrize(("channels", "sides"), [(1, (3, 2)), (4, (6, 4)), (5, (6, 6)), (32, (18, 12))])
def test_the_slices_of_a_filter_stand_in_a_grid(channels: int, sides: tuple[int, int]) -> None:
    weights = random(7, 3, 2, channels)
    tiles = stacked(weights)
    assert tiles.shape == (7, *sides, 1)
    assert np.count_nonzero(tiles) == weights.size
    last, columns = channels - 1, sides[1] // 2
    row, column = 3 * (last // columns), 2 * (last % columns)
    np.testing.assert_array_equal(tiles[2, row : row + 3, column : column + 2, 0], weights[2, :, :, last])


def test_weights_for_other_pictures_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"^Expected weights for pictures of \(8, 8, 1\) or .* Received:"):
        looked_for(random(5, 7), (8, 8, 1))


def test_large_maps_are_shrunk_to_their_means() -> None:
    tiles = np.arange(70 * 40, dtype=np.float64).reshape(1, 70, 40)
    small = shrink(tiles)
    assert small.shape == (1, 24, 14)  # by 3, the last ones from what is there
    assert small[0, 1, 2] == tiles[0, 3:6, 6:9].mean()
    assert small[0, -1, 0] == tiles[0, 69, :3].mean()
    assert shrink(tiles[:, :32, :32]).shape == (1, 32, 32)
