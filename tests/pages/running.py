"""The app as Streamlit's AppTest runs it: no browser, no worker process, no TensorFlow."""

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.compression import MEASURED
from autoencoder.data.noise import SHOWN_LEVELS
from autoencoder.data.uploads.collecting import Step, Steps
from autoencoder.networks.ordered import milestones
from autoencoder.training import worker
from autoencoder.training.jobs import Jobs
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Loss, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import Store
from tests.data.uploads.examples import drive
from ui.services.services import learner

ROOT = Path(__file__).parents[2]
PRETRAINED = RunFolder(ROOT / "assets" / "pretrained" / "bottleneck")
PRETRAINED_DENOISER = RunFolder(ROOT / "assets" / "pretrained" / "denoising")
LIKE_PRETRAINED = TrainingSettings(
    network="gated", epochs=40, batch_size=32, augmentation="affine"
)  # what the form says without MNIST
DENOISER = TrainingSettings(  # what the form of the page Denoising says without MNIST
    source="mnist_sample",
    network="denoiser",
    bottleneck="open",
    epochs=15,
    batch_size=16,
    learning_rate=0.006,
    loss="binary_crossentropy",
    noise="gaussian",
    noise_high=1.0,
    optimizer="muon",
)
BESIDE = {  # a run's key → what the app's addresses say beside it
    LIKE_PRETRAINED.key: {"network": "gated"},
    DENOISER.key: {"batch_size": "16", "optimizer": "muon"},
}
UNUSUAL: dict[str, Any] = {  # settings that no form begins with
    "epochs": 3,
    "batch_size": 256,
    "learning_rate": 0.01,
    "loss": "mean_absolute_error",
    "seed": 2**32 - 1,
}
BOTTLENECK, DENOISING, IDEA = "pages/bottleneck.py", "pages/denoising.py", "pages/idea.py"
PICTURES = "pages/pictures.py"


class IdleWorker(Executor):
    """Takes work and does none of it, so that a test decides what the worker has done by now; it is warm."""

    def __init__(self) -> None:
        self.imports = False  # whether it is not warm yet
        self.work: list[tuple[Callable[..., Any], tuple[Any, ...], Future]] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future:
        future: Future = Future()
        self.work.append((function, arguments, future))
        if function is worker.warm_up and not self.imports:
            future.set_result(None)
        return future

    @property
    def trainings(self) -> list[str]:
        """The keys of the runs that were handed over, in order."""
        return [Path(arguments[0]).name for function, arguments, _ in self.work if function is worker.train]

    def asked(self, function: Callable[..., Any]) -> list[tuple[Any, ...]]:
        """What this function was handed over with, in order."""
        return [arguments for one, arguments, _ in self.work if one is function]

    def answer(self, function: Callable[..., Any], result: Any = None, error: Exception | None = None) -> None:
        """All that this function was asked for comes back with this, or ends in the error."""
        for one, _, future in self.work:
            if one is function and not future.done():
                future.set_result(result) if error is None else future.set_exception(error)

    def end(self, key: str, error: Exception | None = None) -> None:
        """The training of this run comes back, or its process dies."""
        for function, arguments, future in self.work:
            if function is worker.train and Path(arguments[0]).name == key and not future.done():
                future.set_result(None) if error is None else future.set_exception(error)


class Reader:
    """Does the steps that it is given at once, or when it is told to."""

    def __init__(self) -> None:
        self.held: list[tuple[Future, Step, Steps[Any]]] = []
        self.holds = False

    def submit(self, who: str, steps: Steps[Any]) -> Future:
        future: Future = Future()
        try:
            self.held.append((future, next(steps), steps))
        except Exception as error:
            future.set_result(error.value) if isinstance(error, StopIteration) else future.set_exception(error)
        if not self.holds:
            self.go_on()
        return future

    def go_on(self) -> None:
        """Do what was held back."""
        while self.held:
            future, step, steps = self.held.pop(0)
            try:
                future.set_result(drive(steps, first=step))
            except Exception as error:
                future.set_exception(error)


