from dataclasses import replace

import numpy as np
import pytest

from autoencoder.training import trainer
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.trainer import Trainer
from tests.training.trainings import GRAY, KINDS, OWN_KINDS, SETTINGS, weights

pytestmark = pytest.mark.slow  # each trains

HALVED = ("dense", "convolutional", pytest.param("repairer", marks=pytest.mark.extended))
ROUNDING = 2.0**-8  # of a number with 8 binary digits, and there are some of them


@pytest.fixture(autouse=True)
def in_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every processor can multiply bfloat16, if slowly."""
    monkeypatch.setattr(trainer, "has_bfloat16", lambda: True)


def make(settings: TrainingSettings, *, halved: bool = True) -> Trainer:
    made = Trainer(settings, GRAY)
    made._halved = halved
    return made


@pytest.mark.parametrize("network", HALVED)
def test_a_gradient_is_that_of_float32_but_for_its_rounding_and_is_kept_in_float32(network: str) -> None:
    settings = replace(SETTINGS, **KINDS[network])
    halved, whole = make(settings).take_step(), make(settings, halved=False).take_step()
    assert halved.loss != whole.loss
    assert halved.loss == pytest.approx(whole.loss, rel=ROUNDING)
    np.testing.assert_allclose(halved.gradients, whole.gradients, rtol=8 * ROUNDING, atol=1e-6)


@pytest.mark.parametrize("network", HALVED)
def test_equal_settings_learn_the_very_same_also_where_it_was_interrupted(network: str) -> None:
    settings = replace(SETTINGS, **KINDS[network])
    straight, first, then = make(settings), make(settings), make(settings)
    straight.advance(4)
    first.advance(2)
    then.restore(first.arrays())
    then.advance(2)
    for one, other in zip(weights(straight), weights(then), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_models_and_what_is_taken_along_stay_float32() -> None:
    settings = replace(SETTINGS, **OWN_KINDS["own convolutions, all options"])
    halved, whole = make(settings), make(settings, halved=False)
    halved.advance(2)
    assert halved.encoder.get_config() == whole.encoder.get_config()
    assert halved.decoder.get_config() == whole.decoder.get_config()
    assert {weight.dtype for weight in halved.encoder.weights} == {"float32"}
    whole.restore(halved.arrays())
    assert halved.validation_loss() == whole.validation_loss()
    np.testing.assert_array_equal(halved.show(), whole.show())


def test_what_xla_compiles_is_learned_in_float32() -> None:
    shallow = {"network": "shallow", "bottleneck": "exact"}
    assert not Trainer(replace(SETTINGS, **shallow), GRAY)._halved
    assert Trainer(SETTINGS, GRAY)._halved
