from typing import Any

import numpy as np
import pytest

from autoencoder.networks.plan import make_plan
from autoencoder.training.settings import NO_PENALTY, PENALTIES
from tests.examples import make_pictures

pytestmark = pytest.mark.slow  # imports TensorFlow

PICTURES = make_pictures(6, (8, 8, 1))
SEED = np.array([3, 4], np.int32)


def encoder_of(code: Any, network: str = "shallow") -> Any:
    from autoencoder.networks.build import build_encoder

    encoder = build_encoder(make_plan(network, (8, 8, 1), 5, ordered=False, code=code), 0)
    encoder.set_weights([0.3 * np.random.default_rng(4).normal(size=one.shape) for one in encoder.get_weights()])
    return encoder


def apply(name: str, encoder: Any, seed: np.ndarray = SEED) -> tuple[np.ndarray, np.ndarray]:
    import tensorflow as tf

    from autoencoder.training.penalties import PENALTY_FUNCTIONS

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


def test_every_penalty_of_the_settings_has_a_function() -> None:
    from autoencoder.training.penalties import PENALTY_FUNCTIONS

    assert set(PENALTY_FUNCTIONS) == {NO_PENALTY, *PENALTIES}


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

    from autoencoder.training.penalties import contractive

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
