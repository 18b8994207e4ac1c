from typing import Any

import numpy as np
import pytest

from autoencoder.analysis import inside
from autoencoder.networks.blocks import (
    CLOSED,
    Coarser,
    Gate,
    Keep,
    PatchConvolution,
    Residual,
    TransposedPatchConvolution,
)
from autoencoder.networks.build import (
    HiddenMaps,
    build_decoder,
    build_encoder,
    layer_outputs,
    outer_tiles,
    weights_by_layer,
)
from autoencoder.networks.compiled import CompiledNetwork, export
from autoencoder.networks.layers import Convolution, Crop, Layer, MaxPooling, Sequential, Shape, TransposedConvolution
from autoencoder.networks.ordered import keep_first
from autoencoder.networks.plan import NETWORKS, VECTOR_NETWORKS, Plan, make_plan
from autoencoder.networks.traced import trace
from tests.conftest import Exported
from tests.examples import make_pictures
from tests.networks.kinds import KINDS

pytestmark = pytest.mark.slow  # imports TensorFlow

SHAPES = [(8, 8, 1), (30, 45, 3)]  # sides that halve, and such as do not
NEAR = 1e-5  # sums of a few products of numbers up to 6, each rounded to 6e-8 of it, and TensorFlow's own sigmoid


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("network", "ordered"), KINDS)
def test_keras_builds_what_the_plan_says(network: str, shape: tuple[int, int, int], ordered: bool) -> None:
    plan = make_plan(network, shape, 7, ordered=ordered)
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 1)
    assert encoder.input_shape == decoder.output_shape == (None, *shape)
    assert encoder.output_shape == (None, *plan.code_shape)
    assert decoder.input_shape == ([(None, 7), (None, 7)] if ordered else (None, *plan.code_shape))
    assert encoder.count_params() == plan.encoder_parameters
    assert decoder.count_params() == plan.decoder_parameters


@pytest.mark.parametrize("network", NETWORKS)
def test_the_seed_decides_the_weights_and_layers_of_one_shape_do_not_begin_alike(network: str) -> None:
    plan = make_plan(network, (8, 8, 1), 4, ordered=network in VECTOR_NETWORKS)
    seed = 2**32 - 1  # the largest of the settings
    one, same, other = (
        [
            *build_encoder(plan, first).get_weights(),
            *build_decoder(plan, first + 1000).get_weights(),
        ]  # as trained
        for first in (seed, seed, 6)
    )
    assert [array.tobytes() for array in one] == [array.tobytes() for array in same]
    drawn = [array.tobytes() for array in one if array.any()]
    assert len(drawn) == len(set(drawn))
    assert [array.tobytes() for array in other] != [array.tobytes() for array in one]


@pytest.mark.parametrize("name", ["ordered_network", "exact_network", "open_network"])
def test_reconstructions_are_pictures(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    codes = 100 * np.random.default_rng(0).normal(size=(20, *network.plan.code_shape)).astype(np.float32)
    rebuilt = network.decoder([codes, np.ones_like(codes)] if network.plan.ordered else codes).numpy()
    assert rebuilt.shape == (20, *network.plan.shape)
    assert rebuilt.min() >= 0
    assert rebuilt.max() <= 1
    assert rebuilt.std() > 0.1


def test_a_rectified_code_is_never_below_0(ordered_network: Exported) -> None:
    plain, rectified = (
        build_encoder(make_plan("dense", (8, 8, 1), 12, ordered=False, code=code), 3) for code in ("plain", "rectified")
    )
    pictures = make_pictures(50, (8, 8, 1))
    np.testing.assert_allclose(rectified(pictures).numpy(), np.maximum(plain(pictures).numpy(), 0), rtol=0, atol=1e-6)
    assert rectified(pictures).numpy().min() == 0


def test_a_linear_network_is_a_matrix_and_a_vector() -> None:
    plan = make_plan("linear", (8, 8, 1), 5, ordered=False)
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 1)
    for model in (encoder, decoder):
        model.set_weights([np.random.default_rng(4).normal(size=one.shape) for one in model.get_weights()])
    (down, before), (up, after) = encoder.get_weights(), decoder.get_weights()
    pictures = make_pictures(6, (8, 8, 1))
    expected = (pictures.reshape(6, 64) @ down + before) @ up + after
    np.testing.assert_allclose(decoder(encoder(pictures)).numpy().reshape(6, 64), expected, rtol=1e-3, atol=1e-3)
    assert not (down @ up == 0).all()
    assert expected.min() < 0 < 1 < expected.max()


