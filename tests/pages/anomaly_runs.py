"""Runs of the page Anomalies as a worker leaves them, without a training."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from autoencoder.analysis.anomalies import DEFAULTS, MEASURED, AnomalyScores, score
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Loss, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import PRETRAINED, ROOT, App, made_up_preview
from ui.lessons.anomalies.players import View
from ui.services.services import learner, test_pictures
from ui.services.trained_run import TrainedRun

ANOMALIES = "pages/anomalies.py"
PRETRAINED_ANOMALIES = RunFolder(ROOT / "assets" / "pretrained" / "anomalies")
BANANAS, DIGITS = DEFAULTS["bananas"], DEFAULTS["mnist_sample"]
OF_BANANAS = replace(BANANAS, epochs=1)
SIZES = replace(DIGITS, bottleneck="ordered", bottleneck_size=64, noise="none")  # and the same without noise
SOME = (1, 0, 7, 12, 3, 200)  # test pictures


def files_of(settings: TrainingSettings) -> tuple[bytes, bytes]:
    """A network that answers for these settings, whatever it was trained with."""
    return (PRETRAINED_ANOMALIES if settings.source == "bananas" else PRETRAINED).network()


@lru_cache(maxsize=4)
def scores(settings: TrainingSettings) -> AnomalyScores:
    """What a worker works out of that network."""
    if settings.source == "bananas":
        anomaly_scores = AnomalyScores.of(PRETRAINED_ANOMALIES)
        assert anomaly_scores is not None
        return anomaly_scores
    return score(CompiledNetwork(*files_of(settings)), settings)


def truth(settings: TrainingSettings) -> np.ndarray:
    """Which test pictures are of a class that was not learned: bool (n,)"""
    labels = test_pictures(settings.source).test_labels
    assert labels is not None
    return ~np.isin(labels, settings.normal_classes)


def raw_score(caption: str) -> float:
    """The score as it was measured, of the caption of one picture, large."""
    return float(caption.rpartition("(")[2].removesuffix(")"))


def prepare(app: App, settings: TrainingSettings, state: RunState = RunState.FINISHED) -> RunFolder:
    """A run that has come so far; where it has ended there are a network and its scores."""
    folder = app.folder(settings)
    folder.create(settings, learner())
    shape = settings.plan.shape
    preview = made_up_preview(settings, 0)[:, :, :1, :1]  # of the right number of frames
    folder.write_preview(0, np.broadcast_to(preview, (*preview.shape[:2], *shape)))
    epoch = settings.epochs if state is RunState.FINISHED else settings.epochs / 2
    folder.write_snapshot(
        Snapshot(
            state, settings.epochs, epoch, losses=(Loss(epoch / 2, 0.05, 0.06), Loss(epoch, 0.02)), previews=(0.0,)
        )
    )
    if state is RunState.FINISHED:
        folder.write_network(*files_of(settings))
        folder.write_measured_arrays(MEASURED, scores(settings).to_arrays())
    return folder


def view_of(folder: RunFolder, score: str = "squared", size: int | None = None) -> View:
    """What the page looks at, of a run."""
    settings = folder.settings()
    size = scores(settings).sizes[-1] if size is None else size
    return View(TrainedRun(folder, folder.network_version(), settings.source, settings), size, score)
