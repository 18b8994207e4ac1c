"""The form in which a learner says what is normal, and what network is to learn it."""

from collections.abc import Callable

import streamlit as st

from autoencoder.images.noise import NOISES
from autoencoder.images.sources import SOURCES, get_source
from autoencoder.lessons.anomalies import DEFAULTS
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LARGEST_CODE, LOSSES, MOST_EPOCHS, NO_NOISE, TrainingSettings
from pages.parts.fields import choose, levels, levels_said, pick, said, whole
from pages.parts.settings_form import BATCHES, RATE_HELP, RATES

FIRST_SOURCE = "bananas"
FIXED_NORMAL = {"bananas": (0,)}  # of a source whose training pictures are all of one class
NETWORK_NAMES = {
    "repairer": "Repairer, no bottleneck",
    "dense": "Dense, with a bottleneck",
    "convolutional": "Convolutional, with a bottleneck",
    "denoiser": "Denoiser, no bottleneck",
}
BOTTLENECK_NAMES = {"exact": "Exact size", "ordered": "Every size"}
SIZE_LABELS = {"exact": "Size", "ordered": "Largest size"}
ALL_RATES = tuple(sorted({*RATES, *(settings.learning_rate for settings in DEFAULTS.values())}))


def anomalies_form(buttons: Callable[[TrainingSettings], None]) -> TrainingSettings:
    """Widgets for the settings; returns what they say, validated.

    Args:
        buttons: Draws the buttons at the end of the form, which depend on what it says.
    """
    pictures, normal, network, bottleneck, epochs = st.columns([3, 4, 3, 3, 2])
    with pictures:
        titles = {name: SOURCES[name].title for name in DEFAULTS}
        source = choose("Pictures", "anomaly_source", titles, FIRST_SOURCE)
    default = DEFAULTS[source]
    with normal:
        classes = _choose_normal(default)
    with network:
        kind = choose("Network", _key("network", source), NETWORK_NAMES, default.network)
    how, size = "open", LARGEST_CODE
    with bottleneck:
        if NETWORKS[kind].open:
            st.selectbox("Bottleneck", ["None"], disabled=True, key="anomaly_no_bottleneck")
        else:
            first = "exact" if default.bottleneck == "open" else default.bottleneck
            how = choose("Bottleneck", _key("bottleneck", source), BOTTLENECK_NAMES, first)
    with epochs:
        passes = whole("Epochs", _key("epochs", source), default.epochs, 1, MOST_EPOCHS)
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(horizontal=True, vertical_alignment="center", width="content")
        with st.popover("More settings"):
            if how != "open":
                first_size = default.bottleneck_size if how == "exact" else LARGEST_CODE
                size = whole(SIZE_LABELS[how], _key(f"{how}_size", source), first_size, 1, LARGEST_CODE)
            batch, rate, loss, noise, low, high, seed = _more_settings(default)
        settings = TrainingSettings(
            source,
            kind,
            how,
            size,
            passes,
            batch,
            rate,
            loss,
            seed,
            noise=noise,
            noise_low=low,
            noise_high=high,
            normal_classes=classes,
        )
        with place:
            buttons(settings)
    return settings


def anomalies_settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """What the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = said("anomaly_source", drawn.source)
    if source != drawn.source:
        return drawn  # the fields of another source were not on the page yet
    network = said(_key("network", source), drawn.network)
    how = "open" if NETWORKS[network].open else said(_key("bottleneck", source), "exact")
    low, high = levels_said(_key("levels", source), (drawn.noise_low, drawn.noise_high))
    normal = FIXED_NORMAL.get(source) or _checked(source, said(f"normal_{source}", ()))
    return TrainingSettings(
        source,
        network,
        how,
        int(said(_key(f"{how}_size", source), drawn.bottleneck_size)),
        int(said(_key("epochs", source), drawn.epochs)),
        said(_key("batch", source), drawn.batch_size),
        said(_key("rate", source), drawn.learning_rate),
        said(_key("loss", source), drawn.loss),
        int(said(_key("seed", source), drawn.seed)),
        noise=said(_key("noise", source), drawn.noise),
        noise_low=low,
        noise_high=high,
        normal_classes=normal or drawn.normal_classes,
    )


def _key(field: str, source: str) -> str:
    """Each source has its own fields, because what suits one does not suit another."""
    return f"anomaly_{field}_{source}"


def _choose_normal(default: TrainingSettings) -> tuple[int, ...]:
    """The labels of the classes that are normal."""
    source = default.source
    names = get_source(source).class_names
    if source in FIXED_NORMAL:
        normal = [names[label] for label in FIXED_NORMAL[source]]
        st.multiselect("Normal", normal, normal, key=f"normal_{source}", disabled=True, help="All that it learns from.")
        return FIXED_NORMAL[source]
    chosen = st.multiselect(
        "Normal",
        names,
        [names[label] for label in default.normal_classes],
        key=f"normal_{source}",
        help="The network learns from these classes alone. All others are abnormal, and it never sees them.",
        bind="query-params",
        persist_state="session",
    )
    labels = _checked(source, chosen)
    if not labels:
        wrong = "all are" if chosen else "none is"
        taken = ", ".join(names[label] for label in default.normal_classes)
        st.caption(f"Expected at least one class to be normal and one not. Now {wrong}, so {taken} is taken.")
    return labels or default.normal_classes


def _checked(source: str, chosen: object) -> tuple[int, ...]:
    """The labels of the chosen names; () where none is chosen, or all are."""
    names = get_source(source).class_names
    labels = tuple(label for label, name in enumerate(names) if isinstance(chosen, list | tuple) and name in chosen)
    return () if len(labels) == len(names) else labels


def _more_settings(default: TrainingSettings) -> tuple[int, float, str, str, float, float, int]:
    source = default.source
    batch = pick(
        "Batch size", _key("batch", source), BATCHES, default.batch_size, help="Pictures between two steps of learning."
    )
    rate = pick("Learning rate", _key("rate", source), ALL_RATES, default.learning_rate, help=RATE_HELP)
    loss = choose("Loss", _key("loss", source), LOSSES, default.loss, help="What the training makes small.")
    noise = choose(
        "Noise to learn from",
        _key("noise", source),
        {NO_NOISE: "None", **{name: noise.title for name, noise in NOISES.items()}},
        default.noise,
        help="Shown spoilt pictures and asked for the sound ones, the network learns to repair besides to squeeze.",
    )
    low, high = default.noise_low, default.noise_high
    if noise != NO_NOISE:
        low, high = levels(_key("levels", source), (low, high))
    seed = whole("Seed", _key("seed", source), 0, 0, 2**32 - 1, help="Another seed draws other first weights.")
    return batch, rate, loss, noise, low, high, seed
