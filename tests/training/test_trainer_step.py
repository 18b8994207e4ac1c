"""One gradient step that is looked at: it learns as any other, and what is said of it is so."""

from dataclasses import replace

import numpy as np
import pytest

from autoencoder.training.settings import TrainingSettings
from autoencoder.training.trainer import Trainer
from tests.training.trainings import (
    AUGMENTED_KINDS,
    EXACT,
    GRAY,
    KINDS,
    NOISY_KINDS,
    OWN_KINDS,
    PENALISED_KINDS,
    SETTINGS,
    rebuild,
    weights,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first

EVERY_KIND = KINDS | NOISY_KINDS | PENALISED_KINDS | AUGMENTED_KINDS | OWN_KINDS
OFTEN = "own, all options"  # with dropout and batch normalization, which looking would disturb, and ordered
KINDS_TRIED = [pytest.param(kind, marks=[] if kind == OFTEN else pytest.mark.extended) for kind in EVERY_KIND]


def settings_of(kind: str) -> TrainingSettings:
    return replace(SETTINGS, epochs=2, **EVERY_KIND[kind])


def step_then_go_on(settings: TrainingSettings) -> tuple[Trainer, Trainer]:
    """Two trainings of 14 steps, into the second epoch: one of them was stepped, some steps after its checkpoint."""
    stepped, never = Trainer(settings, GRAY), Trainer(settings, GRAY)
    stepped.advance(3)
    for _ in range(3):
        stepped.take_step()
    kept = stepped.arrays()
    stepped.advance(1)  # which is forgotten
    stepped.restore(kept)
    stepped.advance(4)
    stepped.take_step()
    stepped.advance(3)
    never.advance(10)
    never.advance(4)
    return stepped, never


@pytest.mark.parametrize("kind", KINDS_TRIED)
def test_stepped_and_gone_on_with_it_has_the_very_weights_of_one_that_never_was(kind: str) -> None:
    stepped, never = step_then_go_on(settings_of(kind))
    assert stepped.step == never.step == 14
    for name, array in never.arrays().items():  # with the optimizer's memory, the running means and the dice
        np.testing.assert_array_equal(stepped.arrays()[name], array, err_msg=name)


def test_loss_and_gradient_are_what_keras_finds() -> None:
    import keras
    import tensorflow as tf

    settings = replace(EXACT, network="shallow", batch_size=1024, schedule="constant")
    trainer = Trainer(settings, GRAY)
    trainer.advance(1)
    beside = keras.Sequential([keras.models.clone_model(trainer.encoder), keras.models.clone_model(trainer.decoder)])
    beside.set_weights(weights(trainer))
    step = trainer.take_step()
    pictures = trainer._sampler.pictures.numpy().astype(np.float32) / 255  # the batch is all of them, in any order
    with tf.GradientTape() as tape:
        loss = keras.losses.MeanSquaredError()(pictures, beside(pictures))
    gradients = [gradient.numpy() for gradient in tape.gradient(loss, beside.trainable_variables)]
    # 81 × 784 squares in [0, 1] are added up in another order: far less than 1e-5
    assert step.loss == pytest.approx(float(loss), abs=1e-5)
    assert step.gradient == pytest.approx(np.sqrt(sum(np.square(one).sum() for one in gradients)), rel=1e-3)
    by_layer = [np.sqrt(sum(np.square(one).sum() for one in gradients[i : i + 2])) for i in range(0, 8, 2)]
    np.testing.assert_allclose(step.gradients, by_layer, rtol=1e-3)
    moved = [after - before for after, before in zip(weights(trainer), beside.get_weights(), strict=True)]
    assert step.update == pytest.approx(np.sqrt(sum(np.square(one).sum() for one in moved)), rel=1e-5)
    beside.set_weights(weights(trainer))
    assert step.loss_after == pytest.approx(float(np.square(beside(pictures) - pictures).mean()), abs=1e-5)
    assert step.layers == ["encoder 1", "code", "decoder 1", "reconstruction"]
    assert (step.number, step.epoch, step.rate) == (2, 2.0, 0.003)


def test_the_batch_is_what_the_network_saw() -> None:
    settings = replace(settings_of("dense, fresh noise"), noise_low=0.5)
    trainer = Trainer(settings, GRAY)
    step = trainer.take_step()
    learned = {picture.tobytes() for picture in trainer._sampler.pictures.numpy()}
    assert len(step.inputs) == 8
    assert all(picture.tobytes() in learned for picture in step.targets)
    errors = np.abs(step.inputs.astype(float) - step.targets).mean(axis=(1, 2, 3))
    assert (errors > 20).all(), "gaussian noise of level 0.5"


@pytest.mark.extended
def test_of_a_large_batch_some_pictures_are_kept_and_without_noise_they_are_the_targets() -> None:
    step = Trainer(replace(SETTINGS, batch_size=32), GRAY).take_step()
    assert step.batch == 32
    assert step.inputs.shape == (16, 28, 28, 1)
    np.testing.assert_array_equal(step.inputs, step.targets)
    assert ((step.sizes >= 1) & (step.sizes <= 6)).all()


def test_the_change_is_that_of_the_ten_test_pictures() -> None:
    trainer = Trainer(EXACT, GRAY)
    trainer.advance(3)
    shown, before = trainer.show(), rebuild(trainer, trainer._shown)
    step = trainer.take_step()
    after = rebuild(trainer, trainer._shown)
    np.testing.assert_array_equal(step.before, shown)
    np.testing.assert_array_equal(step.after, trainer.show())
    np.testing.assert_allclose(step.change[0], after - before, rtol=2**-11, atol=1e-6)
    assert np.abs(step.change).max() > 0


@pytest.mark.parametrize(
    "kind", ["own, all options", pytest.param("variational, fresh noise", marks=pytest.mark.extended)]
)
def test_a_rate_of_almost_nothing_leaves_the_loss_as_it_was_so_all_that_is_random_is_the_same(kind: str) -> None:
    trainer = Trainer(settings_of(kind), GRAY)
    trainer.advance(4)
    trainer.rate_factor = 1e-9
    step = trainer.take_step()
    assert step.loss_after == pytest.approx(step.loss, abs=1e-6)
