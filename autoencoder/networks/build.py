"""Plans into Keras models. Only worker processes import this module, because it imports Keras."""

from functools import singledispatch
from typing import Any

import keras
from keras import layers as keras_layers

from autoencoder.networks.layers import (
    Convolution,
    Crop,
    Dense,
    Flatten,
    Layer,
    Reshape,
    Residual,
    TransposedConvolution,
)
from autoencoder.networks.plan import Plan


def build_encoder(plan: Plan, seed: int) -> keras.Model:
    """Pictures float32 (n, height, width, channels) in [0, 1] → codes float32 (n, code_size)."""
    pictures = keras.Input(plan.shape, name="pictures")
    return keras.Model(pictures, _stack(pictures, plan.encoder, seed), name="encoder")


def build_decoder(plan: Plan, seed: int) -> keras.Model:
    """Codes float32 (n, code_size) → pictures float32 (n, height, width, channels) in [0, 1].

    The decoder of an ordered plan has a second input, `kept` float32 (n, code_size): 1 where a number of the code is
    given, 0 where it is left out, as `autoencoder.networks.ordered.keep_first` makes it.
    """
    code = keras.Input((plan.code_size,), name="code")
    if not plan.ordered:
        return keras.Model(code, _stack(code, plan.decoder, seed), name="decoder")
    kept = keras.Input((plan.code_size,), name="kept")
    given = keras_layers.Concatenate()([keras_layers.Multiply()([code, kept]), kept])
    return keras.Model([code, kept], _stack(given, plan.decoder, seed), name="decoder")


def _stack(tensor: Any, layers: tuple[Layer, ...], seed: int) -> Any:
    for number, layer in enumerate(layers):
        tensor = _apply(layer, tensor, keras.initializers.GlorotUniform(seed + number))
    return tensor


@singledispatch
def _apply(layer: Layer, tensor: Any, initializer: Any) -> Any:
    """What Keras makes of `tensor` with this layer, its weights drawn by `initializer`."""
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
def _(layer: Convolution, tensor: Any, initializer: Any) -> Any:
    return _convolution(layer.filters, layer.kernel, layer.stride, layer.activation, initializer)(tensor)


@_apply.register
def _(layer: Residual, tensor: Any, initializer: Any) -> Any:
    filters = tensor.shape[-1]
    inner = _convolution(filters, layer.kernel, 1, "relu", initializer)(tensor)
    inner = _convolution(filters, layer.kernel, 1, "linear", keras.initializers.Zeros())(inner)  # begins as identity
    return keras_layers.Add()([tensor, inner])


@_apply.register
def _(layer: TransposedConvolution, tensor: Any, initializer: Any) -> Any:
    return keras_layers.Conv2DTranspose(
        layer.filters,
        layer.kernel,
        layer.stride,
        padding="same",
        activation=layer.activation,
        kernel_initializer=initializer,
    )(tensor)


@_apply.register
def _(layer: Crop, tensor: Any, initializer: Any) -> Any:
    below, right = tensor.shape[1] - layer.height, tensor.shape[2] - layer.width
    return keras_layers.Cropping2D(((0, below), (0, right)))(tensor)


def _convolution(filters: int, kernel: int, stride: int, activation: str, initializer: Any) -> keras_layers.Layer:
    return keras_layers.Conv2D(
        filters, kernel, stride, padding="same", activation=activation, kernel_initializer=initializer
    )
