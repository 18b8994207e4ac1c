import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.export import keras_file
from autoencoder.export.keras_file import write_keras_file
from autoencoder.networks.compiled import CompiledNetwork, export
from autoencoder.networks.plan import Plan
from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings

pytestmark = pytest.mark.slow  # it exports networks

CAME_WITH_THE_APP = Path(__file__).parents[2] / "assets" / "pretrained"
EXACT = TrainingSettings(bottleneck="exact", bottleneck_size=5)
OPEN = replace(EXACT, network="denoiser", bottleneck="open")
KINDS = {  # those that did not come with the app
    "dense": EXACT,
    "convolutional, ordered": replace(EXACT, network="convolutional", bottleneck="ordered"),
    "convolutional, sparse": replace(EXACT, network="convolutional", penalty="sparse", penalty_weight=1.0),
    "dense, variational": replace(EXACT, penalty="variational", penalty_weight=1.0),
    "keras_example, colors": replace(OPEN, source="bananas", network="keras_example"),
    "repairer, gray": replace(OPEN, network="repairer"),  # whose painting and gate have weights of one shape
}

# In a process that has Keras and nothing of ours: the whole model, and its halves by themselves.
PLAIN = """
import sys
from pathlib import Path
import keras, numpy as np
try:
    import autoencoder
except ImportError:
    pass
else:
    raise SystemExit("the project can be imported")
for path in Path(sys.argv[1]).glob("*.keras"):
    model = keras.models.load_model(path)
    with np.load(path.with_suffix(".npz")) as file:
        pictures = file["pictures"]
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    made = encoder.predict(pictures, verbose=0)
    codes = made[0] if isinstance(made, list) else made
    ordered = len(decoder.inputs) == 2
    first_two = np.broadcast_to((np.arange(codes.shape[-1]) < 2).astype("float32"), codes.shape)
    few = decoder.predict([codes, first_two] if ordered else codes, verbose=0)
    rebuilt = model.predict(pictures, verbose=0)
    np.savez(path.with_suffix(".made.npz"), codes=codes, few=few, rebuilt=rebuilt, outputs=len(encoder.outputs))
"""


def make_run(path: Path, settings: TrainingSettings) -> Path:
    """A run whose network has random weights, its biases too."""
    from autoencoder.networks.build import build_decoder, build_encoder

    plan, folder = settings.plan, RunFolder(path)
    models = build_encoder(plan, 1), build_decoder(plan, 2)
    generator = np.random.default_rng(3)
    for model in models:
        model.set_weights([weight + generator.normal(0, 0.05, weight.shape) for weight in model.get_weights()])
    folder.create(settings)
    folder.write_network(export(models[0]), export(models[1]))
    return path


def runs() -> dict[str, Path | TrainingSettings]:
    shipped = {str(path.parent.relative_to(CAME_WITH_THE_APP)): path.parent for path in _manifests()}
    return {**shipped, **KINDS}


def _manifests() -> list[Path]:
    return sorted(CAME_WITH_THE_APP.rglob("manifest.json"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind of network, and what a process of plain Keras made of them."""
    folder = tmp_path_factory.mktemp("files")
    for name, run in runs().items():
        run = run if isinstance(run, Path) else make_run(tmp_path_factory.mktemp("run"), run)
        target = folder / f"{name.replace('/', ', ')}.keras"
        write_keras_file(str(run), str(target))
        shape = RunFolder(run).settings().plan.shape
        pictures = np.random.default_rng(4).random((9, *shape), np.float32)
        network = CompiledNetwork(*RunFolder(run).network())
        codes = network.encode(pictures)
        few = network.decode(codes, 2) if network.ordered else network.decode(codes)
        expected = {"pictures": pictures, "codes": codes, "few": few, "rebuilt": network.decode(codes)}
        np.savez(target.with_suffix(".npz"), **expected)
    subprocess.run([sys.executable, "-c", PLAIN, str(folder)], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("name", [name.replace("/", ", ") for name in runs()])
def test_keras_alone_rebuilds_what_the_pages_show(folder: Path, name: str) -> None:
    with np.load(folder / f"{name}.npz") as file, np.load(folder / f"{name}.made.npz") as made:
        for what in ("codes", "few", "rebuilt"):
            np.testing.assert_allclose(made[what], file[what], rtol=1e-4, atol=1e-4)
        assert made["outputs"] == (2 if "variational" in name else 1)
        assert np.ptp(made["rebuilt"]) > 0.01


def test_there_is_one_of_every_kind_of_network() -> None:
    from autoencoder.networks.plan import NETWORKS

    settings = [RunFolder(run).settings() if isinstance(run, Path) else run for run in runs().values()]
    assert {each.network for each in settings} == set(NETWORKS)
    assert {each.bottleneck for each in settings} == {"ordered", "exact", "open"}
    assert {each.penalty for each in settings} == {"none", "sparse", "contractive", "variational"}


def test_a_damaged_network_leaves_no_file(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", EXACT)
    (run / "decoder.tflite").write_bytes(b"half of")
    with pytest.raises(DamagedRun):
        write_keras_file(str(run), str(tmp_path / "x.keras"))
    assert not (tmp_path / "x.keras").exists()


def test_what_rebuilds_otherwise_is_not_given_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path / "run", EXACT)
    true = keras_file.keras_model

    def a_little_off(plan: Plan, files: tuple[bytes, bytes]) -> object:
        model = true(plan, files)
        decoder = model.get_layer("decoder")
        decoder.set_weights([weight + 0.003 for weight in decoder.get_weights()])
        return model

    monkeypatch.setattr(keras_file, "keras_model", a_little_off)
    with pytest.raises(ValueError, match="Expected a Keras model that rebuilds what the pages show"):
        write_keras_file(str(run), str(tmp_path / "x.keras"))
    assert not (tmp_path / "x.keras").exists()
