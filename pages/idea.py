"""The idea: encoder, bottleneck and decoder in a few short steps, with a live picture."""

import streamlit as st

from pages.parts.frames import frames
from pages.parts.results import default_places, size_player
from pages.parts.shared import PRETRAINED, load_model, only_in_app

only_in_app()
st.title("What gets through the hourglass?")
st.markdown(
    "An **autoencoder** is a network that copies pictures, with a catch: between its two halves there is a narrow "
    "**bottleneck**. Whatever the second half paints, it must paint from the few numbers that got through."
)
settings = load_model(PRETRAINED).settings
player = size_player(PRETRAINED, PRETRAINED.network_version(), settings, default_places(settings.source), signed=True)
frames(player, key="idea", start=7)
