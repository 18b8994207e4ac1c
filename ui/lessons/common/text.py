"""Numbers and settings in words that a learner reads."""

from collections.abc import Collection
from dataclasses import fields

import numpy as np

from autoencoder.data.augmentation import AUGMENTATIONS
from autoencoder.data.noise import NOISES
from autoencoder.data.sources import get_source, title_of
from autoencoder.networks.plan import NETWORKS, Plan
from autoencoder.training.run_folder import RunState, Snapshot
from autoencoder.training.settings import LOSSES, NO_PENALTY, TrainingSettings
from ui.markdown import escape_markdown
from ui.words import count, read_texts

WORDS = read_texts("lessons/common/words.toml")
SETTING_NAMES = {field.name: field.name.replace("_", " ") for field in fields(TrainingSettings)} | WORDS["settings"]
VALUE_NAMES: dict[str, dict[str, str]] = WORDS["values"] | {  # of the settings whose values are not numbers
    "network": {key: network.title.lower() for key, network in NETWORKS.items()},
    "loss": {key: title.lower() for key, title in LOSSES.items()},
    "noise": {key: noise.title for key, noise in NOISES.items()},
    "composition": {"": "built in"},
    "augmentation": {key: title.lower() for key, title in AUGMENTATIONS.items()},
}


def setting_in_words(settings: TrainingSettings, name: str) -> str:
    """Return a setting's value as the form shows it."""
    value = getattr(settings, name)
    if name == "source":
        return title_of(value)
    if name == "normal_classes":
        return classes_in_words(settings.source, value)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return VALUE_NAMES.get(name, {}).get(text, text)


def settings_in_words(settings: TrainingSettings) -> str:
    """Return what a network is, in half a sentence."""
    size, normal = settings.bottleneck_size, settings.normal_classes
    squeezed = f"1 to {size} numbers" if settings.ordered else f"exactly {count(size, 'number')}"
    parts = [
        f"{NETWORKS[settings.network].title} network",
        settings.composition,
        title_of(settings.source),
        f"normal: {classes_in_words(settings.source, normal)}" if normal else "",
        "no bottleneck" if settings.bottleneck == "open" else squeezed,
        f"{NOISES[settings.noise].title}, {level_range_in_words(settings)}" if settings.noisy else "",
        f"{settings.penalty}, weight {settings.penalty_weight:g}" if settings.penalty != NO_PENALTY else "",
        "augmented" if settings.augmented else "",
        epochs_in_words(settings.epochs),
    ]
    return " · ".join(filter(None, parts))


def classes_in_words(source: str, labels: tuple[int, ...]) -> str:
    """Return some classes by their names; where nearly all are meant, all but the others."""
    names = [escape_markdown(name) for name in get_source(source).class_names]
    others = [name for label, name in enumerate(names) if label not in labels]
    if len(labels) > 2 and 0 < len(others) <= 2:
        return f"all but {' and '.join(others)}"
    return ", ".join(names[label] for label in labels)


def level_range_in_words(settings: TrainingSettings) -> str:
    """Return which levels of noise a network was taught."""
    low, high = settings.noise_low, settings.noise_high
    return f"level {low:g}" if low == high else f"levels {low:g} to {high:g}"


def history_in_words(snapshot: Snapshot | None) -> list[str]:
    """Return what the settings do not tell of a training: that it was stopped early, or steered by hand."""
    if snapshot is None:
        return []
    stopped = [] if snapshot.state is RunState.FINISHED else [f"stopped after {epochs_in_words(snapshot.epoch)}"]
    return stopped + (["learning rate changed by hand"] if snapshot.rate_changes else [])


def differences_in_words(wanted: TrainingSettings, trained: TrainingSettings) -> str:
    """Return what the learner has changed since the network was trained."""
    return ", ".join(
        f"{SETTING_NAMES[name]} ({setting_in_words(trained, name)} → {setting_in_words(wanted, name)})"
        for name in wanted.differences(trained)
    )


def seconds_in_words(seconds: float) -> str:
    """Return a time that a person reads at a glance."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def epochs_in_words(epochs: float) -> str:
    """Return how long a network has trained: "1 epoch", "0.25 epochs"."""
    return "1 epoch" if epochs == 1 else f"{epochs:.2f}".rstrip("0").rstrip(".") + " epochs"


def effort_in_words(others: Collection[float], own: float) -> str:
    """Return for how long networks were trained that stand beside one: " (2 to 10 epochs, this one 5)".

    Nothing where all were trained for as long.
    """
    if {*others} <= {own}:
        return ""
    least, most = min(others), max(others)
    return f" ({'' if least == most else f'{least:g} to '}{epochs_in_words(most)}, this one {own:g})"


def compression_in_words(plan: Plan, size: int) -> str:
    """Return what a bottleneck of this size means for a picture."""
    return f"{plan.pixel_values:,} pixel values → {count(size, 'number')} ({plan.pixel_values / size:,.0f} : 1)"


def plan_in_words(plan: Plan, size: int) -> str:
    """Return sizes, parameters and compression of a network, in two sentences."""
    return str(WORDS["plan"]).format(plan=plan, numbers=count(size, "number"), ratio=plan.pixel_values / size)


def number_in_words(value: float, digits: int = 2) -> str:
    """Return a score, with as many digits as anybody compares."""
    if 0 < value < 1e-4:
        return f"{value:.{digits - 1}e}".replace("e-0", "e-")
    return np.format_float_positional(value, precision=digits, fractional=False, trim="-")
