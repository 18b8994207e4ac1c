from pathlib import Path

import numpy as np
import pytest

from autoencoder.analysis.family_figures import (
    Figures,
    active_share,
    divergence,
    draw_codes,
    mean_squared_jacobian,
    reconstruction_error,
    sample_error,
)
from autoencoder.training.run_folder import RunFolder
from tests.examples import make_pictures

KERNEL = np.random.default_rng(1).normal(size=(64, 5)).astype(np.float32) / 8
PICTURES = make_pictures(30, (8, 8, 1))


class Linear:
    """A network that is a matrix."""

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        return pictures.reshape(len(pictures), -1) @ KERNEL

    def decode(self, codes: np.ndarray) -> np.ndarray:
        return (codes @ KERNEL.T).reshape(-1, 8, 8, 1)


def test_the_jacobian_of_a_matrix_is_the_matrix() -> None:
    estimate = mean_squared_jacobian(Linear(), PICTURES)  # type: ignore[arg-type]
    assert estimate == pytest.approx(np.square(KERNEL).sum(), rel=0.05)


def test_errors_are_means_over_pictures_and_values() -> None:
    rebuilt = Linear().decode(Linear().encode(PICTURES))
    expected = np.square(rebuilt.astype(np.float64) - PICTURES).mean()
    found = reconstruction_error(Linear(), PICTURES, PICTURES)  # type: ignore[arg-type]
    assert found == pytest.approx(expected, rel=1e-5)  # 64 squares are added up in single precision: 64 × 6e-8


def test_active_is_what_counts_beside_the_rest_at_every_scale() -> None:
    codes = np.array([[0, 1, -1, 0.001], [0, 0, 2, 1]], np.float32)
    assert active_share(codes) == active_share(1000 * codes) == 4 / 8
    assert active_share(np.zeros((2, 3), np.float32)) == 0


def test_the_divergence_is_nothing_from_itself_and_known_elsewhere() -> None:
    nothing = np.zeros((4, 3), np.float32)
    assert divergence(nothing, nothing) == 0
    assert divergence(nothing + 2, nothing) == pytest.approx(3 * 2**2 / 2)
    assert divergence(nothing, nothing + 1) == pytest.approx(3 * (np.e - 2) / 2)


def test_random_codes_have_the_means_and_the_variances() -> None:
    codes = Linear().encode(PICTURES)
    drawn = draw_codes(codes, 20000, 0)
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), codes.std(axis=0), rtol=0.05)


def test_samples_that_are_real_pictures_are_no_way_off() -> None:
    codes = Linear().encode(np.repeat(PICTURES[:1], 30, axis=0))  # all alike, so all that is drawn is this one
    real = np.concatenate([PICTURES, Linear().decode(codes[:1])])
    assert 0 <= sample_error(Linear(), codes, real) < 1e-10  # type: ignore[arg-type]  # squares of roundings


def test_what_was_not_measured_is_none(tmp_path: Path) -> None:
    assert Figures.of(RunFolder(tmp_path)) is None
