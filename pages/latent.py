"""Latent space: the codes of pictures as places on a plane, and what the decoder makes of the places between them."""

import streamlit as st

from pages.parts.latent_explore import explore_latent
from pages.parts.lesson_page import lesson_page
from pages.parts.lessons import LATENT, take_along
from pages.parts.settings_form import settings_form
from pages.parts.shared import PRETRAINED, only_in_app

only_in_app()
st.title("Latent space")
st.markdown(
    "The encoder turns every picture into a **code**, a few numbers: a place on a plane, or in a space of more "
    "directions. **Move the pointer over the points, and between them**: what does the decoder make of a place where "
    "no picture is?"
)
take_along(LATENT)
lesson_page(LATENT, lambda: PRETRAINED, settings_form, explore_latent)
