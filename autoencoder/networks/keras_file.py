"""A `.keras` file as one that older versions of Keras open too, and back. Nothing here imports Keras, or runs a file.

What comes back is the weights and the settings; the network is built anew from these. The file may be hostile: it is
read in the process that reads uploads, and nothing in it is used before its size is known.
"""

import json
import re
from collections import Counter
from enum import StrEnum
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import numpy as np

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"  # the members of a file
MOST = {METADATA: 2**16, CONFIG: 2**21, WEIGHTS: 100 * 2**20}  # bytes that are read of each
SETTINGS = "hourglass"  # what the metadata say of the training
UNKNOWN_BEFORE = ("quantization_config", "input_axes", "output_axes")  # options that Keras 3.15 writes as null
LAYERS = {  # all that `layers.py`, `blocks.py` and `build.py` are made of
    *("InputLayer", "Functional", "Flatten", "Reshape", "Permute", "Cropping2D", "ZeroPadding2D", "MaxPooling2D"),
    *("Dense", "Conv2D", "Conv2DTranspose", "ReLU", "Add", "Multiply", "Subtract", "Concatenate"),
    *("GetItem", "OnesLike", "Split"),
}


class FileProblem(StrEnum):
    """Why a file cannot be shown here; the sentences are in `ui.training.saved`."""

    NO_NETWORK = "no network"
    NO_SETTINGS = "no settings"
    OTHER_LAYERS = "other layers"


class SavedFileError(ValueError):
    """A file that is no network from here; the argument is the `FileProblem`."""


def portable(content: bytes, settings: str = "") -> bytes:
    """Return a `.keras` file without the options that versions before the one that wrote it refuse; 3.6 opens it.

    The settings, as JSON, are written into it, so that it can be loaded back. What is no such file is returned as it
    is.
    """
    buffer = BytesIO()
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w") as new:
        for member in old.infolist():
            text: bytes | str = old.read(member)
            if member.filename == CONFIG:
                text = json.dumps(json.loads(text, object_hook=_older))
            elif member.filename == METADATA and settings:
                text = json.dumps(json.loads(text) | {SETTINGS: json.loads(settings)})
            new.writestr(member, text)
    return buffer.getvalue()


def _older(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("class_name") == "Split":
        values["config"].pop("name", None)  # which the layer has all the same
    return {name: value for name, value in values.items() if value is not None or name not in UNKNOWN_BEFORE}


def unpack(path: Path) -> tuple[str, tuple[int, ...]]:
    """Write the weights of a `.keras` file beside it, as a checkpoint, see `Trainer.restore`.

    Returns:
        The settings that it was trained with, as JSON, and how many numbers its encoder and its decoder learned.

    Raises:
        SavedFileError: If it is not from here.
    """
    try:
        with ZipFile(path) as file:
            metadata, config, weights = (_read(file, name) for name in MOST)
        settings = json.loads(metadata).get(SETTINGS)
        halves = _weights(json.loads(config), weights)
        if not isinstance(settings, dict):
            raise SavedFileError(FileProblem.NO_SETTINGS)
    except SavedFileError:
        raise
    except Exception as error:  # a damaged file raises many kinds of error
        raise SavedFileError(FileProblem.NO_NETWORK) from error
    arrays: dict[str, Any] = {f"variable {number}": array for number, array in enumerate(chain(*halves))}
    np.savez(path.with_suffix(".npz"), **arrays)
    return json.dumps(settings), tuple(sum(array.size for array in half) for half in halves)


def _read(file: ZipFile, name: str) -> bytes:
    with file.open(name) as member:
        content = member.read(MOST[name] + 1)
    if len(content) > MOST[name]:
        raise SavedFileError(FileProblem.NO_NETWORK)
    return content


def _weights(config: dict[str, Any], content: bytes) -> list[list[np.ndarray]]:
    """Return the weights of the encoder and of the decoder, float32, in the order of `keras.Model.weights`."""
    import h5py

    with h5py.File(BytesIO(content), "r") as file:
        found: dict[str, Any] = {}
        file.visititems(found.__setitem__)  # follows no link to another file
        found = {name: one for name, one in found.items() if isinstance(one, h5py.Dataset)}
        elsewhere = any(one.external or one.is_virtual or one.dtype != np.float32 for one in found.values())
        if elsewhere or 4 * sum(one.size for one in found.values()) > MOST[WEIGHTS]:
            raise SavedFileError(FileProblem.NO_NETWORK)
        places = {layer.get("name"): (place, layer) for place, layer in _placed(config).items()}
        halves = []
        for place, half in (places[name] for name in ("encoder", "decoder")):
            names = [f"layers/{place}/layers/{inner}/vars/{number}" for inner in _placed(half) for number in (0, 1)]
            halves.append([found.pop(name)[()] for name in names if name in found])
    if found or not all(np.isfinite(array).all() for array in chain(*halves)):
        raise SavedFileError(FileProblem.OTHER_LAYERS)
    return halves


def _placed(model: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the layers of a model by what Keras calls them where it keeps their weights: `dense`, `dense_1`, …"""
    placed, counts = {}, Counter[str]()
    for layer in model["config"]["layers"]:
        kind = layer["class_name"]
        if kind not in LAYERS or not layer["module"].startswith("keras."):
            raise SavedFileError(FileProblem.OTHER_LAYERS)
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()
        placed[f"{name}_{counts[name]}" if counts[name] else name] = layer
        counts[name] += 1
    return placed
