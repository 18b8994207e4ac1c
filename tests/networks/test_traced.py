from typing import Any, get_args

import numpy as np
import pytest

from autoencoder.analysis.inside import use_of
from autoencoder.networks import traced
from autoencoder.networks.compiled import CompiledNetwork, export
from autoencoder.networks.layers import Activation
from autoencoder.networks.traced import TooLargeError, TracedHalf, TracedNetwork, trace
from tests.conftest import Exported
from tests.examples import make_pictures

pytestmark = pytest.mark.slow  # imports TensorFlow

CLOSE = {"rtol": 0, "atol": 1e-5}
LAYERS = {  # of the networks in conftest.py → what is looked at, of the encoder and of the decoder
    "ordered_network": [
        [("dense", (512,)), ("dense", (256,)), ("sum", (12,))],
        [("dense", (512,)), ("dense", (768,)), ("dense", (8, 8, 1))],
    ],
    "gated_network": [  # no layer for a product's factors, which are only added together
        [("dense", (320,)), ("sum", (320,)), ("sum", (320,)), ("sum", (12,))],
        [("dense", (320,)), *[("sum", (320,))] * 3, ("sum", (8, 8, 1))],
    ],
    "exact_network": [
        [("dense", (3, 3, 64)), ("convolution", (3, 3, 32)), ("sum", (3, 3, 64)), ("dense", (5,))],
        [("dense", (3, 3, 64)), ("convolution", (3, 3, 32)), ("sum", (3, 3, 64)), ("dense", (9, 10, 3))],
    ],
    "open_network": [
        [("convolution", (9, 10, 32)), ("pooling", (5, 5, 32)), ("convolution", (5, 5, 32)), ("pooling", (3, 3, 32))],
        [("transposed", (6, 6, 32)), ("transposed", (12, 12, 32)), ("convolution", (9, 10, 3))],
    ],
    "gaussian_network": [[("dense", (64,)), ("dense", (5,))], [("dense", (64,)), ("dense", (8, 8, 1))]],
}
KERNELS = {  # of Keras → as LiteRT has them
    "Dense": lambda kernel: kernel.T,
    "Conv2D": lambda kernel: kernel.transpose(3, 0, 1, 2),
    "Conv2DTranspose": lambda kernel: kernel.transpose(2, 0, 1, 3),
}


@pytest.fixture(scope="module", params=LAYERS)
def network(request: pytest.FixtureRequest) -> Exported:
    return request.getfixturevalue(request.param)


def run(network: TracedNetwork, pictures: np.ndarray, sizes: np.ndarray | int | None = None) -> list[np.ndarray]:
    return [np.concatenate(parts) for parts in zip(*network.run(pictures, sizes), strict=True)]


def keras_outputs(model: Any, inputs: Any) -> list[tuple[Any, np.ndarray]]:
    """Every layer of a Keras model with what it makes, in the order of the model."""
    import keras

    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    given = inputs if isinstance(inputs, list) else [inputs]
    made = keras.Model(model.inputs, [layer.output for layer in layers])(given)
    return [(layer, np.asarray(one)) for layer, one in zip(layers, made, strict=True)]


