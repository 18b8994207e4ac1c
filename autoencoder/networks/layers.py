"""Layers, each declared once: what it makes of a shape, what it learns, how Keras builds it, and its lines in a script.

Here are those that are a layer of Keras; those that are made of several are in `autoencoder.networks.blocks`. Shapes
leave out the batch: `(64,)` or `(height, width, channels)`. Only `build` imports Keras, in worker processes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Shape = tuple[int, ...]
Activation = Literal["relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "linear"]  # as Keras calls them
MOMENTUM = 0.9  # of batch normalization's means; Keras' 0.99 takes longer than a short training to forget how it began


@dataclass(frozen=True)
class Decay:
    """The weight decay of a layer: so many times the sum of its weights' squares is added to the loss.

    A script has it in a variable named `decay`. A. Krogh and J. A. Hertz, "A simple weight decay can improve
    generalization", NIPS 1991.
    """

    weight: float

    def __repr__(self) -> str:
        return "decay"

    def build(self) -> Any:
        """Return it as Keras has it."""
        import keras

        return keras.regularizers.L2(self.weight)


class Keras:
    """A layer of Keras: the name of its class, and what that is given, but for an activation that is "linear"."""

    def __init__(self, name: str, *arguments: Any, **options: Any) -> None:
        self.name, self.arguments = name, arguments
        self.options = {name: value for name, value in options.items() if value != "linear"}

    def __call__(self, x: Any, seed: int | None = None, **more: Any) -> Any:
        """Return what Keras makes of the tensor or tensors `x` with this layer, which is built with `more` options.

        A seed gives it first weights of the size that X. Glorot and Y. Bengio's, AISTATS 2010, are.
        """
        import keras

        if seed is not None:
            more["kernel_initializer"] = keras.initializers.GlorotUniform(seed)
        options = {name: value.build() if isinstance(value, Decay) else value for name, value in self.options.items()}
        return getattr(keras.layers, self.name)(*self.arguments, **options, **more)(x)

    def code(self, *more: str) -> str:
        """Return the layer as an expression of a script, which ends in `more` options."""
        options = [f"{name}={value!r}" for name, value in self.options.items()]
        given = ", ".join([*map(repr, self.arguments), *options, *more])
        return f"layers.{self.name}({given})".replace("'", '"')


@dataclass(frozen=True)
class Layer:
    """A layer; most kinds are one of Keras', and say in `keras` which."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of what it makes of a tensor of `shape`."""
        return shape

    def inner_shapes(self, shape: Shape) -> list[Shape]:
        """Return the shapes that the drawing of a network shows, the last of them the `output_shape`."""
        return [self.output_shape(shape)]

    def parameters(self, shape: Shape) -> int:
        """Return how many numbers it learns."""
        return 0

    def keras(self, shape: Shape) -> Keras | None:
        """Return the layer of Keras that it is for a tensor of `shape`; None where nothing is to be done."""
        raise NotImplementedError

    def build(self, x: Any, seed: int) -> Any:
        """Return what Keras makes of a tensor, with first weights drawn from `seed`."""
        layer = self.keras(x.shape[1:])
        return layer(x, seed if self.parameters(x.shape[1:]) else None) if layer else x

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        """Return lines of a script that turn the variable named `x`, a tensor of `shape`, into what it makes of it."""
        layer = self.keras(shape)
        return [f"{x} = {layer.code()}({x})"] if layer else []


@dataclass(frozen=True)
class Flatten(Layer):
    """(height, width, channels) → (height × width × channels,)"""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def keras(self, shape: Shape) -> Keras:
        return Keras("Flatten")


@dataclass(frozen=True)
class Reshape(Layer):
    """(n,) → `shape`, which holds n numbers"""

    shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def keras(self, shape: Shape) -> Keras:
        return Keras("Reshape", self.shape)


@dataclass(frozen=True)
class Weighted(Layer):
    """A layer that multiplies by weights, and adds a bias where it has one"""

    units: int  # how many numbers it gives, of a convolution at each place
    activation: Activation = "relu"
    decay: float = field(default=0.0, kw_only=True)  # at least 0, see `Decay`
    bias: bool = field(default=True, kw_only=True)

    @property
    def options(self) -> dict[str, Any]:
        """Return what Keras' layer is told by name."""
        decay = {"kernel_regularizer": Decay(self.decay)} if self.decay else {}
        return {"activation": self.activation, **decay, **({} if self.bias else {"use_bias": False})}


@dataclass(frozen=True)
class Dense(Weighted):
    """(…, n) → (…, units): every number from all the numbers before it, at each place"""

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> int:
        return (shape[-1] + self.bias) * self.units

    def keras(self, shape: Shape) -> Keras:
        return Keras("Dense", self.units, **self.options)


