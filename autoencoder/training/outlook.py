"""What more time would bring a training, as far as its own losses tell."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from autoencoder.training.run_state import Loss

LEAST_EPOCHS = 1  # in a half of a training: in the first epoch the loss falls whatever comes later
STEADY = 0.02  # a change of the validation loss by a smaller share is none


class Trend(StrEnum):
    """What the validation loss did in the second half of a training."""

    FALLS = "falls"
    STEADY = "steady"
    RISES = "rises"


class Outlook(NamedTuple):
    """How the validation loss changed in the second half of what was trained."""

    trend: Trend
    epochs: float  # that this half has
    change: float  # by which share of itself the loss changed: −0.1 where it fell by a tenth
    lowest: float  # the epoch after which it was lowest


def outlook(losses: Sequence[Loss]) -> Outlook | None:
    """Return what the losses tell; None where there are too few, or none of a validation.

    It is the second half, because where the learning rate falls to nothing the loss is always flat at the very end.
    """
    known = [(loss.epoch, loss.validation) for loss in losses if loss.validation is not None]
    if not known or (epochs := known[-1][0] / 2) < LEAST_EPOCHS:
        return None
    begin = next(validation for epoch, validation in known if epoch >= epochs)
    change = known[-1][1] / begin - 1 if begin else 0.0
    trend = Trend.STEADY if abs(change) < STEADY else Trend.FALLS if change < 0 else Trend.RISES
    return Outlook(trend, epochs, change, min(known, key=lambda one: one[1])[0])
