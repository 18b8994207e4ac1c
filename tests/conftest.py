"""What several folders of tests share: a home that is thrown away, MNIST where it is, and four exported networks."""

import os
import platform
import re
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before anything imports TensorFlow
os.environ["KERAS_BACKEND"] = "tensorflow"
if "PYTEST_XDIST_WORKER" in os.environ:  # a core for each: or else threads of the one wait for those of the other
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

from autoencoder.data import sources
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.networks.plan import Plan, make_plan
from autoencoder.training.home import writable_home
from tests.examples import make_set

hypothesis.settings.register_profile("hourglass", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.register_profile("quick", hypothesis.settings.get_profile("hourglass"), max_examples=10)
hypothesis.settings.load_profile("hourglass")

MNIST = os.environ.get("HOURGLASS_MNIST")  # before a test takes it away
TINY = "tiny"
LONGEST = ("test_story.py", "test_how_to_add.py", "test_pictures.py", "test_keras_file.py", "test_links.py")
MARKS = ("slow", "long", "browser", "extended")
WHOLLY = {name: re.compile(rf"^pytestmark = .*\b{name}\b", re.MULTILINE) for name in MARKS}
ONE_OF = re.compile(r"^\(([a-z]+(?: or [a-z]+)*)\)")  # how an expression of marks begins that asks for some of them


def pytest_report_header() -> str:
    """Whose roundings these are: the processor, and the kernels that NumPy's and SciPy's BLAS have chosen for it."""
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_info

    about = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*: (.+)$", about.read_text() if about.exists() else "", re.MULTILINE)
    kernels = [f"{one['internal_api']} {one['version']} {one.get('architecture')}" for one in threadpool_info()]
    return f"processor: {(names or [platform.processor()])[0]}; BLAS: {', '.join(sorted(kernels)) or 'unknown'}"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file is not even read where none of its tests is asked for: to import all of them takes long."""
    asked = config.option.markexpr
    left_out = [name for name in WHOLLY if f"not {name}" in asked]
    wanted = ONE_OF.match(asked)
    if not (left_out or wanted) or not collection_path.match("test_*.py"):
        return None
    text = collection_path.read_text("utf-8")
    if wanted and not any(f"mark.{name}" in text for name in wanted[1].split(" or ")):
        return True
    return True if any(WHOLLY[name].search(text) for name in left_out) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the slow files the longest begin, so that no process has one to do when the others have ended."""
    if ONE_OF.match(config.option.markexpr):
        browser = config.rootpath / "tests" / "browser"
        items.sort(key=lambda item: (item.path.name not in LONGEST, browser not in item.path.parents))


@pytest.fixture(autouse=True)
def hourglass_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("HOURGLASS_HOME", str(home))
    monkeypatch.setenv("HOURGLASS_UPLOADS", str(tmp_path / "uploads"))
    monkeypatch.setenv("HOURGLASS_BUDGET", "0")  # forms begin as lessons say, however slow the computer is
    return home


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of whom the system knows nothing but a number: no HOME, no entry among the users."""

    def fail(number: int) -> Any:
        raise KeyError(f"getpwuid(): uid not found: {number}")

    pwd = pytest.importorskip("pwd")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    writable_home.cache_clear()


@pytest.fixture(scope="session")
def mnist() -> Path:
    if not MNIST:
        pytest.skip("needs the real MNIST: let HOURGLASS_MNIST name Keras' mnist.npz")
    if not Path(MNIST).is_file():
        pytest.fail(f"Expected HOURGLASS_MNIST to name Keras' mnist.npz. Received: {MNIST!r}, where no file is.")
    return Path(MNIST)


@pytest.fixture
def no_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer without MNIST; returns where Keras would keep it."""
    monkeypatch.delenv("HOURGLASS_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets" / "mnist.npz"


@pytest.fixture
def tiny_source(monkeypatch: pytest.MonkeyPatch) -> str:
    return add_tiny_source(monkeypatch)


def add_tiny_source(monkeypatch: pytest.MonkeyPatch) -> str:
    """A source of 60 + 24 gray pictures of 8 by 8 pixels."""
    pictures = make_set(60, 24, (8, 8, 1))

    def load(*, test_only: bool = False) -> ImageDataset:
        return pictures

    digits = sources.SOURCES["mnist_sample"]
    source = replace(digits, title="Tiny", shape=(8, 8, 1), training_pictures=60, load=load)
    monkeypatch.setitem(sources.SOURCES, TINY, source)  # type: ignore[arg-type]
    return TINY


@dataclass(frozen=True)
class Exported:
    """A network as Keras has it and as the pages get it."""

    plan: Plan
    encoder: Any
    decoder: Any
    files: tuple[bytes, bytes]


def _export(plan: Plan) -> Exported:
    from autoencoder.networks.build import build_decoder, build_encoder
    from autoencoder.networks.compiled import export

    encoder, decoder = build_encoder(plan, 1), build_decoder(plan, 2)
    generator = np.random.default_rng(3)
    for variable in [*encoder.trainable_variables, *decoder.trainable_variables]:  # biases begin at 0
        variable.assign(variable.numpy() + generator.normal(0, 0.02, variable.shape))
    return Exported(plan, encoder, decoder, (export(encoder), export(decoder)))


@pytest.fixture(scope="session")
def ordered_network() -> Exported:
    return _export(make_plan("dense", (8, 8, 1), 12, ordered=True))


@pytest.fixture(scope="session")
def gated_network() -> Exported:
    return _export(make_plan("gated", (8, 8, 1), 12, ordered=True))


@pytest.fixture(scope="session")
def exact_network() -> Exported:
    return _export(make_plan("convolutional", (9, 10, 3), 5, ordered=False))


@pytest.fixture(scope="session")
def open_network() -> Exported:
    return _export(make_plan("keras_example", (9, 10, 3), 64, ordered=False))


@pytest.fixture(scope="session")
def gaussian_network() -> Exported:
    return _export(make_plan("shallow", (8, 8, 1), 5, ordered=False, code="gaussian"))


@pytest.fixture(scope="session")
def inpainter_network() -> Exported:
    return _export(make_plan("repairer", (9, 10, 3), 64, ordered=False))
