from dataclasses import replace

import numpy as np
import pytest

from autoencoder.training.trainer import Trainer
from tests.training.trainings import ALIKE, EXACT

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
