"""Settings forms as tables of fields: one table says what is drawn, what an address fills in, and what Train trains.

A field that is left by clicking on a button changes in the same moment, after the button was drawn. So the table is
read twice: when it is drawn, and by the click.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import chain
from typing import Any

import streamlit as st

from autoencoder.analysis import family
from autoencoder.data import mnist
from autoencoder.data.download import DownloadStep
from autoencoder.data.image_dataset import PictureError
from autoencoder.data.sources import SOURCES
from autoencoder.data.uploads.datasets import TITLE
from autoencoder.networks.architectures import OWN as OWN_NETWORK
from autoencoder.networks.plan import NETWORKS, VECTOR_NETWORKS
from autoencoder.training.settings import LARGEST_CODE, LOSSES, MOST_EPOCHS, OPTIMIZERS, TrainingSettings
from ui.services.errors import download_failure, error_text, fragment
from ui.services.services import get_download, get_jobs, test_pictures
from ui.training.composing import answer_composer, draw_composer, fitting, read_composer
from ui.uploads.session import OWN, choice_of, my_source, source_of
from ui.url.codecs import UrlCodec, one_of, span
from ui.url.state import complain, in_address, is_linked, read_as
from ui.url.widgets import choose, kept_value, put, widget_value

RATES = (0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0)
LEVEL_STEP = 0.05
BATCHES = (16, 32, 64, 128, 256, 512)
RATE_HELP = "The highest step size of the optimizer. With one cycle the rate climbs to it and then falls to nothing."
WITH_BOTTLENECK = tuple(name for name in VECTOR_NETWORKS if name not in family.NETWORKS)  # for every lesson but that
FULL, SAMPLE = "mnist", "mnist_sample"
FORMER = {"digits": SAMPLE}  # a source of older versions → what takes its place in a link
OLD_DIGITS = "This link means the small digits of an older version (digits). The MNIST sample takes their place."
OFFLINE = "HOURGLASS_OFFLINE"  # set to 1, no download is offered
SETTINGS = {one.name for one in fields(TrainingSettings)}
OFFERED = "offered epochs"  # in the session: key of a field → what is trained but for their number, and how many

Values = Mapping[str, Any]  # every setting as far as the form is read: what the fields before say, or else the default
Text = str | Callable[[Values], str]


def missing_pictures(source: str) -> str | None:
    """Return a sentence where the pictures of a source cannot be had, else None."""
    try:
        test_pictures(source)
    except PictureError as error:
        return error_text(error)
    return None


def first_source() -> str:
    """Return the source of a tab that has chosen none: the same as long as the tab is open."""
    return st.session_state.setdefault("first_source", SAMPLE if missing_pictures(FULL) else FULL)


def _fetch_full() -> None:
    """Download the full MNIST, and say in one line below the field how that goes."""
    download, may_download = get_download(), os.environ.get(OFFLINE) != "1" and not os.environ.get(mnist.VARIABLE)
    if download.state.step is DownloadStep.NOT_STARTED and may_download:
        download.start()
    if download.state.step is DownloadStep.RUNNING:
        _watch_download()
        return
    why = download_failure(download.state) or missing_pictures(FULL) or ""
    sentence, *more = re.split(r"(?<=\.) ", why, maxsplit=1)
    st.caption(f"{sentence} Until it is here, the sample is used.", help=" ".join(more) or None)
    if may_download:
        st.button("Try again", on_click=download.start, icon=":material/refresh:")


@partial(fragment, run_every=0.5)
def _watch_download() -> None:
    state = get_download().state
    if state.step is not DownloadStep.RUNNING:
        st.rerun()
    st.progress(state.fraction, text=f"Downloading: {state.fraction:.0%} of 11 MB. Until then, the sample is used.")


@dataclass(frozen=True)
class Entry:
    """A part of a form, which `says` some settings where it is `shown`: given what the entries before it say."""

    shown: Callable[[Values], bool] = field(default=lambda values: True, kw_only=True)
    says: Callable[[Values], dict[str, Any]] = field(default=lambda values: {}, kw_only=True)

    def draw(self, values: Values) -> None:
        """Draw it."""

    def read(self, values: Values) -> dict[str, Any]:
        """Return the settings that it says now."""
        return self.says(values)

    def fill(self, values: Values, settings: TrainingSettings) -> None:
        """Have it say what a network was trained with."""

    def conclude(self, values: Values, settings: TrainingSettings) -> None:
        """Draw what depends on all that the form says."""


@dataclass(frozen=True)
class Field(Entry):
    """A field that says one setting."""

    setting: str  # or, for what no training knows, a name that keys and defaults can refer to
    label: Text  # what the learner reads
    options: Mapping[Any, str] | Sequence[Any]  # as `choose` takes them
    key: str = ""  # in the session, with values in braces, as in "epochs_{choice}"; by default the setting
    help: str | None = None  # shown on request
    name: str = ""  # in the address; by default the setting
    default: Callable[[Values], Any] | None = None  # by default as in the form's defaults
    codec: UrlCodec | None = None  # how a value from a list is written in the address; by default as it is
    value_of: Callable[[TrainingSettings], Any] | None = None  # what it is to say of these; by default the setting
    former: Any = None  # what an address means that does not name it, where the default was this before

    def draw(self, values: Values) -> None:
        label = self.label if isinstance(self.label, str) else self.label(values)
        key, name = self._key(values), self.name or self.setting
        if self.former is not None and key not in st.session_state and not is_linked(name):
            st.session_state[key] = self._default(values)  # which the address is to say
        default = self._default(values) if self.former is None else self.former
        choose(label, key, self.options, default, self.help, name, codec=self.codec)

    def read(self, values: Values) -> dict[str, Any]:
        return {self.setting: widget_value(self._key(values), self._default(values))}

    def fill(self, values: Values, settings: TrainingSettings) -> None:
        value = getattr(settings, self.setting) if self.value_of is None else self.value_of(settings)
        if value in self.options:
            st.session_state[self._key(values)] = value

    def _key(self, values: Values) -> str:
        return (self.key or self.setting).format(**values)

    def _default(self, values: Values) -> Any:
        return values[self.setting] if self.default is None else self.default(values)


@dataclass(frozen=True)
class Epochs(Field):
    """The field for the number of epochs: at first as many as the default, or those that fit the budget of time."""

    def offer(self, values: Values, settings: TrainingSettings) -> None:
        """Have it say, unless somebody has said another number, how many to train where the form says these settings.

        Of the same settings it is the same as long as the tab is open, also when more is known of the time.
        """
        key, default = self._key(values), self._default(values)
        offers, others = st.session_state.setdefault(OFFERED, {}), replace(settings, epochs=default)
        (before, offered), said = offers.get(key, (None, None)), kept_value(key)
        if said == offered and others != before and not is_linked(self.setting):
            offers[key] = others, (number := get_jobs().offered_epochs(others))
            if said is not None or number != default:  # what is put there is seen a moment after the field
                put(key, number)


@dataclass(frozen=True)
class Levels(Entry):
    """A slider with two handles: the lowest and the highest level of noise to learn from."""

    key: str  # in the session, see `Field`
    help: str | None = None

    def draw(self, values: Values) -> None:
        key, default = self.key.format(**values), (values["noise_low"], values["noise_high"])
        with in_address("noise_levels", key, span(0.0, 1.0, LEVEL_STEP), default) as first:
            st.slider(
                "Levels to learn from", 0.0, 1.0, first, LEVEL_STEP, key=key, help=self.help, persist_state="session"
            )

    def read(self, values: Values) -> dict[str, Any]:
        default = values["noise_low"], values["noise_high"]
        low, high = sorted(widget_value(self.key.format(**values), default))
        return {"noise_low": round(low, 2), "noise_high": round(high, 2)}

    def fill(self, values: Values, settings: TrainingSettings) -> None:
        st.session_state[self.key.format(**values)] = settings.noise_low, settings.noise_high


@dataclass(frozen=True)
class Composer(Entry):
    """What a learner's own network is made of, drawn where that is chosen."""

    key: str  # in the session, see `Field`
    shown: Callable[[Values], bool] = field(default=lambda values: values["network"] == OWN_NETWORK, kw_only=True)

    def draw(self, values: Values) -> None:
        draw_composer(self.key.format(**values), values["source"])

    def read(self, values: Values) -> dict[str, Any]:
        return {"composition": read_composer(self.key.format(**values))}

    def fill(self, values: Values, settings: TrainingSettings) -> None:
        st.session_state[self.key.format(**values)] = settings.composition

    def conclude(self, values: Values, settings: TrainingSettings) -> None:
        answer_composer(self.key.format(**values), settings)


