from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autoencoder.export.script import render
from autoencoder.training.settings import OPTIMIZERS, SCHEDULES, TrainingSettings

pytestmark = pytest.mark.slow  # it imports Keras

SETTINGS = TrainingSettings(epochs=10)


def written(code: str, **more: Any) -> dict[str, Any]:
    import keras
    from keras import ops

    scope = {"keras": keras, "ops": ops, "np": np, "EPOCHS": 10, "BATCH": 8, "RATE": 0.003}
    scope |= {"x_train": np.zeros(8), **more}
    exec(code, scope)
    return scope


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (3, 3, 4, 2), (6,)], ids=str)
def test_muon_steps_as_in_the_app(shape: tuple[int, ...]) -> None:
    import keras

    from autoencoder.training.muon import Muon

    generator = np.random.default_rng(0)
    begin, gradients = generator.normal(size=shape), generator.normal(size=(3, *shape))
    reached = []
    for kind in (Muon, written(render("optimizer", replace(SETTINGS, optimizer="muon")))["Muon"]):
        variable, optimizer = keras.Variable(begin, dtype="float32"), kind(0.01)
        optimizer.build([variable])
        for gradient in gradients:
            optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [variable])
        reached.append(np.asarray(variable))
    np.testing.assert_allclose(reached[1], reached[0], rtol=0, atol=1e-5)
    assert np.abs(reached[0] - begin).max() > 0.001


@pytest.mark.parametrize("steps", [1, 7, 200])
def test_the_rate_is_that_of_the_app(steps: int) -> None:
    from autoencoder.training.trainer import rate_share

    rate = written(render("optimizer", SETTINGS), x_train=np.zeros(8 * steps))["optimizer"]._learning_rate
    found = [float(rate(step)) for step in range(10 * steps)]
    expected = [0.003 * rate_share((step + 1) / (10 * steps)) for step in range(10 * steps)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_optimizer_remembers_as_in_the_app(kind: str, schedule: str) -> None:
    from autoencoder.training.trainer import _make_optimizer

    settings = replace(SETTINGS, optimizer=kind, schedule=schedule)
    found, expected = written(render("optimizer", settings))["optimizer"], _make_optimizer(settings)
    assert type(found).__name__ == type(expected).__name__
    assert (found.beta_1, found.beta_2, found.epsilon) == (expected.beta_1, expected.beta_2, expected.epsilon)
