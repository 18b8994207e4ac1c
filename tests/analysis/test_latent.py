from dataclasses import replace

import numpy as np
import pytest

from autoencoder.analysis.codes import Codes, codes_of, decode
from autoencoder.analysis.latent import (
    Normal,
    average_pictures,
    class_averages,
    farthest_pair,
    influences,
    interpolate,
    nearest,
    strangeness,
    traversal,
    traversal_values,
    traverse,
)
from tests.analysis.looked_at import model, pictures


def known(size: int) -> Codes:
    return codes_of(model(), pictures(), size)


@pytest.mark.parametrize("size", [2, 16, 64])
def test_both_ends_of_a_walk_are_the_pictures_own_reconstructions(size: int) -> None:
    codes = known(size).values[[3, 40]]
    way = interpolate(*codes)
    np.testing.assert_array_equal(way[[0, -1]], codes)
    frames = decode(model(), way)
    own = model().reconstruct(pictures().test[[3, 40]], size)
    np.testing.assert_allclose(frames[[0, -1]], own, rtol=0, atol=1e-5)  # at other places of a batch: other roundings
    np.testing.assert_array_equal(interpolate(frames[0], frames[-1])[[0, -1]], own)
    assert np.abs(frames[20] - interpolate(*own)[20]).max() > 0.05  # a walk is no fading


def test_a_walk_goes_in_equal_steps_on_a_straight_line() -> None:
    way = interpolate(np.zeros(3, np.float32), np.array([4, -8, 2], np.float32), 5)
    np.testing.assert_allclose(way, [[0, 0, 0], [1, -2, 0.5], [2, -4, 1], [3, -6, 1.5], [4, -8, 2]])
    assert way.dtype == np.float32


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
    codes, test = known(4), pictures().test.astype(np.float64)
    values, sevens = codes.values.astype(np.float64), codes.labels == 7
    unnamed = replace(codes, labels=None)
    for found, expected in (
        (class_averages(codes)[7], values[sevens].mean(axis=0)),
        (average_pictures(pictures().test, codes)[7], test[sevens].mean(axis=0)),
        (class_averages(unnamed), values.mean(axis=0, keepdims=True)),
        (average_pictures(pictures().test, unnamed)[0], test.mean(axis=0)),
    ):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_new_codes_have_the_mean_and_the_covariance_of_the_known() -> None:
    codes = known(4).values
    drawn = Normal.fitted(codes).draw(40_000, seed=1)
    spread = codes.std(axis=0)
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.03 * spread.max())
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(codes.T), atol=0.05 * np.square(spread).max())


def test_the_same_seed_draws_the_same_codes() -> None:
    normal = Normal.fitted(known(4).values)
    np.testing.assert_array_equal(normal.draw(5, 3), normal.draw(5, 3))
    assert (normal.draw(5, 3) != normal.draw(5, 4)).any()


def test_a_number_that_never_changes_is_drawn_as_it_is() -> None:
    codes = np.column_stack([np.arange(9), np.full(9, 2.0)]).astype(np.float32)
    np.testing.assert_allclose(Normal.fitted(codes).draw(10, 0)[:, 1], 2, atol=1e-6)
    assert Normal.fitted(codes[:, :1]).draw(3, 0).shape == (3, 1)


def test_one_code_is_too_few() -> None:
    with pytest.raises(ValueError, match=r"Expected at least 2 codes\. Received: 1"):
        Normal.fitted(np.zeros((1, 4)))


def test_codes_of_the_same_kind_are_not_strange_and_far_ones_are() -> None:
    generator = np.random.default_rng(0)
    codes = generator.standard_normal((900, 3)).astype(np.float32)
    assert strangeness(generator.standard_normal((200, 3)), codes) == pytest.approx(1, abs=0.15)
    assert strangeness(codes[:50], codes) == pytest.approx(0, abs=1e-3)
    assert strangeness(codes[:50] + 100, codes) > 100
    assert np.isnan(strangeness(codes, np.zeros((4, 3))))


@pytest.mark.parametrize("number", [0, 7])
def test_a_traversal_begins_where_the_number_is_in_the_code(number: int) -> None:
    codes = known(8).values
    changes = influences(model(), codes[5], traversal_values(codes))
    moved = traversal(model(), codes, 5, number, changes)
    away = np.abs(moved.values - codes[5, number])
    assert away[moved.start] == away.min()
    assert moved.share == pytest.approx(changes[number] / changes.sum())
    np.testing.assert_allclose(moved.pictures, decode(model(), traverse(codes[5], number, moved.values)), atol=1e-6)
