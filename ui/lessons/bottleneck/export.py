"""The boxes below the players of the page Bottleneck, each with what the page shows as numbers."""

from functools import partial

from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.rate_comparison import Comparison
from autoencoder.export.lesson_tables import classes_table, rates_table, shown_errors_table, sizes_table
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData
from ui.components.player.player import Player
from ui.export.figures import subject_of
from ui.export.save_box import Offer, Place, save_pictures
from ui.lessons.common.players import Indices, class_names, reconstructions
from ui.services.services import test_pictures
from ui.services.trained_run import TrainedRun

OWN_LINES = ("This autoencoder", "PCA")  # of the chart of errors, which stand in what was measured


def save_sizes(
    run: TrainedRun,
    player: Player,
    place: Place,
    key: str,
    measured: CompressionReport | None = None,
    chart: ChartData | None = None,
    indices: Indices = (),
    *,
    kept: int | None = None,
) -> None:
    """Draw the box below pictures at every bottleneck size.

    Args:
        run: The network.
        player: The pictures.
        place: The index at which its slider stands.
        key: Of the player.
        measured: What the network reaches on all test pictures, where that is worked out.
        chart: The same as it is drawn, with other networks.
        indices: Which test pictures they are; () where they are no test pictures at every size.
        kept: The bottleneck size, where the slider does not say it.
    """
    subject = subject_of("bottleneck", run.settings, run.snapshot, kept=kept)
    tables = partial(_size_offers, run, measured, chart, indices)
    save_pictures(player, place, subject, key=key, tables=tables)


def _size_offers(
    run: TrainedRun, measured: CompressionReport | None, chart: ChartData | None, indices: Indices
) -> list[Offer]:
    offers = []
    if measured is not None:
        lines = () if chart is None else chart.lines
        others = {line.name: line.points for line in lines if line.name not in OWN_LINES}
        offers.append(Offer("Error by size", partial(sizes_table, measured, others)))
        if measured.class_errors:
            every = test_pictures(run.source).class_names
            offers.append(Offer("Error by class", partial(classes_table, measured, every)))
    if indices:
        errors = partial(shown_errors_table, reconstructions(run, indices), indices, class_names(run.source, indices))
        offers.append(Offer("Errors of these pictures", errors))
    return offers


def save_rates(
    player: Player, index: int, key: str, settings: TrainingSettings, comparison: Comparison, way: str
) -> None:
    """Draw the box below pictures in so many bytes, with every setting of every codec."""
    offer = Offer("Bytes and quality", partial(rates_table, comparison, way))
    save_pictures(player, index, subject_of("bottleneck", settings), key=key, tables=lambda: [offer])
