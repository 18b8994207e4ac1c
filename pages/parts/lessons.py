"""The table of lessons that train networks."""

from autoencoder.lessons import anomalies, compression, denoising
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from pages.parts.anomalies_form import anomalies_settings_now
from pages.parts.denoising_form import denoising_settings_now
from pages.parts.denoising_results import live_noise_player
from pages.parts.frames import Player
from pages.parts.results import live_player
from pages.parts.settings_form import settings_now
from pages.parts.training_panel import Lesson

BOTTLENECK = Lesson(
    name="bottleneck",
    title="Bottleneck",
    fits=lambda settings: not settings.noisy and settings.bottleneck != "open" and not settings.normal_classes,
    settings_now=settings_now,
    measure=compression.measure,
    live=live_player,
    live_start=4,  # of the sizes 1, 2, 4, 8, 16, …
)
DENOISING = Lesson(
    name="denoising",
    title="Denoising",
    fits=lambda settings: settings.noisy and not settings.normal_classes,
    settings_now=denoising_settings_now,
    measure=denoising.measure,
    live=live_noise_player,
    live_start=4,  # of the levels 0, 0.1, 0.2, …
)


def _live_anomalies(folder: RunFolder, settings: TrainingSettings, number: int, epoch: float, version: int) -> Player:
    """What a network for anomalies is taught: to remove noise where there is some, else to squeeze."""
    live = live_noise_player if settings.noisy else live_player
    return live(folder, settings, number, epoch, version)


ANOMALIES = Lesson(
    name="anomalies",
    title="Anomalies",
    fits=lambda settings: bool(settings.normal_classes),
    settings_now=anomalies_settings_now,
    measure=anomalies.measure,
    live=_live_anomalies,
    live_start=3,  # of the levels 0, 0.1, 0.2, … or the sizes 1, 2, 4, …
)
LESSONS = (BOTTLENECK, DENOISING, ANOMALIES)
