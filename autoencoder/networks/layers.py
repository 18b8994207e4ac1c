"""Layers as plain descriptions: what a learner is told about a network before Keras has built it.

`autoencoder.networks.build` turns the same descriptions into Keras layers, so the two cannot disagree.
Shapes leave out the batch: `(64,)` or `(height, width, channels)`.
"""

import math
from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
Activation = Literal["relu", "sigmoid", "linear"]


@dataclass(frozen=True)
class Flatten:
    """(height, width, channels) → (height × width × channels,)"""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Reshape:
    """(n,) → `shape`, which holds n numbers"""

    shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Dense:
    """(n,) → (units,): every number from all the numbers before it"""

    units: int
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return (shape[0] + 1) * self.units


@dataclass(frozen=True)
class Convolution:
    """(height, width, channels) → (⌈height / stride⌉, ⌈width / stride⌉, filters)"""

    filters: int
    kernel: int
    stride: int = 1
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / self.stride), math.ceil(shape[1] / self.stride), self.filters)

    def parameters(self, shape: Shape) -> int:
        return (self.kernel**2 * shape[2] + 1) * self.filters


@dataclass(frozen=True)
class Residual:
    """(height, width, channels) → the same, with what two 3 by 3 convolutions make of it added

    K. He et al., "Deep residual learning for image recognition", CVPR 2016, arXiv:1512.03385.
    """

    kernel: int = 3

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 2 * (self.kernel**2 * shape[2] + 1) * shape[2]


@dataclass(frozen=True)
class TransposedConvolution:
    """(height, width, channels) → (height × stride, width × stride, filters)"""

    filters: int
    kernel: int
    stride: int = 1
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] * self.stride, shape[1] * self.stride, self.filters)

    def parameters(self, shape: Shape) -> int:
        return (self.kernel**2 * shape[2] + 1) * self.filters


@dataclass(frozen=True)
class Crop:
    """(height, width, channels) → the first `height` rows and `width` columns of it"""

    height: int
    width: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    def parameters(self, shape: Shape) -> int:
        return 0


Layer = Flatten | Reshape | Dense | Convolution | Residual | TransposedConvolution | Crop


def shapes_through(layers: tuple[Layer, ...], shape: Shape) -> list[Shape]:
    """The shape before the first layer, then after each: one more than there are layers."""
    shapes = [shape]
    for layer in layers:
        shapes.append(layer.output_shape(shapes[-1]))
    return shapes


def count_parameters(layers: tuple[Layer, ...], shape: Shape) -> int:
    """How many numbers are learnt in all of the layers."""
    return sum(
        layer.parameters(before) for layer, before in zip(layers, shapes_through(layers, shape)[:-1], strict=True)
    )
