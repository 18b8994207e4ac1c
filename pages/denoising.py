"""Denoising: teach a network to turn noisy pictures into clean ones, then slide the noise."""

import streamlit as st

from ui.lessons.denoising.explore import explore_denoising
from ui.lessons.denoising.form import denoising_form, keras_example
from ui.lessons.page import lesson_page
from ui.lessons.table import DENOISING
from ui.services.services import PRETRAINED_DENOISER, only_in_app

only_in_app()
st.title("Denoising")
st.markdown(
    "Show a network noisy pictures and ask for the clean ones: it learns to tell the picture from the noise. "
    "**Slide the noise level** and watch what it makes of it."
)
lesson_page(DENOISING, lambda: PRETRAINED_DENOISER, denoising_form, explore_denoising)
keras_example()
