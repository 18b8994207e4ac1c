from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autoencoder.data.selection import hold_out
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.plan import make_plan
from autoencoder.training.objective import Objective
from autoencoder.training.settings import PENALTIES
from autoencoder.training.trainer import Trainer
from tests.examples import make_pictures
from tests.training.trainings import ALIKE, EXACT, EXACT_OWN, GRAY, OWN, PENALISED_KINDS, SETTINGS, rebuild, train

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first


# measured with three to five seeds: costs come to under 0.002 of what they were, errors to 2.8 times or more
HEAVY = {"sparse": 0.1, "contractive": 1.0, "variational": 30.0}


@pytest.mark.extended
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


# The penalties by themselves

PICTURES = make_pictures(6, (8, 8, 1))
SEED = np.array([3, 4], np.int32)


def encoder_of(code: Any, network: str = "shallow") -> Any:
    from autoencoder.networks.build import build_encoder

    encoder = build_encoder(make_plan(network, (8, 8, 1), 5, ordered=False, code=code), 0)
    encoder.set_weights([0.3 * np.random.default_rng(4).normal(size=one.shape) for one in encoder.get_weights()])
    return encoder


def apply(name: str, encoder: Any, seed: np.ndarray = SEED) -> tuple[np.ndarray, np.ndarray]:
    import tensorflow as tf

    from autoencoder.training.objective import PENALTY_FUNCTIONS

    codes, costs = PENALTY_FUNCTIONS[name](encoder, tf.constant(PICTURES), tf.constant(seed))
    return codes.numpy(), np.asarray(costs)


def numerical_jacobians(encoder: Any, step: float = 1e-3) -> np.ndarray:
    """How the codes change with every pixel, by differences in double precision: (pictures, numbers, pixels)."""
    weights = [weight.astype(np.float64) for weight in encoder.get_weights()]

    def encode(pictures: np.ndarray) -> np.ndarray:
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            pictures = np.maximum(pictures @ kernel + bias, 0)
        return pictures @ weights[-2] + weights[-1]

    flat = PICTURES.reshape(len(PICTURES), -1).astype(np.float64)
    ahead = step * np.eye(flat.shape[1])
    return np.stack([(encode(one + ahead) - encode(one - ahead)).T / (2 * step) for one in flat])


def test_without_a_penalty_codes_cost_nothing() -> None:
    encoder = encoder_of("plain")
    codes, costs = apply("none", encoder)
    np.testing.assert_array_equal(codes, encoder(PICTURES).numpy())
    assert costs == 0


def test_sparse_is_the_sum_of_absolute_values() -> None:
    encoder = encoder_of("rectified")
    codes, costs = apply("sparse", encoder)
    np.testing.assert_array_equal(codes, encoder(PICTURES).numpy())
    np.testing.assert_allclose(costs, np.abs(codes).sum(axis=1), rtol=1e-5)
    assert costs.min() > 0


@pytest.mark.parametrize("network", ["shallow", "linear"])
def test_contractive_is_on_average_the_numerical_jacobian(network: str) -> None:
    encoder = encoder_of("plain", network)
    exact = np.square(numerical_jacobians(encoder)).sum(axis=(1, 2))
    draws = np.array([apply("contractive", encoder, np.array([0, number], np.int32))[1] for number in range(400)])
    error = draws.std(axis=0) / np.sqrt(len(draws))
    assert (np.abs(draws.mean(axis=0) - exact) < 4 * error).all()
    assert error.max() < 0.06 * exact.min()
    assert draws.std(axis=0).min() > 0  # an estimate, no constant


def test_one_draw_of_the_contractive_penalty_is_signs_times_the_numerical_jacobian() -> None:
    encoder = encoder_of("plain")
    codes, costs = apply("contractive", encoder)
    signs = np.array(np.meshgrid(*[[-1, 1]] * 5)).reshape(5, -1)  # all that there are
    possible = np.square(np.einsum("vs,nvp->nsp", signs, numerical_jacobians(encoder))).sum(axis=2)
    assert (np.abs(possible / costs[:, np.newaxis] - 1).min(axis=1) < 1e-3).all()
    np.testing.assert_array_equal(codes, encoder(PICTURES).numpy())


