import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import h5py
import numpy as np
import pytest

from autoencoder.networks.keras_file import (
    CONFIG,
    METADATA,
    MOST,
    WEIGHTS,
    FileProblem,
    SavedFileError,
    portable,
    unpack,
)
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

SHIPPED = Path(__file__).parents[2] / "assets" / "pretrained"


def taken_along(name: str = "family/sparse") -> bytes:
    run = RunFolder(SHIPPED / name)
    return portable((run.path / "network.keras").read_bytes(), run.settings().to_json())


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    """A file from here with other members: name → content."""
    with ZipFile(BytesIO(taken_along())) as file:
        members: dict[str, Any] = {name: file.read(name) for name in file.namelist()}
    change(members)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def with_lambda(members: dict[str, Any]) -> None:
    members[CONFIG] = members[CONFIG].replace(b'"Flatten"', b'"Lambda"')


def with_a_class_of_its_own(members: dict[str, Any]) -> None:
    members[CONFIG] = members[CONFIG].replace(b'"keras.layers"', b'"os"')


def without_settings(members: dict[str, Any]) -> None:
    members[METADATA] = b"{}"


def with_a_bomb(members: dict[str, Any]) -> None:
    members[CONFIG] = b" " * (MOST[CONFIG] + 1)


def with_a_deep_list(members: dict[str, Any]) -> None:
    members[CONFIG] = b"[" * 1_000_000


def with_no_number(members: dict[str, Any]) -> None:
    _with_weights(members, lambda file: file["layers/functional/layers/dense/vars/1"].__setitem__(0, np.nan))


def with_a_weight_too_many(members: dict[str, Any]) -> None:
    _with_weights(members, lambda file: file.create_dataset("layers/more", data=np.zeros(3, np.float32)))


def with_another_file(members: dict[str, Any]) -> None:
    def link(file: h5py.File) -> None:
        del file["layers/functional/layers/dense/vars/1"]
        file["layers/functional/layers/dense/vars/1"] = h5py.ExternalLink("/etc/hostname", "/")

    _with_weights(members, link)


def with_bytes_of_another_file(members: dict[str, Any]) -> None:
    def read(file: h5py.File) -> None:
        name = "layers/functional/layers/dense/vars/1"
        del file[name]
        file.create_dataset(name, (64,), "f4", external=[("/etc/passwd", 0, 256)])

    _with_weights(members, read)


def with_a_large_array(members: dict[str, Any]) -> None:
    _with_weights(members, lambda file: file.create_dataset("more", (2**40,), "f4", chunks=(1024,), compression="gzip"))


def _with_weights(members: dict[str, Any], change: Callable[[h5py.File], Any]) -> None:
    buffer = BytesIO(members[WEIGHTS])
    with h5py.File(buffer, "r+") as file:
        change(file)
    members[WEIGHTS] = buffer.getvalue()


@pytest.mark.parametrize("name", ["bottleneck", "denoising", "anomalies", "family/sparse", "family/variational"])
def test_the_settings_and_all_weights_come_back(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(taken_along(name))
    settings = unpack(tmp_path / "file")
    expected = RunFolder(SHIPPED / name).settings()
    assert TrainingSettings.from_json(settings) == expected
    assert _learned(tmp_path / "file.npz") == expected.plan.encoder_parameters + expected.plan.decoder_parameters


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (with_a_class_of_its_own, FileProblem.OTHER_LAYERS),
        (with_no_number, FileProblem.OTHER_LAYERS),
        (with_a_weight_too_many, FileProblem.OTHER_LAYERS),
        (with_bytes_of_another_file, FileProblem.NO_NETWORK),
        (with_a_large_array, FileProblem.NO_NETWORK),
        (with_a_bomb, FileProblem.NO_NETWORK),
        (with_a_deep_list, FileProblem.NO_NETWORK),
        (without_settings, FileProblem.NO_SETTINGS),
    ],
)
def test_what_is_not_from_here_is_refused(tmp_path: Path, change: Callable, problem: FileProblem) -> None:
    (tmp_path / "file").write_bytes(changed(change))
    with pytest.raises(SavedFileError) as refused:
        unpack(tmp_path / "file")
    assert refused.value.args[0] is problem
    assert not (tmp_path / "file.npz").exists()


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    sizes = []
    for content in (taken_along(), changed(with_another_file)):
        (tmp_path / "file").write_bytes(content)
        unpack(tmp_path / "file")
        sizes.append(_learned(tmp_path / "file.npz"))
    assert sizes[1] == sizes[0] - 64


def _learned(path: Path) -> int:
    """How many numbers the weights in a checkpoint are."""
    with np.load(path) as arrays:
        return sum(array.size for name, array in arrays.items() if name != CONFIG)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", json.dumps({"a": 1}).encode(), taken_along()[:5000]])
def test_what_is_no_file_of_keras_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(SavedFileError) as refused:
        unpack(tmp_path / "file")
    assert refused.value.args[0] is FileProblem.NO_NETWORK


def changed_layer(kind: str, **options: Any) -> Callable[[dict[str, Any]], None]:
    """A change to the first layer of this class in the encoder."""

    def change(members: dict[str, Any]) -> None:
        config = json.loads(members[CONFIG])
        encoder = next(layer for layer in config["config"]["layers"] if layer["config"].get("name") == "encoder")
        layer = next(layer for layer in encoder["config"]["layers"] if layer["class_name"] == kind)
        layer["config"] |= options
        members[CONFIG] = json.dumps(config).encode()

    return change


def wired_otherwise(members: dict[str, Any]) -> None:
    members[CONFIG] = members[CONFIG].replace(b'["dense_1", 0, 0]', b'["flatten", 0, 0]', 1)


def without_an_activation(members: dict[str, Any]) -> None:
    members[CONFIG] = members[CONFIG].replace(b'"activation": "relu", ', b"", 1)


def as_an_older_keras_writes(members: dict[str, Any]) -> None:
    members[CONFIG] = (
        members[CONFIG].replace(b'"dense_1"', b'"first"').replace(b'"use_bias"', b'"new": null, "use_bias"')
    )


def with_weights_of_another_shape(members: dict[str, Any]) -> None:
    def turn(file: h5py.File) -> None:
        name = "layers/functional/layers/dense/vars/0"
        turned = file[name][()].T
        del file[name]
        file[name] = turned

    _with_weights(members, turn)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "same"),
    [
        *((taken_along(name), True) for name in ("bottleneck", "denoising", "anomalies", "repair")),
        *((taken_along(f"family/{member}"), True) for member in ("sparse", "variational", "undercomplete")),
        (changed(as_an_older_keras_writes), True),
        (changed(changed_layer("Dense", activation="sigmoid")), False),
        (changed(changed_layer("Dense", use_bias=False)), False),
        (changed(with_lambda), False),
        (changed(wired_otherwise), False),
        (changed(without_an_activation), False),
        (changed(with_weights_of_another_shape), False),
    ],
)
def test_a_file_is_of_a_network_whose_layers_compute_the_same(tmp_path: Path, content: bytes, same: bool) -> None:
    (tmp_path / "file").write_bytes(content)
    plan = TrainingSettings.from_json(unpack(tmp_path / "file")).plan
    assert worker.is_file_of(plan, str(tmp_path / "file.npz")) is same
