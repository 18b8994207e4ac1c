"""How Python speaks to the components in the page: their files, and small messages to them."""

from pathlib import Path
from typing import Any

import streamlit as st

UI = Path(__file__).parents[1]


def read_assets(*paths: str) -> str:
    """Return files of JavaScript or CSS below `ui/` as one text, which is how they share functions."""
    return "\n".join((UI / path).read_text("utf-8") for path in paths)


_messenger = st.components.v2.component(
    "hourglass_messenger",
    html='<i class="hourglass-messenger" hidden></i>',
    css=read_assets("components/messenger.css"),
    js=read_assets("components/post.js", "components/messenger.js"),
    isolate_styles=False,  # its style hides the element around it
)


def send_letter(to: str, kind: str, **content: Any) -> None:
    """Hands a small message to the component in the browser whose key is `to`.

    It takes no room on the page. A component's own data would be sent whole whenever a bit
    of it changes; a letter carries only what changes.
    """
    _messenger(data={"to": to, "kind": kind, **content}, key=f"{to} {kind}")
