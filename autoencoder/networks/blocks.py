"""Layers that are made of several of Keras': patches, shortcuts, a coarser look, and the inpainter's gate."""

import math
from dataclasses import dataclass
from typing import Any

from autoencoder.networks.layers import Activation, Convolution, Crop, Dense, Keras, Layer, Sequential, Shape

CLOSED = -2.0  # the bias with which a gate begins: it shows an eighth of the painting
SEEDS_APART = 100  # between the seeds of layers within a layer and those of the layers around it


@dataclass(frozen=True)
class PatchConvolution(Layer):
    """(height, width, channels) → (⌈height / side⌉, ⌈width / side⌉, filters): each place from a square patch of pixels

    A convolution whose stride is as large as its kernel; a rest is filled up with zeros. It is built as a dense layer
    on patches that are laid out anew, because that is faster. A script has the convolution, from first weights of the
    dense layer's size, which are larger than Keras' own for such a convolution.
    """

    filters: int
    side: int

    def output_shape(self, shape: Shape) -> Shape:
        return (math.ceil(shape[0] / self.side), math.ceil(shape[1] / self.side), self.filters)

    def parameters(self, shape: Shape) -> int:
        return (self.side**2 * shape[2] + 1) * self.filters

    def build(self, x: Any, seed: int) -> Any:
        return Dense(self.filters).build(cut_patches(x, self.side), seed)

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        padding = {"padding": "same"} if shape[0] % self.side or shape[1] % self.side else {}
        layer = Keras("Conv2D", self.filters, self.side, strides=self.side, **padding, activation="relu")
        return [f"{x} = {layer.code(_first_weights(self.side**2 * shape[2], self.filters))}({x})"]


@dataclass(frozen=True)
class TransposedPatchConvolution(Layer):
    """(rows, columns, numbers) → `shape`: a square patch of pixels from each place; what is too much is cut off

    The way back of a `PatchConvolution`, built and written as that is.
    """

    side: int
    shape: Shape
    activation: Activation = "linear"

    @property
    def _patch(self) -> Dense:
        return Dense(self.side**2 * self.shape[2], self.activation)

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def parameters(self, shape: Shape) -> int:
        return self._patch.parameters(shape)

    def build(self, x: Any, seed: int) -> Any:
        return join_patches(self._patch.build(x, seed), self.side, self.shape)

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        layer = Keras("Conv2DTranspose", self.shape[2], self.side, strides=self.side, activation=self.activation)
        line = f"{x} = {layer.code(_first_weights(shape[2], self._patch.units))}({x})"
        return [line, *Crop(*self.shape[:2]).code((shape[0] * self.side, shape[1] * self.side), x)]


@dataclass(frozen=True)
class Residual(Layer):
    """(height, width, channels) → the same, with what two convolutions make of it added

    The first looks at 3 × 3 places and gives `filters` numbers for each, the second makes `channels` of these again.
    K. He et al., "Deep residual learning for image recognition", CVPR 2016, arXiv:1512.03385.
    """

    filters: int

    def parameters(self, shape: Shape) -> int:
        return Sequential((Convolution(self.filters), Dense(shape[2]))).parameters(shape)

    def build(self, x: Any, seed: int) -> Any:
        inner = Convolution(self.filters).build(x, seed)
        return Keras("Add")([x, Keras("Dense", x.shape[-1])(inner, kernel_initializer="zeros")])  # begins as x itself

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        return [f"{x} = residual({x}, {self.filters})"]


@dataclass(frozen=True)
class ResidualDense(Dense):
    """(…, units) → the same, with what a dense layer makes of it added; see `Residual`"""

    def build(self, x: Any, seed: int) -> Any:
        return Keras("Add")([x, super().build(x, seed)])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        return [f"{x} = layers.Add()([{x}, {self.keras(shape).code()}({x})])"]


@dataclass(frozen=True)
class ResidualGated(Layer):
    """(…, units) → the same, with the product of two dense layers added

    One of them is linear, the other, a SiLU, decides how much of each of its numbers passes: a gated linear unit, of N.
    Shazeer, "GLU variants improve transformer", 2020, arXiv:2002.05202.
    """

    units: int

    def parameters(self, shape: Shape) -> int:
        return 2 * Dense(self.units).parameters(shape)

    def build(self, x: Any, seed: int) -> Any:
        value = Dense(self.units, "linear").build(x, seed)
        gate = Dense(self.units, "silu").build(x, seed + SEEDS_APART)
        return Keras("Add")([x, Keras("Multiply")([value, gate])])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        return [f"{x} = gated({x}, {self.units})"]


@dataclass(frozen=True)
class Shortcut(Sequential):
    """(n,) → (units,): what `layers` make of it, which end in `units` numbers, plus a linear map of it

    The linear map alone could do what PCA does; the layers add what lines cannot. The idea is that of residual
    learning, see `Residual`.
    """

    layers: tuple[Dense | ResidualGated, ...]

    @property
    def _straight(self) -> Keras:
        return Keras("Dense", self.layers[-1].units, use_bias=False)

    def parameters(self, shape: Shape) -> int:
        return super().parameters(shape) + shape[0] * self.layers[-1].units

    def build(self, x: Any, seed: int) -> Any:
        straight = self._straight(x, seed)
        return Keras("Add")([super().build(x, seed + SEEDS_APART), straight])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        straight = f"straight = {self._straight.code()}({x})  # a linear map, as PCA is"
        added = f"{x} = layers.Add()([{x}, straight])  # and what no line can do"
        return [straight, *super().code(shape, x), added]