@dataclass(frozen=True)
class Rectify(Layer):
    """(n,) → the same, with 0 in place of what is below 0; a script adds the penalty of a sparse code there"""

    def keras(self, shape: Shape) -> Keras:
        return Keras("ReLU")

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        penalty = "activity_regularizer=keras.regularizers.L1(WEIGHT)"
        return [f"{x} = layers.ReLU({penalty})({x})  # Σ |z|, each picture"]


@dataclass(frozen=True)
class Convolution(Weighted):
    """(height, width, channels) → (⌈height / stride⌉, ⌈width / stride⌉, units): each place from those around it

    It looks at `kernel` × `kernel` places, and goes on by `stride`; beyond the edges there are zeros.
    """

    kernel: int = field(default=3, kw_only=True)
    stride: int = field(default=1, kw_only=True)

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / self.stride), math.ceil(shape[1] / self.stride), self.units)

    def parameters(self, shape: Shape) -> int:
        return (self.kernel**2 * shape[2] + self.bias) * self.units

    def keras(self, shape: Shape) -> Keras:
        strides = {"strides": self.stride} if self.stride > 1 else {}
        return Keras("Conv2D", self.units, self.kernel, **strides, padding="same", **self.options)


@dataclass(frozen=True)
class TransposedConvolution(Convolution):
    """(height, width, channels) → (stride × height, stride × width, units): each place adds to those around it

    What a convolution with that stride would undo; M. Zeiler et al., "Deconvolutional networks", CVPR 2010,
    doi:10.1109/CVPR.2010.5539957.
    """

    stride: int = field(default=2, kw_only=True)

    def output_shape(self, shape: Shape) -> Shape:
        return (self.stride * shape[0], self.stride * shape[1], self.units)

    def keras(self, shape: Shape) -> Keras:
        return Keras("Conv2DTranspose", *super().keras(shape).arguments, **super().keras(shape).options)


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """The same shape: each number, or filter, shifted and scaled to mean 0 and variance 1 over the batch

    And by what it learns from there. Who only looks takes running means over the batches seen in training. S. Ioffe and
    C. Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167.
    """

    def parameters(self, shape: Shape) -> int:
        return 2 * shape[-1]

    def keras(self, shape: Shape) -> Keras:
        return Keras("BatchNormalization", momentum=MOMENTUM)

    def build(self, x: Any, seed: int) -> Any:
        return self.keras(x.shape[1:])(x)


@dataclass(frozen=True)
class Activate(Layer):
    """The same shape: the activation by itself"""

    activation: Activation

    def keras(self, shape: Shape) -> Keras | None:
        return None if self.activation == "linear" else Keras("Activation", self.activation)


@dataclass(frozen=True)
class Dropout(Layer):
    """The same shape: in training a share `rate` of the numbers, drawn anew each time, is 0, and the others are larger

    So that their sum stays the same on average. N. Srivastava et al., "Dropout: a simple way to prevent neural networks
    from overfitting", JMLR 15 (2014).
    """

    rate: float  # in [0, 1)

    def keras(self, shape: Shape) -> Keras:
        return Keras("Dropout", self.rate)


@dataclass(frozen=True)
class MaxPooling(Layer):
    """(height, width, channels) → (⌈height / 2⌉, ⌈width / 2⌉, channels): the highest of every 2 × 2 places"""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / 2), math.ceil(shape[1] / 2), shape[2])

    def keras(self, shape: Shape) -> Keras:
        return Keras("MaxPooling2D", 2, padding="same")


@dataclass(frozen=True)
class Crop(Layer):
    """(≥ height, ≥ width, channels) → (height, width, channels): leaves out what is below and to the right"""

    height: int
    width: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    def keras(self, shape: Shape) -> Keras | None:
        below, right = shape[0] - self.height, shape[1] - self.width
        return Keras("Cropping2D", ((0, below), (0, right))) if below or right else None


@dataclass(frozen=True)
class Sequential(Layer):
    """What `layers` make of a tensor, one after the other"""

    layers: tuple[Layer, ...]

    def steps(self, shape: Shape) -> Iterator[tuple[Layer, Shape, Shape]]:
        """Yield each layer, with the shape that it reads and the one that it makes."""
        for layer in self.layers:
            yield layer, shape, (shape := layer.output_shape(shape))

    def output_shape(self, shape: Shape) -> Shape:
        return [shape, *(made for _, _, made in self.steps(shape))][-1]

    def inner_shapes(self, shape: Shape) -> list[Shape]:
        return [made for layer, read, _ in self.steps(shape) for made in layer.inner_shapes(read)]

    def parameters(self, shape: Shape) -> int:
        return sum(layer.parameters(read) for layer, read, _ in self.steps(shape))

    def build(self, x: Any, seed: int) -> Any:
        for number, layer in enumerate(self.layers):
            x = layer.build(x, seed + number)
        return x

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        return [line for layer, read, _ in self.steps(shape) for line in layer.code(read, x)]