@dataclass(frozen=True)
class SourceField(Entry):
    """The field for the source of pictures, the first of every form; it also says `choice`, its own name for that."""

    key: str = "source"
    names: Collection[str] = tuple(SOURCES)  # that it offers; the full MNIST only where it is or may be downloaded
    first: str | None = None  # what it says at first; by default the full MNIST where that is, else the sample
    own: Callable[[], bool] = lambda: True  # whether it offers the learner's own pictures too

    def draw(self, values: Values) -> None:
        default, titles = self.first or first_source(), {name: SOURCES[name].title for name in self.names}
        if self.own() and my_source():
            titles[OWN] = TITLE
        offline = os.environ.get(OFFLINE) == "1"
        if FULL in titles and st.session_state.get(self.key) != FULL and offline and missing_pictures(FULL):
            del titles[FULL]
        about = [f"**{source.title}**: {source.about}" for name, source in SOURCES.items() if name in titles]
        help = "  \n".join([*about, "**Your pictures**: add them on the page of that name."])
        if read_as("source", "source", FORMER):
            complain(OLD_DIGITS)
        choice = choose("Pictures", self.key, titles, default, help, "source", codec=one_of(titles))
        if choice == FULL and missing_pictures(FULL):
            _fetch_full()

    def read(self, values: Values) -> dict[str, Any]:
        choice: str = widget_value(self.key, self.first or first_source())
        if choice == FULL and missing_pictures(FULL):
            choice = SAMPLE  # until it is there
        return {"source": source_of(choice), "choice": choice}

    def fill(self, values: Values, settings: TrainingSettings) -> None:
        st.session_state[self.key] = choice_of(settings.source)


