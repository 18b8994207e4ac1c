"""For teachers: a lesson of 45 minutes in steps, what to prepare, and what to give along."""

import streamlit as st

from ui.shell.presenter import page_header
from ui.teacher.plan import LESSON_PLAN, STEPS, contents, link

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


page_header("For teachers", LESSON_PLAN["introduction"])
st.html(STYLE)
presenting = st.toggle("The links open in the presenter's view", value=True, key="presenting")
st.header("Before the lesson", anchor="before")
st.markdown(LESSON_PLAN["before"])
st.header("The lesson", anchor="lesson")
st.markdown(contents())
for step in STEPS:
    with st.container(border=True, key=f"step {step.number}"):
        st.subheader(f"{step.number} · {step.title}", anchor=f"step-{step.number}")
        with st.container(horizontal=True, vertical_alignment="center"):
            url = step.link(presenting=presenting)
            st.link_button(f"Open step {step.number}", url, icon=":material/open_in_new:")
            st.markdown(f"Minutes {step.begin} to {step.begin + step.minutes}", width="content")
        st.markdown(step.in_words())
st.header("After the lesson", anchor="after")
st.markdown("**Homework.** Each link opens its page with the first settings.")
for number, task in enumerate(LESSON_PLAN["homework"], start=1):
    with st.container(horizontal=True, vertical_alignment="center", key=f"step homework {number}"):
        url = link(task["page"], task["parameters"])
        st.link_button(f"Open task {number}", url, icon=":material/open_in_new:")
        st.markdown(task["task"], width=800)
st.markdown(LESSON_PLAN["after"])
