from typing import Any

import numpy as np
import pytest

from autoencoder.data.noise import NOISES, get_noise
from autoencoder.export.script import render
from autoencoder.training.settings import TrainingSettings
from tests.comparing import AT_EDGES, share_apart
from tests.examples import make_pictures


class _Dice:
    """Gives out random numbers that were drawn before, in their order."""

    def __init__(self, draws: list[np.ndarray]) -> None:
        self._draws = list(draws)

    def standard_normal(self, shape: tuple[int, ...], dtype: Any = None) -> np.ndarray:
        return self._next(shape)

    random = standard_normal

    def _next(self, shape: tuple[int, ...]) -> np.ndarray:
        drawn = self._draws.pop(0)
        assert drawn.shape == tuple(shape)
        return drawn


def corrupt(kind: str, pictures: np.ndarray, levels: np.ndarray, rng: Any) -> np.ndarray:
    """What the script's function makes of the pictures."""
    scope: dict[str, Any] = {"np": np, "rng": rng}
    exec(render(kind, TrainingSettings()), scope)
    return scope["add_noise"](pictures, levels)


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("shape", [(10, 9, 3), (28, 28, 1)], ids=str)
def test_the_same_dice_spoil_alike(kind: str, shape: tuple[int, int, int]) -> None:
    pictures, levels = make_pictures(7, shape), np.linspace(0, 1, 7, dtype=np.float32)
    generator = np.random.default_rng(0)
    draws = [
        (generator.standard_normal if distribution == "normal" else generator.random)(size, np.float32)
        for distribution, size in get_noise(kind).draws(pictures.shape)
    ]
    expected = get_noise(kind).apply(pictures, levels, draws, np)
    found = corrupt(kind, pictures, levels, _Dice(draws))
    assert found.dtype == np.float32
    assert share_apart(found, expected, 1e-4) <= AT_EDGES.get(kind, 0)
    assert np.abs(found[-1] - pictures[-1]).max() > 0.05


@pytest.mark.parametrize("kind", NOISES)
def test_it_draws_from_a_generator_of_numpy(kind: str) -> None:
    pictures, levels = make_pictures(4, (28, 28, 1)), np.full(4, 0.5)
    one, same, other = (corrupt(kind, pictures, levels, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert kind == "blur" or not np.array_equal(one, other)