def test_a_code_has_both_signs(ordered_network: Exported) -> None:
    codes = ordered_network.encoder(make_pictures(50, (8, 8, 1))).numpy()
    assert codes.min() < 0 < codes.max()


@pytest.mark.parametrize("size", [0, 1, 5, 11])
def test_numbers_that_are_left_out_change_nothing(ordered_network: Exported, size: int) -> None:
    generator = np.random.default_rng(size)
    codes = generator.normal(size=(6, 12)).astype(np.float32)
    others = codes.copy()
    others[:, size:] = 1000 * generator.normal(size=(6, 12 - size))
    kept = keep_first(np.full(6, size), 12)
    decode = ordered_network.decoder
    np.testing.assert_array_equal(decode([codes, kept]).numpy(), decode([others, kept]).numpy())
    all_kept = np.ones_like(kept)
    assert not np.allclose(decode([codes, all_kept]).numpy(), decode([others, all_kept]).numpy())


def test_the_decoder_knows_a_number_left_out_from_a_zero(ordered_network: Exported) -> None:
    codes = np.zeros((1, 12), np.float32)
    one, other = (ordered_network.decoder([codes, keep_first(np.array([size]), 12)]).numpy() for size in (3, 4))
    assert not np.allclose(one, other)


# Layers against NumPy


def alone(layer: Layer, shape: Shape) -> Plan:
    """A plan whose encoder is this layer, for tensors of this shape."""
    return Plan(shape, (1,), ordered=False, encoder=Sequential((layer,)), decoder=Sequential(()))


