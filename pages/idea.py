"""The idea: encoder, bottleneck and decoder in a few short steps, with a live picture."""

import streamlit as st

from ui.components.linked_player import linked_frames
from ui.idea.story import credits, hourglass_step, steps, uses
from ui.lessons.bottleneck.export import Sizes, save_sizes
from ui.lessons.common.players import default_indices, size_player
from ui.services.services import PRETRAINED, load_model, only_in_app, shown_source

FIRST_SIZE = 8


def page() -> None:
    """The page from top to bottom; its picture is there at once, from the network that came with the app."""
    st.title("What gets through the hourglass?")
    st.markdown(
        "An **autoencoder** squeezes pictures through a bottleneck and rebuilds them. Drag the slider: each picture in "
        "the second row is painted from that many numbers and nothing else."
    )
    settings = load_model(PRETRAINED).settings
    source = shown_source(settings.source)
    indices = default_indices(source)
    player = size_player(PRETRAINED, PRETRAINED.network_version(), settings, indices, signed=True, source=source)
    sizes = [str(size) for size in settings.sizes]
    index = linked_frames(player, key="idea", name="size", spelled=sizes, start=FIRST_SIZE - 1)
    save_sizes(player, index, "idea", Sizes(PRETRAINED, settings), indices)
    hourglass_step(settings)
    steps(PRETRAINED)
    uses()
    credits()


only_in_app()
page()
