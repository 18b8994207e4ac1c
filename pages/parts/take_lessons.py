"""The boxes below the players of the pages, each with what its page shows as numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from autoencoder.lessons.anomalies import Scored
from autoencoder.lessons.compression import Measured
from autoencoder.lessons.denoising import DenoisingTable
from autoencoder.lessons.family_figures import Figures
from autoencoder.lessons.filters import FilterTable
from autoencoder.lessons.rate_comparison import Comparison
from autoencoder.takeaways.anomaly_tables import aurocs_table, scores_table, thresholds_table
from autoencoder.takeaways.lesson_tables import (
    classes_table,
    denoising_table,
    family_table,
    rates_table,
    shown_errors_table,
    sizes_table,
)
from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from pages.parts.anomalies_view import View, judged
from pages.parts.chart import ChartData
from pages.parts.family_results import Relative
from pages.parts.frames import Player
from pages.parts.results import Places, class_names, squeezed
from pages.parts.save_pictures import Figure, Place, index_of, save_box, save_pictures
from pages.parts.shared import load_model, shown_source, test_pictures
from pages.parts.take_figures import chart_of, family_subject, subject_of
from pages.parts.take_tables import Offer

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
    measured: Measured | None = None
    chart: ChartData | None = None


def save_sizes(
    player: Player, place: Place, key: str, known: Sizes, places: Places = (), *, kept: int | None = None
) -> None:
    """The box below pictures at every bottleneck size.

    Args:
        player: The pictures.
        place: The index at which its slider stands.
        key: Of the player.
        known: What is known of the network.
        places: Which test pictures they are; () where they are no test pictures at every size.
        kept: The bottleneck size, where the slider does not say it.
    """
    subject = subject_of("bottleneck", known.settings, known.snapshot, kept=kept)
    save_pictures(player, place, subject, key=key, tables=partial(_size_offers, known, places))


def _size_offers(known: Sizes, places: Places) -> list[Offer]:
    source, measured = shown_source(known.settings.source), known.measured
    offers = []
    if measured is not None:
        lines = () if known.chart is None else known.chart.lines
        others = {line.name: line.points for line in lines if line.name not in OWN_LINES}
        offers.append(Offer("Error by size", partial(sizes_table, measured, others)))
        if measured.class_errors:
            every = test_pictures(source).class_names
            offers.append(Offer("Error by class", partial(classes_table, measured, every)))
    if places:
        result = squeezed(known.folder, known.folder.network_version(), source, places)
        names = class_names(source, places)
        offers.append(Offer("Errors of these pictures", partial(shown_errors_table, result, places, names)))
    return offers


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


def save_verdicts(player: Player, place: Place, key: str, view: View, scored: Scored) -> None:
    """The box below pictures with verdicts, with the scores and what every threshold makes of them."""
    subject = subject_of("anomalies", view.settings, kept=view.size)
    save_pictures(player, place, subject, key=key, tables=partial(_verdict_offers, view, scored, place))


def _verdict_offers(view: View, scored: Scored, place: Place) -> list[Offer]:
    known = judged(view)
    classes = class_names(view.settings.source, tuple(range(len(known.test))))
    threshold = float(known.thresholds[index_of(place)])
    scores = partial(scores_table, scored, view.size, classes, known.abnormal, view.score, threshold)
    thresholds = partial(thresholds_table, known.test, known.abnormal, known.thresholds, view.score)
    return [
        Offer("Scores of all pictures", scores),
        Offer("Every threshold", thresholds),
        Offer("AUROC", partial(aurocs_table, scored, known.abnormal)),
    ]


def save_study(player: Player, index: int, key: str, settings: TrainingSettings) -> None:
    """The box below one picture that is studied."""
    save_pictures(player, index, subject_of("anomalies", settings), key=key)


def save_aurocs(data: ChartData, key: str, view: View) -> None:
    """The box below the chart of the AUROC against the bottleneck size."""
    subject = subject_of("anomalies", view.settings)
    save_box([Figure("The chart", "auroc", partial(chart_of, data, subject))], subject, key=key)


def save_family(player: Player, index: int, key: str, relatives: Sequence[Relative]) -> None:
    """The box below the same pictures through several members, with what was measured of each."""
    members = [(relative.member, load_model(relative.folder).settings) for relative in relatives]
    save_pictures(player, index, family_subject(members), key=key, tables=partial(_family_offers, relatives))


def _family_offers(relatives: Sequence[Relative]) -> list[Offer]:
    found = {relative.member: Figures.of(relative.folder) for relative in relatives}
    known: Mapping[str, Figures] = {member: figures for member, figures in found.items() if figures is not None}
    return [Offer("What was measured", partial(family_table, known))] if known else []


def save_rates(
    player: Player, index: int, key: str, settings: TrainingSettings, comparison: Comparison, way: str
) -> None:
    """The box below pictures in so many bytes, with every setting of every codec."""
    offer = Offer("Bytes and quality", partial(rates_table, comparison, way))
    save_pictures(player, index, subject_of("bottleneck", settings), key=key, tables=lambda: [offer])
