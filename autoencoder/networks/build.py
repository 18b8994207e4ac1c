"""Plans into Keras models. Only worker processes import this module, because it imports Keras."""

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import keras
from keras import layers as keras_layers

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
    Shortcut,
    TransposedConvolution,
)
from autoencoder.networks.plan import Plan

CLOSED = -2.0  # the bias with which a gate begins: it shows an eighth of the painting
SEEDS_APART = 100  # between the seeds of layers within a layer and those of the layers around it


def build_encoder(plan: Plan, seed: int) -> keras.Model:
    """Pictures float32 (n, height, width, channels) in [0, 1] → codes float32 (n, *code_shape).

    Where the plan's code is "gaussian": float32 (n, 2 × code_size), each number's mean, then the logarithm of each
    number's variance.
    """
    pictures = keras.Input(plan.shape, name="pictures")
    return keras.Model(pictures, _stack(pictures, plan.encoder, seed), name="encoder")


def build_decoder(plan: Plan, seed: int) -> keras.Model:
    """Codes float32 (n, *code_shape) → pictures float32 (n, height, width, channels).

    These lie in [0, 1], but for the linear network's.

    The decoder of an ordered plan has a second input, `kept` float32 (n, code_size): 1 where a number of the code is
    given, 0 where it is left out, as `autoencoder.networks.ordered.keep_first` makes it.
    """
    code = keras.Input(plan.code_shape, name="code")
    if not plan.ordered:
        return keras.Model(code, _stack(code, plan.decoder, seed), name="decoder")
    kept = keras.Input((plan.code_size,), name="kept")
    given = keras_layers.Concatenate()([keras_layers.Multiply()([code, kept]), kept])
    return keras.Model([code, kept], _stack(given, plan.decoder, seed), name="decoder")


def _stack(tensor: Any, layers: Sequence[Layer], seed: int) -> Any:
    for number, layer in enumerate(layers):
        tensor = _apply(layer, tensor, keras.initializers.GlorotUniform(seed + number))
    return tensor


@singledispatch
def _apply(layer: Layer, tensor: Any, initializer: Any) -> Any:
    """Return what Keras makes of `tensor` with this layer, its weights drawn by `initializer`."""
    raise TypeError(f"Expected a layer of autoencoder.networks.layers. Received: {layer!r}.")


@_apply.register
def _(layer: Flatten, tensor: Any, initializer: Any) -> Any:
    return keras_layers.Flatten()(tensor)


@_apply.register
def _(layer: Reshape, tensor: Any, initializer: Any) -> Any:
    return keras_layers.Reshape(layer.shape)(tensor)


@_apply.register
def _(layer: Dense, tensor: Any, initializer: Any) -> Any:
    return keras_layers.Dense(layer.units, layer.activation, kernel_initializer=initializer)(tensor)


@_apply.register
def _(layer: Rectify, tensor: Any, initializer: Any) -> Any:
    return keras_layers.ReLU()(tensor)


@_apply.register
def _(layer: Shortcut, tensor: Any, initializer: Any) -> Any:
    units = layer.layers[-1].units
    straight = keras_layers.Dense(units, use_bias=False, kernel_initializer=initializer)(tensor)
    return keras_layers.Add()([_stack(tensor, layer.layers, initializer.seed + SEEDS_APART), straight])


@_apply.register
def _(layer: Patches, tensor: Any, initializer: Any) -> Any:
    height, width, channels = tensor.shape[1:]
    rows, columns, numbers = layer.output_shape((height, width, channels))
    below, right = rows * layer.side - height, columns * layer.side - width
    if below or right:
        tensor = keras_layers.ZeroPadding2D(((0, below), (0, right)))(tensor)
    tensor = keras_layers.Reshape((rows, layer.side, columns, layer.side * channels))(tensor)
    return keras_layers.Reshape((rows, columns, numbers))(keras_layers.Permute((1, 3, 2, 4))(tensor))


