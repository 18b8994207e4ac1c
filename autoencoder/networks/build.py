"""Plans into Keras models, and these into a `.keras` file. Only worker processes import this module."""

import tempfile
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autoencoder.networks.blocks import Gate
from autoencoder.networks.keras_file import CONFIG, WEIGHT, portable, wiring
from autoencoder.networks.plan import Plan
from autoencoder.networks.tiles import looked_for, painted
from autoencoder.networks.traced import RECONSTRUCTION, WEIGHTED, Operation, find_layers, layer_names

OPERATIONS = {  # layers of Keras → as `traced` calls them; what is not here computes each number by itself
    "Dense": "FULLY_CONNECTED",
    "Conv2D": "CONV_2D",
    "Conv2DTranspose": "TRANSPOSE_CONV",
    "MaxPooling2D": "MAX_POOL_2D",
    "Add": "ADD",
    "Multiply": "MUL",
    "Permute": "TRANSPOSE",
    "ZeroPadding2D": "PAD",
    "Concatenate": "CONCATENATION",
    "Cropping2D": "STRIDED_SLICE",
}


def build_encoder(plan: Plan, seed: int) -> keras.Model:
    """Return a model from pictures float32 (n, height, width, channels) in [0, 1] to codes float32 (n, *code_shape).

    Where the plan's code is "gaussian": float32 (n, 2 × code_size), each number's mean, then the logarithm of each
    number's variance.
    """
    pictures = keras.Input(plan.shape, name="pictures")
    return keras.Model(pictures, plan.encoder.build(pictures, seed), name="encoder")


def build_decoder(plan: Plan, seed: int) -> keras.Model:
    """Return a model from codes float32 (n, *code_shape) to pictures float32 (n, height, width, channels).

    These lie in [0, 1], but for the linear network's.

    The decoder of an ordered plan has a second input, `kept` float32 (n, code_size): 1 where a number of the code is
    given, 0 where it is left out, as `autoencoder.networks.ordered.keep_first` makes it.
    """
    code = keras.Input(plan.code_shape, name="code")
    if not plan.ordered:
        return keras.Model(code, plan.decoder.build(code, seed), name="decoder")
    kept = keras.Input((plan.code_size,), name="kept")
    given = keras.layers.Concatenate()([keras.layers.Multiply()([code, kept]), kept])
    return keras.Model([code, kept], plan.decoder.build(given, seed), name="decoder")


def keras_file(plan: Plan, encoder: keras.Model, decoder: keras.Model) -> bytes:
    """Return a `.keras` file that Keras alone loads, from 3.6 on: pictures → reconstructions, by two models.

        model = keras.saving.load_model("hourglass.keras")
        reconstructions = model.predict(pictures)  # float32 (n, height, width, channels) in [0, 1]
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")

    The encoder of Gaussian codes gives two arrays, the means and the logarithms of the variances; the whole model goes
    on with the means. The decoder of an ordered bottleneck takes two arrays, the codes and which of their numbers are
    kept; the whole model keeps them all.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        _whole(plan, encoder, decoder).save(path)
        return portable(path.read_bytes())


def _whole(plan: Plan, encoder: keras.Model, decoder: keras.Model) -> keras.Model:
    pictures = keras.Input(plan.shape, name="pictures")
    if plan.code == "gaussian":
        halves = keras.ops.split(encoder.outputs[0], 2, axis=1)
        encoder = keras.Model(encoder.inputs[0], list(halves), name="encoder")
        code, _ = encoder(pictures)
    else:
        code = encoder(pictures)
    rebuilt = decoder([code, keras.ops.ones_like(code)] if plan.ordered else code)
    return keras.Model(pictures, rebuilt, name="autoencoder")


def layer_outputs(model: keras.Model) -> keras.Model:
    """Return a model that gives what every layer of an encoder or a decoder makes, of those that `traced` finds."""
    operations = _operations(model)
    tensors = {id(one.output): one.output for one in operations}
    found = _find_layers(operations)
    return keras.Model(model.inputs, [*(tensors[tensor] for _, tensor in found[:-1]), *model.outputs])


def weights_by_layer(encoder: keras.Model, decoder: keras.Model) -> dict[str, list[Any]]:
    """Return the trainable variables of every layer that has some, by the names that `traced` gives layers."""
    halves = [_grouped_weights(model) for model in (encoder, decoder)]
    names = layer_names(*map(len, halves))
    return {name: variables for name, variables in zip(names, chain(*halves), strict=True) if variables}


def _grouped_weights(model: keras.Model) -> list[list[Any]]:
    """Return the trainable variables of each layer that `traced` finds in a model.

    What has weights and is no layer by itself is of the layer before, as a normalization, or of the sum it goes to.
    """
    operations = _operations(model)
    found: dict[int, list[Any]] = {operation.output: [] for operation, _ in _find_layers(operations)}
    groups = dict(found)  # by tensor
    for one in operations:
        inputs = [groups[id(tensor)] for tensor in keras.tree.flatten(one.input) if id(tensor) in groups]
        if id(one.output) in found:
            group = found[id(one.output)]
            if isinstance(one, keras.layers.Add):
                group += [
                    each for some in inputs if not any(some is layer for layer in found.values()) for each in some
                ]
        else:
            group = inputs[0] if inputs and OPERATIONS.get(type(one).__name__) not in WEIGHTED else []
            if isinstance(one, keras.layers.Multiply):
                group = [*chain(*inputs)]
        group += getattr(one, "trainable_variables", [])
        groups[id(one.output)] = group
    return [*found.values()]


def _operations(model: keras.Model) -> list[Any]:
    return [one for one in model.operations if not isinstance(one, keras.layers.InputLayer)]


def _find_layers(operations: list[Any]) -> list[tuple[Operation, int]]:
    """Return what `find_layers` does of a model's operations; tensors are numbered by their ids."""
    shapes = {id(one.output): one.output.shape[1:] for one in operations}
    graph = [
        Operation(
            OPERATIONS.get(type(one).__name__, type(one).__name__),
            [*map(id, keras.tree.flatten(one.input))],
            id(one.output),
        )
        for one in operations
    ]
    return find_layers(graph, shapes.__getitem__)


