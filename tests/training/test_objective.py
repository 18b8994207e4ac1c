from dataclasses import replace

import numpy as np
import pytest

from autoencoder.data.selection import hold_out
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.objective import Objective
from autoencoder.training.settings import PENALTIES
from autoencoder.training.trainer import Trainer
from tests.training.trainings import ALIKE, EXACT, GRAY, PENALISED_KINDS, SETTINGS, rebuild, train

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first


# measured with three to five seeds: costs come to under 0.002 of what they were, errors to 2.8 times or more
HEAVY = {"sparse": 0.1, "contractive": 1.0, "variational": 30.0}


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_penalty_becomes_small_and_costs_some_error(penalty: str) -> None:
    settings = replace(EXACT, network="shallow", epochs=40, penalty=penalty, penalty_weight=1e-6)
    pressed_by = replace(settings, penalty_weight=HEAVY[penalty])
    free, pressed = (train(each, pictures=GRAY) for each in (settings, pressed_by))
    costs, errors = zip(*(_cost_and_error(trainer) for trainer in (free, pressed)), strict=True)
    assert costs[1] < 0.5 * costs[0]
    assert errors[1] > errors[0]


def _cost_and_error(trainer: Trainer) -> tuple[float, float]:
    import tensorflow as tf

    pictures = tf.constant(GRAY.train)
    errors, costs = trainer.objective.parts(pictures, pictures, tf.fill([90], 6), tf.constant([0, 1]))
    return float(np.mean(costs / trainer.settings.penalty_weight)), float(np.mean(errors))


def test_pictures_with_more_noise_count_less_unless_it_was_drawn_once() -> None:
    """Levels of noise that was drawn once are not those that are drawn for a batch."""
    settings = replace(EXACT, noise="gaussian", noise_low=0.1, noise_high=0.8)
    levels = np.linspace(0.1, 0.8, 8, dtype=np.float32)
    fresh, once = (
        Objective(each, each.plan, None, None).weights(None, levels)
        for each in (settings, replace(settings, fresh_noise=False))
    )
    assert once == 1.0
    assert np.mean(fresh) == pytest.approx(1, abs=1e-5)
    assert list(fresh) == sorted(fresh, reverse=True)


def test_the_errors_of_every_size_come_to_count_by_their_square_root() -> None:
    objective = Objective(SETTINGS, SETTINGS.plan, None, None)
    sizes = np.array([1, 6] * 4, np.int32)
    errors = np.array([0.09, 0.01] * 4, np.float32)
    for _ in range(500):
        objective.update(errors, sizes)
    weights = np.asarray(objective.weights(sizes, None))
    assert weights.mean() == pytest.approx(1, abs=1e-5)
    assert weights[1] / weights[0] == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize("weight", [0.5, 2.0])
def test_what_is_validated_is_the_error_and_what_the_code_costs(weight: float) -> None:
    trainer = Trainer(replace(EXACT, network="shallow", penalty="sparse", penalty_weight=weight), ALIKE)
    picture = ALIKE.train[:1]
    error, code = np.square(rebuild(trainer, picture) - picture).mean(), trainer.encoder(picture).numpy()
    assert code.max() > 0.01
    assert trainer.validation_loss() == pytest.approx(error + weight * np.abs(code).sum(), rel=1e-3)


def test_of_a_variational_network_the_means_are_looked_at() -> None:
    trainer = Trainer(replace(SETTINGS, **PENALISED_KINDS["variational"]), GRAY)
    trainer.advance(10)
    network = CompiledNetwork(*trainer.export())
    both = trainer.encoder(GRAY.test[:10]).numpy()
    np.testing.assert_allclose(network.encode(GRAY.test[:10]), both[:, :6], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(network.log_variances(GRAY.test[:10]), both[:, 6:], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(trainer.show()[0] / 255, network.decode(both[:, :6]), atol=0.51 / 255)


def test_a_linear_network_becomes_the_pca_of_scikit_learn() -> None:
    from scipy.linalg import subspace_angles
    from sklearn.decomposition import PCA

    generator = np.random.default_rng(0)
    strengths = np.array([3, 2.5, 2, 1.5, 0.3, 0.2, *[0.1] * 58])
    turned = np.linalg.qr(generator.normal(size=(64, 64)))[0]
    pictures = 0.5 + 0.25 * (generator.normal(size=(500, 64)) * strengths) @ turned
    pictures = np.clip(pictures, 0, 1).astype(np.float32).reshape(-1, 8, 8, 1)
    set_of = replace(GRAY, train=pictures[:400], test=pictures[400:], train_labels=None, test_labels=None)
    settings = replace(EXACT, network="linear", bottleneck_size=4, epochs=100, learning_rate=0.01)
    trainer = train(settings, pictures=set_of)
    learned = np.rint(pictures[hold_out(np.arange(400), settings.seed)[0]].reshape(-1, 64) * 255) / 255
    pca = PCA(4).fit(learned)
    angles = subspace_angles(pca.components_.T, trainer.decoder.get_weights()[0].T)
    assert np.degrees(angles.max()) < 1
    test = pictures[400:].reshape(-1, 64)
    expected = np.square(pca.inverse_transform(pca.transform(test)) - test).mean()
    assert np.square(rebuild(trainer, pictures[400:]) - pictures[400:]).mean() == pytest.approx(expected, rel=0.05)
