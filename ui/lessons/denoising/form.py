"""The form in which a learner says what a denoising network is taught."""

from dataclasses import replace

import streamlit as st

from autoencoder.analysis.denoising import DEFAULT, DEFAULT_EPOCHS
from autoencoder.data.noise import NOISES
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LARGEST_CODE, SCHEDULES
from ui.training.form import (
    BATCHES,
    RATES,
    WITH_BOTTLENECK,
    Field,
    Fixed,
    Form,
    Levels,
    SourceField,
    batch_field,
    epochs_field,
    loss_field,
    network_titles,
    rate_field,
    seed_field,
)
from ui.training.source_field import FULL, SAMPLE, missing_pictures
from ui.uploads.session import choice_of
from ui.url.codecs import named

NETWORK_TITLES = network_titles(["denoiser", "keras_example", *WITH_BOTTLENECK])
NOISE_TITLES = {name: noise.title for name, noise in NOISES.items()}
NOISE_HELP = "  \n".join(f"**{noise.title}**: {noise.meaning}" for noise in NOISES.values())
LEVELS_HELP = "Each picture's noise level is drawn from this range. Put both handles together for one level alone."
FRESH_HELP = "Drawn once, each picture has the same noise in every epoch. The network can learn that noise by heart."
FILLED = "example filled"  # in the session: the form says so since the last run
KERAS_EXAMPLE = (
    "Many people first meet a denoising autoencoder in the Keras example "
    "[Convolutional autoencoder for image denoising](https://keras.io/examples/vision/autoencoder/).\n\n"
    "**Its settings:** MNIST with Gaussian noise of level 0.4, drawn once. The encoder has two 3 × 3 convolutions with "
    "32 filters and max pooling. The decoder has two transposed convolutions. The loss is binary cross-entropy. Adam "
    "has a constant learning rate of 0.001, a batch has 128 pictures, and there are 100 epochs. The sidebar says how "
    "long that takes here; **Stop** keeps what was learned by then.\n\n"
    "**What is different here:** the example first trains for 50 epochs from clean pictures to clean pictures. Here "
    "the training begins with random weights. The example learns from all 60,000 pictures and validates on the test "
    "pictures. Here 5,000 of the 60,000 are held out for validation."
)


FORM = Form(
    lambda source: replace(DEFAULT, source=source, epochs=DEFAULT_EPOCHS.get(choice_of(source), 20)),
    rows=[
        [SourceField()],
        [Field("noise", "Noise to learn from", NOISE_TITLES, help=NOISE_HELP)],
        [Levels("levels", LEVELS_HELP)],
        [Field("network", "Network", NETWORK_TITLES, "denoiser")],
        [epochs_field("denoiser_epochs_{choice}")],
    ],
    more=[
        Fixed(lambda values: {"bottleneck": "open" if NETWORKS[values["network"]].open else "exact"}),
        Field(
            "bottleneck_size",
            "Bottleneck size",
            range(1, LARGEST_CODE + 1),
            "denoiser_size",
            shown=lambda values: values["bottleneck"] != "open",
        ),
        batch_field("denoiser_batch", (DEFAULT.batch_size, *BATCHES)),
        rate_field("denoiser_rate", sorted({*RATES, DEFAULT.learning_rate})),
        Field("schedule", "Learning rate over time", SCHEDULES, "denoiser_schedule"),
        loss_field("denoiser_loss"),
        Field(
            "fresh_noise",
            "The noise is drawn",
            {True: "Anew for every batch", False: "Once, before the training"},
            "noise_drawn",
            FRESH_HELP,
            "noise_drawn",
            codec=named({"fresh": True, "once": False}),
        ),
        seed_field("denoiser_seed", "other weights and another noise"),
    ],
)


def keras_example() -> None:
    """Explain the published example, with a button that fills in its settings."""
    st.markdown(KERAS_EXAMPLE)
    if st.button("Fill in the example's settings", on_click=_fill_in_example):
        st.rerun()  # the form is outside of the fragment that draws this
    if st.session_state.pop(FILLED, False):
        st.toast("The example's settings are filled in. Press Train in the sidebar.")


def _fill_in_example() -> None:
    example = replace(
        FORM.read(),
        source=SAMPLE if missing_pictures(FULL) else FULL,
        network="keras_example",
        bottleneck="open",
        noise="gaussian",
        noise_low=0.4,
        noise_high=0.4,
        fresh_noise=False,
        epochs=100,
        batch_size=128,
        learning_rate=0.001,
        loss="binary_crossentropy",
        schedule="constant",
    )
    FORM.fill(example)
    st.session_state[FILLED] = True
