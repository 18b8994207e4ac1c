"""How Python speaks to the components in the page: their files, and small messages to them."""

import re
from pathlib import Path
from typing import Any

import streamlit as st

UI = Path(__file__).parents[1]
_IMPORT = re.compile(r'^import \{(?:\s*\w+,)*\s*(?:\w+\s*)?\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class|const)\b)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_NAME = re.compile(r"^(?:(?:async )?function\*?|class|const|let) (\w+)", re.MULTILINE)


def read_assets(*paths: str) -> str:
    """Return files of CSS below `ui/` as one text."""
    return "\n".join((UI / path).read_text("utf-8") for path in paths)


def bundle(path: str) -> str:
    """Return a JavaScript module below `ui/`, and before it all that it imports, as one module.

    Streamlit runs a component's code from a blob, where a relative import leads nowhere. So modules are joined without
    their imports and exports, and share one scope. Only the module itself may have an `export default`.

    Raises:
        ValueError: An import or export has another form than `import { a, b } from "./c.js";` and `export` before a
            function, class or const; or two of the modules have the same name at their top.
    """
    main = (UI / path).resolve()
    joined: dict[Path, str] = {}

    def join(module: Path) -> None:
        if module in joined:
            return
        text = module.read_text("utf-8")
        joined[module] = ""  # ends a circle of imports
        for imported in _IMPORT.findall(text):
            join((module.parent / imported).resolve())
        del joined[module]
        joined[module] = _EXPORT.sub("", _IMPORT.sub("", text))
        for line in _OTHER.findall(joined[module]):
            if module != main or not line.startswith("export default "):
                raise ValueError(f"Expected an import or export that `bundle` can join. Received: {module}: {line}")

    join(main)
    text = "\n".join(joined.values())
    names = _NAME.findall(text)
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"Expected each name at the top of one module in {path}. Received twice: {sorted(twice)}")
    return text


_messenger = st.components.v2.component(
    "hourglass_messenger",
    html='<i class="hourglass-messenger" hidden></i>',
    css=read_assets("components/messenger.css"),
    js=bundle("components/messenger.js"),
    isolate_styles=False,  # its style hides the element around it
)


def send_letter(to: str, kind: str, **content: Any) -> None:
    """Hands a small message to the component in the browser whose key is `to`.

    It takes no room on the page. A component's own data would be sent whole whenever a bit
    of it changes; a letter carries only what changes.
    """
    _messenger(data={"to": to, "kind": kind, **content}, key=f"{to} {kind}")
