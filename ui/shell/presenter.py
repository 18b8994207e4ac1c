"""The presenter's view: large type and without distractions, for a projector.

A switch on every page turns it on, and so does `present=1` in the address; it stays while other pages are looked at.
"""

import streamlit as st

from ui.components.bridge import bundle, read_assets
from ui.url.state import PRESENT, complain, take_text, write

SHOWN = "presenter's view"  # in the session
YES, NO = "1", "0"  # in the address
ENTER, LEAVE = "Presenter's view", "Leave the presenter's view"
_escape = st.components.v2.component(
    "hourglass_presenter",
    html='<i class="hourglass-messenger" hidden></i>',  # takes no room, as its style says
    css=read_assets("components/messenger.css"),
    js=bundle("shell/presenter.js"),
    isolate_styles=False,  # its style hides the element around it
)


def presenter() -> None:
    """The switch in the corner, and what it switches. Called on every page."""
    _read_address()
    presenting = is_presenting()
    write(PRESENT, YES if presenting else None)
    with st.container(key="presenter"):
        st.html(f"<style>{read_assets('shell/presenter_button.css')}</style>")
        st.button(
            LEAVE if presenting else ENTER,
            icon=":material/close:" if presenting else ":material/co_present:",
            type="tertiary",
            help=f"{LEAVE} (Escape)." if presenting else f"{ENTER}: large type, nothing that distracts.",
            on_click=_turn,
            args=(not presenting,),
        )
        if presenting:
            st.html(f"<style>{read_assets('shell/presenter.css')}</style>")
            _escape(key="presenter's escape")


def is_presenting() -> bool:
    """Return whether this tab shows the presenter's view."""
    return bool(st.session_state.get(SHOWN, False))


def _read_address() -> None:
    told = take_text(PRESENT)
    if told in (YES, NO):
        st.session_state[SHOWN] = told == YES
    elif told is not None:
        complain(f"Expected **{PRESENT}** in the address to be {YES} or {NO}. So it is {NO}.")


def _turn(presenting: bool) -> None:
    st.session_state[SHOWN] = presenting
