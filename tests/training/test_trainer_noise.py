from dataclasses import replace

import numpy as np
import pytest

from autoencoder.analysis.denoising import TEST_SEED
from autoencoder.data.noise import add_noise
from autoencoder.networks.plan import NETWORKS
from autoencoder.training import trainer as module
from autoencoder.training.trainer import Trainer
from tests.training.trainings import ALIKE, ALL_BLACK, EXACT, GRAIN, GRAY, KINDS, SETTINGS, rebuild, train

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first


@pytest.mark.parametrize(
    "network", ["dense", *(pytest.param(name, marks=pytest.mark.extended) for name in ("keras_example", "repairer"))]
)
def test_a_network_gains_on_noise(network: str) -> None:
    kind = KINDS[network] | GRAIN | ({} if NETWORKS[network].open else {"bottleneck": "exact"})
    trainer = train(replace(SETTINGS, epochs=20, **kind), pictures=GRAY)
    noisy = add_noise(GRAY.test, "gaussian", 0.4, seed=99)
    before, after = (np.square(each - GRAY.test).mean() for each in (noisy, rebuild(trainer, noisy)))
    assert after < 0.6 * before


@pytest.mark.parametrize("fresh", [True, pytest.param(False, marks=pytest.mark.extended)], ids=["fresh", "once"])
def test_what_it_sees_is_corrupted_and_what_it_shall_paint_is_not(fresh: bool) -> None:
    trainer = Trainer(replace(EXACT, epochs=40, fresh_noise=fresh, **ALL_BLACK), GRAY)
    loss = [trainer.advance(10) for _ in range(40)][-1]
    mean = GRAY.train.mean(axis=0)  # nothing is closer to all the pictures for who sees none of them
    assert loss == pytest.approx(np.square(GRAY.train - mean).mean(), rel=0.1)
    painted = rebuild(trainer, np.zeros((1, 28, 28, 1), np.float32))
    assert np.square(painted - mean).mean() < 0.1 * np.square(mean).mean()


@pytest.mark.parametrize("changes", [ALL_BLACK, {}], ids=["noise", "no noise"])
def test_the_validation_is_corrupted_as_the_training_is(changes: dict) -> None:
    trainer = Trainer(replace(EXACT, **changes), ALIKE)
    trainer.advance(10)
    picture = ALIKE.train[:1]
    rebuilt = rebuild(trainer, np.zeros_like(picture) if changes else picture)
    assert trainer.validation_loss() == pytest.approx(np.square(rebuilt - picture).mean(), rel=1e-4)


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "once"])
def test_noise_is_drawn_anew_or_once(fresh: bool) -> None:
    grain = GRAIN | {"noise_low": 0.4, "noise_high": 0.4, "fresh_noise": fresh}
    trainer = Trainer(replace(EXACT, batch_size=81, **grain), ALIKE)
    trainer.rate_factor = 1e-9  # so that only the noise can change the loss
    first, second, third = (trainer.advance(1) for _ in range(3))
    assert (first == pytest.approx(second, rel=1e-5)) is not fresh
    assert (second == pytest.approx(third, rel=1e-5)) is not fresh


@pytest.mark.parametrize("fresh", [True, pytest.param(False, marks=pytest.mark.extended)], ids=["fresh", "once"])
def test_noise_of_level_0_is_none(fresh: bool) -> None:
    level_0, quiet = (Trainer(each, GRAY) for each in (replace(EXACT, noise="masked", fresh_noise=fresh), EXACT))
    level_0.rate_factor = quiet.rate_factor = 1e-9  # so that only the noise can change the loss
    assert level_0.advance(10) == pytest.approx(quiet.advance(10), rel=1e-4)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.extended) for seed in (1, 2))])
def test_no_noise_is_learned_that_it_is_judged_with(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, seen = replace(ALIKE, test=ALIKE.train[:24].copy()), []

    def record(*arguments) -> np.ndarray:
        seen.extend(corrupted := add_noise(*arguments))
        return corrupted

    monkeypatch.setattr(module, "add_noise", record)
    grain = {"noise": "gaussian", "noise_low": 0.5, "noise_high": 0.5, "fresh_noise": False}
    trainer = Trainer(replace(EXACT, seed=seed, **grain), plain)
    trainer.validation_loss(), trainer.show()
    record(plain.test, "gaussian", 0.5, TEST_SEED)
    corrupted = [picture.tobytes() for picture in seen if not np.array_equal(picture, plain.test[0])]
    assert len(corrupted) == 81 + 9 + 10 * 10 + 24  # learned from, validation, shown but at level 0, measured
    assert len(set(corrupted)) == len(corrupted)
