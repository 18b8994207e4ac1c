from pathlib import Path

import numpy as np
import pytest

from autoencoder.analysis import inside
from autoencoder.analysis.inside import Use, activations_of, use_of
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from tests.analysis import looked_at
from tests.examples import make_pictures

ASSETS = Path(__file__).parents[2] / "assets" / "pretrained"
SHAPES = {"bottleneck": (28, 28, 1), "denoising": (28, 28, 1), "anomalies": (48, 48, 3), "family/sparse": (28, 28, 1)}


def shipped(name: str) -> CompiledNetwork:
    return CompiledNetwork(*RunFolder(ASSETS / name).network())


@pytest.fixture(scope="module")
def dense() -> CompiledNetwork:
    return looked_at.model().network


@pytest.fixture(scope="module")
def sparse() -> CompiledNetwork:
    return shipped("family/sparse")


def test_layers_are_named_from_picture_to_picture(dense: CompiledNetwork) -> None:
    names = ["encoder 1", "encoder 2", "code", "decoder 1", "decoder 2", "reconstruction"]
    layers = activations_of(dense, looked_at.pictures().test[:1])
    assert [layer.name for layer in layers] == names
    assert [layer.values.shape[1:] for layer in layers] == [(512,), (256,), (64,), (512,), (768,), (28, 28, 1)]


def test_code_and_reconstruction_are_those_of_the_network(dense: CompiledNetwork) -> None:
    pictures = looked_at.pictures().test[:5]
    codes = dense.encode(pictures)
    for size in (None, 3):
        made = {layer.name: layer.values for layer in activations_of(dense, pictures, size)}
        np.testing.assert_array_equal(made["code"], codes)
        np.testing.assert_array_equal(made["reconstruction"], dense.decode(codes, size))


def test_a_first_unit_fires_by_its_tile(dense: CompiledNetwork) -> None:
    """What a unit sees grows with the picture along its tile."""
    tiles = inside.first_tiles(dense)
    assert tiles is not None
    assert tiles.shape == (512, 28, 28, 1)
    gray = np.full((1, 28, 28, 1), 0.5, np.float32)
    before = activations_of(dense, gray)[0].values[0]
    unit = int(before.argmax())
    after = activations_of(dense, gray + 0.01 * tiles[unit])[0].values[0, unit]
    assert after - before[unit] == pytest.approx(0.01 * np.square(tiles[unit]).sum(), rel=1e-3)


def test_last_tiles_are_what_units_paint() -> None:
    """The linear decoder's picture is a sum of them, and of what it paints from nothing."""
    network = shipped("family/linear")
    tiles, codes = inside.last_tiles(network), np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    assert tiles is not None
    assert inside.painters(network) == "code"
    nothing = network.decode(np.zeros((1, 8), np.float32))
    np.testing.assert_allclose(network.decode(codes) - nothing, np.tensordot(codes, tiles, 1), rtol=0, atol=1e-4)


def test_a_sigmoid_of_all_tiles_and_a_bias_is_the_picture(sparse: CompiledNetwork) -> None:
    tiles, pictures = inside.last_tiles(sparse), looked_at.pictures().test[:8]
    assert tiles is not None
    *_, units, rebuilt = activations_of(sparse, pictures)
    added = np.tensordot(units.values, tiles, 1).astype(np.float64)
    inner = (rebuilt.values[0] > 0.02) & (rebuilt.values[0] < 0.98)  # beyond, a float32 does not tell the sum
    assert inner.sum() > 20
    first = rebuilt.values[0, inner].astype(np.float64)
    bias = np.log(first / (1 - first)) - added[0, inner]
    np.testing.assert_allclose(1 / (1 + np.exp(-added[:, inner] - bias)), rebuilt.values[:, inner], rtol=0, atol=1e-4)


@pytest.mark.parametrize(("name", "shape"), SHAPES.items())
def test_every_unit_that_paints_has_a_tile(name: str, shape: tuple[int, int, int]) -> None:
    network = shipped(name)
    used = {use.name: use for use in use_of(network, make_pictures(3, shape))}
    first, last = inside.first_tiles(network), inside.last_tiles(network)
    assert first is not None
    assert last is not None
    assert len(first) == len(used["encoder 1"].mean)
    assert len(last) == len(used[inside.painters(network)].mean)
    assert first.shape[3] == last.shape[3] == shape[2]


def test_filters_within_are_stacks_of_slices() -> None:
    filters = inside.inner_filters(shipped("denoising"))
    assert list(filters) == ["encoder 2", "encoder 4", "encoder 6", "decoder 1", "decoder 3", "decoder 5"]
    assert {tiles.shape for tiles in filters.values()} == {(32, 18, 18, 1)}
    assert not inside.inner_filters(looked_at.model().network)


