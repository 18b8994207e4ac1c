"""Pointing at a word of the glossary, anywhere in the app, shows its meaning."""

import streamlit as st

from ui.components.bridge import bundle, read_assets
from ui.glossary.terms import TERMS

_pointing = st.components.v2.component(
    "hourglass_glossary",
    html='<div class="hourglass-glossary"></div>',
    css=read_assets("glossary/pointing.css"),
    js=bundle("glossary/pointing.js"),
    isolate_styles=False,  # it marks words of the page around it
)
_DATA = {"terms": [{"name": term.name, "meaning": term.meaning, "forms": list(term.forms)} for term in TERMS]}


def glossary_words() -> None:
    """Mark the glossary's words on the page that is shown, whichever it is. It takes no room."""
    _pointing(data=_DATA, key="pointing at words")
