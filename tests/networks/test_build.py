import numpy as np
import pytest

from autoencoder.networks.build import build_decoder, build_encoder
from autoencoder.networks.ordered import keep_first
from autoencoder.networks.plan import NETWORKS, Plan, make_plan
from tests.conftest import Exported
from tests.examples import make_pictures

pytestmark = pytest.mark.slow  # imports TensorFlow

SIZES = [(8, 8), (9, 9), (28, 28), (30, 45), (96, 96)]


@pytest.mark.parametrize("ordered", [True, False], ids=["ordered", "exact"])
@pytest.mark.parametrize("channels", [1, 3], ids=["grey", "colour"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("network", NETWORKS)
def test_keras_builds_what_the_plan_says(network: str, size: tuple[int, int], channels: int, ordered: bool) -> None:
    plan = make_plan(network, (*size, channels), 7, ordered=ordered)
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 1)
    assert encoder.input_shape == decoder.output_shape == (None, *size, channels)
    assert encoder.output_shape == (None, 7)
    assert decoder.input_shape == ([(None, 7), (None, 7)] if ordered else (None, 7))
    assert encoder.count_params() == plan.encoder_parameters
    assert decoder.count_params() == plan.decoder_parameters


@pytest.mark.parametrize("network", NETWORKS)
def test_the_seed_decides_the_weights(network: str) -> None:
    plan = make_plan(network, (8, 8, 1), 4, ordered=True)
    for build in (build_encoder, build_decoder):
        one, same, other = (build(plan, seed).get_weights() for seed in (5, 5, 6))
        assert all(np.array_equal(*pair) for pair in zip(one, same, strict=True))
        assert not all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


@pytest.mark.parametrize("network", NETWORKS)
def test_layers_of_one_shape_do_not_begin_alike(network: str) -> None:
    weights = build_decoder(make_plan(network, (8, 8, 1), 4, ordered=True), 5).get_weights()
    drawn = [array.tobytes() for array in weights if array.any()]
    assert len(drawn) == len(set(drawn))


@pytest.mark.parametrize("network", NETWORKS)
def test_the_largest_seed_of_the_settings_is_a_seed(network: str) -> None:
    plan = make_plan(network, (8, 8, 1), 4, ordered=True)
    assert build_encoder(plan, 2**32 - 1).count_params() == plan.encoder_parameters
    assert build_decoder(plan, 2**32 - 1 + 1000).count_params() == plan.decoder_parameters


@pytest.mark.parametrize("name", ["ordered_network", "exact_network"])
def test_reconstructions_are_pictures(name: str, request: pytest.FixtureRequest) -> None:
    network: Exported = request.getfixturevalue(name)
    codes = 100 * np.random.default_rng(0).normal(size=(20, network.plan.code_size)).astype(np.float32)
    rebuilt = network.decoder([codes, np.ones_like(codes)] if network.plan.ordered else codes).numpy()
    assert rebuilt.shape == (20, *network.plan.shape)
    assert rebuilt.min() >= 0
    assert rebuilt.max() <= 1
    assert rebuilt.std() > 0.1


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


def test_something_else_than_a_layer_is_named() -> None:
    with pytest.raises(TypeError, match=r"Expected a layer of autoencoder\.networks\.layers\. Received: 'dense'\."):
        build_encoder(Plan((8, 8, 1), 4, ordered=False, encoder=("dense",), decoder=()), 0)  # type: ignore[arg-type]
