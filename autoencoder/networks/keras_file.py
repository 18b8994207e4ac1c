"""A `.keras` file as one that older versions of Keras open too, and back. Nothing here imports Keras, or runs a file.

What comes back is the weights and the settings; the network is built anew from these, where it has the same layers as
the file's. The file may be hostile: it is read in the process that reads uploads, and nothing in it is used before its
size is known.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import numpy as np

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"  # the members of a file
MOST = {METADATA: 2**16, CONFIG: 2**21, WEIGHTS: 100 * 2**20}  # bytes that are read of each
SETTINGS = "hourglass"  # what the metadata say of the training
WEIGHT = "variable {}"  # what they are called in a checkpoint, in the order of `keras.Model.weights`
MOST_VARIABLES = 4  # of a layer: batch normalization's
DICE = re.compile(r"/seed_generator/vars/0$")  # what a file keeps of dropout's chance, which is not read
UNKNOWN_BEFORE = {  # options that Keras 3.15 writes → what they are where they say nothing
    **dict.fromkeys(("quantization_config", "input_axes", "output_axes", "renorm_clipping")),
    "renorm": False,
    "renorm_momentum": 0.99,
}
NO_WIRING = re.compile(
    "^(name|seed|renorm_momentum|module|registered_name|shared_object_id|build_config|.*_initializer)$"
)


FileProblem = StrEnum(  # why a file is not opened; the sentences are in `ui/training/saved.toml`
    "FileProblem", "NO_NETWORK NO_SETTINGS OTHER_SETTINGS OTHER_LAYERS OTHER_PAGE OWN_PICTURES NO_WORKER"
)


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
    return {name: value for name, value in values.items() if value != UNKNOWN_BEFORE.get(name, ...)}


def unpack(path: Path) -> str:
    """Write the weights of a `.keras` file beside it, as a checkpoint, see `Trainer.restore`, with its `wiring`.

    Returns:
        The settings that it was trained with, as JSON.

    Raises:
        SavedFileError: If it is not from here.
    """
    try:
        with ZipFile(path) as file:
            metadata, config, weights = (_read(file, name) for name in MOST)
        settings = json.loads(metadata).get(SETTINGS)
        arrays, wired = _weights(json.loads(config), weights), wiring(config)
        if not isinstance(settings, dict):
            raise SavedFileError(FileProblem.NO_SETTINGS)
    except SavedFileError:
        raise
    except Exception as error:  # a damaged file raises many kinds of error
        raise SavedFileError(FileProblem.NO_NETWORK) from error
    named: dict[str, Any] = {WEIGHT.format(number): array for number, array in enumerate(arrays)}
    np.savez(path.with_suffix(".npz"), **named | {CONFIG: np.frombuffer(wired, np.uint8)})
    return json.dumps(settings)


def _read(file: ZipFile, name: str) -> bytes:
    with file.open(name) as member:
        content = member.read(MOST[name] + 1)
    if len(content) > MOST[name]:
        raise SavedFileError(FileProblem.NO_NETWORK)
    return content


def _weights(config: dict[str, Any], content: bytes) -> list[np.ndarray]:
    """Return the weights of the encoder, then of the decoder, float32, in the order of `keras.Model.weights`."""
    import h5py

    with h5py.File(BytesIO(content), "r") as file:
        found: dict[str, Any] = {}
        file.visititems(found.__setitem__)  # follows no link to another file
        found = {name: one for name, one in found.items() if isinstance(one, h5py.Dataset) and not DICE.search(name)}
        elsewhere = any(one.external or one.is_virtual or one.dtype != np.float32 for one in found.values())
        if elsewhere or 4 * sum(one.size for one in found.values()) > MOST[WEIGHTS]:
            raise SavedFileError(FileProblem.NO_NETWORK)
        places = {layer.get("name"): (place, layer) for place, layer in _placed(config).items()}
        arrays = []
        for place, half in (places[name] for name in ("encoder", "decoder")):
            inside = [f"layers/{place}/layers/{inner}" for inner in _placed(half)]
            names = [f"{one}/vars/{number}" for one in inside for number in range(MOST_VARIABLES)]
            arrays += [found.pop(name)[()] for name in names if name in found]
    if found or not all(np.isfinite(array).all() for array in arrays):
        raise SavedFileError(FileProblem.OTHER_LAYERS)
    return arrays


def _placed(model: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the layers of a model by what Keras calls them where it keeps their weights: `dense`, `dense_1`, …"""
    placed, counts = {}, Counter[str]()
    for layer in model["config"]["layers"]:
        kind = layer["class_name"]
        if not layer["module"].startswith("keras."):
            raise SavedFileError(FileProblem.OTHER_LAYERS)
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()
        placed[f"{name}_{counts[name]}" if counts[name] else name] = layer
        counts[name] += 1
    return placed


def wiring(config: bytes | str) -> bytes:
    """Return what decides what a model computes from its weights: two with the same are built alike.

    That is its configuration, with a layer's place for its name, and without first weights and what is off: versions of
    Keras differ in whether they write that.
    """
    return json.dumps(_wired(json.loads(config), {}), sort_keys=True).encode()


def _wired(value: Any, places: Mapping[str, int]) -> Any:
    if isinstance(value, list):
        named = bool(value) and isinstance(value[0], str)
        return [places.get(value[0], value[0]), *value[1:]] if named else [_wired(part, places) for part in value]
    if not isinstance(value, dict):
        return value
    if "layers" in value:
        places = {layer["name"]: place for place, layer in enumerate(value["layers"])}
    parts = {name: _wired(part, places) for name, part in value.items() if not NO_WIRING.search(name)}
    return {name: part for name, part in parts.items() if not (part is None or part is False or part == {})}
