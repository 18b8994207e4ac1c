"""The form in which a learner says what is normal, and what network is to learn it."""

from collections.abc import Callable

import streamlit as st

from autoencoder.images.noise import NOISES
from autoencoder.images.sources import SOURCES, get_source
from autoencoder.networks.plan import NETWORKS, VECTOR_NETWORKS
from autoencoder.training.settings import LARGEST_CODE, LOSSES, MOST_EPOCHS, NO_NOISE, TrainingSettings
from pages.parts.fields import choose, pick, said, whole
from pages.parts.settings_form import BATCHES, RATE_HELP, RATES

FIRST_SOURCE = "bananas"
FIXED_NORMAL = {"bananas": (0,)}  # of a source whose training pictures are all of one class
DEFAULT_NORMAL = {"mnist": (8,), "digits": (8,)}
DEFAULT_NETWORK = {"bananas": "convolutional"}
DEFAULT_EPOCHS = {"bananas": 20, "mnist": 12, "digits": 60}
DEFAULT_BATCH = 32


def anomalies_form(buttons: Callable[[TrainingSettings], None]) -> TrainingSettings:
    """Widgets for the settings; returns what they say, validated.

    Args:
        buttons: Draws the buttons at the end of the form, which depend on what it says.
    """
    pictures, normal, network, size, epochs = st.columns([3, 4, 3, 2, 2])
    with pictures:
        titles = {name: source.title for name, source in SOURCES.items() if source.class_names}
        source = choose("Pictures", "anomaly_source", titles, FIRST_SOURCE)
    with normal:
        classes = _choose_normal(source)
    with network:
        titles = {name: NETWORKS[name].title for name in VECTOR_NETWORKS}
        kind = choose("Network", f"anomaly_network_{source}", titles, DEFAULT_NETWORK.get(source, "dense"))
    with size:
        largest = whole("Largest size", "anomaly_size", LARGEST_CODE, 1, LARGEST_CODE, help="Numbers in the code.")
    with epochs:
        passes = whole("Epochs", f"anomaly_epochs_{source}", DEFAULT_EPOCHS.get(source, 20), 1, MOST_EPOCHS)
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(horizontal=True, vertical_alignment="center", width="content")
        with st.popover("More settings"):
            more = _more_settings()
        settings = _settings(source, kind, largest, passes, classes, *more)
        with place:
            buttons(settings)
    return settings


def anomalies_settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """What the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = said("anomaly_source", drawn.source)
    return _settings(
        source,
        said(f"anomaly_network_{source}", drawn.network),
        int(said("anomaly_size", drawn.bottleneck_size)),
        int(said(f"anomaly_epochs_{source}", drawn.epochs)),
        FIXED_NORMAL.get(source) or _labels(source, said(f"normal_{source}", ())) or drawn.normal_classes,
        said("anomaly_batch", drawn.batch_size),
        said("anomaly_rate", drawn.learning_rate),
        said("anomaly_loss", drawn.loss),
        said("anomaly_noise", drawn.noise),
        int(said("anomaly_seed", drawn.seed)),
    )


def _choose_normal(source: str) -> tuple[int, ...]:
    """The labels of the classes that are normal."""
    names = get_source(source).class_names
    if source in FIXED_NORMAL:
        normal = [names[label] for label in FIXED_NORMAL[source]]
        st.multiselect("Normal", normal, normal, key=f"normal_{source}", disabled=True, help="All that it learns from.")
        return FIXED_NORMAL[source]
    chosen = st.multiselect(
        "Normal",
        names,
        [names[label] for label in DEFAULT_NORMAL.get(source, (0,))],
        key=f"normal_{source}",
        help="The network learns from these classes alone. All others are abnormal, and it never sees them.",
        bind="query-params",
        persist_state="session",
    )
    labels = _labels(source, chosen)
    if not labels or len(labels) == len(names):
        wrong = "none is" if not labels else "all are"
        labels = DEFAULT_NORMAL.get(source, (0,))
        said_now = ", ".join(names[label] for label in labels)
        st.caption(f"Expected at least one class to be normal and one not. Now {wrong}, so {said_now} is taken.")
    return labels


def _labels(source: str, chosen: object) -> tuple[int, ...]:
    names = get_source(source).class_names
    return tuple(label for label, name in enumerate(names) if isinstance(chosen, list | tuple) and name in chosen)


def _settings(
    source: str,
    network: str,
    size: int,
    epochs: int,
    normal: tuple[int, ...],
    batch: int,
    rate: float,
    loss: str,
    noise: str,
    seed: int,
) -> TrainingSettings:
    return TrainingSettings(
        source,
        network,
        "open" if NETWORKS[network].open else "ordered",
        size,
        epochs,
        batch,
        rate,
        loss,
        seed,
        noise=noise,
        noise_high=1.0,
        normal_classes=normal,
    )


def _more_settings() -> tuple[int, float, str, str, int]:
    batch = pick("Batch size", "anomaly_batch", BATCHES, DEFAULT_BATCH, help="Pictures between two steps of learning.")
    rate = pick("Learning rate", "anomaly_rate", RATES, 0.003, help=RATE_HELP)
    loss = choose("Loss", "anomaly_loss", LOSSES, "mean_squared_error", help="What the training makes small.")
    noise = choose(
        "Noise to learn from",
        "anomaly_noise",
        {NO_NOISE: "None", **{name: noise.title for name, noise in NOISES.items()}},
        NO_NOISE,
        help="Teaches the network to repair pictures besides squeezing them.",
    )
    seed = whole("Seed", "anomaly_seed", 0, 0, 2**32 - 1, help="Another seed draws other first weights.")
    return batch, rate, loss, noise, seed
