"""The form in which a learner says what a denoising network is taught."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from autoencoder.analysis.denoising import DEFAULT, DEFAULT_EPOCHS
from autoencoder.data.noise import NOISES
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import SCHEDULES
from ui.lessons.denoising.players import TEXTS
from ui.training import form
from ui.uploads.session import choice_of
from ui.url.codecs import named

NETWORK_TITLES = form.network_titles(["denoiser", "keras_example", *form.WITH_BOTTLENECK])
NOISE_TITLES = {name: noise.title for name, noise in NOISES.items()}
NOISE_HELP = "  \n".join(f"**{noise.title}**: {noise.meaning}" for noise in NOISES.values())
FILLED = "example filled"  # in the session: the form says so since the last run
OTHERS: form.Values = {"batch_size": 8, "optimizer": "adam"}  # the other networks begin with


def _first(setting: str) -> Callable[[form.Values], Any]:
    """Return what says this setting's default for the network that is chosen."""
    return lambda values: (values if values["network"] == DEFAULT.network else OTHERS)[setting]


FORM = form.Form(
    lambda source: replace(DEFAULT, source=source, epochs=DEFAULT_EPOCHS.get(choice_of(source), 20)),
    rows=[
        [form.SourceField()],
        [form.Field("noise", "Noise to learn from", NOISE_TITLES, help=NOISE_HELP)],
        [form.Levels("levels", TEXTS["levels_help"])],
        [form.Field("network", "Network", NETWORK_TITLES, "denoiser")],
        [form.Composer("denoiser_composition")],
        [form.epochs_field("denoiser_epochs_{choice}")],
    ],
    more=[
        form.Entry(says=lambda values: {"bottleneck": "open" if NETWORKS[values["network"]].open else "exact"}),
        form.size_field(label="Bottleneck size", key="denoiser_size", shown=lambda v: v["bottleneck"] != "open"),
        form.batch_field(
            key="denoiser_batch_{network}", options=(8, *form.BATCHES), default=_first("batch_size"), former=8
        ),
        form.rate_field(key="denoiser_rate", options=sorted({*form.RATES, DEFAULT.learning_rate})),
        form.optimizer_field("denoiser_optimizer_{network}", _first("optimizer"), former="adam"),
        form.Field("schedule", "Learning rate over time", SCHEDULES, "denoiser_schedule"),
        form.loss_field("denoiser_loss"),
        form.Field(
            "fresh_noise",
            "The noise is drawn",
            {True: "Anew for every batch", False: "Once, before the training"},
            "noise_drawn",
            "Drawn once, each picture has the same noise in every epoch. The network can learn that noise by heart.",
            "noise_drawn",
            codec=named({"fresh": True, "once": False}),
        ),
        form.seed_field("denoiser_seed", "other weights and another noise"),
    ],
)


def keras_example() -> None:
    """Explain the published example, with a button that fills in its settings."""
    st.markdown(TEXTS["keras_example"])
    if st.button("Fill in the example's settings", on_click=_fill_in_example):
        st.rerun()  # the form is outside of the fragment that draws this
    if st.session_state.pop(FILLED, False):
        st.toast("The example's settings are filled in. Press Train in the sidebar.")


def _fill_in_example() -> None:
    source = form.SAMPLE if form.missing_pictures(form.FULL) else form.FULL
    FORM.fill(replace(FORM.read(), source=source, **TEXTS["keras_settings"]))
    st.session_state[FILLED] = True
