"""Latent space: the codes of pictures as places on a plane, and what the decoder makes of the places between them."""

import streamlit as st

from ui.lessons.latent.explore import explore_latent
from ui.lessons.page import lesson_page
from ui.lessons.table import LATENT, take_along
from ui.services.services import PRETRAINED, only_in_app
from ui.training.fields import settings_form

only_in_app()
st.title("Latent space")
st.markdown(
    "The encoder turns every picture into a **code**, a few numbers: a place on a plane, or in a space of more "
    "directions. **Move the pointer over the points, and between them**: what does the decoder make of a place where "
    "no picture is?"
)
take_along(LATENT)
lesson_page(LATENT, lambda: PRETRAINED, settings_form, explore_latent)
