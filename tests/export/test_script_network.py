from typing import Any

import numpy as np
import pytest

from autoencoder.export.script import network_values, render
from autoencoder.networks.plan import NETWORKS, Plan, make_plan
from autoencoder.training.settings import TrainingSettings
from tests.networks.compositions import ALL_OPTIONS, small_compositions
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


COMPOSED = [*ALL_OPTIONS.values(), *map(str, small_compositions(200, 1))]  # of each kind one has all that there is
REST = [pytest.param(range(begin, begin + 47), marks=pytest.mark.extended) for begin in (14, 61, 108, 155)]


@pytest.mark.parametrize("numbers", [range(14), *REST], ids=str)
def test_what_learners_compose_computes_the_same_with_the_same_weights(numbers: range) -> None:
    from autoencoder.networks.build import build_decoder, build_encoder

    pictures = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    for number in numbers:
        composition = COMPOSED[number]
        ordered = number % 3 == 0
        plan = make_plan("own", (28, 28, 1), 6, ordered=ordered, composition=composition)
        found, codes = written(plan), np.random.default_rng(1).normal(size=(3, 6)).astype(np.float32)
        given = [codes, np.ones_like(codes)] if ordered else codes
        for ours, theirs, read in (
            (build_encoder(plan, 1), found["encoder"], pictures),
            (build_decoder(plan, 2), found["decoder"], given),
        ):
            assert [one.shape for one in theirs.get_weights()] == [one.shape for one in ours.get_weights()], composition
            theirs.set_weights(ours.get_weights())
            made, expected = (np.asarray(model(read)) for model in (theirs, ours))
            np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-5, err_msg=composition)
            assert float(sum(theirs.losses)) == pytest.approx(float(sum(ours.losses)), rel=1e-5), composition


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
