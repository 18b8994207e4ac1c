"""Glossary: the field's words, in a few short sentences each."""

import streamlit as st

from ui.glossary.terms import TERMS, matching
from ui.lessons.table import LESSONS
from ui.shell.presenter import page_header

TITLES = {"idea": "The idea"} | {lesson.name: lesson.title for lesson in LESSONS}
STYLE = """<style>
.st-key-glossary h2 { font-size: 1.15rem; padding: 0 0 1rem; }
.st-key-glossary [data-testid="stPageLink-NavLink"] { padding-left: 0; min-height: 0; }
/* The links come later than the words: their room is there from the start, so that an anchor stays where it is. */
.st-key-glossary [data-testid="stElementContainer"]:nth-child(3) { height: 1.75rem; }
</style>"""


page_header(
    "Glossary",
    "The words of this app in a few short sentences each. On every page, **point at a word with dots below it** to "
    "read its meaning there; on a phone, tap it. By keyboard, press Tab until a word is lit, then the arrow keys. "
    "Escape closes the meaning.",
)
wanted = st.text_input("Search", key="glossary search", icon=":material/search:", placeholder="ROC", width=360)
found = matching(wanted)
st.caption(f"{len(found)} of {len(TERMS)} words" if wanted.strip() else f"{len(TERMS)} words")
with st.container(key="glossary"):
    st.html(STYLE)
    for term in found:
        with st.container(gap="xxsmall"):
            st.header(term.name, anchor=term.anchor)
            st.markdown(term.meaning, width=720)
            label = f":small[Seen on the page {TITLES[term.page]}]"
            st.page_link(f"pages/{term.page}.py", label=label, query_params=dict(term.parameters) or None)
