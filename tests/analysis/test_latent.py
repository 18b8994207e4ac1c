from dataclasses import replace

import numpy as np
import pytest

from autoencoder.analysis import latent as module
from autoencoder.analysis.latent import (
    Codes,
    class_averages,
    code_sizes,
    codes_of,
    decode,
    draw_similar,
    farthest_pair,
    influences,
    likeness,
    nearest,
    strangeness,
    traversal_values,
    traverse,
)
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.store import TrainedModel
from tests.analysis.looked_at import model, pictures
from tests.conftest import Exported
from tests.examples import make_pictures


def known(size: int) -> Codes:
    return codes_of(model(), pictures(), size)


@pytest.mark.parametrize("size", [1, 2, 8, 64])
def test_codes_are_the_first_numbers_of_what_the_encoder_gives(size: int) -> None:
    codes = codes_of(model(), pictures(), size)
    assert len(codes) == len(pictures().test)
    np.testing.assert_array_equal(codes.values, model().network.encode(pictures().test)[:, :size])
    np.testing.assert_array_equal(codes.labels, pictures().test_labels)


@pytest.mark.parametrize("size", [2, 64])
def test_a_decoded_code_of_a_picture_is_its_reconstruction(size: int) -> None:
    codes = codes_of(model(), pictures(), size)
    np.testing.assert_array_equal(decode(model(), codes.values), model().reconstruct(pictures().test, size))


def test_many_pictures_and_large_ones_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CODES", 20)
    assert len(codes_of(model(), pictures(), 2)) == 20
    monkeypatch.setattr(module, "MOST_VALUES", 7 * 784 + 1)
    codes = codes_of(model(), pictures(), 2)
    assert len(codes) == 7 == len(codes.labels)
    monkeypatch.setattr(module, "THUMBNAIL", 392)  # a larger picture counts as its thumbnail does
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
    settings = replace(model().settings, network="convolutional", bottleneck="exact", bottleneck_size=5)
    exact = TrainedModel(settings, CompiledNetwork(*exact_network.files))
    some = make_pictures(3, (9, 10, 3))
    np.testing.assert_array_equal(decode(exact, exact.network.encode(some)), exact.reconstruct(some))


# What can be made of them


def test_the_nearest_is_found_as_by_looking_at_all() -> None:
    codes = known(8).values.astype(np.float64)
    indices, away = nearest(codes[:20] + 0.3, codes)
    every = np.sqrt(np.square(codes[:20, np.newaxis] + 0.3 - codes).sum(axis=2))
    np.testing.assert_array_equal(indices, every.argmin(axis=1))
    np.testing.assert_allclose(away, every.min(axis=1), rtol=1e-6)


def test_the_farthest_pair() -> None:
    assert farthest_pair(np.array([[0, 0], [5, 5], [1, 0], [-3, -3]])) == (1, 3)
    assert farthest_pair(np.zeros((1, 2))) == (0, 0)


@pytest.mark.parametrize("number", range(8))
def test_a_knob_changes_one_number_alone(number: int) -> None:
    codes = known(8).values
    values = traversal_values(codes)[number]
    turned = traverse(codes[5], number, values)
    others = np.arange(8) != number
    np.testing.assert_array_equal(turned[:, number], values)
    np.testing.assert_array_equal(turned[:, others], np.broadcast_to(codes[5, others], (21, 7)))
    assert turned.dtype == np.float32


def test_knobs_move_over_what_nearly_all_pictures_have() -> None:
    codes = known(8).values
    values = traversal_values(codes)
    assert (np.diff(values, axis=1) > 0).all()
    within = (codes >= values[:, 0]) & (codes <= values[:, -1])
    np.testing.assert_allclose(within.mean(axis=0), 0.98, atol=0.01)


def test_influence_is_the_variance_of_the_pixels_and_nothing_where_nothing_changes() -> None:
    codes = known(8).values
    values = traversal_values(codes)
    values[4] = codes[0, 4]
    found = influences(model(), codes[0], values)
    for number in range(8):
        frames = decode(model(), traverse(codes[0], number, values[number]))
        pixels = [np.var(frames[:, row, column], dtype=np.float64) for row in range(28) for column in range(28)]
        assert found[number] == pytest.approx(np.mean(pixels), rel=1e-3, abs=1e-9)
    assert found[4] == pytest.approx(0, abs=1e-9)


def test_the_first_numbers_of_an_ordered_network_change_most() -> None:
    codes = known(64).values
    changes = influences(model(), codes[0], traversal_values(codes))
    assert changes[:8].sum() > changes[8:16].sum() > changes[-8:].sum()


def test_averages_of_classes() -> None:
    codes, test = known(4), pictures().test
    sevens = codes.labels == 7
    for arrays in (codes.values, test):
        exact = arrays.astype(np.float64)
        averages, of_all = class_averages(arrays, codes.labels), class_averages(arrays, None)
        assert averages.dtype == np.float32
        assert averages.shape == (10, *arrays.shape[1:])
        np.testing.assert_allclose(averages[7], exact[sevens].mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(of_all, exact.mean(axis=0, keepdims=True), rtol=1e-6)


def test_new_codes_have_the_mean_and_the_covariance_of_the_known() -> None:
    codes = known(4).values
    drawn = draw_similar(codes, 40_000, seed=1)
    spread = codes.std(axis=0)
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.03 * spread.max())
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(codes.T), atol=0.05 * np.square(spread).max())


def test_the_same_seed_draws_the_same_codes() -> None:
    first, again, other = (draw_similar(known(4).values, 5, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_number_that_never_changes_is_drawn_as_it_is() -> None:
    codes = np.column_stack([np.arange(9), np.full(9, 2.0)]).astype(np.float32)
    np.testing.assert_allclose(draw_similar(codes, 10, 0)[:, 1], 2, atol=1e-6)
    assert draw_similar(codes[:, :1], 3, 0).shape == (3, 1)


def test_codes_of_the_same_kind_are_not_strange_and_far_ones_are() -> None:
    generator = np.random.default_rng(0)
    codes = generator.standard_normal((900, 3)).astype(np.float32)
    assert strangeness(generator.standard_normal((200, 3)), codes) == pytest.approx(1, abs=0.15)
    assert strangeness(codes[:50], codes) == pytest.approx(0, abs=1e-3)
    assert strangeness(codes[:50] + 100, codes) > 100
    assert np.isnan(strangeness(codes, np.zeros((4, 3))))


# Average codes

DARK, LIGHT = np.zeros((4, 2, 2, 1), np.float32), np.ones((4, 2, 2, 1), np.float32)
REAL = np.concatenate([DARK, LIGHT])
LABELS = np.repeat([3, 5], 4)


def test_each_looks_like_its_own_class() -> None:
    found = likeness(np.stack([DARK[0] + 0.1, LIGHT[0]]), REAL, LABELS)
    assert found.mistaken == []
    assert found.distance == pytest.approx(0.05)


def test_one_looks_like_another_class() -> None:
    assert likeness(np.stack([LIGHT[0], LIGHT[0]]), REAL, LABELS).mistaken == [(3, 5)]
