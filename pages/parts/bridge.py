"""How Python speaks to the components in the page: their files, and small messages to them."""

from pathlib import Path
from typing import Any

import streamlit as st

BROWSER = Path(__file__).parent / "browser"


def read_browser(*names: str) -> str:
    """Joins files of the folder `browser`, which is how its files share functions."""
    return "\n".join((BROWSER / name).read_text("utf-8") for name in names)


_messenger = st.components.v2.component(
    "hourglass_messenger",
    html='<i class="hourglass-messenger" hidden></i>',
    css=read_browser("messenger.css"),
    js=read_browser("post.js", "messenger.js"),
    isolate_styles=False,  # its style hides the element around it
)


def send_letter(to: str, kind: str, **content: Any) -> None:
    """Hands a small message to the component in the browser whose key is `to`.

    It takes no room on the page. A component's own data would be sent whole whenever a bit
    of it changes; a letter carries only what changes.
    """
    _messenger(data={"to": to, "kind": kind, **content}, key=f"{to} {kind}")
