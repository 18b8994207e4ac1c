"""The family: autoencoders that were asked for different things, side by side on the same pictures."""

import streamlit as st

from ui.lessons.family.explore import explore_family
from ui.lessons.family.form import chosen_member, family_form
from ui.lessons.page import lesson_page
from ui.lessons.table import FAMILY
from ui.services.services import PRETRAINED_FAMILY, only_in_app

only_in_app()
st.title("The family")
st.markdown(
    "All autoencoders rebuild what they are shown. What else they are asked for makes the difference: **choose a "
    "member, read what it makes small, and see what that costs and buys.**"
)
lesson_page(FAMILY, lambda: PRETRAINED_FAMILY[chosen_member()], family_form, explore_family)
