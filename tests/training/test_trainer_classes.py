from dataclasses import replace

import numpy as np
import pytest

from autoencoder.data.selection import hold_out, of_classes
from autoencoder.training.trainer import Trainer
from tests.training.trainings import GRAIN, GRAY, SETTINGS, equal, train, weights

pytestmark = [
    pytest.mark.extended,
    pytest.mark.usefixtures("without_xla"),
]  # each trains, and TensorFlow compiles first

NORMAL = (1, 4, 7)
IS_NORMAL = np.isin(GRAY.train_labels, NORMAL)


@pytest.mark.parametrize("changes", [{}, GRAIN, GRAIN | {"fresh_noise": False}], ids=["quiet", "fresh", "once"])
def test_what_is_abnormal_in_the_training_pictures_changes_nothing(changes: dict) -> None:
    settings = replace(SETTINGS, normal_classes=NORMAL, **changes)
    others = np.random.default_rng(0).random(GRAY.train.shape, np.float32)
    corrupted = {
        "abnormal": np.where(IS_NORMAL[:, None, None, None], GRAY.train, others),
        "normal": np.where(IS_NORMAL[:, None, None, None], others, GRAY.train),
    }
    expected = train(settings)
    found = {name: train(settings, pictures=replace(GRAY, train=pictures)) for name, pictures in corrupted.items()}
    assert equal(weights(found["abnormal"]), weights(expected))
    assert found["abnormal"].validation_loss() == expected.validation_loss()
    assert not equal(weights(found["normal"]), weights(expected))


def test_an_epoch_is_of_the_normal_pictures_that_are_not_held_out() -> None:
    assert IS_NORMAL.sum() == 27
    assert Trainer(replace(SETTINGS, normal_classes=NORMAL), GRAY).steps_per_epoch == 3  # 27 − 3 in batches of 8
    assert Trainer(replace(SETTINGS, normal_classes=tuple(range(10))), GRAY).steps_per_epoch == 10


def test_what_a_lesson_takes_thresholds_from_was_not_learned_from() -> None:
    settings = replace(SETTINGS, normal_classes=NORMAL, seed=5)
    held_out = hold_out(of_classes(GRAY.train_labels, 90, NORMAL), 5)[1]
    corrupted = GRAY.train.copy()
    corrupted[held_out] = 1 - corrupted[held_out] ** 2
    expected, found = train(settings), train(settings, pictures=replace(GRAY, train=corrupted))
    assert equal(weights(found), weights(expected))
    assert found.validation_loss() != expected.validation_loss()
