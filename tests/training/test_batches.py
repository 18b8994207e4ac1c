from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.training.batches import BatchSampler, even_levels
from autoencoder.training.trainer import Trainer
from tests.training.trainings import ALIKE, EXACT, GRAIN, SETTINGS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # TensorFlow compiles first

AUGMENTED = replace(EXACT, augmentation="affine", batch_size=81)  # an epoch is one batch


def test_pictures_are_moved_anew_in_every_epoch() -> None:
    augmented, plain = Trainer(AUGMENTED, ALIKE), Trainer(replace(AUGMENTED, augmentation="none"), ALIKE)
    for trainer in (augmented, plain):
        trainer.rate_factor = 1e-9  # so that only what is shown can change the loss
    first, second, third = (augmented.advance(1) for _ in range(3))
    still = plain.advance(1)
    assert len({round(loss, 6) for loss in (first, second, third, still)}) == 4


def test_what_it_is_judged_on_stays_where_it_is() -> None:
    losses = [Trainer(replace(AUGMENTED, augmentation=kind), ALIKE).validation_loss() for kind in ("affine", "none")]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_noise_comes_on_top_of_what_was_moved() -> None:
    noisy = replace(AUGMENTED, noise="masked", noise_low=1.0, noise_high=1.0)
    trainer = Trainer(noisy, ALIKE)
    assert np.isfinite(trainer.advance(1))
    assert trainer.show().shape[1:] == (10, 28, 28, 1)


@given(st.integers(1, 2000), st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted))
def test_levels_are_spread_evenly_and_mixed(count: int, bounds: list[float]) -> None:
    low, high = bounds
    levels = even_levels(count, replace(SETTINGS, noise="blur", noise_low=low, noise_high=high))
    assert levels.dtype == np.float32
    assert levels.shape == (count,)
    assert np.float32(low) <= levels.min()
    assert levels.max() <= np.float32(high)
    for part in (levels, levels[: count // 3 + 1], levels[count // 2 :]):
        even = low + (high - low) * (np.arange(len(part)) + 0.5) / len(part)
        assert np.abs(np.sort(part) - even).max() <= 3 / len(part) * (high - low) + 1e-6


@pytest.mark.parametrize("batch_size", [8, 1024])
def test_an_epoch_shows_every_picture_once_and_goes_on_from_any_step_with_the_same(batch_size: int) -> None:
    settings = replace(SETTINGS, batch_size=batch_size, **GRAIN)
    pictures = np.zeros((80, 2, 2, 1), np.uint8)
    steps = BatchSampler(settings, pictures, 6).steps_per_epoch
    whole = BatchSampler(settings, pictures, 6).take(steps, np.ones(steps, np.float32))
    assert sorted(whole.indices[:steps].numpy().ravel()) == list(range(80))
    assert {*whole.sizes[:steps].numpy().ravel()} <= set(range(1, 7))
    assert 0.1 <= whole.levels[:steps].numpy().min() <= whole.levels[:steps].numpy().max() <= 0.6
    last = BatchSampler(settings, pictures, 6).take(2 * steps - 1, np.ones(1, np.float32))
    for one, other in zip(whole[:4], last[:4], strict=True):
        np.testing.assert_array_equal(one[steps - 1], other[0])
        assert not other[1:].numpy().any(), "what fills it up"
