from typing import Any

import numpy as np
import pytest

from autoencoder.export.script import network_values, render
from autoencoder.networks.plan import NETWORKS, Plan, make_plan
from autoencoder.training.settings import TrainingSettings
from tests.networks.kinds import KINDS

pytestmark = pytest.mark.slow  # it imports Keras

SHAPES = [(28, 28, 1), (45, 50, 3)]  # what patches fit into, and what they do not


def written(plan: Plan) -> dict[str, Any]:
    """The variables that the lines end with."""
    import keras
    from keras import layers, ops

    scope = {"keras": keras, "layers": layers, "ops": ops, "CODE": plan.code_size, "WEIGHT": 0.1}
    exec(render("network", TrainingSettings(), **network_values(plan)), scope)
    return scope


def matrices(*models: Any) -> int:
    """How many weights there are, without the biases: a convolution with a stride has one bias for many pixels."""
    return sum(weight.size for model in models for weight in model.get_weights() if weight.ndim > 1)


@pytest.mark.parametrize("shape", [SHAPES[0], pytest.param(SHAPES[1], marks=pytest.mark.extended)], ids=str)
@pytest.mark.parametrize(("network", "ordered"), KINDS)
def test_it_is_as_large_as_the_network_of_the_app(network: str, ordered: bool, shape: tuple[int, int, int]) -> None:
    from autoencoder.networks.build import build_decoder, build_encoder

    plan = make_plan(network, shape, 6, ordered=ordered)
    found = written(plan)
    encoder, decoder = found["encoder"], found["decoder"]
    assert matrices(encoder, decoder) == matrices(build_encoder(plan, 0), build_decoder(plan, 0))
    assert decoder.output_shape == (None, *shape)
    pictures = np.random.default_rng(0).random((2, *shape), np.float32)
    codes = encoder.predict(pictures, verbose=0)
    second = [pictures] if network == "repairer" else [np.ones_like(codes)] if ordered else []
    rebuilt = decoder.predict([codes, *second] if second else codes, verbose=0)
    assert rebuilt.shape == pictures.shape
    assert not NETWORKS[network].bounded or (rebuilt.min() >= 0 and rebuilt.max() <= 1)


@pytest.mark.parametrize("network", ["dense", "convolutional", "shallow", "linear"])
def test_codes_of_a_penalty_are_what_it_needs(network: str) -> None:
    pictures = np.random.default_rng(0).random((5, 28, 28, 1), np.float32)
    rectified = written(make_plan(network, (28, 28, 1), 6, ordered=False, code="rectified"))["encoder"]
    codes = np.asarray(rectified(pictures))
    assert codes.min() == 0
    assert float(rectified.losses[0]) == pytest.approx(0.1 * np.abs(codes).sum(axis=1).mean(), rel=1e-4)
    gaussian = written(make_plan(network, (28, 28, 1), 6, ordered=False, code="gaussian"))["encoder"]
    assert [part.shape for part in gaussian(pictures)] == [(5, 6), (5, 6)]


@pytest.mark.parametrize(("network", "ordered"), [(name, ordered) for name, ordered in KINDS if not ordered])
def test_first_weights_are_as_large_as_in_the_app(network: str, ordered: bool) -> None:
    """Larger or smaller ones would learn slower or faster; a matrix has them in one of two places."""
    from autoencoder.networks.build import build_decoder, build_encoder

    plan = make_plan(network, (28, 28, 3), 6, ordered=ordered)
    found = written(plan)
    for ours, theirs in ((build_encoder(plan, 1), found["encoder"]), (build_decoder(plan, 1), found["decoder"])):
        sizes = [
            sorted((weight.size, float(weight.std())) for weight in model.get_weights() if weight.ndim > 1)
            for model in (ours, theirs)
        ]
        for (size, spread), (other_size, other_spread) in zip(*sizes, strict=True):
            assert size == other_size
            assert spread == pytest.approx(other_spread, rel=0.35, abs=1e-6)
