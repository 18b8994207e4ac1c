"""Networks of a learner's own beside the same in plain Keras, and as the pages run them."""

from typing import Any

import numpy as np
import pytest

from autoencoder.networks.build import build_decoder, build_encoder
from autoencoder.networks.compiled import CompiledNetwork, export
from autoencoder.networks.composition import ACTIVATIONS
from autoencoder.networks.plan import Plan, make_plan
from tests.examples import make_pictures
from tests.networks.compositions import ALL_OPTIONS

pytestmark = pytest.mark.slow  # imports TensorFlow

NEAR = 1e-5  # sums of a few dozen products of numbers near 1, each rounded to 6e-8
SHAPE = (12, 12, 2)
SAID = {activation: f"dense-20.10-{activation}" for activation in ACTIVATIONS} | {
    "dropout": "dense-20.10-dropout0.5",
    "decay": "dense-20.10-decay0.01",
    "norm": "dense-20.10-tanh-norm",
    "convolutions": "conv-6k5s2.5k3s2-gelu",
    "normalized convolutions": "conv-6k5s2.5k3s2-leaky_relu-norm",
}


def plan_of(text: str) -> Plan:
    return make_plan("own", SHAPE, 4, ordered=False, composition=text)


def weighted(model: Any) -> Any:
    """The model with weights that no layer begins with; variances are above 0."""
    generator = np.random.default_rng(4)
    for weight in model.weights:
        drawn = generator.normal(0, 0.3, weight.shape)
        weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.path else drawn)
    return model


def in_plain_keras(text: str) -> list[Any]:
    """An encoder of two hidden layers and the decoder that mirrors it, by other lines than the app's."""
    import keras
    from keras import layers

    kind, _, *options = text.split("-")
    chosen = [one for one in options if one in ACTIVATIONS]
    activation: Any = getattr(keras.activations, chosen[0] if chosen else "relu")
    normalized, dropped = "norm" in options, "dropout0.5" in options

    def hidden(layer: Any) -> list[Any]:
        after = [layers.BatchNormalization(momentum=0.9)] if normalized else []
        return [layer, *after, layers.Activation(activation), *([layers.Dropout(0.5)] if dropped else [])]

    biased = {"use_bias": not normalized}
    if kind == "dense":
        down = [layers.Flatten(), *hidden(layers.Dense(20, **biased)), *hidden(layers.Dense(10, **biased))]
        up = [*hidden(layers.Dense(10, **biased)), *hidden(layers.Dense(20, **biased)), layers.Dense(288)]
        up += [layers.Activation("sigmoid"), layers.Reshape(SHAPE)]
    else:
        same = {"padding": "same"}
        down = [
            *hidden(layers.Conv2D(6, 5, 2, **same, **biased)),
            *hidden(layers.Conv2D(5, 3, 2, **same, **biased)),
            layers.Flatten(),
        ]
        up = [*hidden(layers.Dense(45, **biased)), layers.Reshape((3, 3, 5))]
        up += hidden(layers.Conv2DTranspose(6, 3, 2, **same, **biased))
        up.append(layers.Conv2DTranspose(2, 5, 2, **same, activation="sigmoid"))
    return [keras.Sequential([keras.Input(SHAPE), *down, layers.Dense(4)]), keras.Sequential([keras.Input((4,)), *up])]


@pytest.mark.parametrize("name", SAID)
def test_it_computes_what_plain_keras_does_with_the_same_weights(name: str) -> None:
    plan = plan_of(SAID[name])
    encoder, decoder = weighted(build_encoder(plan, 0)), weighted(build_decoder(plan, 1))
    pictures = make_pictures(6, SHAPE)
    codes = encoder(pictures).numpy()
    for ours, theirs, given in zip((encoder, decoder), in_plain_keras(SAID[name]), (pictures, codes), strict=True):
        theirs.set_weights(ours.get_weights())
        for training in [False, *([True] if "norm" in SAID[name] else [])]:
            made, expected = (np.asarray(model(given, training=training)) for model in (ours, theirs))
            np.testing.assert_allclose(made, expected, rtol=NEAR, atol=NEAR)
            assert expected.std() > 0.01


@pytest.mark.parametrize(
    "name",
    [
        name if name in ("gelu", "normalized convolutions") else pytest.param(name, marks=pytest.mark.extended)
        for name in SAID
    ],
)
def test_the_pages_run_it_as_keras_does(name: str) -> None:
    plan = plan_of(SAID[name])
    encoder, decoder = weighted(build_encoder(plan, 0)), weighted(build_decoder(plan, 1))
    network, pictures = CompiledNetwork(export(encoder), export(decoder)), make_pictures(70, SHAPE)
    codes = encoder(pictures).numpy()
    np.testing.assert_allclose(network.encode(pictures), codes, rtol=NEAR, atol=NEAR)
    np.testing.assert_allclose(network.decode(codes), decoder(codes).numpy(), rtol=NEAR, atol=NEAR)


def test_dropout_drops_its_share_in_training_alone_and_keeps_the_mean() -> None:
    encoder = build_encoder(plan_of("dense-1000-linear-dropout0.25"), 0)
    hidden = type(encoder)(encoder.input, next(one.output for one in encoder.layers if "dropout" in one.name))
    pictures = make_pictures(40, SHAPE)
    whole, dropped = hidden(pictures).numpy(), hidden(pictures, training=True).numpy()
    kept = dropped != 0
    assert np.mean(kept) == pytest.approx(0.75, abs=0.01)  # of 40,000, so 5 standard deviations
    np.testing.assert_allclose(dropped[kept], whole[kept] / 0.75, rtol=1e-4, atol=1e-6)
    assert not np.array_equal(kept, hidden(pictures, training=True).numpy() != 0)


@pytest.mark.parametrize("kind", ALL_OPTIONS)
def test_weight_decay_is_of_every_kernel_and_of_nothing_else(kind: str) -> None:
    plan = plan_of(ALL_OPTIONS[kind])
    decay = 0.001 if kind == "dense" else 0.0001
    for model in (weighted(build_encoder(plan, 0)), weighted(build_decoder(plan, 1))):
        squares = [np.square(weight.numpy()).sum() for weight in model.weights if weight.path.endswith("kernel")]
        assert len(squares) == len(model.losses) >= 2
        assert sum(map(float, model.losses)) == pytest.approx(decay * sum(squares), rel=1e-5)


@pytest.mark.parametrize("kind", ALL_OPTIONS)
def test_it_learns_as_many_numbers_as_its_plan_says(kind: str) -> None:
    plan = plan_of(ALL_OPTIONS[kind])
    for model, count in (
        (build_encoder(plan, 0), plan.encoder_parameters),
        (build_decoder(plan, 0), plan.decoder_parameters),
    ):
        assert sum(weight.numpy().size for weight in model.trainable_weights) == count
