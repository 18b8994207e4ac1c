"""The box below the pictures of the page Denoising, with what was measured against a noise."""

from functools import partial

from autoencoder.analysis.denoising import DenoisingTable
from autoencoder.analysis.filters import FilterTable
from autoencoder.export.lesson_tables import denoising_table
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player
from ui.export.figures import subject_of
from ui.export.save_box import Offer, save_pictures


def save_noise(
    player: Player,
    index: int,
    key: str,
    settings: TrainingSettings,
    table: DenoisingTable | None,
    filters: FilterTable | None,
) -> None:
    """Draw the box below pictures at every level of a noise, with what was measured against it."""
    offers = [] if table is None else [Offer("Quality by level", partial(denoising_table, table, filters))]
    save_pictures(player, index, subject_of("denoising", settings), key=key, tables=offers)
