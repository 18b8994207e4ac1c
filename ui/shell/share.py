"""The link to what is on the screen, and the parts of a page that a link can hide."""

import os
import socket
from contextlib import suppress
from functools import partial
from typing import Any

import segno
import streamlit as st

from ui.components.bridge import bundle, do_nothing, read_assets, told
from ui.services.errors import fragment
from ui.shell.headers import HOSTS
from ui.shell.presenter import is_presenting
from ui.url.codecs import some_of
from ui.url.state import HIDE, PRESENT, in_address

ADDRESS = "HOURGLASS_ADDRESS"  # by which others reach this computer, where it does not know; none where it is empty
HIDDEN, KEY = "hidden", "share"  # in the session
EVERYWHERE = (None, "", "0.0.0.0", "::")  # where a server listens that others reach
ANYBODY = ("192.0.2.1", 9)  # nobody has this address, RFC 5737; on the way there is the network that others are in
LONGEST = 2000  # letters of a link that fit into a QR code
PARTS = {  # what a link can hide → what the learner reads for it
    "settings": "Hide the settings and the button Train",
    "choices": "Hide the button View",
    "texts": "Hide texts and tabs",
    "menu": "Hide the menu of pages",
}
_TEXTS = ".stMarkdown, .stHeading:not(:has(h1))"
WHERE = {  # its elements, with what Streamlit puts around them, for that would leave a gap
    "settings": ".stSidebar, [data-testid='stExpandSidebarButton'], .st-key-stage-line .stButton",
    "choices": ".stMain :has(> .st-key-choices)",
    "texts": f".stMain :is(.stElementContainer:has(> :is({_TEXTS})), :has(> .stExpander), .stTabs)",
    "menu": "[data-testid='stTopNav']",
}
_BOXES = (PARTS | {PRESENT: "Open it in presenter's view"}).items()
_share = st.components.v2.component(
    "hourglass_share",
    html=f"""
<div class="hourglass-share">
  <button type="button" popovertarget="hourglass-share">Share</button>
  <div class="panel" id="hourglass-share" popover>
    <p>Whoever opens this link sees this page as it is now: settings, sliders and seed. Uploads stay in this tab.</p>
    {"".join(f'<label><input type="checkbox" name="{name}">{text}</label>' for name, text in _BOXES)}
    <div class="line"><input type="text" readonly aria-label="The link"><button type="button">Copy</button></div>
    <div class="room" hidden>
      <p>On another computer or a phone in the same network, where no firewall is in the way:</p>
      <div class="line">
        <input type="text" readonly aria-label="The link for others in this room"><button type="button">Copy</button>
      </div>
    </div>
    <button class="scan" type="button" hidden>QR code</button>
    <div class="code" role="img" aria-label="The link as a QR code" hidden></div>
  </div>
</div>
""",
    css=read_assets("shell/share.css"),
    js=bundle("shell/share.js"),
    isolate_styles=False,
)


def hide_parts() -> None:
    """Hide what the address says. It is there all the same, for what a page says and does depends on it."""
    with in_address(HIDE, HIDDEN, some_of({part: part for part in PARTS}), []):
        hidden = st.session_state.setdefault(HIDDEN, [])
    if hidden:
        st.html(f"<style>{', '.join(WHERE[part] for part in hidden)} {{ display: none !important; }}</style>")


@fragment
def share() -> None:
    """Draw the button with the link, which is drawn as a QR code when that is asked for."""
    data: dict[str, Any] = {"hidden": st.session_state[HIDDEN], "room": name_in_room()}
    if 0 < len(link := told(KEY, "link") or "") <= LONGEST:
        data["code"] = {"link": link, "svg": segno.make(link, micro=False).svg_inline(light="white", omitsize=True)}
    _share(data=data, key=KEY, on_link_change=do_nothing)


def name_in_room() -> str:
    """Return how others in the same network call this computer, an address or a name; "" where that is not known."""
    if (named := os.environ.get(ADDRESS)) is not None:
        return named
    if not os.environ.get(HOSTS) and st.get_option("server.address") in EVERYWHERE:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect(ANYBODY)  # which sends nothing
            return str(way.getsockname()[0])
    return ""


def offer_all() -> None:
    """Draw the way out, where something is hidden; the presenter's view says nothing of that."""
    if st.session_state[HIDDEN] and not is_presenting():
        show_all = partial(st.session_state.__setitem__, HIDDEN, [])
        st.button("Show all controls", type="tertiary", icon=":material/visibility:", on_click=show_all)