class HiddenMaps:
    """What the layers of a convolutional network make of a picture; nothing where they make no maps."""

    def __init__(self, plan: Plan, encoder: keras.Model, decoder: keras.Model) -> None:
        self._plan, self._halves = plan, (layer_outputs(encoder), layer_outputs(decoder))
        shapes = [output.shape[1:] for half in self._halves for output in half.outputs]
        names = layer_names(*(len(half.outputs) for half in self._halves))
        self._maps = [len(shape) == 3 and name != RECONSTRUCTION for name, shape in zip(names, shapes, strict=True)]
        self._names = names
        self._run = tf.function(self._layers, autograph=False)  # a tenth of the time of one layer after the other

    def of(self, picture: np.ndarray, most: int) -> dict[str, np.ndarray]:
        """Return the first `most` maps of each layer for a picture, as tiles float32 (maps, height, width, 1).

        All numbers of its code pass the bottleneck.
        """
        if not any(self._maps):
            return {}
        made = zip(self._names, self._maps, self._run(tf.constant(picture[np.newaxis])), strict=True)
        return {name: np.moveaxis(one.numpy()[0, ..., :most, np.newaxis], 2, 0) for name, maps, one in made if maps}

    def _layers(self, pictures: Any) -> list[Any]:
        encoder, decoder = self._halves
        encoded = encoder([pictures])
        code = encoded[-1][:, : self._plan.code_size] if self._plan.code == "gaussian" else encoded[-1]
        return [*encoded, *decoder([code, keras.ops.ones_like(code)] if self._plan.ordered else [code])]


def outer_tiles(plan: Plan, encoder: keras.Model, decoder: keras.Model, most: int) -> dict[str, np.ndarray]:
    """Return what the first `most` units of the first layer look for, and what those before the last layer paint.

    They are float32 (units, height, width, channels), see `autoencoder.networks.tiles`. A gate's are left out. A batch
    normalization right behind the first layer is worked in, as the converter does it.
    """
    first = next(layer for layer in encoder.layers if hasattr(layer, "kernel"))
    last = next(layer for layer in reversed(decoder.layers) if hasattr(layer, "kernel"))
    transposed = isinstance(last, keras.layers.Conv2DTranspose)
    tiles = {"first": looked_for(_as_in_litert(first.kernel * _gain_behind(first, encoder))[:most], plan.shape)}
    if not any(isinstance(layer, Gate) for layer in plan.decoder.layers):
        units = _as_in_litert(last.kernel, transposed=transposed)[..., :most]
        tiles["last"] = painted(units, plan.shape, transposed=transposed)
    return tiles


def _gain_behind(layer: Any, model: keras.Model) -> Any:
    """Return what a batch normalization behind a layer multiplies its units by, (units,); 1 where there is none."""
    for behind in model.layers[model.layers.index(layer) + 1 :][:1]:
        if isinstance(behind, keras.layers.BatchNormalization):
            return behind.gamma / keras.ops.sqrt(behind.moving_variance + behind.epsilon)
    return 1.0


def _as_in_litert(kernel: Any, *, transposed: bool = False) -> np.ndarray:
    """Return a kernel with what it makes in front, and what it reads behind."""
    array = np.asarray(kernel)
    return np.moveaxis(array, -2 if transposed else -1, 0)


def is_file_of(plan: Plan, arrays: Mapping[str, np.ndarray]) -> bool:
    """Return whether the layers and the weights of a file are the plan's; `arrays` are what `unpack` made of it."""
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 0)
    shapes = {WEIGHT.format(number): each.shape for number, each in enumerate([*encoder.weights, *decoder.weights])}
    fits = shapes == {name: array.shape for name, array in arrays.items() if name != CONFIG}
    return fits and wiring(_whole(plan, encoder, decoder).to_json()) == arrays[CONFIG].tobytes()
