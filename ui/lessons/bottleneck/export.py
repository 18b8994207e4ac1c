"""The boxes below the players of the page Bottleneck, each with what the page shows as numbers."""

from dataclasses import dataclass
from functools import partial

from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.rate_comparison import Comparison
from autoencoder.export.lesson_tables import (
    classes_table,
    rates_table,
    shown_errors_table,
    sizes_table,
)
from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData
from ui.components.player.player import Player
from ui.export.figures import subject_of
from ui.export.save_box import Offer, Place, save_pictures
from ui.lessons.common.players import Indices, class_names, reconstructions
from ui.services.services import shown_source, test_pictures

OWN_LINES = ("This autoencoder", "PCA")  # of the chart of errors, which stand in what was measured


@dataclass(frozen=True)
class Sizes:
    """What is known of a network of the page Bottleneck.

    Args:
        folder: Its run.
        settings: What it was trained with.
        snapshot: How it was trained, where that was here.
        measured: What it reaches on all test pictures, where that is worked out.
        chart: The same as it is drawn, with other networks.
    """

    folder: RunFolder
    settings: TrainingSettings
    snapshot: Snapshot | None = None
    measured: CompressionReport | None = None
    chart: ChartData | None = None


def save_sizes(
    player: Player, place: Place, key: str, known: Sizes, indices: Indices = (), *, kept: int | None = None
) -> None:
    """The box below pictures at every bottleneck size.

    Args:
        player: The pictures.
        place: The index at which its slider stands.
        key: Of the player.
        known: What is known of the network.
        indices: Which test pictures they are; () where they are no test pictures at every size.
        kept: The bottleneck size, where the slider does not say it.
    """
    subject = subject_of("bottleneck", known.settings, known.snapshot, kept=kept)
    save_pictures(player, place, subject, key=key, tables=partial(_size_offers, known, indices))


def _size_offers(known: Sizes, indices: Indices) -> list[Offer]:
    source, measured = shown_source(known.settings.source), known.measured
    offers = []
    if measured is not None:
        lines = () if known.chart is None else known.chart.lines
        others = {line.name: line.points for line in lines if line.name not in OWN_LINES}
        offers.append(Offer("Error by size", partial(sizes_table, measured, others)))
        if measured.class_errors:
            every = test_pictures(source).class_names
            offers.append(Offer("Error by class", partial(classes_table, measured, every)))
    if indices:
        result = reconstructions(known.folder, known.folder.network_version(), source, indices)
        names = class_names(source, indices)
        offers.append(Offer("Errors of these pictures", partial(shown_errors_table, result, indices, names)))
    return offers


def save_rates(
    player: Player, index: int, key: str, settings: TrainingSettings, comparison: Comparison, way: str
) -> None:
    """The box below pictures in so many bytes, with every setting of every codec."""
    offer = Offer("Bytes and quality", partial(rates_table, comparison, way))
    save_pictures(player, index, subject_of("bottleneck", settings), key=key, tables=lambda: [offer])
