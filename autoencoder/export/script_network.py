"""The encoder and the decoder as lines of Keras, from the same descriptions that `autoencoder.networks.build` builds.

What is built there of patches that are laid out anew, because that is faster, a person writes as convolutions with a
stride: the same thing, from first weights of the same size, which are larger than Keras' own for such convolutions.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod

from autoencoder.networks.layers import (
    Assemble,
    Coarser,
    Convolution,
    Crop,
    Dense,
    Flatten,
    Gate,
    Keep,
    Layer,
    MaxPooling,
    Patches,
    Rectify,
    Reshape,
    Residual,
    Shape,
    Shortcut,
    TransposedConvolution,
)
from autoencoder.networks.plan import Plan

ABOUT: Mapping[str, str] = {
    "dense": "Every number comes from all the numbers before it.",
    "convolutional": "The same small filters look at every place of the picture.",
    "shallow": "One hidden layer each way.",
    "linear": "One matrix down and one matrix up: the best that it can become is PCA.",
    "repairer": "Where something looks wrong it paints, and a gate decides for every pixel whether the painting is "
    "seen or the picture itself.",
    "denoiser": "Its code is a stack of small pictures, so nothing is squeezed; what it learns is due to the noise.",
    "keras_example": 'The network of the example "Convolutional autoencoder for image denoising" on keras.io.',
}

RESIDUAL = '''def residual(x, filters):
    """Adds to x what two convolutions make of it: nothing at first, as the second begins at zero."""
    y = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Add()([x, layers.Dense(x.shape[-1], kernel_initializer="zeros")(y)])'''

UNIFORM = '''def uniform(limit):
    """First weights for a convolution that takes patch by patch: as large as for a dense layer on each."""
    return keras.initializers.RandomUniform(-limit, limit)'''


def network_code(plan: Plan) -> str:
    """Lines that end with models named `encoder` and `decoder`."""
    gated = isinstance(plan.decoder[-1], Gate)
    decoder = _gated_decoder(plan) if gated else _decoder(plan)
    models = "\n".join([*_encoder(plan), "", *decoder])
    helpers = [code for name, code in (("residual", RESIDUAL), ("uniform", UNIFORM)) if f"{name}(" in models]
    return "\n\n\n".join([*helpers, models])


def _encoder(plan: Plan) -> list[str]:
    names = {2 * plan.code_size: "2 * CODE"} if plan.code == "gaussian" else {plan.code_size: "CODE"}
    lines = [f"inputs = x = keras.Input({plan.shape})", *_Lines(names).stack(plan.encoder, plan.shape)]
    if plan.code == "gaussian":
        lines.append("mean, log_variance = ops.split(x, 2, axis=1)")
        return [*lines, 'encoder = keras.Model(inputs, [mean, log_variance], name="encoder")']
    return [*lines, 'encoder = keras.Model(inputs, x, name="encoder")']


def _decoder(plan: Plan) -> list[str]:
    lines = _Lines({}).stack(plan.decoder, plan.decoder_input)
    if not plan.ordered:
        shape = "(CODE,)" if len(plan.code_shape) == 1 else str(plan.code_shape)
        return [f"code = x = keras.Input({shape})", *lines, 'decoder = keras.Model(code, x, name="decoder")']
    told = "x = layers.Concatenate()([code * kept, kept])  # it is told which numbers it was given"
    begin = ["code, kept = keras.Input((CODE,)), keras.Input((CODE,))", told]
    return [*begin, *lines, 'decoder = keras.Model([code, kept], x, name="decoder")']


def _gated_decoder(plan: Plan) -> list[str]:
    (gate,) = plan.decoder
    assert isinstance(gate, Gate)
    height, width, numbers = plan.code_shape
    filters, side, channels = numbers - gate.kept, gate.side, plan.shape[2]
    painted, gated = _first_weights(filters, side**2 * channels), _first_weights(filters, side**2)
    crop = _crop((height * side, width * side), plan.shape)
    return [
        f"code = x = keras.Input({(height, width, filters)})",
        f"picture = keras.Input({plan.shape})",
        *_Lines({}).stack(gate.layers, (height, width, filters)),
        f'up = {{"kernel_size": {side}, "strides": {side}, "activation": "sigmoid"}}',
        "closed = keras.initializers.Constant(-2)  # so that the picture is seen at first",
        f"painting = layers.Conv2DTranspose({channels}, **up{painted})(x)",
        f"gate = layers.Conv2DTranspose(1, **up, bias_initializer=closed{gated})(x)",
        *([f"painting, gate = {crop}(painting), {crop}(gate)"] if crop else []),
        "rebuilt = picture + gate * (painting - picture)",
        'decoder = keras.Model([code, picture], rebuilt, name="decoder")',
    ]


def _first_weights(inputs: int, outputs: int) -> str:
    """An option for a layer: weights of the size that Glorot and Bengio's are for a dense layer.

    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
    """
    return f", kernel_initializer=uniform({math.sqrt(6 / (inputs + outputs)):.2f})"


def _crop(made: Sequence[int], shape: Sequence[int]) -> str:
    """The layer that cuts `made` rows and columns down to those of `shape`; empty where they are as many."""
    below, right = made[0] - shape[0], made[1] - shape[1]
    return f"layers.Cropping2D(((0, {below}), (0, {right})))" if below or right else ""


@dataclass(frozen=True)
class _Lines:
    """Writes layers as lines that turn a variable into another of the same name.

    Args:
        names: How numbers of units are written that stand for something.
        variable: The name.
    """

    names: Mapping[int, str]
    variable: str = "x"

    def stack(self, layers: Sequence[Layer], shape: Shape) -> list[str]:
        """Layers one after the other; patches and the layer at their side become a convolution with a stride."""
        lines: list[str] = []
        number = 0
        while number < len(layers):
            layer, after = layers[number], layers[number + 1] if number + 1 < len(layers) else None
            if isinstance(layer, Patches) and isinstance(after, Convolution) and after.kernel == 1:
                made, number = self._strided(layer, after, shape), number + 1
                shape = after.output_shape(layer.output_shape(shape))
            elif isinstance(layer, Convolution) and layer.kernel == 1 and isinstance(after, Assemble):
                made, number = self._unstrided(layer, after, shape), number + 1
                shape = after.shape
            else:
                made, shape = self.of(layer, shape), layer.output_shape(shape)
            lines, number = [*lines, *made], number + 1
        return lines

    def _line(self, layer: str, comment: str = "") -> str:
        return f"{self.variable} = {layer}({self.variable})" + (f"  # {comment}" if comment else "")

    def _strided(self, patches: Patches, convolution: Convolution, shape: Shape) -> list[str]:
        side = patches.side
        padding = ', padding="same"' if shape[0] % side or shape[1] % side else ""
        weights = _first_weights(side**2 * shape[2], convolution.filters)
        options = f"strides={side}{padding}{_activation(convolution.activation)}{weights}"
        return [self._line(f"layers.Conv2D({convolution.filters}, {side}, {options})")]

    def _unstrided(self, convolution: Convolution, assemble: Assemble, shape: Shape) -> list[str]:
        side, channels = assemble.side, assemble.shape[2]
        weights = _first_weights(shape[2], side**2 * channels)
        options = f"strides={side}{_activation(convolution.activation)}{weights}"
        lines = [self._line(f"layers.Conv2DTranspose({channels}, {side}, {options})")]
        crop = _crop((shape[0] * side, shape[1] * side), assemble.shape)
        return [*lines, *([self._line(crop)] if crop else [])]

    @singledispatchmethod
    def of(self, layer: Layer, shape: Shape) -> list[str]:
        """One layer on a tensor of `shape`."""
        raise TypeError(f"Expected a layer that can be written by itself. Received: {layer!r}.")

    @of.register
    def _(self, layer: Flatten, shape: Shape) -> list[str]:
        return [self._line("layers.Flatten()")]

    @of.register
    def _(self, layer: Reshape, shape: Shape) -> list[str]:
        return [self._line(f"layers.Reshape({layer.shape})")]

    @of.register
    def _(self, layer: Dense, shape: Shape) -> list[str]:
        units = self.names.get(layer.units, str(layer.units)) if layer.activation == "linear" else str(layer.units)
        return [self._line(f"layers.Dense({units}{_activation(layer.activation)})")]

    @of.register
    def _(self, layer: Rectify, shape: Shape) -> list[str]:
        return [self._line("layers.ReLU(activity_regularizer=keras.regularizers.L1(WEIGHT))", "Σ |z|, each picture")]

    @of.register
    def _(self, layer: Convolution, shape: Shape) -> list[str]:
        options = f'padding="same"{_activation(layer.activation)}'
        return [self._line(f"layers.Conv2D({layer.filters}, {layer.kernel}, {options})")]

    @of.register
    def _(self, layer: TransposedConvolution, shape: Shape) -> list[str]:
        options = f'strides=2, padding="same"{_activation(layer.activation)}'
        return [self._line(f"layers.Conv2DTranspose({layer.filters}, 3, {options})")]

    @of.register
    def _(self, layer: MaxPooling, shape: Shape) -> list[str]:
        return [self._line('layers.MaxPooling2D(2, padding="same")')]

    @of.register
    def _(self, layer: Crop, shape: Shape) -> list[str]:
        crop = _crop(shape, (layer.height, layer.width))
        return [self._line(crop)] if crop else []

    @of.register
    def _(self, layer: Residual, shape: Shape) -> list[str]:
        return [f"{self.variable} = residual({self.variable}, {layer.filters})"]

    @of.register
    def _(self, layer: Shortcut, shape: Shape) -> list[str]:
        units = self.names.get(layer.layers[-1].units, str(layer.layers[-1].units))
        straight = f"straight = layers.Dense({units}, use_bias=False)({self.variable})  # a linear map, as PCA is"
        added = f"{self.variable} = layers.Add()([{self.variable}, straight])  # and what no line can do"
        return [straight, *self.stack(layer.layers, shape), added]

    @of.register
    def _(self, layer: Coarser, shape: Shape) -> list[str]:
        inner = _Lines(self.names, "coarse")
        begin = inner.stack(layer.inner[:2], shape)[0].replace("(coarse)", f"({self.variable})")
        inside = layer.inner[1].output_shape(layer.inner[0].output_shape(shape))
        lines = ["# Half the size, so that it sees twice as far", begin, *inner.stack(layer.layers, inside)]
        back = inner.stack(layer.outer(shape), (*(math.ceil(side / 2) for side in shape[:2]), layer.filters))
        return [*lines, *back, f"{self.variable} = layers.Add()([{self.variable}, coarse])"]

    @of.register
    def _(self, layer: Keep, shape: Shape) -> list[str]:
        return self.stack(layer.layers, shape)


def _activation(name: str) -> str:
    return "" if name == "linear" else f', activation="{name}"'
