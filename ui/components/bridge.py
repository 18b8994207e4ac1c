"""How Python speaks to the components in the page: their files, and small messages to them."""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

UI = Path(__file__).parents[1]
_IMPORT = re.compile(r'^import \{[\w\s,]+\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def read_assets(*paths: str) -> str:
    """Return files of CSS below `ui/` as one text."""
    return "\n".join((UI / path).read_text("utf-8") for path in paths)


def bundle(path: str) -> str:
    """Return a JavaScript module below `ui/`, and before it all that it imports, as one module.

    Streamlit runs a component's code from a blob, where a relative import leads nowhere. So modules are joined without
    their imports and exports, and share one scope: `tests/ui/components/test_bridge.py` says what that asks of them.
    """
    joined: dict[Path, str] = {}

    def join(module: Path) -> None:
        text = module.read_text("utf-8")
        for imported in ((module.parent / name).resolve() for name in _IMPORT.findall(text)):
            if imported not in joined:
                join(imported)
        joined[module] = _EXPORT.sub("", _IMPORT.sub("", text))

    join((UI / path).resolve())
    return "\n".join(joined.values())


def pack(header: dict[str, Any], pictures: Sequence[bytes]) -> bytes:
    """Return a header, with the PNGs' lengths as `bytes`, and PNGs as `packed.js` says; the version is a SHA-1."""
    text = json.dumps({**header, "bytes": [len(picture) for picture in pictures]}).encode()
    body = len(text).to_bytes(4, "big") + text + b"".join(pictures)
    return hashlib.sha1(body, usedforsecurity=False).hexdigest().encode() + body


def told(key: str, name: str) -> Any:
    """Return what the component with this key said last as `name`; None before it, and after the page was left."""
    return (st.session_state.get(key) or {}).get(name)


def turns_heard(key: str, *names: str) -> int:
    """Return how many turns, as a component counts them in what it says, Python has heard of: older ones are stale."""
    return max((int(said["turn"]) for name in names if (said := told(key, name))), default=0)


def do_nothing() -> None:
    """A callback is what makes Streamlit keep what a component says at all."""


_HIDDEN = '<i class="hourglass-messenger" hidden></i>'  # `page.css` hides the element around it
_messenger = st.components.v2.component(
    "hourglass_messenger",
    html=_HIDDEN,
    js=bundle("components/messenger.js"),
    isolate_styles=False,
)


_renewal = st.components.v2.component(
    "hourglass_renewal", html=_HIDDEN, js=bundle("components/renewal.js"), isolate_styles=False
)


def let_components_renew() -> None:
    """Let a component have the whole page be run anew, also one within a fragment that the server does not know."""
    _renewal(key="renewal", on_renewed_change=do_nothing)


def send_letter(to: str, kind: str, **content: Any) -> None:
    """Hand a small message to the component in the browser whose key is `to`.

    It takes no room on the page. A component's own data would be sent whole whenever a bit of it changes.
    """
    _messenger(data={"to": to, "kind": kind, **content}, key=f"{to} {kind}")
