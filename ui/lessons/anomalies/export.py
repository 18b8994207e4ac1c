"""The boxes below the pictures and the chart of the page Anomalies, each with what the page shows as numbers."""

from functools import partial

from autoencoder.analysis.anomalies import AnomalyScores
from autoencoder.export.lesson_tables import aurocs_table, scores_table, thresholds_table
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData
from ui.components.player.player import Player
from ui.export.figures import chart_of, subject_of
from ui.export.save_box import Offer, save_box, save_pictures
from ui.lessons.anomalies.view import View, threshold_view
from ui.lessons.common.players import class_names


def save_verdicts(player: Player, index: int, key: str, view: View, anomaly_scores: AnomalyScores) -> None:
    """Draw the box below pictures with verdicts, with the scores and what every threshold makes of them."""
    subject = subject_of("anomalies", view.run.settings, kept=view.size)
    save_pictures(player, index, subject, key=key, tables=_verdict_offers(view, anomaly_scores, index))


def _verdict_offers(view: View, anomaly_scores: AnomalyScores, index: int) -> list[Offer]:
    known = threshold_view(view)
    classes = class_names(view.run.settings.source, tuple(range(len(known.test))))
    threshold = float(known.thresholds[index])
    scores = partial(scores_table, anomaly_scores, view.size, classes, known.abnormal, view.score, threshold)
    thresholds = partial(thresholds_table, known.test, known.abnormal, known.thresholds, view.score)
    return [
        Offer("Scores of all pictures", scores),
        Offer("Every threshold", thresholds),
        Offer("AUROC", partial(aurocs_table, anomaly_scores, known.abnormal)),
    ]


def save_study(player: Player, index: int, key: str, settings: TrainingSettings) -> None:
    """Draw the box below one picture that is studied."""
    save_pictures(player, index, subject_of("anomalies", settings), key=key)


def save_aurocs(data: ChartData, key: str, view: View) -> None:
    """Draw the box below the chart of the AUROC against the bottleneck size."""
    subject = subject_of("anomalies", view.run.settings)
    figure = Offer("The chart", partial(chart_of, data, subject), "auroc")
    save_box([figure], subject, key=key)
