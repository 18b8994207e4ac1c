"""The pictures that a script reads where no library has them: bananas, and a learner's own."""

from io import BytesIO

import numpy as np

from autoencoder.data.own import token_of
from autoencoder.data.selection import hold_out, of_classes
from autoencoder.data.sources import get_source
from autoencoder.rendering.sprites import to_bytes
from autoencoder.training.settings import TrainingSettings


def pictures_file(settings_json: str) -> bytes:
    """Return the pictures of a run as an `.npz` file of arrays of bytes.

    The file has `x_train` and `x_test` uint8 (n, height, width, channels), and where there are labels `y_test`. Of a
    learner's own pictures `x_train` has those that were learned from, and `x_val` those that were held out of them: no
    photo is in both, which a script could not see from the pictures. The settings are JSON, see `TrainingSettings`.

    Raises:
        PictureError: If the pictures are gone.
    """
    settings = TrainingSettings.from_json(settings_json)
    pictures = get_source(settings.source).load()
    arrays = {"x_train": pictures.train, "x_test": pictures.test}
    if token_of(settings.source):
        indices = of_classes(pictures.train_labels, len(pictures.train), settings.normal_classes)
        learned, held_out = hold_out(indices, settings.seed, pictures.train_groups)
        arrays |= {"x_train": pictures.train[learned], "x_val": pictures.train[held_out]}
    arrays = {name: to_bytes(array) for name, array in arrays.items()}
    if pictures.test_labels is not None:
        arrays["y_test"] = pictures.test_labels
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()
