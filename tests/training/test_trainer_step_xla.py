"""A step that is looked at, where the loop is compiled by XLA and else learns from many batches in one call."""

from dataclasses import replace

import numpy as np
import pytest

from autoencoder.training.trainer import Trainer
from tests.training.trainings import GRAY, OWN_KINDS, SETTINGS

pytestmark = [pytest.mark.slow, pytest.mark.extended]  # compiles four times


def test_stepped_and_gone_on_with_it_has_the_very_weights_of_one_that_never_was() -> None:
    settings = replace(SETTINGS, **OWN_KINDS["own, all options"])
    stepped, never = Trainer(settings, GRAY), Trainer(settings, GRAY)
    stepped.advance(3)
    for _ in range(2):
        step = stepped.take_step()
    stepped.advance(5)
    losses = [never.advance(4), never.advance(1)]
    never.advance(5)
    assert step.loss == pytest.approx(losses[1], abs=1e-6), "the same dice"
    for name, array in never.arrays().items():
        np.testing.assert_array_equal(stepped.arrays()[name], array, err_msg=name)
