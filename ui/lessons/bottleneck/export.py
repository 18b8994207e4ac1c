"""The box below pictures at every bottleneck size, with what the page shows as numbers."""

from functools import partial

from autoencoder.analysis.compression import CompressionReport
from autoencoder.export.lesson_tables import classes_table, shown_errors_table, sizes_table
from ui.components.chart.chart import ChartData
from ui.components.player.player import Player
from ui.export.figures import subject_of
from ui.export.save_box import Offer, save_pictures
from ui.lessons.common.players import Indices, class_names, reconstructions
from ui.services.services import test_pictures
from ui.services.trained_run import TrainedRun

OWN_LINES = ("This autoencoder", "PCA")  # of the chart of errors, which stand in what was measured


def save_sizes(
    run: TrainedRun,
    player: Player,
    index: int,
    key: str,
    indices: Indices,
    *,
    measured: CompressionReport | None = None,
    chart: ChartData | None = None,
    kept: int | None = None,
) -> None:
    """Draw the box, with what was measured on all test pictures and a chart of it, where that is worked out.

    `indices` are those of the test pictures; () where they are no test pictures at every size. `kept` is the bottleneck
    size, where the slider does not say it.
    """
    tables = []
    if measured is not None:
        others = {line.name: line.points for line in (chart.lines if chart else ()) if line.name not in OWN_LINES}
        tables.append(Offer("Error by size", partial(sizes_table, measured, others)))
        if measured.class_errors:
            every = test_pictures(run.source).class_names
            tables.append(Offer("Error by class", partial(classes_table, measured, every)))
    if indices:
        shown, names = reconstructions(run, indices), class_names(run.source, indices)
        tables.append(Offer("Errors of these pictures", partial(shown_errors_table, shown, indices, names)))
    subject = subject_of("bottleneck", run.settings, run.snapshot, kept=kept)
    save_pictures(player, index, subject, key=key, tables=tables)
