"""For teachers: a lesson of 45 minutes in steps, what to prepare, and what to give along."""

import streamlit as st

from ui.shell.header import page_header
from ui.teacher.plan import begins, contents, link, step_in_words, step_link
from ui.teacher.steps import AFTER, BEFORE, HOMEWORK, INTRODUCTION, STEPS

STYLE = """<style>
@media print {
  [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; display: block !important; height: auto !important; overflow: visible !important;
  }
  .stAppHeader, .st-key-tools, .st-key-presenting { display: none !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  [class*="st-key-step"] { break-inside: avoid; border-color: #999; }
  [data-testid="stApp"], [data-testid="stApp"] * { color: #000 !important; background: none !important; }
  [data-testid="stLinkButton"] a::after {
    content: attr(href); margin-left: 0.75rem; font-size: 0.75rem; white-space: nowrap;
  }
  html, body { background: #fff !important; }
  h2, h3 { break-after: avoid; }
}
</style>"""


page_header("For teachers", INTRODUCTION)
st.html(STYLE)
presenting = st.toggle("The links open in the presenter's view", value=True, key="presenting")
st.header("Before the lesson", anchor="before")
st.markdown(BEFORE)
st.header("The lesson", anchor="lesson")
st.markdown(contents(STEPS))
for number, (step, begin) in enumerate(zip(STEPS, begins(STEPS), strict=True), start=1):
    with st.container(border=True, key=f"step {number}"):
        st.subheader(f"{number} · {step.title}", anchor=f"step-{number}")
        with st.container(horizontal=True, vertical_alignment="center"):
            url = step_link(step, number, presenting=presenting)
            st.link_button(f"Open step {number}", url, icon=":material/open_in_new:")
            st.markdown(f"Minutes {begin} to {begin + step.minutes}", width="content")
        st.markdown(step_in_words(step))
st.header("After the lesson", anchor="after")
st.markdown("**Homework.** Each link opens its page with the first settings.")
for number, (text, page, parameters) in enumerate(HOMEWORK, start=1):
    with st.container(horizontal=True, vertical_alignment="center", key=f"step homework {number}"):
        st.link_button(f"Open task {number}", link(page, parameters), icon=":material/open_in_new:")
        st.markdown(text, width=800)
st.markdown(AFTER)