@pytest.mark.parametrize("name", LAYERS)
def test_these_layers_are_looked_at(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    looked = trace(CompiledNetwork(*network.files))
    found = [[(layer.kind, layer.shape) for layer in half.layers] for half in (looked.encoder, looked.decoder)]
    if name == "gaussian_network":  # the means and the logarithms of the variances
        assert found[0].pop() == ("dense", (2, 5))
        found[0].append(("dense", (5,)))
    assert found == LAYERS[name]


def test_every_layer_makes_what_it_makes_in_keras(network: Exported) -> None:
    compiled, pictures = CompiledNetwork(*network.files), make_pictures(70, network.plan.shape)
    looked, codes = trace(compiled), compiled.encode(pictures)
    encoder, decoder = (len(half.layers) for half in (looked.encoder, looked.decoder))
    made = run(looked, pictures)
    assert len(made) == encoder + decoder
    given = [codes, np.ones_like(codes)] if compiled.ordered else codes
    for model, inputs, ours in (
        (network.encoder, pictures, made[:encoder]),
        (network.decoder, given, made[encoder:]),
    ):
        known = iter(keras_outputs(model, inputs))  # goes on where it was: the order is the same
        for values in ours:
            assert any(is_alike(expected, values) for _, expected in known), values.shape


def is_alike(expected: np.ndarray, values: np.ndarray) -> bool:
    """Whether two tensors hold the same numbers; of Gaussian codes only the means are looked at."""
    means = expected[:, :5] if expected.shape == (70, 10) and values.shape == (70, 5) else expected
    return means.size == values.size and np.allclose(means.reshape(values.shape), values, **CLOSE)


def test_weights_are_those_of_keras(network: Exported) -> None:
    looked = trace(CompiledNetwork(*network.files))
    for model, half in ((network.encoder, looked.encoder), (network.decoder, looked.decoder)):
        kernels = [
            KERNELS[type(layer).__name__](layer.kernel.numpy()) for layer in model.layers if hasattr(layer, "kernel")
        ]
        known = iter(kernels)
        found = [weights for layer in half.layers if (weights := half.weights(layer)) is not None]
        assert found
        for weights in found:
            assert any(kernel.shape == weights.shape and np.allclose(kernel, weights, **CLOSE) for kernel in known)
        np.testing.assert_allclose(found[0], kernels[0], **CLOSE)


def test_an_ordered_decoder_is_given_so_many_numbers(ordered_network: Exported) -> None:
    compiled, pictures = CompiledNetwork(*ordered_network.files), make_pictures(5, (8, 8, 1))
    rebuilt = run(trace(compiled), pictures, 3)[-1]
    np.testing.assert_array_equal(rebuilt, compiled.decode(compiled.encode(pictures), 3))
    assert not np.allclose(rebuilt, run(trace(compiled), pictures)[-1], **CLOSE)


def test_every_picture_may_have_its_own_size(ordered_network: Exported) -> None:
    compiled, pictures = CompiledNetwork(*ordered_network.files), make_pictures(70, (8, 8, 1))
    sizes = np.arange(70) % 12 + 1
    rebuilt = run(trace(compiled), pictures, sizes)[-1]
    np.testing.assert_array_equal(rebuilt, compiled.decode(compiled.encode(pictures), sizes))


def test_also_a_network_with_a_gate_ends_in_its_picture(inpainter_network: Exported) -> None:
    compiled, pictures = CompiledNetwork(*inpainter_network.files), make_pictures(3, (9, 10, 3))
    np.testing.assert_array_equal(run(trace(compiled), pictures)[-1], compiled.decode(compiled.encode(pictures)))


def test_a_network_that_takes_too_much_memory_is_refused(
    exact_network: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = CompiledNetwork(*exact_network.files)
    maps = 2 * 64 * (3 * 3 * (64 + 32 + 64)) * 4  # of both halves, for a batch
    monkeypatch.setattr(traced, "MOST_BYTES", maps)
    with pytest.raises(TooLargeError, match=r"^Expected tensors of at most .* bytes\. Received: "):
        TracedNetwork(compiled)
    monkeypatch.setattr(traced, "MOST_BYTES", 8 * maps)
    TracedNetwork(compiled)


def test_a_pooled_relu_and_one_laid_out_anew_are_still_its(open_network: Exported, exact_network: Exported) -> None:
    looked = trace(CompiledNetwork(*open_network.files))
    assert [layer.rectified for layer in looked.encoder.layers] == [True] * 4
    uses = use_of(CompiledNetwork(*open_network.files), make_pictures(3, (9, 10, 3)))
    assert [use.rectified for use in uses] == [True, False, True, False, True, True, False], "no unit is counted twice"
    looked = trace(CompiledNetwork(*exact_network.files))
    assert [layer.rectified for layer in looked.decoder.layers] == [True, True, False, False]
    assert [layer.units for layer in looked.decoder.layers] == [3 * 3 * 64, 32, 64, 3]


def test_pictures_come_in_batches(exact_network: Exported) -> None:
    looked = trace(CompiledNetwork(*exact_network.files))
    assert [len(made[0]) for made in looked.run(make_pictures(70, (9, 10, 3)))] == [64, 6]


QUICK = [("relu", False), ("leaky_relu", True), ("gelu", False), ("linear", True)]
ENDS = [(name, normalized) for name in (*get_args(Activation), "elu", "softplus") for normalized in (False, True)]


@pytest.mark.parametrize(
    ("activation", "normalized"),
    [pytest.param(*end, marks=[] if end in QUICK else pytest.mark.extended) for end in ENDS],
)
def test_a_layer_ends_behind_its_activation_function(activation: str, normalized: bool) -> None:
    import keras

    keras.utils.set_random_seed(0)
    inputs = keras.Input((6, 6, 2), name="pictures")
    x = keras.layers.Conv2D(4, 3, padding="same", strides=2)(inputs)
    x = keras.layers.BatchNormalization()(x) if normalized else x
    maps = keras.layers.Activation(activation)(x)
    x = keras.layers.Dense(5)(keras.layers.Flatten()(maps))
    x = keras.layers.BatchNormalization()(x) if normalized else x
    units = keras.layers.Dropout(0.5)(keras.layers.Activation(activation)(x))
    model = keras.Model(inputs, keras.layers.Dense(3)(units))
    generator = np.random.default_rng(1)
    for variable in model.variables:
        if "seed" not in variable.name:
            variable.assign(np.abs(variable.numpy() + generator.normal(0, 0.3, variable.shape)))
    pictures = make_pictures(3, (6, 6, 2)) - 0.5
    expected = keras.Model(inputs, [maps, units, model.outputs[0]])(pictures)
    half = TracedHalf(export(model))
    assert [layer.shape for layer in half.layers] == [(3, 3, 4), (5,), (3,)]
    assert [layer.rectified for layer in half.layers] == [activation == "relu"] * 2 + [False]
    (made,) = half.run(pictures)
    for values, theirs in zip(made, map(np.asarray, expected), strict=True):
        if activation == "linear" and values.shape[1:] == (5,):  # the last layer shifts and stretches them
            values, theirs = ((each - each.mean(axis=0)) / each.std(axis=0) for each in (values, theirs))
        np.testing.assert_allclose(values, theirs, **CLOSE)
