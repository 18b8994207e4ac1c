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
        "An **autoencoder** copies pictures through a narrow place. Drag the slider: the lower row is painted from "
        "nothing but that many numbers for each picture."
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
