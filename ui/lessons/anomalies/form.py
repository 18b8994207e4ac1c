"""The form in which a learner says what is normal, and what network is to learn it."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from autoencoder.analysis.anomalies import DEFAULTS, REPAIR, default_settings
from autoencoder.data.noise import NOISES
from autoencoder.data.sources import SOURCES, get_source
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import LARGEST_CODE, NO_NOISE, TrainingSettings
from ui.markdown import escape_markdown
from ui.training import form
from ui.uploads.session import my_source
from ui.url.codecs import some_of
from ui.url.state import in_address
from ui.url.widgets import choose, widget_value
from ui.words import read_texts

FIRST_SOURCE, SOURCE_KEY = "bananas", "anomaly_source"
STEP = "anomaly_step"  # in the session: which of the networks that came with the app is shown
STEPS = {"bottleneck": ("A bottleneck", DEFAULTS["bananas"]), "repair": ("Sharper: learn to repair", REPAIR)}
ALL_OF_ONE_CLASS = ("bananas",)  # sources whose training pictures are, so that there is nothing to choose
NETWORK_TITLES = form.network_titles(["repairer", *form.WITH_BOTTLENECK, "denoiser"])
NOISE_HELP = "The network sees noisy pictures and must rebuild clean ones. So it learns to repair, not only to squeeze."
RATES = sorted({*form.RATES, *(one.learning_rate for one in DEFAULTS.values())})
STEP_TEXTS = read_texts("lessons/anomalies/texts.toml")["steps"]
NOISE_TITLES = {NO_NOISE: "None", **{name: noise.title for name, noise in NOISES.items()}}


@dataclass(frozen=True)
class NormalClasses(form.Entry):
    """The field for the classes that are normal; where all or none are chosen, it says so, and is the default."""

    def draw(self, values: form.Values) -> None:
        names, key = get_source(values["source"]).class_names, self._key(values)
        first = [names[label] for label in values["normal_classes"]]
        if values["source"] in ALL_OF_ONE_CLASS:
            st.caption(f"Normal: {', '.join(first)}. It learns from nothing else.")
            return
        codec = some_of({str(label): name for label, name in enumerate(names)})
        help = "The network learns from these classes only. All others are abnormal, and it never sees them."
        with in_address("normal_classes", key, codec, first) as value:
            chosen = st.multiselect("Normal", names, value, key=key, help=help, persist_state="session")
        if len(chosen) in (0, len(names)):
            wrong = "all are normal" if chosen else "none is normal"
            taken = ", ".join(escape_markdown(name) for name in first)
            st.caption(f"At least one class must be normal, and one abnormal. Now {wrong}, so {taken} is used.")

    def read(self, values: form.Values) -> dict[str, Any]:
        names, chosen = get_source(values["source"]).class_names, widget_value(self._key(values), ())
        labels = tuple(label for label, name in enumerate(names) if name in chosen)
        return {"normal_classes": labels if 0 < len(labels) < len(names) else values["normal_classes"]}

    def fill(self, values: form.Values, settings: TrainingSettings) -> None:
        if values["source"] not in ALL_OF_ONE_CLASS:
            names = get_source(settings.source).class_names
            st.session_state[self._key(values)] = [names[label] for label in settings.normal_classes]

    @staticmethod
    def _key(values: form.Values) -> str:
        """Return a key: another for every set of a session's own pictures, whose classes differ."""
        number = "" if values["source"] in SOURCES else f"_{values['source'][-6:]}"
        return f"normal_{values['choice']}{number}"


@dataclass(frozen=True)
class Task(form.Field):
    """The field for what is abnormal in a session's own pictures, on which depends how it is looked for at first."""

    def read(self, values: form.Values) -> dict[str, Any]:
        chosen = super().read(values)
        if chosen["task"] == "thing":
            return chosen
        found = vars(default_settings(values["source"], damage=True)) | {"normal_classes": values["normal_classes"]}
        return found | chosen | {"choice": f"{values['choice']}_damage"}  # with fields of its own


def _offers_own() -> bool:
    own = not (mine := my_source()) or len(get_source(mine).class_names) >= 2
    if not own:
        st.caption("Your pictures need two classes to be listed here. Sort them on the page *Your pictures*.")
    return own


def _has_bottleneck(values: form.Values) -> bool:
    return not NETWORKS[values["network"]].open


# Each source has its own fields, because what suits one does not suit another.
FORM = form.Form(
    default_settings,
    rows=[
        [form.SourceField(SOURCE_KEY, tuple(DEFAULTS), FIRST_SOURCE, _offers_own)],
        [NormalClasses()],
        [
            Task(
                "task",
                "What is abnormal?",
                {"thing": "Another thing", "damage": "Damage on the same thing"},
                "anomaly_task",
                "Another thing does not pass the bottleneck, and its outlines are unusual. Damage is what a network "
                "paints over that learned to repair, so you see where it is.",
                default=lambda values: "thing",
                value_of=lambda settings: "damage" if NETWORKS[settings.network].open else "thing",
                shown=lambda values: values["source"] not in SOURCES,
            )
        ],
        [form.Field("network", "Network", NETWORK_TITLES, "anomaly_network_{choice}")],
        [form.Composer("anomaly_composition_{choice}")],
        [
            form.Field(
                "bottleneck",
                "Bottleneck",
                {"exact": "Exact size", "ordered": "Every size"},
                "anomaly_bottleneck_{choice}",
                default=lambda values: "exact" if values["bottleneck"] == "open" else values["bottleneck"],
                shown=_has_bottleneck,
            )
        ],
        [form.epochs_field("anomaly_epochs_{choice}")],
    ],
    more=[
        form.Entry(says=lambda values: {} if _has_bottleneck(values) else {"bottleneck": "open"}),
        form.size_field(
            key="anomaly_{bottleneck}_size_{choice}",
            default=lambda values: values["bottleneck_size"] if values["bottleneck"] == "exact" else LARGEST_CODE,
            shown=_has_bottleneck,
        ),
        form.batch_field(key="anomaly_batch_{choice}"),
        form.rate_field(key="anomaly_rate_{choice}", options=RATES),
        form.optimizer_field(
            "anomaly_optimizer_{network}_{choice}",
            lambda values: {"repairer": "muon", "convolutional": values["optimizer"]}.get(values["network"], "adam"),
        ),
        form.loss_field("anomaly_loss_{choice}"),
        form.Field("noise", "Noise to learn from", NOISE_TITLES, "anomaly_noise_{choice}", NOISE_HELP),
        form.Levels("anomaly_levels_{choice}", shown=lambda values: values["noise"] != NO_NOISE),
        form.seed_field("anomaly_seed_{choice}"),
    ],
)


def repairs() -> bool:
    """Return whether, of the networks that came with the app, the one that learned to repair is shown."""
    return bool(widget_value(STEP, "") == "repair")


def choose_pretrained() -> None:
    """Draw the choice of a network that came with the app; the form then says what it was trained with."""

    def fill() -> None:
        FORM.fill(STEPS[st.session_state[STEP]][1])

    titles = {name: title for name, (title, _) in STEPS.items()}
    choice, words = st.columns([2, 3], vertical_alignment="bottom")
    with choice:
        step = choose("What keeps anomalies out", STEP, titles, "bottleneck", name="step", on_change=fill, seen=True)
    words.caption(STEP_TEXTS[step])
