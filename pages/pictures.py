"""Your pictures: photos of one's own become a source of pictures like any other."""

import streamlit as st

from ui.shell.presenter import page_header
from ui.uploads.panel import add_pictures, choose_and_show, say_what_came_of_it, sort_pictures, watch
from ui.uploads.session import gathered, progress, take_results

page_header(
    "Your pictures",
    "Drop photos of your own here. Then use them on every page: **compress them, denoise them, or find the odd one "
    "out.**",
)
st.caption(
    ":material/lock: Your pictures and the networks trained on them stay in a temporary folder of the computer that "
    "runs this app. No other visitor is shown them. They are removed within minutes after you close or reload this tab."
)
take_results()
add_pictures()
say_what_came_of_it()
if found := gathered():
    sort_pictures(found)
    choose_and_show(found)
if progress():
    watch()
