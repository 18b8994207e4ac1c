"""The table of lessons that train networks."""

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from autoencoder.analysis import anomalies, compression, denoising, family, family_figures
from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import NO_PENALTY, TrainingSettings
from ui.components.player.player import Player
from ui.lessons.anomalies.form import anomalies_settings_now
from ui.lessons.common.players import live_player
from ui.lessons.denoising.form import denoising_settings_now
from ui.lessons.denoising.players import live_noise_player
from ui.lessons.family.form import family_settings_now
from ui.services.services import get_jobs
from ui.training.fields import OFFERED, settings_now
from ui.training.panel import Lesson
from ui.url.state import RUN


def _is_plain(settings: TrainingSettings) -> bool:
    """Return whether all pictures are learned from, and nothing is made small but the error."""
    return settings.penalty == NO_PENALTY and not settings.normal_classes


BOTTLENECK = Lesson(
    name="bottleneck",
    title="Bottleneck",
    fits=lambda settings: not settings.noisy and settings.network in OFFERED and _is_plain(settings),
    settings_now=settings_now,
    measure=compression.measure,
    live=live_player,
    live_start=4,  # of the sizes 1, 2, 4, 8, 16, …
)
LATENT = replace(BOTTLENECK, name="latent", title="Latent space")  # the same runs, seen from another side
DENOISING = Lesson(
    name="denoising",
    title="Denoising",
    fits=lambda settings: settings.noisy and _is_plain(settings) and settings.network not in family.NETWORKS,
    settings_now=denoising_settings_now,
    measure=denoising.measure,
    live=live_noise_player,
    live_start=4,  # of the levels 0, 0.1, 0.2, …
)


def _live(folder: RunFolder, settings: TrainingSettings, number: int, epoch: float, version: int) -> Player:
    """Return what the network is taught: to remove noise where there is some, else to squeeze."""
    live = live_noise_player if settings.noisy else live_player
    return live(folder, settings, number, epoch, version)


ANOMALIES = Lesson(
    name="anomalies",
    title="Anomalies",
    fits=lambda settings: bool(settings.normal_classes),
    settings_now=anomalies_settings_now,
    measure=anomalies.measure,
    live=_live,
    live_start=3,  # of the levels 0, 0.1, 0.2, … or the sizes 1, 2, 4, …
)
FAMILY = Lesson(
    name="family",
    title="The family",
    fits=lambda settings: family.member_of(settings) is not None,
    settings_now=family_settings_now,
    measure=family_figures.measure,
    live=_live,
    live_start=0,
)
LESSONS = (BOTTLENECK, LATENT, DENOISING, ANOMALIES, FAMILY)


def take_along(lesson: Lesson) -> None:
    """On a lesson's page, show the run that this tab has on Bottleneck, if it has ended and none was chosen here."""
    key = st.session_state.get(BOTTLENECK.run)
    if key and lesson.run not in st.session_state and RUN not in st.query_params:
        with suppress(DamagedRun):  # Bottleneck says so
            if not get_jobs().snapshot(key).state.active:
                st.session_state[lesson.run] = key
