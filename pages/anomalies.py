"""Anomalies: train on what is normal alone, and let the reconstruction error tell what is not."""

import streamlit as st

from ui.lessons.anomalies.explore import explore_anomalies
from ui.lessons.anomalies.form import anomalies_form
from ui.lessons.page import lesson_page
from ui.lessons.table import ANOMALIES
from ui.services.services import PRETRAINED_ANOMALIES, only_in_app

only_in_app()
st.title("Anomalies")
st.markdown(
    "A network that has seen ripe bananas alone, and learned to paint over what does not belong there, paints ripe "
    "bananas. Show it a rotten one, subtract, and the rot lights up. **Drag the threshold**: which difference is still "
    "normal?"
)
lesson_page(ANOMALIES, lambda: PRETRAINED_ANOMALIES, anomalies_form, explore_anomalies)
