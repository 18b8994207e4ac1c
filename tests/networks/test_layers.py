import math
from collections.abc import Iterator

import pytest

from autoencoder.networks.blocks import Coarser, Gate, Keep, PatchConvolution, Residual, TransposedPatchConvolution
from autoencoder.networks.layers import (
    Convolution,
    Crop,
    Dense,
    Flatten,
    Layer,
    MaxPooling,
    Reshape,
    Sequential,
    Shape,
    TransposedConvolution,
)
from autoencoder.networks.plan import Plan, make_plan
from tests.networks.kinds import KINDS


def layers_in_use() -> Iterator[tuple[Layer, Shape]]:
    """Every layer of every network on pictures whose sides divide badly, with the shape that it is given."""
    for network, ordered in KINDS:
        plan = make_plan(network, (9, 10, 3), 5, ordered=ordered)
        yield from ((layer, shape) for layer, shape, _ in plan.steps())


BESIDE = [
    (MaxPooling(), (7, 8, 2)),
    (TransposedConvolution(5), (3, 4, 2)),
    (Crop(3, 5), (4, 5, 2)),
    (Coarser(4, (Residual(3),)), (7, 9, 5)),
    (Coarser(4, (Residual(3), Coarser(2, (Convolution(2),)))), (8, 10, 1)),
    (Keep((PatchConvolution(5, 2), Convolution(5)), 2), (9, 10, 1)),
    (Keep((PatchConvolution(5, 3),), 3), (9, 10, 3)),
    (PatchConvolution(5, 3), (7, 9, 2)),
    (TransposedPatchConvolution(3, (7, 9, 2)), (3, 3, 5)),
    (Gate(2, (9, 10, 1), (Residual(3),)), (5, 5, 6 + 4)),
    (Gate(2, (8, 8, 3), (Convolution(7),)), (4, 4, 6 + 12)),
    (Gate(3, (9, 11, 3), ()), (3, 4, 2 + 27)),
]


@pytest.mark.parametrize(("layer", "shape"), sorted({*layers_in_use(), *BESIDE}, key=repr), ids=repr)
def test_a_layer_says_what_keras_makes_of_it(layer: Layer, shape: Shape) -> None:
    from autoencoder.networks.build import build_encoder

    plan = Plan(shape, (1,), ordered=False, encoder=Sequential((layer,)), decoder=Sequential(()))
    built = build_encoder(plan, seed=0)
    assert built.output_shape == (None, *layer.output_shape(shape))
    assert built.count_params() == layer.parameters(shape)


def test_a_dense_layer_has_a_weight_for_every_pair_and_a_bias() -> None:
    assert Dense(3).parameters((5,)) == 5 * 3 + 3


@pytest.mark.parametrize("layer", [Flatten(), Reshape((2, 3, 4))])
def test_laying_out_anew_learns_nothing(layer: Layer) -> None:
    assert layer.parameters((4, 3, 2)) == 0


def test_shapes_and_parameters_follow_from_layer_to_layer() -> None:
    layers = Sequential((Flatten(), Dense(5), Dense(24), Reshape((4, 3, 2))))
    assert layers.inner_shapes((2, 2, 3)) == [(12,), (5,), (24,), (4, 3, 2)]
    assert layers.output_shape((2, 2, 3)) == (4, 3, 2)
    assert layers.parameters((2, 2, 3)) == 13 * 5 + 6 * 24


def test_no_layers_change_nothing() -> None:
    assert Sequential(()).output_shape((3, 4, 1)) == (3, 4, 1)
    assert Sequential(()).parameters((3, 4, 1)) == 0


def test_laying_out_anew_keeps_the_numbers() -> None:
    assert math.prod(Flatten().output_shape((7, 5, 3))) == math.prod(Reshape((7, 5, 3)).output_shape((105,))) == 105
