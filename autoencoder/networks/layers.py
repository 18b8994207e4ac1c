"""Layers, each declared once: what it makes of a shape, what it learns, how Keras builds it, and its lines in a script.

Shapes leave out the batch: `(64,)` or `(height, width, channels)`. Only `build` imports Keras, in worker processes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Shape = tuple[int, ...]
Activation = Literal["relu", "sigmoid", "linear"]
CLOSED = -2.0  # the bias with which a gate begins: it shows an eighth of the painting
SEEDS_APART = 100  # between the seeds of layers within a layer and those of the layers around it


HELPERS: Mapping[str, str] = {  # functions that lines of a script call
    "residual": '''def residual(x, filters):
    """Adds to x what two convolutions make of it: nothing at first, as the second begins at zero."""
    y = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Add()([x, layers.Dense(x.shape[-1], kernel_initializer="zeros")(y)])''',
    "uniform": '''def uniform(limit):
    """First weights for a convolution that takes patch by patch: as large as for a dense layer on each."""
    return keras.initializers.RandomUniform(-limit, limit)''',
}


class Keras(NamedTuple):
    """A layer of Keras: the name of its class, and what that is given."""

    name: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = MappingProxyType({})

    def build(self, **more: Any) -> Any:
        """Return the layer, with `more` options."""
        import keras

        return getattr(keras.layers, self.name)(*self.arguments, **self.options, **more)

    def code(self) -> str:
        """Return the layer as an expression of a script."""
        options = (f"{name}={_literal(value)}" for name, value in self.options.items())
        return f"layers.{self.name}({', '.join([*map(_literal, self.arguments), *options])})"


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
        layer, shape = self.keras(x.shape[1:]), x.shape[1:]
        drawn = {"kernel_initializer": _glorot(seed)} if self.parameters(shape) else {}
        return layer.build(**drawn)(x) if layer else x

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
        return Keras("Reshape", (self.shape,))


@dataclass(frozen=True)
class Dense(Layer):
    """(…, n) → (…, units): every number from all the numbers before it, at each place"""

    units: int
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> int:
        return (shape[-1] + 1) * self.units

    def keras(self, shape: Shape) -> Keras:
        return Keras("Dense", (self.units,), _activation(self.activation))


@dataclass(frozen=True)
class Rectify(Layer):
    """(n,) → the same, with 0 in place of what is below 0; a script adds the penalty of a sparse code there"""

    def keras(self, shape: Shape) -> Keras:
        return Keras("ReLU")

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        penalty = "activity_regularizer=keras.regularizers.L1(WEIGHT)"
        return [f"{x} = layers.ReLU({penalty})({x})  # Σ |z|, each picture"]


@dataclass(frozen=True)
class Convolution(Layer):
    """(height, width, channels) → (height, width, filters): each place from the `kernel` × `kernel` places around it"""

    filters: int
    kernel: int = 3
    activation: Activation = "relu"

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:2], self.filters)

    def parameters(self, shape: Shape) -> int:
        return (self.kernel**2 * shape[2] + 1) * self.filters

    def keras(self, shape: Shape) -> Keras:
        return Keras("Conv2D", (self.filters, self.kernel), {"padding": "same"} | _activation(self.activation))


@dataclass(frozen=True)
class TransposedConvolution(Layer):
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

    def keras(self, shape: Shape) -> Keras:
        options = {"strides": 2, "padding": "same"} | _activation(self.activation)
        return Keras("Conv2DTranspose", (self.filters, 3), options)


@dataclass(frozen=True)
class MaxPooling(Layer):
    """(height, width, channels) → (⌈height / 2⌉, ⌈width / 2⌉, channels): the highest of every 2 × 2 places"""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / 2), math.ceil(shape[1] / 2), shape[2])

    def keras(self, shape: Shape) -> Keras:
        return Keras("MaxPooling2D", (2,), {"padding": "same"})


@dataclass(frozen=True)
class Crop(Layer):
    """(≥ height, ≥ width, channels) → (height, width, channels): leaves out what is below and to the right"""

    height: int
    width: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    def keras(self, shape: Shape) -> Keras | None:
        below, right = shape[0] - self.height, shape[1] - self.width
        return Keras("Cropping2D", (((0, below), (0, right)),)) if below or right else None


@dataclass(frozen=True)
class CutPatches(Layer):
    """(height, width, channels) → (⌈height / side⌉, ⌈width / side⌉, side × side × channels), filled up with zeros"""

    side: int

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / self.side), math.ceil(shape[1] / self.side), self.side**2 * shape[2])

    def build(self, x: Any, seed: int) -> Any:
        side, (height, width, channels) = self.side, x.shape[1:]
        rows, columns, values = self.output_shape(x.shape[1:])
        below, right = rows * side - height, columns * side - width
        if below or right:
            x = Keras("ZeroPadding2D", (((0, below), (0, right)),)).build()(x)
        x = Keras("Reshape", ((rows, side, columns, side * channels),)).build()(x)
        x = Keras("Permute", ((1, 3, 2, 4),)).build()(x)
        return Keras("Reshape", ((rows, columns, values),)).build()(x)


@dataclass(frozen=True)
class JoinPatches(Layer):
    """(rows, columns, side × side × channels) → `shape`; what is too much is cut off"""

    side: int
    shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def build(self, x: Any, seed: int) -> Any:
        side, (height, width, channels), (rows, columns) = self.side, self.shape, x.shape[1:3]
        x = Keras("Reshape", ((rows, columns, side, side * channels),)).build()(x)
        x = Keras("Permute", ((1, 3, 2, 4),)).build()(x)
        x = Keras("Reshape", ((rows * side, columns * side, channels),)).build()(x)
        return Crop(height, width).build(x, 0)


@dataclass(frozen=True)
class Composite(Layer):
    """Layers one after the other; where they are built as they are, one of them draws first weights."""

    def parts(self, shape: Shape) -> tuple[Layer, ...]:
        """Return these layers, for a tensor of `shape`."""
        raise NotImplementedError

    def output_shape(self, shape: Shape) -> Shape:
        return shapes_through(self.parts(shape), shape)[-1]

    def parameters(self, shape: Shape) -> int:
        return count_parameters(self.parts(shape), shape)

    def build(self, x: Any, seed: int) -> Any:
        for part in self.parts(x.shape[1:]):
            x = part.build(x, seed)
        return x


@dataclass(frozen=True)
class PatchConvolution(Composite):
    """(height, width, channels) → (⌈height / side⌉, ⌈width / side⌉, filters): each place from a square patch of pixels

    A convolution whose stride is as large as its kernel; a rest is filled up with zeros. It is built as a dense layer
    on patches that are laid out anew, because that is faster. A script has the convolution, from first weights of the
    dense layer's size, which are larger than Keras' own for such a convolution.
    """

    filters: int
    side: int
    activation: Activation = "relu"

    def parts(self, shape: Shape) -> tuple[Layer, ...]:
        return (CutPatches(self.side), Dense(self.filters, self.activation))

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        fits = shape[0] % self.side == shape[1] % self.side == 0
        padding = {} if fits else {"padding": "same"}
        weights = {"kernel_initializer": _first_weights(self.side**2 * shape[2], self.filters)}
        options = {"strides": self.side} | padding | _activation(self.activation) | weights
        return [f"{x} = {Keras('Conv2D', (self.filters, self.side), options).code()}({x})"]


@dataclass(frozen=True)
class TransposedPatchConvolution(Composite):
    """(rows, columns, numbers) → `shape`: a square patch of pixels from each place; what is too much is cut off

    The way back of a `PatchConvolution`, built and written as that is.
    """

    side: int
    shape: Shape
    activation: Activation = "linear"

    def parts(self, shape: Shape) -> tuple[Layer, ...]:
        return (Dense(self.side**2 * self.shape[2], self.activation), JoinPatches(self.side, self.shape))

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        weights = {"kernel_initializer": _first_weights(shape[2], self.side**2 * self.shape[2])}
        options = {"strides": self.side} | _activation(self.activation) | weights
        made = (shape[0] * self.side, shape[1] * self.side, self.shape[2])
        line = f"{x} = {Keras('Conv2DTranspose', (self.shape[2], self.side), options).code()}({x})"
        return [line, *Crop(*self.shape[:2]).code(made, x)]


@dataclass(frozen=True)
class Residual(Layer):
    """(height, width, channels) → the same, with what two convolutions make of it added

    The first looks at 3 × 3 places and gives `filters` numbers for each, the second makes `channels` of these again.
    K. He et al., "Deep residual learning for image recognition", CVPR 2016, arXiv:1512.03385.
    """

    filters: int

    def parameters(self, shape: Shape) -> int:
        return count_parameters((Convolution(self.filters), Dense(shape[2])), shape)

    def build(self, x: Any, seed: int) -> Any:
        inner = Convolution(self.filters).build(x, seed)
        added = Keras("Dense", (x.shape[-1],)).build(kernel_initializer="zeros")(inner)  # begins as the identity
        return Keras("Add").build()([x, added])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        return [f"{x} = residual({x}, {self.filters})"]


@dataclass(frozen=True)
class Shortcut(Layer):
    """(n,) → (units,): what `layers` make of it, which end in `units` numbers, plus a linear map of it

    The linear map alone could do what PCA does; the layers add what lines cannot. The idea is that of residual
    learning, see `Residual`.
    """

    layers: tuple[Dense, ...]

    def output_shape(self, shape: Shape) -> Shape:
        return self.layers[-1].output_shape(shape)

    def inner_shapes(self, shape: Shape) -> list[Shape]:
        return shapes_through(self.layers, shape)[1:]

    def parameters(self, shape: Shape) -> int:
        return count_parameters(self.layers, shape) + shape[0] * self.layers[-1].units

    @property
    def _straight(self) -> Keras:
        return Keras("Dense", (self.layers[-1].units,), {"use_bias": False})

    def build(self, x: Any, seed: int) -> Any:
        straight = self._straight.build(kernel_initializer=_glorot(seed))(x)
        return Keras("Add").build()([build_layers(self.layers, x, seed + SEEDS_APART), straight])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        straight = f"straight = {self._straight.code()}({x})  # a linear map, as PCA is"
        added = f"{x} = layers.Add()([{x}, straight])  # and what no line can do"
        return [straight, *code_of_layers(self.layers, shape, x), added]


@dataclass(frozen=True)
class Coarser(Composite):
    """(height, width, channels) → the same, with what `layers` make of it at half its size added

    Patches of 2 × 2 become one place each, with `filters` numbers; the layers see twice as far there. As in a U-Net:
    O. Ronneberger, P. Fischer and T. Brox, "U-Net: convolutional networks for biomedical image segmentation",
    MICCAI 2015, arXiv:1505.04597.
    """

    filters: int
    layers: tuple[Layer, ...]

    def parts(self, shape: Shape) -> tuple[Layer, ...]:
        return (PatchConvolution(self.filters, 2), *self.layers, TransposedPatchConvolution(2, shape))

    def build(self, x: Any, seed: int) -> Any:
        return Keras("Add").build()([x, build_layers(self.parts(x.shape[1:]), x, seed + SEEDS_APART)])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        first, *others = code_of_layers(self.parts(shape), shape, "coarse")
        lines = ["# Half the size, so that it sees twice as far", first.replace("(coarse)", f"({x})"), *others]
        return [*lines, f"{x} = layers.Add()([{x}, coarse])"]


@dataclass(frozen=True)
class Keep(Layer):
    """(height, width, channels) → what `layers` make of it, and beside that the picture itself in patches

    The layers end in as many rows and columns as there are patches of `side` pixels. A script hands the picture to the
    decoder by itself.
    """

    side: int
    layers: tuple[Layer, ...]

    def output_shape(self, shape: Shape) -> Shape:
        made = shapes_through(self.layers, shape)[-1]
        return (*made[:2], made[2] + self.side**2 * shape[2])

    def parameters(self, shape: Shape) -> int:
        return count_parameters(self.layers, shape)

    def build(self, x: Any, seed: int) -> Any:
        made = build_layers(self.layers, x, seed + SEEDS_APART)
        return Keras("Concatenate").build()([made, CutPatches(self.side).build(x, seed)])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        return code_of_layers(self.layers, shape, x)


@dataclass(frozen=True)
class Gate(Layer):
    """(rows, columns, filters + side × side × channels) → `shape`: the kept picture, painted over where that is wanted

    From the first numbers, `layers` make a painting and, for every pixel, how much of it is to be seen; the last
    numbers are the picture that `Keep` kept, which a script has in a variable named `picture`. Gates like this are
    those of R. K. Srivastava, K. Greff and J. Schmidhuber, "Highway networks", 2015, arXiv:1505.00387.
    """

    side: int
    shape: Shape
    layers: tuple[Layer, ...]

    @property
    def kept(self) -> int:
        """Return how many of the last numbers are the picture."""
        return self.side**2 * self.shape[2]

    def without_picture(self, shape: Shape) -> Shape:
        """Return the shape of the first numbers."""
        return (*shape[:2], shape[2] - self.kept)

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def parameters(self, shape: Shape) -> int:
        layers = (*self.layers, Dense(self.kept + self.side**2))  # the painting and the gate
        return count_parameters(layers, self.without_picture(shape))

    def build(self, x: Any, seed: int) -> Any:
        import keras

        filters, channels = x.shape[-1] - self.kept, self.shape[2]
        made = build_layers(self.layers, x[..., :filters], seed + SEEDS_APART)
        painting = Dense(self.kept, "sigmoid").build(made, seed)
        own = _glorot(seed + 2 * SEEDS_APART)  # or a gray painting begins as its gate
        opening = Keras("Dense", (self.side**2, "sigmoid"), {"bias_initializer": keras.initializers.Constant(CLOSED)})
        gate = opening.build(kernel_initializer=own)(made)
        wide = Keras("Reshape", ((*gate.shape[1:3], self.side**2, 1),)).build()(gate)
        wide = Keras("Concatenate").build()([wide] * channels) if channels > 1 else wide
        wide = Keras("Reshape", ((*gate.shape[1:3], self.kept),)).build()(wide)
        kept = x[..., filters:]
        return JoinPatches(self.side, self.shape).build(kept + wide * (painting - kept), seed)

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        filters, channels = self.without_picture(shape), self.shape[2]
        made = shapes_through(self.layers, filters)[-1][2]
        painted, gated = (_first_weights(made, self.side**2 * count) for count in (channels, 1))
        crop = Crop(*self.shape[:2]).keras((shape[0] * self.side, shape[1] * self.side))
        return [
            *code_of_layers(self.layers, filters, x),
            f'up = {{"kernel_size": {self.side}, "strides": {self.side}, "activation": "sigmoid"}}',
            f"closed = keras.initializers.Constant({CLOSED:g})  # so that the picture is seen at first",
            f"painting = layers.Conv2DTranspose({channels}, **up, kernel_initializer={painted})({x})",
            f"gate = layers.Conv2DTranspose(1, **up, bias_initializer=closed, kernel_initializer={gated})({x})",
            *([f"painting, gate = {crop.code()}(painting), {crop.code()}(gate)"] if crop else []),
            f"{x} = picture + gate * (painting - picture)",
        ]


def shapes_through(layers: Sequence[Layer], shape: Shape) -> list[Shape]:
    """Return the shape before the first layer, then after each, those within a shortcut too."""
    shapes = [shape]
    for layer in layers:
        shapes.extend(layer.inner_shapes(shapes[-1]))
    return shapes


def count_parameters(layers: Sequence[Layer], shape: Shape) -> int:
    """Return how many numbers are learned in all of the layers."""
    total = 0
    for layer in layers:
        total += layer.parameters(shape)
        shape = layer.output_shape(shape)
    return total


def build_layers(layers: Sequence[Layer], x: Any, seed: int) -> Any:
    """Return what Keras makes of the tensor `x` with these layers, one after the other."""
    for number, layer in enumerate(layers):
        x = layer.build(x, seed + number)
    return x


def code_of_layers(layers: Sequence[Layer], shape: Shape, x: str = "x") -> list[str]:
    """Return lines of a script that put these layers, one after the other, on the variable named `x`, of `shape`."""
    lines = []
    for layer in layers:
        lines += layer.code(shape, x)
        shape = layer.output_shape(shape)
    return lines


class _Expression(str):
    """A value that a script writes as it is, without quotes."""


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, _Expression) else str(value)


def _activation(name: Activation) -> dict[str, Any]:
    return {} if name == "linear" else {"activation": name}


def _first_weights(inputs: int, outputs: int) -> str:
    """First weights of the size that X. Glorot and Y. Bengio's, AISTATS 2010, are for a dense layer, in a script."""
    return _Expression(f"uniform({math.sqrt(6 / (inputs + outputs)):.2f})")


def _glorot(seed: int) -> Any:
    import keras

    return keras.initializers.GlorotUniform(seed)
