from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports TensorFlow

RATE = 0.01
every_shape = pytest.mark.parametrize("shape", [(12, 32), (32, 4), (3, 3, 8, 16)], ids=str)


def make(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def steps_of(optimizer: Any, gradients: list[np.ndarray]) -> list[np.ndarray]:
    """What the optimizer adds to a variable, gradient after gradient."""
    import keras

    variable = keras.Variable(np.zeros_like(gradients[0]))
    optimizer.build([variable])
    values = [variable.numpy()]
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
        values.append(np.array(variable))
    return list(np.diff(values, axis=0))


@pytest.mark.parametrize("shape", [(12, 32), (32, 4), (72, 16)], ids=str)
def test_all_directions_become_about_as_long(shape: tuple[int, int]) -> None:
    from autoencoder.training.muon import orthogonal

    left, values, right = np.linalg.svd(make(shape), full_matrices=False)
    values = np.geomspace(1, 0.05, len(values))
    made = np.array(orthogonal((left * values @ right).astype(np.float32)))
    inside = left.T @ made @ right.T
    assert np.abs(inside - np.diag(np.diag(inside))).max() < 1e-3  # the directions are those of before
    assert (np.abs(np.diag(inside) - 0.95) < 0.35).all()


@every_shape
def test_a_step_is_as_long_as_one_of_adam_however_large_the_gradient(shape: tuple[int, ...]) -> None:
    from autoencoder.training.muon import LENGTH, Muon

    small, large = (steps_of(Muon(RATE), [scale * make(shape)])[0] for scale in (1e-3, 1e3))
    np.testing.assert_allclose(small, large, rtol=0, atol=1e-2 * RATE)
    assert np.sqrt(np.square(large).mean()) == pytest.approx(RATE * LENGTH, rel=0.3)


@every_shape
def test_a_step_goes_downhill_and_remembers_the_gradients_before(shape: tuple[int, ...]) -> None:
    from autoencoder.training.muon import Muon

    first, second = make(shape), make(shape, seed=1)
    steps = steps_of(Muon(RATE), [first, second, second])
    assert (steps[0] * first).sum() < 0
    assert (steps[1] * first).sum() < 0
    assert not np.allclose(steps[1], steps[2])


def test_a_convolution_is_learned_as_the_matrix_of_its_places_and_filters() -> None:
    from autoencoder.training.muon import Muon

    gradients = [make((3, 3, 8, 16), seed) for seed in range(3)]
    flat = steps_of(Muon(RATE), [gradient.reshape(72, 16) for gradient in gradients])
    for step, other in zip(steps_of(Muon(RATE), gradients), flat, strict=True):
        np.testing.assert_allclose(step.reshape(72, 16), other, rtol=0, atol=1e-6)


def test_matrices_of_one_shape_are_learned_together_as_each_is_by_itself() -> None:
    import keras

    from autoencoder.training.muon import Muon

    gradients = [make(shape, seed) for seed, shape in enumerate([(3, 3, 8, 16), (32, 4), (72, 16), (16,), (32, 4)])]
    variables = [keras.Variable(np.zeros_like(gradient)) for gradient in gradients]
    optimizer = Muon(RATE)
    optimizer.build(variables)
    for _ in range(2):
        optimizer.apply([keras.ops.convert_to_tensor(gradient) for gradient in gradients])
    for variable, gradient in zip(variables, gradients, strict=True):
        alone = sum(steps_of(Muon(RATE), [gradient, gradient]))
        np.testing.assert_allclose(np.array(variable), alone, rtol=0, atol=1e-6)


def test_biases_are_learned_with_adam() -> None:
    import keras

    from autoencoder.training.muon import Muon

    gradients = [make((9,), seed) for seed in range(4)]
    steps, expected = (steps_of(kind(RATE, beta_2=0.99), gradients) for kind in (Muon, keras.optimizers.Adam))
    np.testing.assert_allclose(steps, expected, rtol=1e-5, atol=1e-8)  # as Keras has it, see `test_adam`
