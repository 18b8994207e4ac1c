from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.images.picture_set import PictureSet
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.ordered import milestones
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LOSSES, TrainingSettings
from autoencoder.training.trainer import Trainer, rate_share
from tests.examples import make_set

pytestmark = pytest.mark.slow  # each trains, and TensorFlow compiles first

pytestmark = pytest.mark.slow  # each trains, and TensorFlow compiles first

GREY = make_set(90, 24, (28, 28, 1))
SETTINGS = TrainingSettings(source="digits", epochs=3, batch_size=8, bottleneck_size=6)


def weights(trainer: Trainer) -> list[np.ndarray]:
    return [*trainer.encoder.get_weights(), *trainer.decoder.get_weights()]


def train(settings: TrainingSettings, *, parts: list[int] | None = None, pictures: PictureSet = GREY) -> Trainer:
    """A whole training, an epoch at a time or in these many steps at a time."""
    trainer = Trainer(settings, pictures)
    for steps in parts or [trainer.steps_per_epoch] * settings.epochs:
        trainer.advance(steps)
    return trainer


def equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


@pytest.fixture(scope="module", params=NETWORKS)
def settings(request: pytest.FixtureRequest) -> TrainingSettings:
    return replace(SETTINGS, network=request.param)


@pytest.fixture(scope="module")
def learnt(settings: TrainingSettings) -> list[np.ndarray]:
    return weights(train(settings))


def test_every_picture_that_is_not_held_out_is_learnt_from(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    assert (trainer.steps_per_epoch, trainer.total_steps) == (10, 30)  # 90 − 9 pictures in batches of 8


def test_the_same_settings_learn_the_same(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    assert equal(weights(train(settings)), learnt)


def test_it_does_not_matter_in_how_many_steps_at_once(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    assert equal(weights(train(settings, parts=[1, 3, 6, 10, 2, 8])), learnt)


@pytest.mark.parametrize("step", [4, 20])
def test_interrupted_it_learns_exactly_the_same(
    settings: TrainingSettings, learnt: list[np.ndarray], step: int
) -> None:
    first = Trainer(settings, GREY)
    for begin in range(0, step, 10):
        first.advance(min(10, step - begin))
    kept = first.arrays()
    second = Trainer(settings, GREY)
    second.restore(kept)
    assert second.step == step
    while second.step < second.total_steps:
        second.advance(10 - second.step % 10)
    assert equal(weights(second), learnt)


def test_arrays_are_kept_as_they_were(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    kept = trainer.arrays()
    copies = {name: array.copy() for name, array in kept.items()}
    trainer.advance(5)
    assert all(np.array_equal(kept[name], copies[name]) for name in kept)
    trainer.restore(kept)
    assert trainer.step == 0
    assert all(np.array_equal(array, copies[name]) for name, array in trainer.arrays().items())


def test_another_seed_learns_something_else(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    assert not equal(weights(train(replace(settings, seed=1))), learnt)


def test_the_largest_seed_is_a_seed() -> None:
    assert np.isfinite(Trainer(replace(SETTINGS, seed=2**32 - 1), GREY).advance(1))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_falls_on_what_it_learns_from_and_on_what_it_does_not(loss: str) -> None:
    trainer = Trainer(replace(SETTINGS, loss=loss, epochs=20), GREY)
    before = trainer.validation_loss()
    losses = [trainer.advance(10) for _ in range(20)]
    assert losses[-1] < losses[0]
    assert trainer.validation_loss() < before


def test_the_loss_is_that_of_the_reconstructions() -> None:
    trainer = Trainer(replace(SETTINGS, bottleneck="exact"), GREY)
    trainer.advance(10)
    rebuilt = trainer.decoder(trainer.encoder(GREY.train)).numpy()
    errors = np.square(rebuilt - GREY.train).mean(axis=(1, 2, 3))
    assert errors.min() < trainer.validation_loss() < errors.max()


def test_a_learning_rate_of_almost_nothing_learns_almost_nothing(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    before = weights(trainer)
    trainer.rate_factor = 1e-9
    trainer.advance(10)
    for one, other in zip(weights(trainer), before, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


def test_test_pictures_are_never_learnt_from(settings: TrainingSettings, learnt: list[np.ndarray]) -> None:
    other = make_set(90, 24, (28, 28, 1))
    changed = replace(other, test=np.ascontiguousarray(1 - other.test))
    assert equal(weights(train(settings, pictures=changed)), learnt)


def test_ten_pictures_are_shown_at_every_milestone(settings: TrainingSettings) -> None:
    trainer = Trainer(settings, GREY)
    trainer.advance(10)
    shown = trainer.show()
    assert shown.shape == (len(milestones(6)), 10, 28, 28, 1)
    assert shown.dtype == np.uint8
    network = CompiledNetwork(*trainer.export())
    codes = network.encode(GREY.test[:10])  # labels 0 to 9, each once
    for number, size in enumerate(milestones(6)):
        np.testing.assert_allclose(shown[number] / 255, network.decode(codes, size), atol=0.51 / 255)


def test_an_exact_bottleneck_is_shown_at_its_size(settings: TrainingSettings) -> None:
    trainer = Trainer(replace(settings, bottleneck="exact"), GREY)
    assert np.isfinite(trainer.advance(10))
    assert trainer.show().shape == (1, 10, 28, 28, 1)
    assert not CompiledNetwork(*trainer.export()).ordered


def test_tiny_colour_pictures_in_batches_larger_than_the_set(settings: TrainingSettings) -> None:
    pictures = make_set(40, 7, (8, 8, 3), labels=False)
    trainer = train(replace(settings, batch_size=1024, bottleneck_size=1), pictures=pictures)
    assert (trainer.steps_per_epoch, trainer.step) == (1, 3)
    assert np.isfinite(trainer.validation_loss())
    assert trainer.show().shape == (1, 7, 8, 8, 3)


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