@dataclass
class App:
    """The app, with a store of its own and a worker that does nothing."""

    home: Path
    worker: IdleWorker
    background: IdleWorker = field(default_factory=IdleWorker)
    reader: Reader = field(default_factory=Reader)
    made: list[Jobs] = field(default_factory=list)
    browser: str = "mine"  # whose tabs run, and whose runs are prepared

    def open(self, page: str = IDEA, **address: str) -> AppTest:
        """A new browser tab on a page, with what stands after the "?" of its address.

        Beside a run of a form's default settings it says what these were not always, as the app does.
        """
        address = next((more for run, more in BESIDE.items() if address.get("run", "").startswith(run)), {}) | address
        tab = AppTest.from_file(ROOT / "app.py", default_timeout=30).run()
        if page != IDEA:
            tab.switch_page(page)
        for name, value in address.items():
            tab.query_params[name] = value
        return tab.run()

    @property
    def jobs(self) -> Jobs:
        return self.made[-1]

    def folder(self, settings: TrainingSettings) -> RunFolder:
        return self.folder_of(settings.key)

    def folder_of(self, key: str) -> RunFolder:
        return Store(self.home).folder(key)

    def prepare(
        self, settings: TrainingSettings, state: RunState, *, previews: int = 3, message: str = ""
    ) -> RunFolder:
        """A run as a worker leaves it: with some previews, and with a network where it has ended."""
        folder = self.folder(settings)
        folder.create(settings, learner())
        for number in range(previews):
            folder.write_preview(number, made_up_preview(settings, number))
        epoch = settings.epochs if state is RunState.FINISHED else settings.epochs / 2
        losses = (Loss(epoch / 2, 0.05, 0.06), Loss(epoch, 0.02, 0.03)) if previews else ()
        when = tuple(epoch * number / max(1, previews - 1) for number in range(previews))
        snapshot = Snapshot(state, settings.epochs, epoch, losses=losses, previews=when, message=message)
        folder.write_snapshot(snapshot)
        like, measured = (PRETRAINED_DENOISER, "denoising gaussian") if settings.noisy else (PRETRAINED, MEASURED)
        if state in (RunState.FINISHED, RunState.STOPPED, RunState.FAILED):
            folder.write_network(*like.network())
        if state is RunState.FINISHED:
            folder.write_measured(measured, like.measured(measured))
        return folder


def made_up_preview(settings: TrainingSettings, seed: int) -> np.ndarray:
    """uint8 (sizes or levels, 10, 28, 28, 1)"""
    sizes = len(milestones(settings.bottleneck_size)) if settings.ordered else 1
    frames = len(SHOWN_LEVELS) if settings.noisy else sizes
    return np.random.default_rng(seed).integers(0, 256, (frames, 10, 28, 28, 1), np.uint8)


def trained(app: App, tab: AppTest) -> TrainingSettings:
    """The settings that Train hands over."""
    asks = "Train all the same"  # where it would take long
    button(tab, asks if asks in labels(tab.button) else "Train").click().run()
    assert not tab.exception
    return app.folder_of(app.worker.trainings[-1]).settings()


def fill(tab: AppTest, fields: dict[str, Any], prefix: str = "", suffix: str = "") -> AppTest:
    """Give the fields with these keys their values, all in one go; a pair is for a slider with two handles."""
    for key, value in fields.items():
        kinds = (tab.selectbox, tab.number_input, tab.select_slider, tab.multiselect, tab.slider)
        (widget,) = [one for kind in kinds for one in kind if one.key == f"{prefix}{key}{suffix}"]
        widget.set_range(*value) if isinstance(value, tuple) else widget.set_value(value)
    return tab.run()


def move(tab: AppTest, key: str, position: object) -> AppTest:
    """Have a page's slider stand somewhere, as a release of it does."""
    tab.session_state[key] = position
    return tab.run()


def unusual(epochs: str, batch: str, rate: str, loss: str, seed: str) -> dict[str, Any]:
    """The UNUSUAL settings by the keys of a form's fields."""
    return dict(zip((epochs, batch, rate, loss, seed), UNUSUAL.values(), strict=True))


def group(tab: AppTest, key: str) -> Any:
    """The pills or the segmented control with this key."""
    return next(one for one in tab.button_group if one.key == key)


def labels(elements: Any) -> list[str]:
    return [element.label for element in elements]


def button(tab: AppTest, label: str) -> Any:
    """The one button with this label."""
    found = [element for element in tab.button if element.label == label]
    assert len(found) == 1, f"{label!r} among {labels(tab.button)}"
    return found[0]


def address(tab: AppTest, name: str) -> str | None:
    """What the page's address says under this name."""
    value = tab.query_params.get(name)
    return value[-1] if isinstance(value, list) else value


def words(tab: AppTest) -> str:
    """All sentences on the page."""
    headings = (tab.title, tab.header, tab.subheader)
    kinds = (*headings, tab.markdown, tab.caption, tab.info, tab.warning, tab.error, tab.success)
    return "\n".join(element.value for elements in kinds for element in elements)


def progress(tab: AppTest) -> list[str]:
    """The texts of the progress bars."""
    return [element.proto.text for element in tab.get("progress") if element.proto.text]


def component(tab: AppTest, key: str) -> Any:
    """What the component with this key is sent; None where it is not on the page."""
    found = [element.proto for element in tab.get("bidi_component") if element.key == key]
    if not found:
        return None
    proto = found[0]
    return proto.bytes if proto.WhichOneof("data") == "bytes" else json.loads(proto.json)


def header(packed: bytes) -> dict[str, Any]:
    """What a player is told besides its sprites."""
    end = 44 + int.from_bytes(packed[40:44], "big")
    return json.loads(packed[44:end])


def players(tab: AppTest) -> dict[str, dict[str, Any]]:
    """The players on the page: key → what they are told."""
    named = [element for element in tab.get("bidi_component") if element.proto.component_name == "hourglass_frames"]
    return {element.key: header(element.proto.bytes) for element in named}
