from typing import Any

import numpy as np
import pytest

from autoencoder.takeaways.script_models import MUON, optimizer_code
from autoencoder.training.settings import TrainingSettings

pytestmark = pytest.mark.slow  # it imports Keras

SETTINGS = TrainingSettings(epochs=10)


def written(code: str, **more: Any) -> dict[str, Any]:
    import keras
    from keras import ops

    scope = {"keras": keras, "ops": ops, "EPOCHS": 10, "RATE": 0.003, **more}
    exec(code, scope)
    return scope


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (3, 3, 4, 2), (6,)], ids=str)
def test_muon_steps_as_in_the_app(shape: tuple[int, ...]) -> None:
    import keras

    from autoencoder.training.muon import Muon

    generator = np.random.default_rng(0)
    begin, gradients = generator.normal(size=shape), generator.normal(size=(3, *shape))
    reached = []
    for kind in (Muon, written(MUON)["Muon"]):
        variable, optimizer = keras.Variable(begin, dtype="float32"), kind(0.01)
        optimizer.build([variable])
        for gradient in gradients:
            optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [variable])
        reached.append(np.asarray(variable))
    np.testing.assert_allclose(reached[1], reached[0], rtol=0, atol=1e-5)
    assert np.abs(reached[0] - begin).max() > 0.001


def test_the_rate_is_that_of_the_app() -> None:
    from autoencoder.training.trainer import rate_share

    rate = written(optimizer_code(SETTINGS, "200", brief=False))["rate"]
    found = np.array([float(rate(step)) for step in range(2000)])
    expected = 0.003 * np.array([rate_share((step + 1) / 2000) for step in range(2000)])
    assert np.abs(found - expected).max() < 0.05 * 0.003  # it falls from the top of its climb, ours from the start
    assert found[-1] < 1e-5


@pytest.mark.parametrize(("steps", "brief"), [("1", True), ("2", True), ("4", False)])
def test_the_rate_of_a_short_training_is_a_number(steps: str, brief: bool) -> None:
    rate = written(optimizer_code(SETTINGS, steps, brief=brief))["rate"]
    rates = [float(rate(step)) for step in range(10 * int(steps))]
    assert np.isfinite(rates).all()
    assert 0.001 < max(rates) <= 0.003 * 1.0001
