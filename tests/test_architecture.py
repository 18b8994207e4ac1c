import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autoencoder.networks.plan import NETWORKS

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "autoencoder"
FOLDERS = ["data", "networks", "training", "rendering", "analysis", "export"]  # each may import those before it
SHARED = {"files"}  # beside them: what all may import, and what imports none of them
FILES = sorted(LIBRARY.rglob("*.py"))
UI = ROOT / "ui"
FLOORS = [  # of `ui`: each room may import those of the floors before its own, and itself
    {"markdown", "words"},
    {"url", "services"},
    {"components", "uploads", "teacher"},
    {"shell", "glossary", "idea", "drawing"},
    {"lessons.common"},
    {"training"},
    {"export"},
    {"trial", "lessons.latent", "lessons.page"},
    {"lessons.bottleneck", "lessons.denoising", "lessons.anomalies"},
    {"lessons.family"},
    {"lessons.table"},
]
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted(UI.rglob("*.py"))]
HEAVY = ["tensorflow", "keras", "sklearn", "matplotlib"]


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, `from a import b` as a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in {path}"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def folder(path: Path) -> str:
    """The folder of the library that a file is in, or that the folder of the file is in."""
    return path.relative_to(LIBRARY).parts[0]


def test_every_folder_of_the_library_has_its_place() -> None:
    found = {folder(path) for path in FILES if path.parent != LIBRARY}
    assert found == set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_library_knows_nothing_of_streamlit_or_the_pages(path: Path) -> None:
    assert {module.split(".")[0] for module in imported(path)}.isdisjoint({"streamlit", "pages", "ui", "app", "tests"})


@pytest.mark.parametrize("path", [path for path in FILES if path.parent != LIBRARY], ids=name)
def test_imports_point_one_way(path: Path) -> None:
    allowed = FOLDERS[: FOLDERS.index(folder(path)) + 1]
    reached = {module.split(".")[1] for module in imported(path) if module.startswith("autoencoder.")}
    assert reached <= {*allowed, *SHARED}


@pytest.mark.parametrize("name", sorted(SHARED))
def test_what_all_may_import_imports_none_of_them(name: str) -> None:
    assert not {module for module in imported(LIBRARY / f"{name}.py") if module.startswith("autoencoder.")}


def room(module: str) -> str:
    """The room of `ui` that a module of it is in: `ui.url.state` is in `url`, `ui.lessons.page` a room of its own."""
    parts = module.split(".")
    return ".".join(parts[1:3]) if parts[1] == "lessons" else parts[1]


def test_every_room_of_the_ui_has_its_floor() -> None:
    files = [path for path in UI.rglob("*.py") if path.stem != "__init__"]
    rooms = {room(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in files}
    assert sorted(rooms) == sorted(one for floor in FLOORS for one in floor)


@pytest.mark.parametrize("path", [path for path in sorted(UI.rglob("*.py")) if path.stem != "__init__"], ids=name)
def test_rooms_of_the_ui_import_from_floors_below(path: Path) -> None:
    own = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    height = next(number for number, floor in enumerate(FLOORS) if own in floor)
    below = {one for floor in FLOORS[:height] for one in floor}
    reached = {room(module) for module in imported(path) if module.startswith("ui.")}
    assert reached <= {own, *below}
    assert not {module for module in imported(path) if module.split(".")[0] in ("pages", "app", "tests")}


def test_pages_are_nine_short_scripts_and_nothing_else() -> None:
    scripts = [path for path in (ROOT / "pages").iterdir() if path.name != "__pycache__"]
    assert len(scripts) == 9
    assert all(path.suffix == ".py" for path in scripts)


def test_what_the_pages_import_loads_no_heavy_library() -> None:
    used = {module for path in PAGES for module in imported(path) if module.startswith("autoencoder.")}
    modules = sorted({module.rpartition(".")[0] for module in used})
    assert "autoencoder.training.jobs" in modules
    script = (
        "import importlib, json, sys\n"
        f"for module in {modules!r}: importlib.import_module(module)\n"
        "print(json.dumps(sorted({module.split('.')[0] for module in sys.modules})))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(json.loads(run.stdout)) & {*HEAVY, "streamlit"}


def test_every_file_of_the_library_has_its_tests() -> None:
    lists_of_layers = {network.layers.__module__ for network in NETWORKS.values()}  # see test_plan and test_build
    for path in FILES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.stem != "__init__" and module not in lists_of_layers:
            tests = ROOT / "tests" / path.parent.relative_to(LIBRARY) / f"test_{path.stem}.py"
            assert tests.is_file(), f"{path} has no tests"


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "browser").glob("test_*.py")), ids=name)
def test_what_opens_a_browser_is_marked_so(path: Path) -> None:
    """Or else it would run beside others, and among those that take no time."""
    assert re.search(r"^pytestmark = .*\bbrowser\b", path.read_text(), re.MULTILINE)
