"""The form in which a learner says what a denoising network is taught."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from autoencoder.analysis.denoising import DEFAULT, DEFAULT_EPOCHS
from autoencoder.data.noise import NOISES
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LARGEST_CODE, LOSSES, MOST_EPOCHS, SCHEDULES, TrainingSettings
from ui.training.fields import BATCHES, RATE_HELP, RATES, last_row
from ui.training.source_field import FULL, SAMPLE, choose_source, missing_pictures, said_source
from ui.uploads.session import source_of
from ui.url.widgets import choose, levels, levels_value, pick, read_form, whole, widget_value

NETWORK_NAMES = {
    "denoiser": "Denoiser, no bottleneck",
    "keras_example": "Keras example, no bottleneck",
    "dense": "Dense, with a bottleneck",
    "convolutional": "Convolutional, with a bottleneck",
}
ALL_BATCHES = (DEFAULT.batch_size, *BATCHES)
ALL_RATES = tuple(sorted({*RATES, DEFAULT.learning_rate}))
KEYS = {  # setting → field
    "network": "denoiser",
    "bottleneck_size": "denoiser_size",
    "batch_size": "denoiser_batch",
    "learning_rate": "denoiser_rate",
    "loss": "denoiser_loss",
    "seed": "denoiser_seed",
    "schedule": "denoiser_schedule",
    "noise": "noise",
}
FRESH = {"fresh": "Anew for every batch", "once": "Once, before the training"}


def denoising_form(buttons: Callable[[TrainingSettings], None]) -> TrainingSettings:
    """Widgets for the settings; returns what they say, validated.

    Args:
        buttons: Draws the buttons at the end of the form, which depend on what it says.
    """
    pictures, kind, level, network, epochs = st.columns([3, 3, 4, 4, 2])
    with pictures:
        source = choose_source()
    with kind:
        titles = {name: noise.title for name, noise in NOISES.items()}
        help = "  \n".join(f"**{noise.title}**: {noise.meaning}" for noise in NOISES.values())
        choose("Noise to learn from", "noise", titles, "gaussian", help=help)
    with level:
        help = "Each picture's level is drawn from this range. Both handles at one place: that level alone."
        levels("levels", (DEFAULT.noise_low, DEFAULT.noise_high), help=help)
    with network:
        name = choose("Network", "denoiser", NETWORK_NAMES, DEFAULT.network, name="network")
    with epochs:
        first_epochs = DEFAULT_EPOCHS.get(source, 20)
        whole("Epochs", f"denoiser_epochs_{source}", first_epochs, 1, MOST_EPOCHS, name="epochs")
    index, folded_away = last_row()
    with folded_away:
        _more_settings(name)
    settings = denoising_settings_now(replace(DEFAULT, source=source_of(source)))
    with index:
        buttons(settings)
    return settings


def denoising_settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """Return what the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = said_source(drawn.source)
    low, high = levels_value("levels", (drawn.noise_low, drawn.noise_high))
    return read_form(
        drawn,
        {**KEYS, "epochs": f"denoiser_epochs_{source}"},
        source=source_of(source),
        bottleneck="open" if NETWORKS[widget_value("denoiser", drawn.network)].open else "exact",
        noise_low=low,
        noise_high=high,
        fresh_noise=widget_value("noise_drawn", "fresh" if drawn.fresh_noise else "once") == "fresh",
    )


def _more_settings(network: str) -> None:
    if not NETWORKS[network].open:
        whole("Bottleneck size", "denoiser_size", LARGEST_CODE, 1, LARGEST_CODE, name="bottleneck_size")
    batch = DEFAULT.batch_size
    help = "Pictures between two steps of learning."
    pick("Batch size", "denoiser_batch", ALL_BATCHES, batch, help=help, name="batch_size")
    pick("Learning rate", "denoiser_rate", ALL_RATES, DEFAULT.learning_rate, help=RATE_HELP, name="learning_rate")
    choose("Learning rate over time", "denoiser_schedule", SCHEDULES, "one_cycle", name="schedule")
    choose("Loss", "denoiser_loss", LOSSES, DEFAULT.loss, help="What the training makes small.", name="loss")
    help = "Drawn once, the same noisy picture comes again in every epoch, and can be learned by heart."
    choose("The noise is drawn", "noise_drawn", FRESH, "fresh", help=help)
    help = "Another seed draws other weights and another noise."
    whole("Seed", "denoiser_seed", 0, 0, 2**32 - 1, help=help, name="seed")


def keras_example() -> None:
    """The corner in which the published example is explained, with a button that fills in its settings."""
    with st.expander("The Keras example, live"):
        st.markdown(
            "The page [Convolutional autoencoder for image denoising](https://keras.io/examples/vision/autoencoder/) "
            "is where many people first meet a denoising autoencoder. These are its settings: MNIST, Gaussian noise "
            "of level 0.4 drawn once, two 3 × 3 convolutions with 32 filters and max pooling, two transposed ones "
            "back, binary cross-entropy, Adam at a constant 0.001, batches of 128, 100 epochs. The line of "
            "progress says how long that takes here; **Stop** keeps what was learned by then.\n\n"
            "What differs from that page: it first trains for 50 epochs from clean pictures to clean ones and goes on "
            "from there, where this begins from random weights; and it learns from all 60,000 pictures and validates "
            "on the test pictures, where this holds 5,000 of the 60,000 out for that."
        )
        st.button("Fill in the example's settings", on_click=_fill_in_example)


def _fill_in_example() -> None:
    source = SAMPLE if missing_pictures(FULL) else FULL
    st.session_state.update(
        {
            "source": source,
            "denoiser": "keras_example",
            "noise": "gaussian",
            "levels": (0.4, 0.4),
            "noise_drawn": "once",
            f"denoiser_epochs_{source}": 100,
            "denoiser_batch": 128,
            "denoiser_rate": 0.001,
            "denoiser_loss": "binary_crossentropy",
            "denoiser_schedule": "constant",
        }
    )
    st.toast("The example's settings are filled in at the top of the page. Press Train there.")
