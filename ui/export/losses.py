"""The losses of a training to take along: as a curve and as numbers."""

from dataclasses import replace
from functools import partial

from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.lesson_tables import loss_in_words, losses_table
from autoencoder.training.run_folder import Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.export.figures import Subject, chart_of, subject_of
from ui.export.save_box import Offer, save_box
from ui.services.trained_run import TrainedRun
from ui.training.progress import losses_of


def save_losses(lesson: str, run: TrainedRun) -> None:
    """Show a box for the losses; nothing where none are known, as of the networks that came with the app."""
    settings, snapshot = run.settings, run.snapshot
    if snapshot is None or not snapshot.losses:
        return
    subject = subject_of(lesson, settings, snapshot)
    figure = Offer("The loss", partial(loss_figure, snapshot, settings, subject), "loss")
    table = Offer("Losses", partial(losses_table, snapshot.losses, settings))
    save_box(lambda: [figure], subject, key=f"loss of {run.key}", tables=lambda: [table], label="Losses")


def loss_figure(snapshot: Snapshot, settings: TrainingSettings, subject: Subject) -> ChartFigure:
    """Return the curve of the loss, with what was made small as its axis."""
    return chart_of(replace(losses_of(snapshot), y_label=loss_in_words(settings)), subject)
