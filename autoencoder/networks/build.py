"""Plans into Keras models, and these into a `.keras` file. Only worker processes import this module."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from autoencoder.networks.keras_file import CONFIG, WEIGHT, portable, wiring
from autoencoder.networks.plan import Plan


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


def is_file_of(plan: Plan, arrays: Mapping[str, np.ndarray]) -> bool:
    """Return whether the layers and the weights of a file are the plan's; `arrays` are what `unpack` made of it."""
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 0)
    shapes = {WEIGHT.format(number): each.shape for number, each in enumerate([*encoder.weights, *decoder.weights])}
    fits = shapes == {name: array.shape for name, array in arrays.items() if name != CONFIG}
    return fits and wiring(_whole(plan, encoder, decoder).to_json()) == arrays[CONFIG].tobytes()