@pytest.mark.parametrize("name", SHAPES)
def test_use_is_counted_over_all_pictures(name: str) -> None:
    network, pictures = shipped(name), make_pictures(70, SHAPES[name], seed=4)
    sizes = np.arange(70) % 64 + 1 if network.ordered else None
    for layer, use in zip(activations_of(network, pictures, sizes), use_of(network, pictures), strict=True):
        values = layer.values.reshape(70, -1, len(use.mean)).astype(np.float64)
        np.testing.assert_allclose(use.mean, np.abs(values).mean(axis=(0, 1)), rtol=1e-4)
        np.testing.assert_array_equal(use.share, (values != 0).any(axis=1).mean(axis=0))
        np.testing.assert_array_equal(use.share, layer.firing.mean(axis=0))
        assert (use.name, use.pictures) == (layer.name, 70)


def test_the_numbers_of_a_dense_layer_are_its_units_also_where_they_are_laid_out_as_maps() -> None:
    network, pictures = shipped("anomalies"), make_pictures(20, (48, 48, 3))
    use = {one.name: one for one in use_of(network, pictures)}["decoder 1"]
    sizes = np.arange(20) % 64 + 1
    made = next(one for one in activations_of(network, pictures, sizes) if one.name == use.name)
    assert made.values.shape == (20, 12, 12, 64)
    units = made.values.reshape(20, 9216)
    np.testing.assert_array_equal(use.dead, np.flatnonzero((units == 0).all(axis=0)))
    assert use.dead.size
    np.testing.assert_array_equal(made.firing, units != 0)
    np.testing.assert_array_equal(use.order_of(64), np.argsort(-made.values.mean(axis=(0, 1, 2)), kind="stable"))


RECTIFIED = {  # of the layers in SHAPES: what a ReLU makes
    "bottleneck": ["encoder 1", "encoder 2", "decoder 1", "decoder 2"],
    "anomalies": ["encoder 1", "encoder 2", "decoder 1", "decoder 2"],
    "family/sparse": ["encoder 1", "code", "decoder 1"],
    "family/linear": [],
}


@pytest.mark.parametrize("name", RECTIFIED)
def test_only_what_a_relu_makes_can_be_dead(name: str) -> None:
    network, pictures = shipped(name), make_pictures(5, SHAPES.get(name, (28, 28, 1)))
    assert [use.name for use in use_of(network, pictures) if use.rectified] == RECTIFIED[name]
    for layer in activations_of(network, pictures):
        assert layer.layer.rectified == (layer.name in RECTIFIED[name])
        assert not layer.layer.rectified or layer.values.min() == 0


def test_a_unit_that_never_fires_is_dead() -> None:
    use = Use("encoder 1", 10, True, np.array([0.2, 0.0, 0.7, 0.0, 0.2]), np.array([0.5, 0.0, 0.1, 0.0, 1.0]))
    assert use.dead.tolist() == [1, 3]
    assert use.order.tolist() == [2, 0, 4, 1, 3]


def test_a_sparse_code_is_used_in_part(sparse: CompiledNetwork) -> None:
    pictures = looked_at.pictures().test
    use = {one.name: one for one in use_of(sparse, pictures)}["code"]
    np.testing.assert_allclose(use.share, (sparse.encode(pictures) > 0).mean(axis=0))
    assert (use.share < 1).any()


def test_of_many_pictures_the_first_are_looked_at(sparse: CompiledNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "MOST_PICTURES", 7)
    pictures = make_pictures(20, (28, 28, 1))
    few, all_of_few = use_of(sparse, pictures)[0], use_of(sparse, pictures[:7])[0]
    assert few.pictures == 7
    np.testing.assert_array_equal(few.mean, all_of_few.mean)


def test_a_scale_leaves_out_a_few_weights() -> None:
    tiles = np.concatenate([np.full(8, 9.0), np.linspace(-1, 1, 1991)])
    assert inside.scale_of(tiles) == pytest.approx(1, abs=0.01)
    assert inside.scale_of(tiles, np.array([-20.0])) == pytest.approx(1, abs=0.01)
    assert inside.scale_of(np.array([0.0] * 999 + [0.5])) == 0.5
    assert inside.scale_of(np.zeros(3)) == 1


@pytest.mark.parametrize("shape", [(2, 8, 8, 1), (28, 28, 1), (0, 28, 28, 1)])
def test_pictures_of_another_shape_are_an_error(dense: CompiledNetwork, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^Expected pictures of shape \(28, 28, 1\)\. Received: "):
        activations_of(dense, np.zeros(shape, np.float32))
