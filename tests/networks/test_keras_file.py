import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.keras_file import portable, unpack
from autoencoder.networks.ordered import keep_first
from autoencoder.networks.plan import NETWORKS, Plan
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from tests.networks.compositions import ALL_OPTIONS

pytestmark = pytest.mark.slow  # imports TensorFlow, twice

SHIPPED = Path(__file__).parents[2] / "assets" / "pretrained"
CAME_WITH_THE_APP = {
    ", ".join(path.relative_to(SHIPPED).parts[:-1]): RunFolder(path.parent)
    for path in sorted(SHIPPED.rglob("network.keras"))
}
EXACT = TrainingSettings(bottleneck="exact", bottleneck_size=5)
OPEN = replace(EXACT, source="bananas", network="denoiser", bottleneck="open")
KINDS = {
    **{f"{name}, exact": replace(EXACT, network=name) for name, network in NETWORKS.items() if not network.open},
    **{f"{name}, colors": replace(OPEN, network=name) for name in NETWORKS if NETWORKS[name].open},
    "dense, ordered": TrainingSettings(bottleneck_size=5),
    "convolutional, sparse": replace(EXACT, network="convolutional", penalty="sparse", penalty_weight=1.0),
    "dense, variational": replace(EXACT, penalty="variational", penalty_weight=1.0),
    **{f"own, {kind}": replace(EXACT, network="own", composition=text) for kind, text in ALL_OPTIONS.items()},
}
FIRST = ["bottleneck", "anomalies"]  # of those that came with the app, which all have the same layers
OF_EVERY_LAYER = [
    "dense, ordered",
    "convolutional, sparse",
    "dense, variational",
    "repairer, colors",
    "keras_example, colors",
    *(f"own, {kind}" for kind in ALL_OPTIONS),
]

