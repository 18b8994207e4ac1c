from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autoencoder.data.noise import SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.ordered import milestones
from autoencoder.training.growth import MOST_UNITS
from autoencoder.training.settings import LOSSES, TrainingSettings
from autoencoder.training.trainer import Trainer
from autoencoder.training.unfolding import pack, unpack, which_pictures
from tests.examples import make_set
from tests.training.trainings import (
    AUGMENTED_KINDS,
    EXACT,
    GRAIN,
    GRAY,
    KINDS,
    NOISY_KINDS,
    OWN_KINDS,
    PENALISED_KINDS,
    SETTINGS,
    equal,
    train,
    weights,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first

EVERY_KIND = KINDS | NOISY_KINDS | PENALISED_KINDS | AUGMENTED_KINDS | OWN_KINDS
TRAINED_OFTEN = (  # what learns in a way of its own; the others are made of the same parts
    "dense",
    pytest.param("convolutional", marks=pytest.mark.extended),
    pytest.param("denoiser", marks=pytest.mark.extended),
    pytest.param("dense, fresh noise", marks=pytest.mark.extended),
    *(pytest.param(kind, marks=pytest.mark.extended) for kind in ("dense, noise once", "contractive")),
    "variational, fresh noise",
    "dense, augmented",
    "own, all options",
    pytest.param("own convolutions, all options", marks=pytest.mark.extended),
)


@pytest.fixture(scope="module", params=TRAINED_OFTEN)
def settings(request: pytest.FixtureRequest) -> TrainingSettings:
    return replace(SETTINGS, **EVERY_KIND[request.param])


@pytest.fixture(
    scope="module",
    params=[pytest.param(kind, marks=[] if kind in ("dense", "repairer") else pytest.mark.extended) for kind in KINDS],
)
def quiet(request: pytest.FixtureRequest) -> TrainingSettings:
    return replace(SETTINGS, **KINDS[request.param])


def test_tiles_grow_with_the_training() -> None:
    trainer = Trainer(SETTINGS, GRAY)
    before = trainer.tiles()
    trainer.advance(1)
    for name, tiles in trainer.tiles().items():
        assert tiles.shape == before[name].shape == (MOST_UNITS, 28, 28, 1)
        assert (tiles != before[name]).any()


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [({}, 2), ({"bottleneck": "exact", "bottleneck_size": 5}, 5), (PENALISED_KINDS["variational"], 6)],
)
def test_codes_that_are_kept_are_those_of_the_network(changes: dict[str, Any], numbers: int) -> None:
    trainer = Trainer(replace(SETTINGS, **changes), GRAY)
    codes = trainer.codes(0, 5)
    assert codes is not None
    assert codes.shape[1] == numbers
    pictures = GRAY.test[which_pictures(len(GRAY.test), len(codes))]
    expected = CompiledNetwork(*trainer.export()).encode(pictures)[:, :numbers]
    np.testing.assert_allclose(codes, expected, atol=1e-5)
    found = unpack(pack(codes))
    half = np.ptp(codes, axis=0) / (2**16 - 1 if numbers <= 2 else 2**8 - 1) / 2
    assert (np.abs(found - codes) <= half + 1e-5).all()
    assert trainer.codes(150, 400) is None, "not at every moment"


def test_what_is_no_bottleneck_keeps_no_codes() -> None:
    assert Trainer(replace(SETTINGS, **KINDS["denoiser"]), GRAY).codes(0, 5) is None


@pytest.fixture(scope="module")
def learned(settings: TrainingSettings, without_xla: None) -> list[np.ndarray]:
    return weights(train(settings))


def test_every_picture_that_is_not_held_out_is_learned_from() -> None:
    trainer = Trainer(SETTINGS, GRAY)
    assert (trainer.steps_per_epoch, trainer.total_steps) == (10, 30)  # 90 − 9 pictures in batches of 8


def test_interrupted_and_in_other_steps_it_learns_exactly_the_same(
    settings: TrainingSettings, learned: list[np.ndarray]
) -> None:
    trainer = Trainer(settings, GRAY)
    for steps in (1, 3, 6, 4):  # to within an epoch
        trainer.advance(steps)
    kept, trainer = trainer.arrays(), Trainer(settings, GRAY)
    trainer.restore(kept)
    assert trainer.step == 14
    for steps in (6, 2, 8):
        trainer.advance(steps)
    assert equal(weights(trainer), learned)


def test_arrays_are_kept_as_they_were() -> None:
    trainer = Trainer(SETTINGS, GRAY)
    kept = trainer.arrays()
    copies = {name: array.copy() for name, array in kept.items()}
    trainer.advance(5)
    assert all(np.array_equal(kept[name], copies[name]) for name in kept)
    trainer.restore(kept)
    assert trainer.step == 0
    assert all(np.array_equal(array, copies[name]) for name, array in trainer.arrays().items())


