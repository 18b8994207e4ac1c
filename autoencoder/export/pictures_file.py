"""The pictures that a script reads where no library has them: bananas, and a learner's own."""

from io import BytesIO

import numpy as np

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.own import token_of
from autoencoder.data.selection import hold_out, of_classes
from autoencoder.data.sources import get_source
from autoencoder.training.settings import TrainingSettings


def pictures_file(settings_json: str) -> bytes:
    """Return the pictures of a run as an `.npz` file of arrays of bytes.

    The file has `x_train` and `x_test` uint8 (n, height, width, channels), and where there are labels `y_test`. Of a
    learner's own pictures `x_train` has those that were learned from, and `x_val` those that were held out of them: no
    photo is in both, which a script could not see from the pictures.

    Args:
        settings_json: The settings of the run, as `TrainingSettings.to_json` writes them.

    Raises:
        PictureError: If the pictures are gone.
    """
    settings = TrainingSettings.from_json(settings_json)
    pictures = get_source(settings.source).load()
    arrays = _split(pictures, settings) if token_of(settings.source) else {"x_train": _to_bytes(pictures.train)}
    arrays["x_test"] = _to_bytes(pictures.test)
    if pictures.test_labels is not None:
        arrays["y_test"] = pictures.test_labels
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _split(pictures: ImageDataset, settings: TrainingSettings) -> dict[str, np.ndarray]:
    """Those that were learned from, and those that were held out."""
    indices = of_classes(pictures.train_labels, len(pictures.train), settings.normal_classes)
    learned, held_out = hold_out(indices, settings.seed, pictures.train_groups)
    return {"x_train": _to_bytes(pictures.train[learned]), "x_val": _to_bytes(pictures.train[held_out])}


def _to_bytes(pictures: np.ndarray) -> np.ndarray:
    return np.rint(pictures * 255).astype(np.uint8)