@_apply.register
def _(layer: Assemble, tensor: Any, initializer: Any) -> Any:
    height, width, channels = layer.shape
    rows, columns, _ = tensor.shape[1:]
    tensor = keras_layers.Reshape((rows, columns, layer.side, layer.side * channels))(tensor)
    tensor = keras_layers.Permute((1, 3, 2, 4))(tensor)
    tensor = keras_layers.Reshape((rows * layer.side, columns * layer.side, channels))(tensor)
    below, right = rows * layer.side - height, columns * layer.side - width
    return keras_layers.Cropping2D(((0, below), (0, right)))(tensor) if below or right else tensor


@_apply.register
def _(layer: Convolution, tensor: Any, initializer: Any) -> Any:
    if layer.kernel == 1:  # the same thing, and faster
        return keras_layers.Dense(layer.filters, layer.activation, kernel_initializer=initializer)(tensor)
    return keras_layers.Conv2D(
        layer.filters, layer.kernel, padding="same", activation=layer.activation, kernel_initializer=initializer
    )(tensor)


@_apply.register
def _(layer: TransposedConvolution, tensor: Any, initializer: Any) -> Any:
    return keras_layers.Conv2DTranspose(
        layer.filters, 3, strides=2, padding="same", activation=layer.activation, kernel_initializer=initializer
    )(tensor)


@_apply.register
def _(layer: MaxPooling, tensor: Any, initializer: Any) -> Any:
    return keras_layers.MaxPooling2D(2, padding="same")(tensor)


@_apply.register
def _(layer: Crop, tensor: Any, initializer: Any) -> Any:
    below, right = tensor.shape[1] - layer.height, tensor.shape[2] - layer.width
    return keras_layers.Cropping2D(((0, below), (0, right)))(tensor) if below or right else tensor


@_apply.register
def _(layer: Residual, tensor: Any, initializer: Any) -> Any:
    inner = _apply(Convolution(layer.filters), tensor, initializer)
    added = keras_layers.Dense(tensor.shape[-1], kernel_initializer="zeros")(inner)  # begins as the identity
    return keras_layers.Add()([tensor, added])


@_apply.register
def _(layer: Coarser, tensor: Any, initializer: Any) -> Any:
    inner = _stack(tensor, layer.inner, initializer.seed + SEEDS_APART)
    outer = _stack(inner, layer.outer(tensor.shape[1:]), initializer.seed + 2 * SEEDS_APART)
    return keras_layers.Add()([tensor, outer])


@_apply.register
def _(layer: Keep, tensor: Any, initializer: Any) -> Any:
    made = _stack(tensor, layer.layers, initializer.seed + SEEDS_APART)
    return keras_layers.Concatenate()([made, _apply(Patches(layer.side), tensor, initializer)])


@_apply.register
def _(layer: Gate, tensor: Any, initializer: Any) -> Any:
    filters = tensor.shape[-1] - layer.kept
    made = _stack(tensor[..., :filters], layer.layers, initializer.seed + SEEDS_APART)
    painting = keras_layers.Dense(layer.kept, "sigmoid", kernel_initializer=initializer)(made)
    closed = keras.initializers.Constant(CLOSED)
    own = keras.initializers.GlorotUniform(initializer.seed + 2 * SEEDS_APART)  # or a gray painting begins as its gate
    gate = keras_layers.Dense(layer.side**2, "sigmoid", bias_initializer=closed, kernel_initializer=own)(made)
    channels = layer.shape[2]
    wide = keras_layers.Reshape((*gate.shape[1:3], layer.side**2, 1))(gate)
    wide = keras_layers.Concatenate()([wide] * channels) if channels > 1 else wide
    wide = keras_layers.Reshape((*gate.shape[1:3], layer.kept))(wide)
    kept = tensor[..., filters:]
    return _apply(Assemble(layer.side, layer.shape), kept + wide * (painting - kept), initializer)