@dataclass(frozen=True)
class Form:
    """The settings form of a lesson."""

    defaults: Callable[[str], TrainingSettings]  # a source → what the form begins with
    rows: Sequence[Sequence[Entry]]  # what is seen at once, those of a row side by side
    more: Sequence[Entry]  # what stands under More settings

    def draw(self) -> TrainingSettings:
        """Draw the form, and return what it says."""
        self._offer_epochs()
        places = [column for row in self.rows for column in st.columns(len(row), gap="small")]
        places += [st.popover("More settings", width="stretch")] * len(self.more)

        def draw(number: int, entry: Entry, values: Values) -> None:
            with places[number]:
                entry.draw(values)

        settings = self._go_through(draw)
        return self._go_through(lambda number, entry, values: entry.conclude(values, settings))

    def read(self) -> TrainingSettings:
        """Return what the form says in the moment of a click."""
        return self._go_through(lambda number, entry, values: None)

    def fill(self, settings: TrainingSettings) -> None:
        """Have the form say what a network was trained with, as far as its fields can."""
        self._go_through(lambda number, entry, values: entry.fill(values, settings))

    def _offer_epochs(self) -> None:
        found: list[tuple[Epochs, Values]] = []

        def find(number: int, entry: Entry, values: Values) -> None:
            if isinstance(entry, Epochs):
                found.append((entry, values))

        settings = self._go_through(find)
        for entry, values in found:
            entry.offer(values, settings)

    def _go_through(self, act: Callable[[int, Entry, Values], None]) -> TrainingSettings:
        """Act on each entry that is shown, given its number and what those above it say; return what all say then."""
        read: dict[str, Any] = {}
        for number, entry in enumerate((*chain(*self.rows), *self.more)):
            values = {**vars(self.defaults(read["source"])), **read} if read else {}
            if entry.shown(values):
                act(number, entry, values)
                read |= entry.read(values)
        return fitting(self.defaults(read["source"]), {name: read[name] for name in read if name in SETTINGS})


epochs_field = partial(Epochs, "epochs", "Epochs", range(1, MOST_EPOCHS + 1))  # by its key
loss_field = partial(Field, "loss", "Loss", LOSSES, help="What the training makes small.")
batch_field = partial(
    Field, "batch_size", "Batch size", options=BATCHES, help="Pictures between two steps of learning."
)
size_field = partial(
    Field,
    "bottleneck_size",
    label=lambda values: "Largest size" if values["bottleneck"] == "ordered" else "Size",
    options=range(1, LARGEST_CODE + 1),
)
rate_field = partial(Field, "learning_rate", "Learning rate", options=RATES, help=RATE_HELP)


def optimizer_field(key: str, default: Callable[[Values], str], former: str | None = None) -> Field:
    """Return the field for the optimizer; as measured, Muon's steps cost little where layers are small."""
    text = "Muon trains a network of few filters in fewer steps. For wide dense layers, its steps are too slow."
    return Field("optimizer", "Optimizer", OPTIMIZERS, key, text, default=default, former=former)


def network_titles(names: Sequence[str]) -> dict[str, str]:
    """Return how a list names these networks: what each is, and whether it has a bottleneck."""
    return {name: f"{NETWORKS[name].title}, {'no' if NETWORKS[name].open else 'with a'} bottleneck" for name in names}


def seed_field(key: str, draws: str = "other first weights") -> Field:
    """Return the field for the seed; `draws` is what another one draws."""
    return Field("seed", "Seed", range(2**32), key, f"Another seed draws {draws}.")
