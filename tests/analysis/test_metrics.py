import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import metrics as oracle

from autoencoder.analysis.metrics import (
    MOST_PSNR,
    WINDOW,
    mean_squared_error,
    peak_signal_to_noise_ratio,
    similarity_map,
    structural_similarity,
)
from tests.examples import make_pictures

SHAPES = st.tuples(st.integers(8, 33), st.integers(8, 33), st.sampled_from([1, 3]))
DISTANCES = st.floats(0.002, 1)
EVERY_METRIC = [mean_squared_error, peak_signal_to_noise_ratio, structural_similarity]


def pair(shape: tuple[int, int, int], distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Three pictures, float32, and three that lie this far from them."""
    pictures = make_pictures(3, shape)
    added = distance * np.random.default_rng(7).normal(size=pictures.shape)
    return pictures, np.clip(pictures + added, 0, 1).astype(np.float32)


@given(SHAPES, DISTANCES)
def test_the_errors_and_psnr_are_scikit_images(shape: tuple[int, int, int], distance: float) -> None:
    pictures, others = pair(shape, distance)
    for number, (one, other) in enumerate(zip(pictures.astype(float), others.astype(float), strict=True)):
        # up to 3,267 squares are added up in single precision: at the very worst 2e-4 off, which are 0.001 dB
        assert mean_squared_error(pictures, others)[number] == pytest.approx(
            oracle.mean_squared_error(one, other), rel=2e-4
        )
        assert peak_signal_to_noise_ratio(pictures, others)[number] == pytest.approx(
            oracle.peak_signal_noise_ratio(one, other, data_range=1), abs=1e-3
        )


@given(SHAPES, DISTANCES)
def test_ssim_is_scikit_images_at_every_pixel(shape: tuple[int, int, int], distance: float) -> None:
    pictures, others = pair(shape, distance)
    values, maps = structural_similarity(pictures, others), similarity_map(pictures, others)
    assert maps.shape == (3, *shape[:2])
    for number, (one, other) in enumerate(zip(pictures.astype(float), others.astype(float), strict=True)):
        value, whole = oracle.structural_similarity(one, other, channel_axis=-1, data_range=1, full=True)
        assert values[number] == pytest.approx(value, abs=1e-8)
        np.testing.assert_allclose(maps[number], whole.mean(axis=-1), rtol=0, atol=1e-8)


@pytest.mark.parametrize("shape", [(WINDOW, WINDOW, 1), (WINDOW, 20, 3)], ids=str)
def test_a_picture_may_be_as_small_as_a_window(shape: tuple[int, int, int]) -> None:
    (one, *_), (other, *_) = pair(shape, 0.2)
    expected = oracle.structural_similarity(one.astype(float), other.astype(float), channel_axis=-1, data_range=1)
    assert structural_similarity(one, other) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("metric", EVERY_METRIC)
def test_many_pictures_at_once_are_as_one_by_one(metric) -> None:
    pictures, others = pair((12, 9, 3), 0.3)
    stacked = np.stack([others, pictures, 1 - others])  # (3, 3, height, width, channels), against (3, …)
    values = metric(pictures, stacked)
    assert values.shape == (3, 3)
    for row, column in np.ndindex(3, 3):
        assert values[row, column] == pytest.approx(metric(pictures[column], stacked[row, column]), rel=1e-5, abs=1e-7)


@given(SHAPES)
def test_equal_pictures_are_as_close_as_can_be(shape: tuple[int, int, int]) -> None:
    pictures = make_pictures(2, shape)
    assert mean_squared_error(pictures, pictures).tolist() == [0, 0]
    assert peak_signal_to_noise_ratio(pictures, pictures).tolist() == [MOST_PSNR] * 2
    np.testing.assert_allclose(structural_similarity(pictures, pictures), 1)


def test_psnr_ends_where_nobody_sees_a_difference() -> None:
    black = np.zeros((1, 8, 8, 1))
    for error, expected in ((1.0, 0.0), (0.1, 20.0), (0.01, 40.0), (0.001, 60.0), (0.0001, 60.0)):
        assert peak_signal_to_noise_ratio(black, black + error) == pytest.approx(expected)


def test_opposite_pictures_are_less_alike_than_unrelated_ones() -> None:
    pictures = np.random.default_rng(0).random((2, 20, 20, 1))
    opposite, unrelated = (structural_similarity(pictures, others) for others in (1 - pictures, pictures[::-1]))
    assert (opposite < -0.5).all()
    assert (np.abs(unrelated) < 0.3).all()
