"""A trained network as a `.keras` file that Keras alone loads, without any code of this project.

    model = keras.models.load_model("hourglass.keras")
    reconstructions = model.predict(pictures)  # float32 (n, height, width, channels) in [0, 1]
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")

The weights come from the LiteRT files, which every trained network has, those that came with the app too. Only worker
processes call `write_keras_file`, because it imports Keras. It takes a worker 0.8 to 1.5 s, and the file is as large as
the network (6.7 MB for the dense one of MNIST); so it is written when somebody asks for it, not after every training.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from autoencoder.export.weights import read_weights
from autoencoder.files import write_atomically
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.plan import Plan
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder

NEAR = 1e-4  # how far the file's pictures may be from those that the pages show
CHECKED = 8  # pictures of noise that this is checked with


def write_keras_file(run: str, target: str) -> None:
    """Write the network of a run as a `.keras` file.

    Args:
        run: The path of a `RunFolder` with a trained network.
        target: The path of the file, which is there whole or not at all.

    Raises:
        DamagedRun: If the run's files are not what was written.
        ValueError: If the weights cannot be read, or what was built of them rebuilds other pictures.
    """
    worker.warm_up()
    folder = RunFolder(Path(run))
    plan, files = folder.settings().plan, folder.network()
    model = keras_model(plan, files)
    _check(model, plan, CompiledNetwork(*files))
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "network.keras"
        model.save(path)
        write_atomically(Path(target), path.read_bytes())


def keras_model(plan: Plan, files: tuple[bytes, bytes]) -> Any:
    """The Keras model of a trained network: pictures → reconstructions, by two models named "encoder" and "decoder".

    The encoder of Gaussian codes gives two arrays, the means and the logarithms of the variances; the whole model goes
    on with the means. The decoder of an ordered bottleneck takes two arrays, the codes and which of their numbers are
    kept; the whole model keeps them all.

    Args:
        plan: Of the network.
        files: The encoder and the decoder as LiteRT files.
    """
    import keras

    from autoencoder.networks.build import build_decoder, build_encoder

    keras.backend.clear_session()  # so that the layers' names do not depend on what this process did before
    encoder, decoder = build_encoder(plan, 0), build_decoder(plan, 1000)
    read_weights((encoder, decoder), files)
    encoder = _with_two_outputs(encoder, plan) if plan.code == "gaussian" else encoder
    pictures = keras.Input(plan.shape, name="pictures")
    made = encoder(pictures)
    code = made[0] if plan.code == "gaussian" else made
    rebuilt = decoder([code, keras.ops.ones_like(code)] if plan.ordered else code)
    return keras.Model(pictures, rebuilt, name="autoencoder")


def _with_two_outputs(encoder: Any, plan: Plan) -> Any:
    """The same encoder, whose means and logarithms of variances are apart."""
    import keras

    (both,) = encoder.outputs
    return keras.Model(encoder.inputs[0], list(keras.ops.split(both, 2, axis=1)), name="encoder")


def _check(model: Any, plan: Plan, network: CompiledNetwork) -> None:
    """Raise a ValueError unless the model rebuilds pictures as the pages do, with the same codes."""
    pictures = np.random.default_rng(0).random((CHECKED, *plan.shape), np.float32)
    codes = network.encode(pictures)
    made = model.get_layer("encoder")(pictures)
    found = (made[0] if plan.code == "gaussian" else made, model(pictures))
    for one, other in zip(found, (codes, network.decode(codes)), strict=True):
        if not np.allclose(one, other, rtol=NEAR, atol=NEAR):
            raise ValueError("Expected a Keras model that rebuilds what the pages show. Received: other pictures.")
