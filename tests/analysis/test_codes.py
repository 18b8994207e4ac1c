from dataclasses import replace

import numpy as np
import pytest

from autoencoder.analysis import codes as codes_module
from autoencoder.analysis.codes import code_sizes, codes_of, decode
from autoencoder.training.store import TrainedModel
from tests.analysis.looked_at import model, pictures
from tests.conftest import Exported


@pytest.mark.parametrize("size", [1, 2, 8, 64])
def test_codes_are_the_first_numbers_of_what_the_encoder_gives(size: int) -> None:
    codes = codes_of(model(), pictures(), size)
    assert codes.size == size
    assert len(codes) == len(pictures().test)
    np.testing.assert_array_equal(codes.values, model().network.encode(pictures().test)[:, :size])
    np.testing.assert_array_equal(codes.labels, pictures().test_labels)


@pytest.mark.parametrize("size", [2, 64])
def test_a_decoded_code_of_a_picture_is_its_reconstruction(size: int) -> None:
    codes = codes_of(model(), pictures(), size)
    np.testing.assert_array_equal(decode(model(), codes.values), model().reconstruct(pictures().test, size))


def test_a_size_that_the_network_does_not_answer_for_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected `size` to be one that the network answers for\. Received: 65"):
        codes_of(model(), pictures(), 65)


def test_many_pictures_and_large_ones_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_module, "MOST_CODES", 20)
    assert len(codes_of(model(), pictures(), 2)) == 20
    monkeypatch.setattr(codes_module, "MOST_VALUES", 7 * 784 + 1)
    codes = codes_of(model(), pictures(), 2)
    assert len(codes) == 7 == len(codes.labels)
    monkeypatch.setattr(codes_module, "THUMBNAIL", 392)  # a larger picture counts as its thumbnail does
    assert len(codes_of(model(), pictures(), 2)) == 14


def test_codes_of_a_class() -> None:
    codes = codes_of(model(), pictures(), 4)
    assert codes.classes == list(range(10))
    assert sum(len(codes.of_class(label)) for label in codes.classes) == len(codes)
    np.testing.assert_array_equal(codes.of_class(3), codes.values[pictures().test_labels == 3])
    assert codes.of_class(None) is codes.values
    unnamed = replace(codes, labels=None)
    assert unnamed.classes == []
    assert unnamed.of_class(3) is codes.values


def test_sizes_to_choose_from() -> None:
    assert code_sizes(model()) == [2, 4, 8, 16, 32, 64]
    for largest, expected in [(1, [1]), (2, [2]), (12, [2, 4, 8, 12])]:
        settings = replace(model().settings, bottleneck_size=largest)
        assert code_sizes(TrainedModel(settings, model().network)) == expected
    exact = replace(model().settings, bottleneck="exact", bottleneck_size=12)
    assert code_sizes(TrainedModel(exact, model().network)) == [12]


@pytest.mark.slow
def test_an_exact_network_decodes_its_own_codes(exact_network: Exported) -> None:
    from autoencoder.networks.compiled import CompiledNetwork
    from tests.examples import make_pictures

    settings = replace(model().settings, network="convolutional", bottleneck="exact", bottleneck_size=5)
    exact = TrainedModel(settings, CompiledNetwork(*exact_network.files))
    some = make_pictures(3, (9, 10, 3))
    np.testing.assert_array_equal(decode(exact, exact.network.encode(some)), exact.reconstruct(some))
