"""The box below the pictures of the page Denoising, with what was measured against a noise."""

from functools import partial

from autoencoder.lessons.denoising import DenoisingTable
from autoencoder.lessons.filters import FilterTable
from autoencoder.takeaways.lesson_tables import (
    denoising_table,
)
from autoencoder.training.settings import TrainingSettings
from pages.parts.frames import Player
from pages.parts.save_pictures import Place, save_pictures
from pages.parts.take_figures import subject_of
from pages.parts.take_tables import Offer


def save_noise(
    player: Player,
    place: Place,
    key: str,
    settings: TrainingSettings,
    table: DenoisingTable | None,
    filters: FilterTable | None,
) -> None:
    """The box below pictures at every level of a noise, with what was measured against it."""
    offers = [] if table is None else [Offer("Quality by level", partial(denoising_table, table, filters))]
    save_pictures(player, place, subject_of("denoising", settings), key=key, tables=lambda: offers)
