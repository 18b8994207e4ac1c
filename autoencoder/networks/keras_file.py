"""A trained network as a `.keras` file that Keras alone loads, without any code of this project.

    model = keras.saving.load_model("hourglass.keras")
    reconstructions = model.predict(pictures)  # float32 (n, height, width, channels) in [0, 1]
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")

Only worker processes import this module, because it imports Keras.
"""

import tempfile
from pathlib import Path

import keras

from autoencoder.networks.plan import Plan


def keras_file(plan: Plan, encoder: keras.Model, decoder: keras.Model) -> bytes:
    """Return a `.keras` file: a model from pictures to reconstructions, of two models named "encoder" and "decoder".

    The encoder of Gaussian codes gives two arrays, the means and the logarithms of the variances; the whole model goes
    on with the means. The decoder of an ordered bottleneck takes two arrays, the codes and which of their numbers are
    kept; the whole model keeps them all.
    """
    pictures = keras.Input(plan.shape, name="pictures")
    if plan.code == "gaussian":
        halves = keras.ops.split(encoder.outputs[0], 2, axis=1)
        encoder = keras.Model(encoder.inputs[0], list(halves), name="encoder")
        code, _ = encoder(pictures)
    else:
        code = encoder(pictures)
    rebuilt = decoder([code, keras.ops.ones_like(code)] if plan.ordered else code)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        keras.Model(pictures, rebuilt, name="autoencoder").save(path)
        return path.read_bytes()
