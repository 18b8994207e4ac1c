"""Layers as plain descriptions: what a learner is told about a network before Keras has built it.

`autoencoder.networks.build` turns the same descriptions into Keras layers, so the two cannot disagree.
Shapes leave out the batch: `(64,)` or `(height, width, channels)`.
"""

import math
from collections.abc import Sequence
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
class Rectify:
    """(n,) → the same, with 0 in place of what is below 0"""

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Patches:
    """(height, width, channels) → (⌈height / side⌉, ⌈width / side⌉, side × side × channels)

    Cuts a picture into square patches, each laid out as one column of numbers; a rest is filled up with zeros. Followed
    by a `Convolution` with a kernel of 1 it is a convolution whose stride is as large as its kernel, only faster.
    """

    side: int

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = shape
        return (math.ceil(height / self.side), math.ceil(width / self.side), self.side**2 * channels)

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Assemble:
    """(rows, columns, side × side × channels) → `shape`: lays patches side by side, and cuts off what is too much"""

    side: int
    shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Convolution:
    """(height, width, channels) → (height, width, filters): each place from the `kernel` × `kernel` places around it"""

    filters: int
    kernel: int = 3
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:2], self.filters)

    def parameters(self, shape: Shape) -> int:
        return (self.kernel**2 * shape[2] + 1) * self.filters


@dataclass(frozen=True)
class TransposedConvolution:
    """(height, width, channels) → (2 × height, 2 × width, filters): each place adds to the 3 × 3 places around it

    What a convolution with a stride of 2 would undo; M. Zeiler et al., "Deconvolutional networks", CVPR 2010,
    doi:10.1109/CVPR.2010.5539957.
    """

    filters: int
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (2 * shape[0], 2 * shape[1], self.filters)

    def parameters(self, shape: Shape) -> int:
        return (9 * shape[2] + 1) * self.filters


@dataclass(frozen=True)
class MaxPooling:
    """(height, width, channels) → (⌈height / 2⌉, ⌈width / 2⌉, channels): the highest of every 2 × 2 places"""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / 2), math.ceil(shape[1] / 2), shape[2])

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Crop:
    """(≥ height, ≥ width, channels) → (height, width, channels): leaves out what is below and to the right"""

    height: int
    width: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Residual:
    """(height, width, channels) → the same, with what two convolutions make of it added

    The first looks at 3 × 3 places and gives `filters` numbers for each, the second makes `channels` of these again.
    K. He et al., "Deep residual learning for image recognition", CVPR 2016, arXiv:1512.03385.
    """

    filters: int

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return (9 * shape[2] + 1) * self.filters + (self.filters + 1) * shape[2]


@dataclass(frozen=True)
class Shortcut:
    """(n,) → (units,): what `layers` make of it, which end in `units` numbers, plus a linear map of it

    The linear map alone could do what PCA does; the layers add what lines cannot. The idea is that of residual
    learning, see `Residual`.
    """

    layers: tuple[Dense, ...]

    def output_shape(self, shape: Shape) -> Shape:
        return self.layers[-1].output_shape(shape)

    def parameters(self, shape: Shape) -> int:
        return count_parameters(self.layers, shape) + shape[0] * self.layers[-1].units


@dataclass(frozen=True)
class Coarser:
    """(height, width, channels) → the same, with what `layers` make of it at half its size added

    Patches of 2 × 2 become one place each, with `filters` numbers; the layers see twice as far there. As in a U-Net:
    O. Ronneberger, P. Fischer and T. Brox, "U-Net: convolutional networks for biomedical image segmentation",
    MICCAI 2015, arXiv:1505.04597.
    """

    filters: int
    layers: tuple["Layer", ...]

    @property
    def inner(self) -> tuple["Layer", ...]:
        """All that happens at half the size."""
        return (Patches(2), Convolution(self.filters, kernel=1), *self.layers)

    def outer(self, shape: Shape) -> tuple["Layer", ...]:
        """The way back to `shape`."""
        return (Convolution(4 * shape[2], kernel=1, activation="linear"), Assemble(2, shape))

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return count_parameters((*self.inner, *self.outer(shape)), shape)


@dataclass(frozen=True)
class Keep:
    """(height, width, channels) → what `layers` make of it, and beside that the picture itself in patches

    The layers end in as many rows and columns as there are patches of `side` pixels.
    """

    side: int
    layers: tuple["Layer", ...]

    def output_shape(self, shape: Shape) -> Shape:
        made = shapes_through(self.layers, shape)[-1]
        return (*made[:2], made[2] + self.side**2 * shape[2])

    def parameters(self, shape: Shape) -> int:
        return count_parameters(self.layers, shape)


@dataclass(frozen=True)
class Gate:
    """(rows, columns, filters + side × side × channels) → `shape`: the kept picture, painted over where that is wanted

    From the first numbers, `layers` make a painting and, for every pixel, how much of it is to be seen; the last
    numbers are the picture that `Keep` kept. Gates like this are those of R. K. Srivastava, K. Greff and
    J. Schmidhuber, "Highway networks", 2015, arXiv:1505.00387.
    """

    side: int
    shape: Shape
    layers: tuple["Layer", ...]

    @property
    def kept(self) -> int:
        """Return how many of the last numbers are the picture."""
        return self.side**2 * self.shape[2]

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def parameters(self, shape: Shape) -> int:
        filters = (*shape[:2], shape[2] - self.kept)
        made = shapes_through(self.layers, filters)[-1]
        return count_parameters(self.layers, filters) + (made[2] + 1) * (self.kept + self.side**2)


Layer = (
    Flatten
    | Reshape
    | Dense
    | Rectify
    | Patches
    | Assemble
    | Convolution
    | TransposedConvolution
    | MaxPooling
    | Crop
    | Residual
    | Shortcut
    | Coarser
    | Keep
    | Gate
)


def shapes_through(layers: Sequence[Layer], shape: Shape) -> list[Shape]:
    """The shape before the first layer, then after each, those within a shortcut too."""
    shapes = [shape]
    for layer in layers:
        inner = shapes_through(layer.layers, shapes[-1])[1:] if isinstance(layer, Shortcut) else []
        shapes.extend(inner or [layer.output_shape(shapes[-1])])
    return shapes


def count_parameters(layers: Sequence[Layer], shape: Shape) -> int:
    """Return how many numbers are learned in all of the layers."""
    total = 0
    for layer in layers:
        total += layer.parameters(shape)
        shape = layer.output_shape(shape)
    return total
