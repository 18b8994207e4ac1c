from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autoencoder.networks.compiled import BATCH, CompiledNetwork
from autoencoder.networks.ordered import keep_first
from tests.conftest import Exported
from tests.examples import make_pictures

pytestmark = pytest.mark.slow  # imports TensorFlow

COUNTS = [1, 10, 64, 65, 200]
CLOSE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(scope="module", params=["ordered_network", "exact_network", "open_network", "inpainter_network"])
def network(request: pytest.FixtureRequest) -> Exported:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def compiled(network: Exported) -> CompiledNetwork:
    return CompiledNetwork(*network.files)


def keras_decode(network: Exported, codes: np.ndarray, sizes: np.ndarray | int | None = None) -> np.ndarray:
    if not network.plan.ordered:
        return network.decoder(codes).numpy()
    code_size = network.plan.code_size
    kept = keep_first(np.broadcast_to(code_size if sizes is None else sizes, len(codes)), code_size)
    return network.decoder([codes, kept]).numpy()


def test_the_counts_lie_around_a_batch() -> None:
    assert BATCH in COUNTS
    assert BATCH + 1 in COUNTS


@pytest.mark.parametrize("count", COUNTS)
def test_it_gives_the_numbers_of_keras(network: Exported, compiled: CompiledNetwork, count: int) -> None:
    pictures = make_pictures(count, network.plan.shape, seed=count)
    codes = compiled.encode(pictures)
    np.testing.assert_allclose(codes, network.encoder(pictures).numpy(), **CLOSE)
    np.testing.assert_allclose(compiled.decode(codes), keras_decode(network, codes), **CLOSE)


def test_only_of_gaussian_codes_there_are_variances(network: Exported, compiled: CompiledNetwork) -> None:
    assert not compiled.gaussian
    with pytest.raises(ValueError, match=r"^Expected a network whose codes are Gaussian\. Received: "):
        compiled.log_variances(make_pictures(1, network.plan.shape))


def test_of_gaussian_codes_the_means_are_looked_at(gaussian_network: Exported) -> None:
    compiled = CompiledNetwork(*gaussian_network.files)
    pictures = make_pictures(70, (8, 8, 1))
    both = gaussian_network.encoder(pictures).numpy()
    assert compiled.gaussian
    assert both.shape == (70, 10)
    np.testing.assert_allclose(compiled.encode(pictures), both[:, :5], **CLOSE)
    np.testing.assert_allclose(compiled.log_variances(pictures), both[:, 5:], **CLOSE)
    means = compiled.encode(pictures)
    np.testing.assert_allclose(compiled.decode(means), gaussian_network.decoder(means).numpy(), **CLOSE)


def test_every_picture_may_have_its_own_size(ordered_network: Exported) -> None:
    compiled = CompiledNetwork(*ordered_network.files)
    codes = np.random.default_rng(0).normal(size=(70, 12)).astype(np.float32)
    sizes = np.arange(70) % 13
    np.testing.assert_allclose(compiled.decode(codes, sizes), keras_decode(ordered_network, codes, sizes), **CLOSE)
    np.testing.assert_allclose(compiled.decode(codes, 3), keras_decode(ordered_network, codes, 3), **CLOSE)


def test_numbers_that_are_left_out_change_nothing(ordered_network: Exported) -> None:
    compiled = CompiledNetwork(*ordered_network.files)
    codes = np.random.default_rng(0).normal(size=(5, 12)).astype(np.float32)
    others = codes.copy()
    others[:, 4:] = 50
    np.testing.assert_array_equal(compiled.decode(codes, 4), compiled.decode(others, 4))


def test_it_knows_whether_it_is_ordered(network: Exported, compiled: CompiledNetwork) -> None:
    assert compiled.ordered is network.plan.ordered


def test_no_pictures_give_no_codes(network: Exported, compiled: CompiledNetwork) -> None:
    codes = compiled.encode(make_pictures(3, network.plan.shape)[:0])
    assert codes.shape == (0, *network.plan.code_shape)
    assert compiled.decode(codes).shape == (0, *network.plan.shape)


def test_earlier_answers_are_not_overwritten(network: Exported, compiled: CompiledNetwork) -> None:
    pictures = make_pictures(2, network.plan.shape)
    first = compiled.encode(pictures[:1])
    kept = first.copy()
    compiled.encode(pictures[1:])
    np.testing.assert_array_equal(first, kept)


def test_a_call_forgets_the_one_before_it(network: Exported) -> None:
    codes = np.random.default_rng(0).normal(size=(70, *network.plan.code_shape)).astype(np.float32)
    expected = keras_decode(network, codes)
    for _ in range(15):  # what an interpreter mixes up depends on where its memory lies
        compiled = CompiledNetwork(*network.files)
        for count in (10, 1, 70):
            np.testing.assert_allclose(compiled.decode(codes[:count]), expected[:count], **CLOSE)


def test_several_threads_get_their_own_answers(network: Exported, compiled: CompiledNetwork) -> None:
    batches = [make_pictures(count, network.plan.shape, seed) for seed, count in enumerate(COUNTS * 4)]

    def there_and_back(pictures: np.ndarray) -> np.ndarray:
        return compiled.decode(compiled.encode(pictures))

    alone = [there_and_back(pictures) for pictures in batches]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(there_and_back, batches))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("content", [b"", b"not a network", b"\0" * 64])
def test_something_else_than_a_network_is_an_error(ordered_network: Exported, content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CompiledNetwork(ordered_network.files[0], content)
