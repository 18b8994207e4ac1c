"""The form in which a learner says what is normal, and what network is to learn it."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from autoencoder.analysis.anomalies import DEFAULTS, default_settings
from autoencoder.data.noise import NOISES
from autoencoder.data.sources import SOURCES, get_source
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LARGEST_CODE, LOSSES, MOST_EPOCHS, NO_NOISE, OPTIMIZERS, TrainingSettings
from ui.markdown import escape_markdown
from ui.training.fields import BATCHES, RATE_HELP, RATES, last_row
from ui.training.source_field import choose_source, said_source
from ui.uploads.session import choice_of, my_classes, my_source, source_of
from ui.url.codecs import some_of
from ui.url.state import in_address
from ui.url.widgets import choose, levels, levels_value, pick, read_form, whole, widget_value

FIRST_SOURCE, SOURCE_KEY = "bananas", "anomaly_source"
FIXED_NORMAL = {"bananas": (0,)}  # of a source whose training pictures are all of one class
NETWORK_NAMES = {
    "repairer": "Inpainter, no bottleneck",
    "dense": "Dense, with a bottleneck",
    "convolutional": "Convolutional, with a bottleneck",
    "denoiser": "Denoiser, no bottleneck",
}
BOTTLENECK_NAMES = {"exact": "Exact size", "ordered": "Every size"}
SIZE_LABELS = {"exact": "Size", "ordered": "Largest size"}
FIELDS = {  # setting → field, of which every source has its own
    "network": "network",
    "epochs": "epochs",
    "batch_size": "batch",
    "learning_rate": "rate",
    "loss": "loss",
    "seed": "seed",
    "noise": "noise",
}
ALL_RATES = tuple(sorted({*RATES, *(settings.learning_rate for settings in DEFAULTS.values())}))


def anomalies_form(buttons: Callable[[TrainingSettings], None]) -> TrainingSettings:
    """Widgets for the settings; returns what they say, validated.

    Args:
        buttons: Draws the buttons at the end of the form, which depend on what it says.
    """
    pictures, normal, network, bottleneck, epochs = st.columns([3, 4, 3, 3, 2])
    with pictures:
        source = source_of(_choose_source())
    default = default_settings(source)
    with normal:
        _choose_normal(default)
    with network:
        kind = choose("Network", _key("network", source), NETWORK_NAMES, default.network, name="network")
    with bottleneck:
        how = _choose_bottleneck(default, kind)
    with epochs:
        whole("Epochs", _key("epochs", source), default.epochs, 1, MOST_EPOCHS, name="epochs")
    index, folded_away = last_row()
    with folded_away:
        _more_settings(default, kind, how)
    settings = anomalies_settings_now(default)
    with index:
        buttons(settings)
    return settings


def anomalies_settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """Return what the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = source_of(said_source(drawn.source, SOURCE_KEY))
    if source != drawn.source:
        return drawn  # the fields of another source were not on the page yet
    network = widget_value(_key("network", source), drawn.network)
    how = "open" if NETWORKS[network].open else widget_value(_key("bottleneck", source), "exact")
    low, high = levels_value(_key("levels", source), (drawn.noise_low, drawn.noise_high))
    normal = FIXED_NORMAL.get(source) or _checked(source, widget_value(_normal_key(source), ()))
    keys = {name: _key(field, source) for name, field in FIELDS.items()} | {"optimizer": f"anomaly_optimizer_{network}"}
    return read_form(
        replace(drawn, optimizer=_first_optimizer(network)),
        {**keys, "bottleneck_size": _key(f"{how}_size", source)},
        bottleneck=how,
        noise_low=low,
        noise_high=high,
        normal_classes=normal or drawn.normal_classes,
    )


def _key(field: str, source: str) -> str:
    """Each source has its own fields, because what suits one does not suit another."""
    return f"anomaly_{field}_{choice_of(source)}"


def _normal_key(source: str) -> str:
    """Of the field for the normal classes: another for every set of a session's own pictures, whose classes differ."""
    number = "" if source in SOURCES else f"_{source[-6:]}"
    return f"normal_{choice_of(source)}{number}"


