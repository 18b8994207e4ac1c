"""What the README's "How to add" says is done in a copy of the app, and seen on its pages and in its scripts."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PAGE = '''"""A page of somebody else."""

from ui.shell.presenter import page_header

page_header("Nothing yet", "A new page.")
'''
NETWORK = """

def narrow(shape: Shape, size: int) -> Halves:
    encoder = (layers.Flatten(), layers.Dense(77), layers.Dense(size, "linear"))
    return encoder, (layers.Dense(math.prod(shape), "sigmoid"), layers.Reshape(shape))
"""
NOISE = """

def _faded(pictures, level, draws, ops):
    return pictures * (1 - level[:, None, None, None])
"""
NOISE_SCRIPT = '''def add_noise(pictures, levels):
    """Fades every picture by its level."""
    return pictures * (1 - levels[:, None, None, None])
'''
SOURCE = '''"""Pictures of somebody else: stripes."""

import numpy as np

from autoencoder.data.image_dataset import ImageDataset


def load(*, test_only: bool = False) -> ImageDataset:
    pictures = np.tile(np.linspace(0, 1, 28, dtype=np.float32)[None, :, None, None], (40, 1, 28, 1))
    return ImageDataset(train=pictures[:30], test=pictures[30:], class_names=("stripes",))
'''
LOOK = """
import json
import os
from pathlib import Path
import psutil
from streamlit.testing.v1 import AppTest
from autoencoder.analysis.anomalies import MEASURED
from autoencoder.export.script import script
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings

def opened(page):
    tab = AppTest.from_file("app.py", default_timeout=60).run()
    return tab.switch_page(f"pages/{page}.py").run()

def options(tab):
    return [option for box in tab.selectbox for option in box.options]

folder = RunFolder(Path("assets/pretrained/anomalies"))
kept = folder.measured_arrays(MEASURED)
more = {name.replace("squared", "plain"): values for name, values in kept.items()}  # as pretraining it anew would keep
folder.write_measured_arrays(MEASURED, kept | more)
pages = {name: opened(name) for name in ("nothing", "bottleneck", "denoising", "anomalies")}
print(json.dumps({
    "exceptions": [len(tab.exception) for tab in pages.values()],
    "title": pages["nothing"].title[0].value,
    "bottleneck": options(pages["bottleneck"]),
    "denoising": options(pages["denoising"]),
    "scores": [one.content for group in pages["anomalies"].get("button_group") for one in group.proto.options],
    "network": script(TrainingSettings("mnist_sample", network="narrow"), "x"),
    "noise": script(TrainingSettings("mnist_sample", noise="faded", noise_high=1.0, bottleneck="exact"), "x"),
    "source": script(TrainingSettings("stripes"), "x"),
}), flush=True)
for child in psutil.Process().children(recursive=True):
    child.kill()  # the worker that an opened page makes warm, for which leaving would wait
os._exit(0)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app with one more of each."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pages", "ui", "autoencoder", "assets"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", copy)

    (copy / "pages" / "nothing.py").write_text(PAGE)
    _insert(
        copy / "app.py",
        "    return [\n",
        '        st.Page("pages/nothing.py", title="Nothing", url_path="nothing"),\n',
        after=True,
    )

    architectures = copy / "autoencoder/networks/architectures.py"
    _insert(architectures, "NETWORKS: Mapping[str, Network] = {\n", NETWORK + "\n\n")
    line = '    "narrow": Network("Narrow", narrow, "It is narrow.", fused=True),\n'
    _insert(architectures, "NETWORKS: Mapping[str, Network] = {\n", line, after=True)

    noise = copy / "autoencoder/data/noise.py"
    _insert(noise, "NOISES: Mapping[str, Noise] = {\n", NOISE + "\n\n")
    line = '    "faded": Noise("Faded", "How much darker.", lambda shape: (), _faded),\n'
    _insert(noise, "NOISES: Mapping[str, Noise] = {\n", line, after=True)
    (copy / "autoencoder/data/noise_scripts/faded.py.j2").write_text(NOISE_SCRIPT)

    line = '    "plain": Score("Plain difference", _squared, 0.1),\n'
    _insert(copy / "autoencoder/analysis/anomalies.py", "SCORES: Mapping[str, Score] = {\n", line, after=True)

    (copy / "autoencoder/data/stripes.py").write_text(SOURCE)
    sources = copy / "autoencoder/data/sources.py"
    _insert(sources, "from autoencoder.data import ", "stripes, ", after=True)
    line = '    "stripes": Source("Stripes", "Thirty stripes.", (28, 28, 1), 30, ("stripes",), stripes.load),\n'
    _insert(sources, "SOURCES: Mapping[str, Source] = {\n", line, after=True)
    return copy


@pytest.mark.slow
def test_one_more_of_each_is_on_a_page_and_in_a_script(copy: Path, tmp_path: Path, no_mnist: Path) -> None:
    looked = subprocess.run([sys.executable, "-c", LOOK], cwd=copy, capture_output=True, text=True, timeout=240)
    assert looked.returncode == 0, looked.stderr[-3000:]
    seen = json.loads(looked.stdout.splitlines()[-1])
    assert seen["exceptions"] == [0, 0, 0, 0]
    assert seen["title"] == "Nothing yet"
    assert {"Narrow", "Stripes"} <= set(seen["bottleneck"])
    assert {"Narrow, with a bottleneck", "Faded", "Stripes"} <= set(seen["denoising"])
    assert "Plain difference" in seen["scores"]
    assert "layers.Dense(77" in seen["network"]
    assert "It is narrow." in seen["network"]
    assert "Fades every picture" in seen["noise"]
    assert "Thirty stripes." in seen["source"]


def _insert(path: Path, mark: str, text: str, *, after: bool = False) -> None:
    """Write a text before or after the only place where a file says `mark`."""
    content = path.read_text("utf-8")
    assert content.count(mark) == 1, f"{mark!r} in {path.name}"
    path.write_text(content.replace(mark, mark + text if after else text + mark), "utf-8")
