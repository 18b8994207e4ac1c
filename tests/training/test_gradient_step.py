import numpy as np
import pytest

from autoencoder.training.gradient_step import GradientStep
from tests.training.fakes import made_up_step

STEP = made_up_step(3, 0.25, frames=2)


def test_it_comes_back_from_its_arrays() -> None:
    back = GradientStep.from_arrays(STEP.arrays())
    for name, value in vars(STEP).items():
        np.testing.assert_array_equal(getattr(back, name), value)
        assert type(getattr(back, name)) is type(value)


def test_lengths_are_those_of_all_layers_together() -> None:
    assert (STEP.gradient, STEP.update) == (3.0, 7.0)  # of 1, 2, 2 and of 2, 3, 6


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("gradients", np.ones(2, np.float32)),
        ("updates", np.ones(3, np.float64)),
        ("targets", np.zeros((8, 28, 28, 3), np.uint8)),
        ("sizes", np.zeros(7, np.int32)),
        ("before", np.zeros((28, 28), np.uint8)),
        ("change", np.zeros((1, 10, 28, 28, 1), np.float16)),
        ("inputs", np.zeros((0, 28, 28, 1), np.uint8)),
    ],
)
def test_arrays_of_something_else_are_refused(name: str, array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Expected"):
        GradientStep.from_arrays(STEP.arrays() | {name: array})


@pytest.mark.parametrize("name", ["epoch", "before"])
def test_arrays_that_lack_something_are_refused(name: str) -> None:
    arrays = STEP.arrays()
    del arrays[name]
    with pytest.raises(KeyError):
        GradientStep.from_arrays(arrays)