@pytest.mark.extended
def test_another_seed_learns_something_else() -> None:
    short = replace(SETTINGS, epochs=1)
    assert not equal(weights(train(replace(short, seed=1))), weights(train(short)))


@pytest.mark.parametrize("changes", [GRAIN, GRAIN | {"fresh_noise": False}], ids=["fresh", "once"])
def test_the_largest_seed_is_a_seed(changes: dict) -> None:
    assert np.isfinite(Trainer(replace(SETTINGS, seed=2**32 - 1, **changes), GRAY).advance(1))


@pytest.mark.parametrize(
    "loss",
    [pytest.param(loss, marks=pytest.mark.extended if loss == "mean_absolute_error" else []) for loss in LOSSES],
)
def test_the_loss_falls_on_what_it_learns_from_and_on_what_it_does_not(loss: str) -> None:
    trainer = Trainer(replace(SETTINGS, loss=loss, epochs=20), GRAY)
    before = trainer.validation_loss()
    losses = [trainer.advance(10) for _ in range(20)]
    assert losses[-1] < losses[0]
    assert trainer.validation_loss() < before


def test_the_loss_is_that_of_the_reconstructions() -> None:
    trainer = Trainer(EXACT, GRAY)
    trainer.advance(10)
    rebuilt = trainer.decoder(trainer.encoder(GRAY.train)).numpy()
    errors = np.square(rebuilt - GRAY.train).mean(axis=(1, 2, 3))
    assert errors.min() < trainer.validation_loss() < errors.max()


def test_a_learning_rate_of_almost_nothing_learns_almost_nothing() -> None:
    trainer = Trainer(SETTINGS, GRAY)
    before = weights(trainer)
    trainer.rate_factor = 1e-9
    trainer.advance(10)
    for one, other in zip(weights(trainer), before, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


def test_test_pictures_are_never_learned_from() -> None:
    short = replace(SETTINGS, epochs=1)
    other = make_set(90, 24, (28, 28, 1))
    changed = replace(other, test=np.ascontiguousarray(1 - other.test))
    assert equal(weights(train(short, pictures=changed)), weights(train(short)))


def test_ten_pictures_are_shown_at_every_milestone(quiet: TrainingSettings) -> None:
    trainer = Trainer(quiet, GRAY)
    trainer.advance(10)
    shown = trainer.show()
    sizes = milestones(6) if quiet.ordered else [None]
    assert shown.shape == (len(sizes), 10, 28, 28, 1)
    assert shown.dtype == np.uint8
    network = CompiledNetwork(*trainer.export())
    codes = network.encode(GRAY.test[:10])  # labels 0 to 9, each once
    for number, size in enumerate(sizes):
        np.testing.assert_allclose(shown[number] / 255, np.clip(network.decode(codes, size), 0, 1), atol=0.51 / 255)


def test_an_exact_bottleneck_is_shown_at_its_size() -> None:
    trainer = Trainer(replace(EXACT, network="shallow"), GRAY)
    assert np.isfinite(trainer.advance(10))
    assert trainer.show().shape == (1, 10, 28, 28, 1)
    assert not CompiledNetwork(*trainer.export()).ordered


@pytest.mark.parametrize(
    "kind", ["dense, fresh noise", pytest.param("keras_example, fresh noise", marks=pytest.mark.extended)]
)
def test_who_removes_noise_is_shown_at_every_level(kind: str) -> None:
    trainer = Trainer(replace(SETTINGS, **NOISY_KINDS[kind]), GRAY)
    trainer.advance(10)
    shown = trainer.show()
    assert shown.shape == (len(SHOWN_LEVELS), 10, 28, 28, 1)
    assert shown.dtype == np.uint8
    network = CompiledNetwork(*trainer.export())
    for frame, level in zip(shown, SHOWN_LEVELS, strict=True):
        noisy = add_noise(GRAY.test[:10], "gaussian", level, SHOWN_SEED)
        np.testing.assert_allclose(frame / 255, network.decode(network.encode(noisy)), atol=0.51 / 255)


@pytest.mark.parametrize("kind", ["contractive", "variational, fresh noise", "dense, augmented"])
def test_tiny_color_pictures_in_batches_larger_than_the_set(kind: str) -> None:
    settings = replace(SETTINGS, **EVERY_KIND[kind], batch_size=1024, bottleneck_size=1)
    trainer = train(settings, pictures=make_set(40, 7, (8, 8, 3), labels=False))
    assert (trainer.steps_per_epoch, trainer.step) == (1, 3)
    assert np.isfinite(trainer.validation_loss())
    assert trainer.show().shape == (len(SHOWN_LEVELS) if settings.noisy else 1, 7, 8, 8, 3)
