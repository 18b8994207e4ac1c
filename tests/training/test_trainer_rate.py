from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.training.settings import SCHEDULES
from autoencoder.training.trainer import Trainer, rate_share
from tests.training.trainings import ALIKE, EXACT, GRAY, equal, rebuild, weights

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first


def test_a_constant_rate_is_adam_as_keras_has_it() -> None:
    import keras

    # so slowly that after 12 steps no pixel is at its limit: from there on every optimizer paints the same
    settings = replace(EXACT, batch_size=1024, learning_rate=0.001, epochs=12, schedule="constant")
    trainer = Trainer(settings, ALIKE)
    beside = keras.Sequential([keras.models.clone_model(trainer.encoder), keras.models.clone_model(trainer.decoder)])
    beside.set_weights(weights(trainer))
    beside.compile(keras.optimizers.Adam(0.001), "mean_squared_error", jit_compile=False)
    pictures = ALIKE.train[:81]
    for _ in range(12):
        trainer.advance(1)
        beside.train_on_batch(pictures, pictures)
    # measured for six seeds: roundings of 1e-6 in all weights come to less than 1e-6, another `beta_2` to 0.02
    np.testing.assert_allclose(rebuild(trainer, pictures[:1]), beside(pictures[:1]).numpy(), rtol=0, atol=1e-4)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_schedule_decides_the_first_and_the_last_step(schedule: str) -> None:
    trainer = Trainer(replace(EXACT, schedule=schedule), GRAY)
    before = weights(trainer)
    trainer.advance(1)
    furthest = max(np.abs(one - other).max() for one, other in zip(weights(trainer), before, strict=True))
    share = rate_share(1 / 30) if schedule == "one_cycle" else 1
    assert furthest == pytest.approx(0.003 * share, rel=1e-2)  # Adam's first step is as long as the rate
    for steps in (9, 10, 9):
        trainer.advance(steps)
    before = weights(trainer)
    trainer.advance(1)
    assert equal(weights(trainer), before) == (schedule == "one_cycle")


@given(st.floats(0, 1, exclude_min=True))
def test_the_rate_is_a_share_that_ends_at_nothing(progress: float) -> None:
    assert 0 <= rate_share(progress) <= 1
    assert rate_share(1.0) == 0


def test_the_rate_climbs_then_falls() -> None:
    shares = [rate_share(step / 1000) for step in range(1, 1001)]
    highest = shares.index(max(shares))
    assert 0 < highest < 200
    assert shares[: highest + 1] == sorted(shares[: highest + 1])
    assert shares[highest:] == sorted(shares[highest:], reverse=True)
    assert max(shares) > 0.95
