"""The Dockerfile: what it copies is there and is enough, and its health check tells a server from none."""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.waiting import wait_for

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
LOCK = (ROOT / "requirements.lock").read_text()
RUN_TIME = [ROOT / "app.py", *(path for name in ("pages", "ui", "autoencoder") for path in (ROOT / name).rglob("*.py"))]
PORT = "8501"
ONLY_WITH_A_CLUSTER = {"distributed"}  # requirements-cluster.txt

VISIT = """
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=120).run()
for page in ("pages/idea.py", "pages/bottleneck.py", "pages/family.py"):
    app.switch_page(page).run()
    assert not app.exception, (page, app.exception)
    assert app.title, page
    print(page, app.title[0].value)
"""


def instructions(name: str) -> list[str]:
    """What stands after each instruction of this name."""
    return re.findall(rf"^(?:HEALTHCHECK .*)?\b{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


def copied() -> dict[str, str]:
    """What is copied into the image → where, both relative."""
    indices = {}
    for instruction in instructions("COPY"):
        *sources, target = instruction.split()
        for source in sources:
            indices[source] = str(Path(target) / source) if target in (".", "./") else target
    return indices


def environment() -> dict[str, str]:
    (said,) = instructions("ENV")
    return dict(word.split("=") for word in said.split())


def required_on(system: dict[str, str]) -> set[str]:
    """What requirements.txt asks for on this computer, or on another whose environment markers are given."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    asked = [Requirement(line) for line in lines if line]
    return {canonicalize_name(each.name) for each in asked if each.marker is None or each.marker.evaluate(system)}


def locked() -> list[tuple[Requirement, list[str]]]:
    """What requirements.lock has the container install, each with its hashes."""
    text = "".join(line for line in LOCK.splitlines(keepends=True) if not line.lstrip().startswith("#"))
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        what, *hashes = line.split("--hash=")
        found.append((Requirement(what), [each.strip() for each in hashes]))
    return found


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps this file from Docker: the last line that fits it or a folder around it decides."""
    out = False
    parts = Path(path).parts
    around = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        if line and not line.startswith("#"):
            names = [Path(name).name for name in around] if "**/" in line else around
            out = not line.startswith("!") if any(fnmatch(name, pattern) for name in names) else out
    return out


def test_all_that_is_copied_is_there_and_docker_sees_it() -> None:
    assert {"app.py", "pages", "ui", "autoencoder", "assets", ".streamlit", "requirements.lock"} <= set(copied())
    for source, target in copied().items():
        assert (ROOT / source).exists(), source
        assert not ignored(source), source
        assert target == source, "the app is laid out as it is here"
    for secret in (".git/config", ".venv/pyvenv.cfg", "tests/conftest.py", "mnist.npz", "pages/__pycache__/idea.pyc"):
        assert ignored(secret), secret


def test_every_library_that_the_app_imports_is_required() -> None:
    """CI's environment has those that the tests need too, so that a missing one would not be missed."""
    required = required_on({})
    imported: set[str] = set()
    for path in RUN_TIME:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).split(".")[0])
    others = imported - set(sys.stdlib_module_names) - {"autoencoder", "ui", "pages"} - ONLY_WITH_A_CLUSTER
    distributions = packages_distributions()
    missing = {name for name in others if not {canonicalize_name(each) for each in distributions[name]} & required}
    assert missing == set()


@pytest.mark.parametrize(
    ("system", "machine", "build"),
    [
        ("linux", "x86_64", "tensorflow-cpu"),
        ("linux", "aarch64", "tensorflow"),
        ("darwin", "arm64", "tensorflow"),
        ("win32", "AMD64", "tensorflow"),
    ],
)
def test_every_system_gets_one_build_of_tensorflow(system: str, machine: str, build: str) -> None:
    required = required_on({"sys_platform": system, "platform_machine": machine})
    assert {name for name in required if name.startswith("tensorflow")} == {build}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_lock_has_one_allowed_release_of_all_that_is_required(machine: str) -> None:
    """Where it has not, `make lock` renews it."""
    system = {"sys_platform": "linux", "platform_machine": machine, "python_version": "3.12"}
    pinned = {}
    for each, _hashes in locked():
        if each.marker is None or each.marker.evaluate(system):
            (pin,) = each.specifier
            assert pin.operator == "=="
            assert pinned.setdefault(canonicalize_name(each.name), pin.version) == pin.version
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate(system):
            assert asked.specifier.contains(pinned[canonicalize_name(asked.name)]), line
    names = {canonicalize_name(name) for name in ("uvicorn", "protobuf", "pandas")}
    assert names <= set(pinned), "what is required is locked with what it requires"


