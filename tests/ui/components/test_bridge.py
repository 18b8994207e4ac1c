"""How the modules of a component become the one that Streamlit runs."""

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


@pytest.mark.parametrize(
    "line",
    [
        'import { LOW as HIGH } from "./low.js";',
        'import low from "./low.js";',
        'import * as low from "./low.js";',
        'import "./low.js";',
        'import { join } from "elsewhere";',
        "export { LOW };",
        'export * from "./low.js";',
        "export let LOW = 1;",
    ],
)
def test_other_forms_of_import_and_export_are_refused(modules: Path, line: str) -> None:
    (modules / "main.js").write_text(f"{line}\n")
    with pytest.raises(ValueError, match=r"main\.js: (im|ex)port"):
        bridge.bundle("main.js")


def test_only_the_module_itself_has_a_default(modules: Path) -> None:
    (modules / "low.js").write_text("export const LOW = 1;\nexport default LOW;\n")
    assert bridge.bundle("low.js").endswith("export default LOW;\n")
    with pytest.raises(ValueError, match="export default LOW"):
        bridge.bundle("inner/middle.js")


def test_a_name_at_the_top_of_two_modules_is_refused(modules: Path) -> None:
    (modules / "main.js").write_text('import { middle } from "./inner/middle.js";\nclass LOW {}\n')
    with pytest.raises(ValueError, match="LOW"):
        bridge.bundle("main.js")
