import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.networks.layers import shapes_through
from autoencoder.networks.plan import NETWORKS, make_plan

SHAPES = st.tuples(st.integers(8, 96), st.integers(8, 96), st.sampled_from([1, 3]))
PLANS = st.builds(
    make_plan, st.sampled_from(sorted(NETWORKS)), SHAPES, st.integers(1, 64), ordered=st.booleans()
)  # fmt: skip


@given(PLANS)
def test_a_picture_becomes_a_code_and_a_code_a_picture(plan) -> None:
    assert shapes_through(plan.encoder, plan.shape)[-1] == (plan.code_size,)
    assert shapes_through(plan.decoder, (plan.decoder_input,))[-1] == plan.shape


@given(PLANS)
def test_an_ordered_decoder_reads_twice_as_many_numbers(plan) -> None:
    assert plan.decoder_input == plan.code_size * (2 if plan.ordered else 1)


@given(PLANS)
def test_the_hourglass_goes_from_picture_over_code_to_picture(plan) -> None:
    names, widths = zip(*plan.widths, strict=True)
    middle = names.index("code")
    assert names[0] == names[-1] == "picture"
    assert set(names[1:middle]) <= {"encoder"}
    assert set(names[middle + 1 : -1]) <= {"decoder"}
    assert names.count("code") == 1
    assert widths[0] == widths[-1] == plan.pixel_values == math.prod(plan.shape)
    assert widths[middle] == plan.code_size
    repeated = [pair for pair in zip(plan.widths, plan.widths[1:], strict=False) if pair[0] == pair[1]]
    assert not repeated


@given(PLANS, st.integers(1, 64))
def test_the_compression_ratio_is_numbers_over_numbers(plan, size: int) -> None:
    assert plan.compression_ratio(size) * size == pytest.approx(math.prod(plan.shape))


@given(SHAPES, st.integers(1, 63))
def test_a_wider_bottleneck_has_more_parameters(shape, size: int) -> None:
    for network in NETWORKS:
        narrow, wide = (make_plan(network, shape, code_size, ordered=True) for code_size in (size, size + 1))
        assert narrow.encoder_parameters < wide.encoder_parameters
        assert narrow.decoder_parameters < wide.decoder_parameters


def test_an_unknown_network_is_named() -> None:
    with pytest.raises(
        ValueError, match=r"Expected `network` to be one of dense, convolutional.*\. Received: 'deep'\."
    ):
        make_plan("deep", (28, 28, 1), 8, ordered=True)
