"""What one gradient step did: the batch, its loss before and after, the gradient, and the change of ten pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import hypot
from typing import Any

import numpy as np

MOST_PICTURES = 16  # of the batch
ARRAYS = {  # of a step: the type, and what has the same shape, to as many dimensions as are named
    "gradients": ("float32", "layers", 1),
    "updates": ("float32", "layers", 1),
    "inputs": ("uint8", "inputs", 4),
    "targets": ("uint8", "inputs", 4),
    "sizes": ("int32", "inputs", 1),
    "before": ("uint8", "before", 5),
    "after": ("uint8", "before", 5),
    "change": ("float16", "before", 5),
}


@dataclass(frozen=True, eq=False)
class GradientStep:
    """One step of a training; lengths are Euclidean norms.

    Both losses are of the same batch, with the same noise, sizes and dropout, and a mean as the loss curve has it. The
    gradient is that of what the step makes smaller: there the errors are weighted, see `Objective.weights`.
    """

    number: int  # from 1
    epoch: float  # how many had passed after it, with a fraction
    rate: float  # the learning rate
    loss: float  # of the batch before the step
    loss_after: float
    batch: int  # how many pictures it was
    layers: list[str]  # those with weights, by their names in `traced.layer_names`
    gradients: np.ndarray  # float32 (layers,), how long each layer's gradient is
    updates: np.ndarray  # float32 (layers,), how far the step moved its weights
    inputs: np.ndarray  # uint8 (n, height, width, channels), the batch's first pictures as the network saw them
    targets: np.ndarray  # uint8, of the same shape: what it was to rebuild
    sizes: np.ndarray  # int32 (n,), how many numbers of its code each of them kept
    before: np.ndarray  # uint8 (frames, 10, height, width, channels), the ten test pictures as in a preview
    after: np.ndarray
    change: np.ndarray  # float16, of the same shape: after − before, for which bytes are too coarse

    @property
    def gradient(self) -> float:
        """Return how long the whole gradient is."""
        return hypot(*self.gradients.tolist())

    @property
    def update(self) -> float:
        """Return how far the step moved all weights together."""
        return hypot(*self.updates.tolist())

    def arrays(self) -> dict[str, np.ndarray]:
        """Return it as arrays for a file."""
        return {name: np.asarray(value) for name, value in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "GradientStep":
        """Return what `arrays` gave; a KeyError or a ValueError where these are others."""
        for name, (dtype, like, dimensions) in ARRAYS.items():
            array, shape = arrays[name], arrays[like].shape[:dimensions]
            if array.dtype != dtype or array.ndim != dimensions or array.shape != shape or not array.size:
                raise ValueError(f"Expected {name!r} to be {dtype} {shape}. Received: {array.dtype} {array.shape}.")
        read: dict[str, Any] = {field.name: arrays[field.name] for field in fields(cls)}
        return cls(**{name: value if name in ARRAYS else value.tolist() for name, value in read.items()})