@dataclass(frozen=True)
class Coarser(Layer):
    """(height, width, channels) → the same, with what `layers` make of it at half its size added

    Patches of 2 × 2 become one place each, with `filters` numbers; the layers see twice as far there. As in a U-Net:
    O. Ronneberger, P. Fischer and T. Brox, "U-Net: convolutional networks for biomedical image segmentation",
    MICCAI 2015, arXiv:1505.04597.
    """

    filters: int
    layers: tuple[Layer, ...]

    def _down_and_up(self, shape: Shape) -> Sequential:
        return Sequential((PatchConvolution(self.filters, 2), *self.layers, TransposedPatchConvolution(2, shape)))

    def parameters(self, shape: Shape) -> int:
        return self._down_and_up(shape).parameters(shape)

    def build(self, x: Any, seed: int) -> Any:
        return Keras("Add")([x, self._down_and_up(x.shape[1:]).build(x, seed + SEEDS_APART)])

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        first, *others = self._down_and_up(shape).code(shape, "coarse")
        lines = ["# Half the size, so that it sees twice as far", first.replace("(coarse)", f"({x})"), *others]
        return [*lines, f"{x} = layers.Add()([{x}, coarse])"]


@dataclass(frozen=True)
class Keep(Sequential):
    """(height, width, channels) → what `layers` make of it, and beside that the picture itself in patches

    The layers end in as many rows and columns as there are patches of `side` pixels. A script hands the picture to the
    decoder by itself.
    """

    side: int

    def output_shape(self, shape: Shape) -> Shape:
        made = super().output_shape(shape)
        return (*made[:2], made[2] + self.side**2 * shape[2])

    def inner_shapes(self, shape: Shape) -> list[Shape]:
        return [self.output_shape(shape)]

    def build(self, x: Any, seed: int) -> Any:
        return Keras("Concatenate")([super().build(x, seed + SEEDS_APART), cut_patches(x, self.side)])


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
        layers = Sequential((*self.layers, Dense(self.kept + self.side**2)))  # the painting and the gate
        return layers.parameters(self.without_picture(shape))

    def build(self, x: Any, seed: int) -> Any:
        import keras

        filters, channels = x.shape[-1] - self.kept, self.shape[2]
        made = Sequential(self.layers).build(x[..., :filters], seed + SEEDS_APART)
        painting = Dense(self.kept, "sigmoid").build(made, seed)
        opening = Keras("Dense", self.side**2, "sigmoid", bias_initializer=keras.initializers.Constant(CLOSED))
        # its own seed, or a gray painting begins as its gate
        gate = opening(made, seed + 2 * SEEDS_APART)
        wide = Keras("Reshape", (*gate.shape[1:3], self.side**2, 1))(gate)
        wide = Keras("Concatenate")([wide] * channels) if channels > 1 else wide
        wide = Keras("Reshape", (*gate.shape[1:3], self.kept))(wide)
        kept = x[..., filters:]
        return join_patches(kept + wide * (painting - kept), self.side, self.shape)

    def code(self, shape: Shape, x: str = "x") -> list[str]:
        filters, channels = self.without_picture(shape), self.shape[2]
        made = Sequential(self.layers).output_shape(filters)[2]
        painted, gated = (_first_weights(made, self.side**2 * count) for count in (channels, 1))
        crop = Crop(*self.shape[:2]).keras((shape[0] * self.side, shape[1] * self.side))
        return [
            *Sequential(self.layers).code(filters, x),
            f'up = {{"kernel_size": {self.side}, "strides": {self.side}, "activation": "sigmoid"}}',
            f"closed = keras.initializers.Constant({CLOSED:g})  # so that the picture is seen at first",
            f"painting = layers.Conv2DTranspose({channels}, **up, {painted})({x})",
            f"gate = layers.Conv2DTranspose(1, **up, bias_initializer=closed, {gated})({x})",
            *([f"painting, gate = {crop.code()}(painting), {crop.code()}(gate)"] if crop else []),
            f"{x} = picture + gate * (painting - picture)",
        ]


def cut_patches(x: Any, side: int) -> Any:
    """(height, width, channels) → (⌈height / side⌉, ⌈width / side⌉, side × side × channels), filled up with zeros"""
    height, width, channels = x.shape[1:]
    rows, columns = math.ceil(height / side), math.ceil(width / side)
    below, right = rows * side - height, columns * side - width
    if below or right:
        x = Keras("ZeroPadding2D", ((0, below), (0, right)))(x)
    x = Keras("Reshape", (rows, side, columns, side * channels))(x)
    x = Keras("Permute", (1, 3, 2, 4))(x)
    return Keras("Reshape", (rows, columns, side**2 * channels))(x)


def join_patches(x: Any, side: int, shape: Shape) -> Any:
    """(rows, columns, side × side × channels) → `shape`; what is too much is cut off"""
    (height, width, channels), (rows, columns) = shape, x.shape[1:3]
    x = Keras("Reshape", (rows, columns, side, side * channels))(x)
    x = Keras("Permute", (1, 3, 2, 4))(x)
    x = Keras("Reshape", (rows * side, columns * side, channels))(x)
    return Crop(height, width).build(x, 0)


def _first_weights(inputs: int, outputs: int) -> str:
    """An option of a script's layer: first weights as large as a dense layer's, see `glorot`."""
    return f"kernel_initializer=uniform({math.sqrt(6 / (inputs + outputs)):.2f})"