def _choose_source() -> str:
    """The field for the source of pictures, of those that have classes."""
    if my_source() and len(my_classes()) < 2:
        st.caption("Your pictures need two classes to be listed here: sort them on their page.")
        return choose_source(SOURCE_KEY, DEFAULTS, FIRST_SOURCE, own=False)
    return choose_source(SOURCE_KEY, DEFAULTS, FIRST_SOURCE)


def _choose_normal(default: TrainingSettings) -> None:
    """Which classes are normal."""
    source = default.source
    names = get_source(source).class_names
    if source in FIXED_NORMAL:
        normal = [names[label] for label in FIXED_NORMAL[source]]
        st.multiselect(
            "Normal", normal, normal, key=_normal_key(source), disabled=True, help="All that it learns from."
        )
        return
    first = [names[label] for label in default.normal_classes]
    spelling = some_of({str(label): name for label, name in enumerate(names)})
    with in_address("normal_classes", _normal_key(source), spelling, first) as value:
        chosen = st.multiselect(
            "Normal",
            names,
            value,
            key=_normal_key(source),
            help="The network learns from these classes alone. All others are abnormal, and it never sees them.",
            persist_state="session",
        )
    if not _checked(source, chosen):
        wrong = "all are" if chosen else "none is"
        taken = ", ".join(escape_markdown(names[label]) for label in default.normal_classes)
        st.caption(f"Expected at least one class to be normal and one not. Now {wrong}, so {taken} is taken.")


def _first_optimizer(network: str) -> str:
    """Return what was measured to be best for a network: Muon's steps cost little where layers are small."""
    return "muon" if network == "repairer" else "adam"


def _checked(source: str, chosen: object) -> tuple[int, ...]:
    """The labels of the chosen names; () where none is chosen, or all are."""
    names = get_source(source).class_names
    labels = tuple(label for label, name in enumerate(names) if isinstance(chosen, list | tuple) and name in chosen)
    return () if len(labels) == len(names) else labels


def _choose_bottleneck(default: TrainingSettings, network: str) -> str:
    if NETWORKS[network].open:
        st.selectbox("Bottleneck", ["None"], disabled=True, key="anomaly_no_bottleneck")
        return "open"
    first = "exact" if default.bottleneck == "open" else default.bottleneck
    return choose("Bottleneck", _key("bottleneck", default.source), BOTTLENECK_NAMES, first, name="bottleneck")


def _more_settings(default: TrainingSettings, network: str, bottleneck: str) -> None:
    source = default.source
    if bottleneck != "open":
        first_size = default.bottleneck_size if bottleneck == "exact" else LARGEST_CODE
        key = _key(f"{bottleneck}_size", source)
        whole(SIZE_LABELS[bottleneck], key, first_size, 1, LARGEST_CODE, name="bottleneck_size")
    batch, help = default.batch_size, "Pictures between two steps of learning."
    pick("Batch size", _key("batch", source), BATCHES, batch, help=help, name="batch_size")
    rate = default.learning_rate
    pick("Learning rate", _key("rate", source), ALL_RATES, rate, help=RATE_HELP, name="learning_rate")
    help = "Muon learns an open network of few filters in fewer steps; its steps are too slow for wide dense layers."
    first = _first_optimizer(network)
    choose("Optimizer", f"anomaly_optimizer_{network}", OPTIMIZERS, first, help=help, name="optimizer")
    choose("Loss", _key("loss", source), LOSSES, default.loss, help="What the training makes small.", name="loss")
    noises = {NO_NOISE: "None", **{name: noise.title for name, noise in NOISES.items()}}
    help = "Shown corrupted pictures and asked for the sound ones, the network learns to repair besides to squeeze."
    key = _key("noise", source)
    if choose("Noise to learn from", key, noises, default.noise, help=help, name="noise") != NO_NOISE:
        levels(_key("levels", source), (default.noise_low, default.noise_high))
    help = "Another seed draws other first weights."
    whole("Seed", _key("seed", source), 0, 0, 2**32 - 1, help=help, name="seed")
