"""Bottleneck: train an autoencoder, then drag one slider and see what each size keeps and what it loses."""

import streamlit as st

from ui.lessons.bottleneck.explore import explore
from ui.lessons.page import lesson_page
from ui.lessons.table import BOTTLENECK
from ui.services.services import PRETRAINED, only_in_app
from ui.training.fields import settings_form

only_in_app()
st.title("Bottleneck")
st.markdown(
    "An autoencoder must squeeze a picture through a few numbers and rebuild it from them. "
    "**Train one, then drag the slider**: how many numbers does a picture need?"
)
lesson_page(BOTTLENECK, lambda: PRETRAINED, settings_form, explore)
