"""Plans into Keras models. Only worker processes import this module, because it imports Keras."""

import keras

from autoencoder.networks.layers import build_layers
from autoencoder.networks.plan import Plan


def build_encoder(plan: Plan, seed: int) -> keras.Model:
    """Pictures float32 (n, height, width, channels) in [0, 1] → codes float32 (n, *code_shape).

    Where the plan's code is "gaussian": float32 (n, 2 × code_size), each number's mean, then the logarithm of each
    number's variance.
    """
    pictures = keras.Input(plan.shape, name="pictures")
    return keras.Model(pictures, build_layers(plan.encoder, pictures, seed), name="encoder")


def build_decoder(plan: Plan, seed: int) -> keras.Model:
    """Codes float32 (n, *code_shape) → pictures float32 (n, height, width, channels).

    These lie in [0, 1], but for the linear network's.

    The decoder of an ordered plan has a second input, `kept` float32 (n, code_size): 1 where a number of the code is
    given, 0 where it is left out, as `autoencoder.networks.ordered.keep_first` makes it.
    """
    code = keras.Input(plan.code_shape, name="code")
    if not plan.ordered:
        return keras.Model(code, build_layers(plan.decoder, code, seed), name="decoder")
    kept = keras.Input((plan.code_size,), name="kept")
    given = keras.layers.Concatenate()([keras.layers.Multiply()([code, kept]), kept])
    return keras.Model([code, kept], build_layers(plan.decoder, given, seed), name="decoder")