# In a process that has Keras and nothing of ours: the whole model, and its halves by themselves.
PLAIN = """
import sys
import keras, numpy as np
try:
    import autoencoder
except ImportError:
    pass
else:
    raise SystemExit("the project can be imported")
folder, made_of, *names = sys.argv[1:]
for name in names:
    model = keras.saving.load_model(f"{folder}/{name}.keras")
    with np.load(f"{folder}/{name}.npz") as file:
        pictures = file["pictures"]
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    made = encoder(pictures)
    codes = np.asarray(made[0] if isinstance(made, list) else made)
    ordered = len(decoder.inputs) == 2
    first_two = np.broadcast_to((np.arange(codes.shape[-1]) < 2).astype("float32"), codes.shape)
    few = decoder([codes, first_two] if ordered else codes)
    rebuilt = model.predict(pictures, verbose=0)
    np.savez(f"{made_of}/{name}.npz", codes=codes, few=few, rebuilt=rebuilt, outputs=len(encoder.outputs))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind of network, as they are taken along, and what they are to make of some pictures.

    What a page's network and one in Keras give is the same, as `test_compiled` and `test_trainer` say.
    """
    folder = tmp_path_factory.mktemp("files")
    for name in FIRST:
        _take(folder, name)
    for name in OF_EVERY_LAYER:
        _write(folder / name, KINDS[name].plan)
    return folder


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a process of plain Keras made of them."""
    return _run_with(sys.executable, folder, tmp_path_factory.mktemp("made"), [*OF_EVERY_LAYER, *FIRST])


def _take(folder: Path, name: str) -> None:
    run = CAME_WITH_THE_APP[name]
    (folder / f"{name}.keras").write_bytes(portable((run.path / "network.keras").read_bytes()))
    network = CompiledNetwork(*run.network())
    _note_expected(folder / f"{name}.npz", run.settings().plan, network.encode, network.decode)


def _run_with(python: str | Path, folder: Path, made: Path, names: list[str], **variables: str) -> Path:
    command = [python, "-c", PLAIN, folder, made, *names]
    subprocess.run(command, cwd=folder, env=os.environ | variables, check=True)
    return made


def _write(path: Path, plan: Plan) -> None:
    """A network with random weights, its biases too, and what it makes of some pictures."""
    from autoencoder.networks.build import build_decoder, build_encoder, keras_file

    encoder, decoder = build_encoder(plan, 1), build_decoder(plan, 2)
    generator = np.random.default_rng(3)
    for model in (encoder, decoder):
        model.set_weights([weight + generator.normal(0, 0.05, weight.shape) for weight in model.get_weights()])
    path.with_suffix(".keras").write_bytes(keras_file(plan, encoder, decoder))

    def encode(pictures: np.ndarray) -> np.ndarray:
        codes = encoder(pictures).numpy()
        return codes[:, : plan.code_size] if plan.code == "gaussian" else codes

    def decode(codes: np.ndarray, size: int) -> np.ndarray:
        kept = keep_first(np.full(len(codes), size), plan.code_size)
        return decoder([codes, kept] if plan.ordered else codes).numpy()

    _note_expected(path.with_suffix(".npz"), plan, encode, decode)


def _note_expected(path: Path, plan: Plan, encode: Callable, decode: Callable) -> None:
    pictures = np.random.default_rng(4).random((9, *plan.shape), np.float32)
    codes = encode(pictures)
    np.savez(path, pictures=pictures, codes=codes, few=decode(codes, 2), rebuilt=decode(codes, plan.code_size))


@pytest.mark.parametrize("name", [*OF_EVERY_LAYER, *FIRST])
def test_keras_alone_rebuilds_what_the_pages_show(folder: Path, made: Path, name: str) -> None:
    _expect_same(folder, made, name)


@pytest.mark.extended
def test_it_does_so_with_every_other_network(tmp_path: Path) -> None:
    others = [name for name in KINDS if name not in OF_EVERY_LAYER]
    for name in others:
        _write(tmp_path / name, KINDS[name].plan)
    shipped = [name for name in CAME_WITH_THE_APP if name not in FIRST]
    for name in shipped:
        _take(tmp_path, name)
    _run_with(sys.executable, tmp_path, tmp_path, [*others, *shipped])
    for name in [*others, *shipped]:
        _expect_same(tmp_path, tmp_path, name)


def _expect_same(folder: Path, made: Path, name: str) -> None:
    with np.load(folder / f"{name}.npz") as file, np.load(made / f"{name}.npz") as rebuilt:
        for what in ("codes", "few", "rebuilt"):
            np.testing.assert_allclose(rebuilt[what], file[what], rtol=1e-4, atol=1e-4)
        assert rebuilt["outputs"] == (2 if "variational" in name else 1)
        assert np.ptp(rebuilt["rebuilt"]) > 0.01


@pytest.mark.parametrize("kind", ALL_OPTIONS)
def test_what_was_composed_comes_back_and_says_nothing_that_older_versions_do_not_know(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    settings, path = KINDS[f"own, {kind}"], tmp_path / "file"
    path.write_bytes(portable((folder / f"own, {kind}.keras").read_bytes(), settings.to_json()))
    assert TrainingSettings.from_json(unpack(path)) == settings
    assert worker.is_file_of(settings.plan, str(path.with_suffix(".npz")))
    other = replace(settings, composition=settings.composition.replace("-norm", "").replace("gelu", "tanh"))
    assert not worker.is_file_of(other.plan, str(path.with_suffix(".npz")))
    with ZipFile(path) as file:
        assert b"renorm" not in file.read("config.json")  # which Keras 3.6 refuses


@pytest.mark.extended
@pytest.mark.parametrize("version", ["==3.6.*", "==3.10.*", ""])
def test_other_versions_of_keras_do_too(folder: Path, tmp_path: Path, version: str) -> None:
    uv, python = shutil.which("uv"), tmp_path / "bin" / "python"
    if uv is None:
        pytest.skip("uv, which makes an environment for another version of Keras, is not here")
    subprocess.run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, tmp_path], check=True)
    asked = [uv, "pip", "install", "--quiet", "--python", python, f"keras{version}", "jax"]
    if (installed := subprocess.run(asked, stderr=subprocess.PIPE, text=True)).returncode:
        pytest.skip(f"Keras{version} cannot be had here: {installed.stderr.strip()[:300]}")
    _run_with(python, folder, tmp_path, OF_EVERY_LAYER, KERAS_BACKEND="jax")
    for name in OF_EVERY_LAYER:
        _expect_same(folder, tmp_path, name)
