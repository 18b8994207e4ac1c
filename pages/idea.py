"""The idea: encoder, bottleneck and decoder in a few short steps, with a live picture."""

from ui.components.linked_player import linked_frames
from ui.idea.story import credits, hourglass_step, steps, uses
from ui.lessons.bottleneck.export import save_sizes
from ui.lessons.common.players import default_indices, size_player
from ui.services.services import PRETRAINED
from ui.services.trained_run import TrainedRun
from ui.shell.header import page_header

FIRST_SIZE = 8


def page() -> None:
    """Draw the page from top to bottom; its picture is there at once, from the network that came with the app."""
    page_header(
        "What gets through the hourglass?",
        "An **autoencoder** squeezes pictures through a bottleneck and rebuilds them. Drag the slider: each picture in "
        "the second row is painted from that many numbers and nothing else.",
    )
    run = TrainedRun.load(PRETRAINED)
    indices = default_indices(run.source)
    player = size_player(run, indices)
    index = linked_frames(player, key="idea", name="size", texts=player.positions, start=FIRST_SIZE - 1)
    save_sizes(run, player, index, "idea", indices=indices)
    hourglass_step(run.settings)
    steps(PRETRAINED)
    uses()
    credits()


page()