def test_the_container_installs_what_is_locked_by_hash_wherever_it_comes_from() -> None:
    assert all(hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes) for _, hashes in locked())
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "://" not in LOCK
    assert "index" not in re.findall(r"^\s*--(\w+)", LOCK, re.MULTILINE)
    (version,) = re.findall(r"^ARG BASE=python:([\d.]+)-slim$", DOCKERFILE, re.MULTILINE)
    assert f"--python-version {version} " in (ROOT / "Makefile").read_text()


def test_one_port_everywhere() -> None:
    (health,) = instructions("CMD")[:1]
    assert environment()["STREAMLIT_SERVER_PORT"] == PORT
    assert instructions("EXPOSE") == [PORT]
    assert f"127.0.0.1:{PORT}" in health
    assert f'"{PORT}:{PORT}"' in (ROOT / "compose.yaml").read_text()


def test_the_server_asks_nobody_for_its_address() -> None:
    """A headless Streamlit does, over the internet, where no address is named."""
    assert environment()["STREAMLIT_SERVER_HEADLESS"] == "true"
    assert environment()["STREAMLIT_BROWSER_SERVER_ADDRESS"] == "localhost"


def test_the_app_belongs_to_nobody_who_serves_it() -> None:
    (user,) = instructions("USER")
    assert DOCKERFILE.index(f"USER {user}") > DOCKERFILE.rindex("COPY")
    assert f"-o {user}" in DOCKERFILE
    assert instructions("VOLUME") == [environment()["HOURGLASS_HOME"]]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the image does, without what .dockerignore leaves out."""
    app = tmp_path_factory.mktemp("image") / "app"
    for source in copied():
        for path in [ROOT / source, *(ROOT / source).rglob("*")]:
            name = str(path.relative_to(ROOT))
            if path.is_file() and not ignored(name):
                (app / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, app / name)
    return app


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the image, with folders and a port that are free here."""
    data = tmp_path_factory.mktemp("data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    said = {name: value.replace("/data", str(data)).replace(PORT, port) for name, value in environment().items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOURGLASS_", "PYTHONPATH"))}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **said}


@pytest.fixture(params=["", "/hourglass/"], ids=["at the root", "under a path"])
def placed(request: pytest.FixtureRequest, shown: dict[str, str]) -> dict[str, str]:
    """The same, with the path under which a proxy shows the app, and the school's proxy to the internet."""
    return {**shown, "STREAMLIT_SERVER_BASE_URL_PATH": request.param, "http_proxy": "http://127.0.0.1:9"}


@pytest.fixture
def served(image: Path, placed: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", *json.loads(instructions("CMD")[-1])]
    with subprocess.Popen(command, cwd=image, env=placed, stdout=subprocess.DEVNULL) as server:
        yield server
        server.kill()


def healthy(shown: dict[str, str]) -> bool:
    """What the health check says, which Docker runs inside the container."""
    _python, *arguments = json.loads(instructions("CMD")[0])
    here = [argument.replace(PORT, shown["STREAMLIT_SERVER_PORT"]) for argument in arguments]
    return subprocess.run([sys.executable, *here], env=shown, capture_output=True, timeout=10).returncode == 0


@pytest.mark.extended
@pytest.mark.slow
def test_the_health_check_tells_a_server_from_none(
    served: subprocess.Popen[bytes], placed: dict[str, str], image: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in image.rglob("*")}
    wait_for(lambda: healthy(placed))
    assert served.poll() is None
    served.terminate()
    assert served.wait(30) is not None
    assert not healthy(placed)
    assert {path: path.stat().st_mtime_ns for path in image.rglob("*")} == before, "its own folder is only read"


@pytest.mark.extended
def test_pages_are_shown_with_nothing_but_what_was_copied(image: Path, shown: dict[str, str]) -> None:
    before = sorted(image.rglob("*"))
    visit = subprocess.run([sys.executable, "-c", VISIT], cwd=image, env=shown, capture_output=True, text=True)
    assert visit.returncode == 0, visit.stderr[-2000:]
    assert len(visit.stdout.splitlines()) == 3
    assert sorted(image.rglob("*")) == before
