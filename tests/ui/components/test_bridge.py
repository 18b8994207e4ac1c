"""How the modules of a component become the one that Streamlit runs."""

import re
from pathlib import Path

import pytest

from ui.components import bridge


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bridge, "UI", tmp_path)
    (tmp_path / "inner").mkdir()
    (tmp_path / "low.js").write_text("export const LOW = 1;\n")
    (tmp_path / "inner/middle.js").write_text(
        'import { LOW } from "../low.js";\nexport function middle() {\n  return LOW;\n}\n'
    )
    return tmp_path


def test_each_module_stands_once_and_after_those_that_it_imports(modules: Path) -> None:
    imports = 'import { LOW } from "./low.js";\nimport {\n  middle,\n} from "./inner/middle.js";\n'
    (modules / "main.js").write_text(f"{imports}export default middle;\n")
    bundled = "const LOW = 1;\n\nfunction middle() {\n  return LOW;\n}\n\nexport default middle;\n"
    assert bridge.bundle("main.js") == bundled


NAME = re.compile(r"^(?:(?:async )?function\*?|class|const|let) (\w+)", re.MULTILINE)
BUNDLED = [
    path
    for source in sorted(bridge.UI.rglob("*.py"))
    for path in re.findall(r'bundle\("([^"]+\.js)"\)', source.read_text("utf-8"))
]


@pytest.mark.parametrize("path", BUNDLED)
def test_what_is_joined_keeps_one_default_and_no_name_twice(path: str) -> None:
    text = bridge.bundle(path)
    assert re.findall(r"^(?:im|ex)port\b(?: default)?", text, re.MULTILINE) == ["export default"]
    names = NAME.findall(text)
    assert len(names) == len(set(names))


def test_all_components_are_looked_at() -> None:
    assert len(BUNDLED) == 11
