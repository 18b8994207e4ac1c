import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.networks.plan import NETWORKS, VECTOR_NETWORKS, Plan, make_plan
from tests.networks.kinds import KINDS

OPEN_NETWORKS = [name for name in NETWORKS if name not in VECTOR_NETWORKS]
SHAPES = st.tuples(st.integers(8, 96), st.integers(8, 96), st.sampled_from([1, 3]))
SIZES = st.integers(1, 64)
PLANS = st.builds(
    lambda kind, shape, size: make_plan(kind[0], shape, size, ordered=kind[1]), st.sampled_from(KINDS), SHAPES, SIZES
)


@given(PLANS)
def test_a_picture_becomes_a_code_and_a_code_a_picture(plan: Plan) -> None:
    assert plan.encoder.output_shape(plan.shape) == plan.code_shape
    assert plan.decoder.output_shape(plan.decoder_input) == plan.shape


@given(PLANS)
def test_an_ordered_decoder_reads_twice_as_many_numbers(plan: Plan) -> None:
    assert plan.code_size == math.prod(plan.code_shape)
    assert plan.decoder_input == ((2 * plan.code_size,) if plan.ordered else plan.code_shape)


@pytest.mark.parametrize("network", VECTOR_NETWORKS)
@given(SHAPES, SIZES)
def test_a_code_has_as_many_numbers_as_is_said(network: str, shape: tuple[int, ...], size: int) -> None:
    assert make_plan(network, shape, size, ordered=False).code_shape == (size,)


@pytest.mark.parametrize("network", OPEN_NETWORKS)
@given(SHAPES, SIZES)
def test_the_code_of_an_open_network_is_a_stack_of_pictures(network: str, shape: tuple[int, ...], size: int) -> None:
    plan = make_plan(network, shape, size, ordered=False)
    assert len(plan.code_shape) == 3
    assert plan == make_plan(network, shape, 64, ordered=False)


def test_the_keras_example_is_as_large_as_its_page_says() -> None:
    plan = make_plan("keras_example", (28, 28, 1), 8, ordered=False)
    assert plan.code_shape == (7, 7, 32)
    assert plan.encoder_parameters + plan.decoder_parameters == 28_353  # keras.io/examples/vision/autoencoder


@given(SHAPES, SIZES)
def test_a_gaussian_code_takes_twice_the_numbers_of_the_encoder_and_none_of_the_decoder(shape, size: int) -> None:
    plain, gaussian = (make_plan("shallow", shape, size, ordered=False, code=code) for code in ("plain", "gaussian"))
    assert gaussian.code_shape == plain.code_shape == (size,)
    assert gaussian.encoder.output_shape(shape) == (2 * size,)
    assert gaussian.decoder == plain.decoder
    assert ("code", size) in gaussian.widths


@given(PLANS)
def test_the_hourglass_goes_from_picture_over_code_to_picture(plan: Plan) -> None:
    names, widths = zip(*plan.widths, strict=True)
    middle = names.index("code")
    assert names[0] == names[-1] == "picture"
    assert set(names[1:middle]) <= {"encoder"}
    assert set(names[middle + 1 : -1]) <= {"decoder"}
    assert names.count("code") == 1
    assert widths[0] == widths[-1] == plan.pixel_values == math.prod(plan.shape)
    assert widths[middle] == plan.code_size


def test_every_layer_with_weights_has_its_bar_also_beside_one_as_wide() -> None:
    plan = make_plan("own", (8, 8, 1), 40, ordered=True, composition="dense-64.40.40-norm-dropout0.1")
    assert [width for _, width in plan.widths] == [64, 64, 40, 40, 40, 40, 40, 64, 64]
    ends = [width for _, width in make_plan("denoiser", (28, 28, 1), 64, ordered=False).widths]
    assert ends == [784, 6272, 6272, 784]


@given(SHAPES, st.integers(1, 63))
def test_a_wider_bottleneck_has_more_parameters(shape, size: int) -> None:
    for network in VECTOR_NETWORKS:
        narrow, wide = (make_plan(network, shape, code_size, ordered=True) for code_size in (size, size + 1))
        assert narrow.encoder_parameters < wide.encoder_parameters
        assert narrow.decoder_parameters < wide.decoder_parameters
