"""The link to what is on the screen, and the parts of a page that a link can hide."""

from functools import partial

import streamlit as st

from ui.components.bridge import bundle, read_assets
from ui.shell.presenter import is_presenting
from ui.url.codecs import some_of
from ui.url.state import HIDE, PRESENT, in_address

HIDDEN = "hidden"  # in the session
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
ABOUT = "Whoever opens this link sees this page as it is now: settings, sliders and seed. Uploads stay in this tab."

_BOXES = (PARTS | {PRESENT: "Open it in presenter's view"}).items()
_share = st.components.v2.component(
    "hourglass_share",
    html=f"""
<div class="hourglass-share">
  <button type="button" popovertarget="hourglass-share">Share</button>
  <div class="panel" id="hourglass-share" popover>
    <p>{ABOUT}</p>
    {"".join(f'<label><input type="checkbox" name="{name}">{text}</label>' for name, text in _BOXES)}
    <div class="line"><input type="text" readonly aria-label="The link"><button type="button">Copy</button></div>
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
        indices = ", ".join(WHERE[part] for part in hidden)
        st.html(f"<style>{indices} {{ display: none !important; }}</style>")


def share() -> None:
    """Draw the button with the link."""
    _share(data={"hidden": st.session_state[HIDDEN]}, key="share")


def offer_all() -> None:
    """Draw the way out, where something is hidden; the presenter's view says nothing of that."""
    if st.session_state[HIDDEN] and not is_presenting():
        show_all = partial(st.session_state.__setitem__, HIDDEN, [])
        st.button("Show all controls", type="tertiary", icon=":material/visibility:", on_click=show_all)
