"""The family: autoencoders that were asked for different things, side by side on the same pictures."""

import streamlit as st

from pages.parts.family_explore import explore_family
from pages.parts.family_form import chosen_member, family_form
from pages.parts.lesson_page import lesson_page
from pages.parts.lessons import FAMILY
from pages.parts.shared import PRETRAINED_FAMILY, only_in_app

only_in_app()
st.title("The family")
st.markdown(
    "All autoencoders rebuild what they are shown. What else they are asked for makes the difference: **choose a "
    "member, read what it makes small, and see what that costs and buys.**"
)
lesson_page(FAMILY, lambda: PRETRAINED_FAMILY[chosen_member()], family_form, explore_family)