def run_layer(layer: Layer, tensors: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """What Keras makes of tensors (n, height, width, channels) with this layer, and its weights; no bias is 0."""
    built = build_encoder(alone(layer, tensors.shape[1:]), 3)
    built.set_weights([np.random.default_rng(4).normal(size=one.shape) for one in built.get_weights()])
    return built(tensors).numpy(), built.get_weights()


@pytest.mark.parametrize("size", [(6, 8), (7, 9)], ids=str)
def test_pooling_takes_the_highest_of_two_by_two(size: tuple[int, int]) -> None:
    tensors = np.random.default_rng(0).normal(size=(2, *size, 3)).astype(np.float32) - 5  # zeros would be the highest
    rows, columns = (range(0, side, 2) for side in size)
    expected = [[tensors[:, row : row + 2, column : column + 2].max((1, 2)) for column in columns] for row in rows]
    np.testing.assert_array_equal(run_layer(MaxPooling(), tensors)[0], np.moveaxis(np.array(expected), 2, 0))


def test_a_transposed_convolution_adds_to_three_by_three_places() -> None:
    tensors = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype(np.float32)
    layer = TransposedConvolution(6, "linear")
    outcome, (kernel, bias) = run_layer(layer, tensors)  # kernel (3, 3, filters, channels)
    expected = np.zeros((2, 9, 11, 6))
    for row, column in np.ndindex(4, 5):
        added = np.einsum("nc,abfc->nabf", tensors[:, row, column], kernel)
        expected[:, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3] += added
    np.testing.assert_allclose(outcome, expected[:, :8, :10] + bias, rtol=0, atol=1e-4)
    assert TransposedConvolution(6).activation == "relu"


@pytest.mark.parametrize("size", [(5, 3), (7, 8), (5, 8)], ids=str)
def test_a_crop_keeps_the_upper_left(size: tuple[int, int]) -> None:
    tensors = make_pictures(2, (7, 8, 3))
    np.testing.assert_array_equal(run_layer(Crop(*size), tensors)[0], tensors[:, : size[0], : size[1]])


every_picture = pytest.mark.parametrize("shape", [(8, 8, 1), (9, 11, 3)], ids=str)


def patches_of(pictures: np.ndarray, side: int) -> np.ndarray:
    """(n, height, width, channels) → (n, rows, columns, side × side × channels), a rest filled up with zeros"""
    count, height, width, channels = pictures.shape
    rows, columns = -(-height // side), -(-width // side)
    full = np.zeros((count, rows * side, columns * side, channels), np.float32)
    full[:, :height, :width] = pictures
    cut = [
        full[:, side * row : side * row + side, side * column : side * column + side].reshape(count, -1)
        for row, column in np.ndindex(rows, columns)
    ]
    return np.stack(cut, axis=1).reshape(count, rows, columns, -1)


@every_picture
def test_patches_are_weighed_each_by_itself(shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(3, shape)
    outcome, (weights, bias) = run_layer(PatchConvolution(5, 2), pictures)
    np.testing.assert_allclose(outcome, np.maximum(patches_of(pictures, 2) @ weights + bias, 0), rtol=0, atol=1e-4)


@every_picture
def test_patches_are_laid_side_by_side(shape: tuple[int, int, int]) -> None:
    rows, columns = -(-shape[0] // 2), -(-shape[1] // 2)
    tensors = np.random.default_rng(0).normal(size=(3, rows, columns, 5)).astype(np.float32)
    outcome, (weights, bias) = run_layer(TransposedPatchConvolution(2, shape), tensors)
    inside = patches_of(np.ones((3, *shape), np.float32), 2) == 1
    expected = np.where(inside, tensors @ weights + bias, 0)
    np.testing.assert_allclose(patches_of(outcome, 2), expected, rtol=0, atol=1e-4)


@every_picture
def test_what_is_kept_are_the_pictures_own_pixels(shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(3, shape)
    layer = Keep((PatchConvolution(5, 2), Convolution(5)), 2)
    stack = run_layer(layer, pictures)[0]
    np.testing.assert_array_equal(stack[..., 5:], patches_of(pictures, 2))
    made = run_layer(layer, 1 - pictures)[0][..., :5]
    assert not np.allclose(stack[..., :5], made)


def gate_and_painting(built: Any) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Kernel and bias of a gate without layers, and of its painting, in the order in which Keras keeps them."""
    weights = built.get_weights()
    np.testing.assert_array_equal(weights[1], np.full(4, CLOSED, np.float32))
    return weights[:2], weights[2:]


def run_gate(pictures: np.ndarray, opening: float) -> tuple[np.ndarray, np.ndarray]:
    """What a gate makes of kept pictures whose gate opens this far, and the painting that it had to paint."""
    kept, channels = patches_of(pictures, 2), pictures.shape[3]
    beside = np.random.default_rng(0).normal(size=(*kept.shape[:3], 6)).astype(np.float32)
    layer = Gate(2, pictures.shape[1:], ())
    tensors = np.concatenate([beside, kept], axis=-1)
    built = build_encoder(alone(layer, tensors.shape[1:]), 3)
    (gates, gate_bias), (weights, bias) = gate_and_painting(built)
    bias = np.linspace(-2, 2, 4 * channels, dtype=np.float32)
    built.set_weights([0 * gates, np.full_like(gate_bias, opening), weights, bias])
    painting = 1 / (1 + np.exp(-(beside @ weights + bias)))
    return built(tensors).numpy(), painting


@every_picture
def test_a_closed_gate_gives_the_picture_back(shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(3, shape)
    np.testing.assert_allclose(run_gate(pictures, -200.0)[0], pictures, rtol=0, atol=1e-6)


@every_picture
def test_an_open_gate_gives_the_painting_and_one_between_a_mixture(shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(3, shape)
    outcome, painting = run_gate(pictures, 200.0)
    inside = patches_of(np.ones_like(pictures), 2) == 1  # and not what was filled up
    np.testing.assert_allclose(patches_of(outcome, 2), np.where(inside, painting, 0), rtol=0, atol=NEAR)
    mixed, _ = run_gate(pictures, np.log(1 / 3))  # a quarter open
    np.testing.assert_allclose(mixed, 0.75 * pictures + 0.25 * outcome, rtol=0, atol=NEAR)


def test_a_gate_opens_for_every_pixel_alone_and_for_all_its_colors() -> None:
    layer = Gate(2, (4, 4, 3), ())
    built = build_encoder(alone(layer, (2, 2, 5 + 12)), 3)
    (gates, _), (weights, bias) = gate_and_painting(built)
    only_the_second = np.array([-200, 200, -200, -200], np.float32)  # pixel of every patch
    built.set_weights([0 * gates, only_the_second, 0 * weights, bias + 200])  # a white painting
    outcome = built(np.zeros((1, 2, 2, 17), np.float32)).numpy()[0]
    expected = np.zeros((4, 4, 3))
    expected[::2, 1::2] = 1
    np.testing.assert_allclose(outcome, expected, rtol=0, atol=NEAR)


def test_a_gate_begins_nearly_closed() -> None:
    plan = make_plan("repairer", (12, 12, 3), 64, ordered=False)
    pictures = make_pictures(4, (12, 12, 3))
    rebuilt = build_decoder(plan, 1)(build_encoder(plan, 0)(pictures)).numpy()
    opening = 1 / (1 + np.exp(-CLOSED))
    assert np.abs(rebuilt - pictures).mean() < 2 * opening
    assert np.corrcoef(rebuilt.ravel(), pictures.ravel())[0, 1] > 0.9


@every_picture
def test_a_coarser_look_adds_to_the_picture(shape: tuple[int, int, int]) -> None:
    """Of one filter that takes the mean of 2 × 2 places, and hands it back to all four."""
    pictures = make_pictures(3, shape)
    layer = Coarser(1, ())
    built = build_encoder(alone(layer, shape), 3)
    (inner, inner_bias, outer, outer_bias) = built.get_weights()
    channels = shape[2]
    assert (inner.shape, outer.shape) == ((4 * channels, 1), (1, 4 * channels))
    built.set_weights([np.full_like(inner, 1 / (4 * channels)), inner_bias, np.ones_like(outer), outer_bias + 0.5])
    means = patches_of(pictures, 2).mean(axis=-1)
    spread = means.repeat(2, axis=1).repeat(2, axis=2)[:, : shape[0], : shape[1], np.newaxis]
    np.testing.assert_allclose(built(pictures).numpy(), pictures + spread + 0.5, rtol=0, atol=NEAR)


def test_a_coarser_look_sees_twice_as_far() -> None:
    """A pixel that changes is felt beyond the 3 × 3 places of a residual layer."""
    pictures = make_pictures(2, (16, 16, 2))
    pictures[1] = pictures[0]
    pictures[1, 8, 8] += 1
    fine, coarse = (np.ptp(run_layer(layer, pictures)[0], axis=0).max(-1) > 1e-3 for layer in LOOKS)
    assert fine.sum() == 9
    assert coarse.sum() == 36


LOOKS = (Residual(4), Coarser(4, (Residual(4),)))


# The example of keras.io/examples/vision/autoencoder


def test_the_keras_example_is_the_one_that_was_published() -> None:
    import keras
    from keras import layers

    published = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, (3, 3), activation="relu", padding="same"),
            layers.MaxPooling2D((2, 2), padding="same"),
            layers.Conv2D(32, (3, 3), activation="relu", padding="same"),
            layers.MaxPooling2D((2, 2), padding="same"),
            layers.Conv2DTranspose(32, (3, 3), strides=2, activation="relu", padding="same"),
            layers.Conv2DTranspose(32, (3, 3), strides=2, activation="relu", padding="same"),
            layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same"),
        ]
    )
    plan = make_plan("keras_example", (28, 28, 1), 64, ordered=False)
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 1)
    weights = [*encoder.get_weights(), *decoder.get_weights()]
    assert [one.shape for one in weights] == [one.shape for one in published.get_weights()]
    published.set_weights([one + 0.05 * np.random.default_rng(2).normal(size=one.shape) for one in weights])
    encoder.set_weights(published.get_weights()[:4])
    decoder.set_weights(published.get_weights()[4:])
    pictures = make_pictures(5, (28, 28, 1))
    rebuilt = decoder(encoder(pictures)).numpy()
    np.testing.assert_allclose(rebuilt, published(pictures).numpy(), rtol=0, atol=NEAR)
    assert rebuilt.std(axis=0).max() > 0.01


@pytest.mark.parametrize("name", ["ordered_network", "exact_network", "open_network", "gaussian_network"])
def test_the_outer_tiles_are_those_of_the_network_in_the_end(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    compiled = CompiledNetwork(*network.files)
    kept = outer_tiles(network.plan, network.encoder, network.decoder, 7)
    for name, found in (("first", inside.first_tiles(compiled)), ("last", inside.last_tiles(compiled))):
        assert found is not None
        np.testing.assert_allclose(kept[name], found[:7], rtol=0, atol=NEAR)


def test_a_gate_paints_no_sum(inpainter_network: Exported) -> None:
    assert [*outer_tiles(inpainter_network.plan, inpainter_network.encoder, inpainter_network.decoder, 7)] == ["first"]


@pytest.mark.parametrize("name", ["ordered_network", "exact_network", "open_network", "gaussian_network"])
def test_the_layers_of_keras_are_those_of_the_compiled_network(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    traced, pictures = trace(CompiledNetwork(*network.files)), make_pictures(2, network.plan.shape)
    for model, half in ((network.encoder, traced.encoder), (network.decoder, traced.decoder)):
        inputs = [np.random.default_rng(0).normal(size=(2, *one.shape[1:])).astype(np.float32) for one in model.inputs]
        inputs = [pictures] if half is traced.encoder else inputs
        (made,) = half.run(*inputs)
        expected = layer_outputs(model)(inputs)
        assert len(expected) == len(made)
        for ours, theirs in zip(made, expected, strict=True):
            np.testing.assert_allclose(ours.reshape(theirs.shape), theirs, rtol=0, atol=NEAR)


@pytest.mark.parametrize("name", ["ordered_network", "exact_network", "open_network", "inpainter_network"])
def test_maps_of_a_picture_are_those_of_the_compiled_network(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    picture = make_pictures(1, network.plan.shape)[0]
    maps = HiddenMaps(network.plan, network.encoder, network.decoder).of(picture, 5)
    layers = inside.activations_of(CompiledNetwork(*network.files), picture[np.newaxis])
    expected = {one.name: one.values[0] for one in layers[:-1] if one.values.ndim == 4}
    assert [*maps] == [*expected]
    assert bool(maps) == (name != "ordered_network")
    if name != "inpainter_network":  # whose gates no layer tells
        for layer, tiles in maps.items():
            wanted = np.moveaxis(expected[layer][..., :5], -1, 0)[..., np.newaxis]
            np.testing.assert_allclose(tiles, wanted, rtol=0, atol=NEAR)


@pytest.mark.parametrize("composition", ["dense-16.12-norm", "conv-8k3s2-gelu-norm"])
def test_a_batch_normalization_is_worked_into_the_tiles_as_the_converter_does_it(composition: str) -> None:
    plan = make_plan("own", (8, 8, 1), 5, ordered=False, composition=composition)
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 1)
    generator = np.random.default_rng(2)
    for weight in encoder.weights:
        if weight.name in ("gamma", "moving_variance"):
            weight.assign(generator.uniform(0.3, 3, weight.shape))
    first = inside.first_tiles(CompiledNetwork(export(encoder), export(decoder)))
    assert first is not None
    np.testing.assert_allclose(outer_tiles(plan, encoder, decoder, 7)["first"], first[:7], rtol=0, atol=NEAR)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_network_has_outer_tiles(network: str, shape: tuple[int, int, int]) -> None:
    plan = make_plan(network, shape, 7, ordered=False)
    for tiles in outer_tiles(plan, build_encoder(plan, 0), build_decoder(plan, 1), 5).values():
        assert (len(tiles), tiles.shape[3]) == (5, shape[2])


def test_weights_are_of_the_layer_that_they_are_in() -> None:
    shapes = {}
    for network, composition in (("dense", ""), ("own", "dense-40.20-norm"), ("keras_example", "")):
        plan = make_plan(network, (28, 28, 1), 8, ordered=False, composition=composition)
        by_layer = weights_by_layer(build_encoder(plan, 0), build_decoder(plan, 1))
        shapes[network] = {name: [tuple(one.shape) for one in some] for name, some in by_layer.items()}
    assert shapes["dense"]["code"] == [(256, 8), (8,), (784, 8)], "the sum of a deep way and a straight one"
    assert shapes["own"]["encoder 2"] == [(40, 20), (20,), (20,)], "with its normalization"
    assert [*shapes["keras_example"]][:3] == ["encoder 1", "encoder 3", "decoder 1"], "pooling has no weights"


@pytest.mark.parametrize(
    "name", ["ordered_network", "gated_network", "exact_network", "open_network", "inpainter_network"]
)
def test_every_weight_is_in_one_layer(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    by_layer = weights_by_layer(network.encoder, network.decoder)
    found = [id(one) for some in by_layer.values() for one in some]
    every = [*network.encoder.trainable_variables, *network.decoder.trainable_variables]
    assert sorted(found) == sorted(map(id, every))
    assert {*by_layer} <= {*trace(CompiledNetwork(*network.files)).names}
