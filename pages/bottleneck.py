"""Bottleneck: train an autoencoder, then drag one slider and see what each size keeps and what it loses."""

import streamlit as st

from pages.parts.explore import explore
from pages.parts.lesson_page import lesson_page
from pages.parts.lessons import BOTTLENECK
from pages.parts.settings_form import settings_form
from pages.parts.shared import PRETRAINED, only_in_app

only_in_app()
st.title("Bottleneck")
st.markdown(
    "An autoencoder must squeeze a picture through a few numbers and rebuild it from them. "
    "**Train one, then drag the slider**: how many numbers does a picture need?"
)
lesson_page(BOTTLENECK, lambda: PRETRAINED, settings_form, explore)