def test_the_contractive_penalty_can_be_learned_from() -> None:
    import tensorflow as tf

    from autoencoder.training.objective import contractive

    encoder = encoder_of("plain")
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean(contractive(encoder, tf.constant(PICTURES), tf.constant(SEED))[1])
    gradients = tape.gradient(cost, [encoder.trainable_variables[0]])
    weights, (gradient,) = encoder.get_weights(), gradients
    step = 1e-3 * gradient.numpy() / np.linalg.norm(gradient.numpy())
    costs = []
    for sign in (-1, 1):
        encoder.set_weights([weights[0] + sign * step, *weights[1:]])
        costs.append(apply("contractive", encoder)[1].mean())
    assert (costs[1] - costs[0]) / 2e-3 == pytest.approx(np.linalg.norm(gradient.numpy()), rel=0.02)


def test_variational_is_the_divergence_as_torch_or_an_integral_would_have_it() -> None:
    encoder = encoder_of("gaussian")
    _, costs = apply("variational", encoder)
    means, log_variances = np.split(encoder(PICTURES).numpy().astype(np.float64), 2, axis=1)
    deviations = np.exp(log_variances / 2)[..., np.newaxis]
    capacity = means[..., np.newaxis] + deviations * np.linspace(-12, 12, 20001)
    own = np.exp(-((capacity - means[..., np.newaxis]) ** 2) / (2 * deviations**2)) / (deviations * np.sqrt(2 * np.pi))
    log_ratio = -((capacity - means[..., np.newaxis]) ** 2) / (2 * deviations**2) - np.log(deviations) + capacity**2 / 2
    integral = np.trapezoid(own * log_ratio, capacity, axis=-1).sum(axis=1)
    np.testing.assert_allclose(costs, integral, rtol=1e-4)


def test_variational_codes_are_drawn_around_the_means() -> None:
    encoder = encoder_of("gaussian")
    means, log_variances = np.split(encoder(PICTURES).numpy(), 2, axis=1)
    draws = np.array([apply("variational", encoder, np.array([0, number], np.int32))[0] for number in range(500)])
    scaled = (draws - means) / np.exp(log_variances / 2)
    assert np.abs(scaled.mean(axis=0)).max() < 4.5 / np.sqrt(500)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=0.15)
    np.testing.assert_array_equal(apply("variational", encoder)[0], apply("variational", encoder)[0])


def test_a_standard_normal_code_diverges_by_nothing() -> None:
    encoder = encoder_of("gaussian")
    encoder.set_weights([np.zeros_like(one) for one in encoder.get_weights()])
    np.testing.assert_allclose(apply("variational", encoder)[1], 0, atol=1e-6)


# Networks of a learner's own


def test_what_is_held_out_is_judged_without_dropout_with_kept_means_and_with_weight_decay() -> None:
    trainer = Trainer(replace(EXACT, **EXACT_OWN, composition=OWN), ALIKE)
    trainer.advance(10)
    picture = ALIKE.train[:1]
    error = np.square(rebuild(trainer, picture) - picture).mean()
    kernels = [
        one.numpy()
        for half in (trainer.encoder, trainer.decoder)
        for one in half.weights
        if one.path.endswith("kernel")
    ]
    decay = 0.0001 * sum(np.square(kernel).sum() for kernel in kernels)
    assert decay > 0.001
    assert trainer.validation_loss() == pytest.approx(error + decay, rel=1e-4)


@pytest.mark.parametrize(("composition", "drops"), [("dense-40-dropout0.5", True), ("dense-40", False)])
def test_what_dropout_leaves_out_is_drawn_anew_for_every_batch(composition: str, drops: bool) -> None:
    trainer = Trainer(replace(EXACT, **EXACT_OWN, batch_size=81, composition=composition), ALIKE)
    trainer.rate_factor = 1e-9  # so that chance alone can change the loss
    first, second = (trainer.advance(1) for _ in range(2))
    assert (first == pytest.approx(second, rel=1e-5)) is not drops


def test_batch_normalization_keeps_means_of_what_it_has_seen() -> None:
    trainer = Trainer(replace(EXACT, **EXACT_OWN, composition="dense-40-norm"), GRAY)
    mean, variance = (one for one in trainer.encoder.non_trainable_weights if "moving" in one.path)
    assert (mean.numpy().any(), np.ptp(variance.numpy())) == (False, 0)
    trainer.rate_factor = 1e-9
    for _ in range(6):
        trainer.advance(10)
    kernel = trainer.encoder.get_weights()[0]
    sums = GRAY.train.reshape(90, -1) @ kernel
    spread = sums.std(axis=0)
    assert np.abs(mean.numpy() - sums.mean(axis=0)).max() < spread.max()  # of batches of 8, a tenth of each
    np.testing.assert_allclose(variance.numpy().mean(), np.square(spread).mean(), rtol=0.3)
