"""The trained network that a page shows: one object, handed from the page to its players."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from autoencoder.data.image_dataset import PictureError
from autoencoder.training.run_folder import DamagedRun, RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.store import TrainedModel
from autoencoder.training.worker import OnFinished
from ui.services.services import get_jobs, test_pictures


@dataclass(frozen=True)
class TrainedRun:
    """A run with a trained network. Two are equal as long as the network is the same, so caches can hang on it."""

    folder: RunFolder
    version: str  # its `network_version`, another one whenever it was trained on or anew
    source: str  # whose test pictures show it
    settings: TrainingSettings = field(compare=False)  # what it was trained with
    snapshot: Snapshot | None = field(default=None, compare=False)  # None for a network that came with the app

    @classmethod
    def load(cls, folder: RunFolder, snapshot: Snapshot | None = None) -> "TrainedRun":
        """Return the network of a run as it is now.

        Raises:
            DamagedRun: If its files are not whole.
        """
        settings = get_jobs().store.load(folder).settings
        source = settings.source
        if source == "mnist_sample":  # shown on the 10,000 test pictures of the full set, where that is
            with suppress(PictureError):
                test_pictures("mnist")
                source = "mnist"
        return cls(folder, folder.network_version(), source, settings, snapshot)

    @property
    def key(self) -> str:
        """Return the name of its folder, which is a part of the keys of all players that show it."""
        return self.folder.path.name

    @property
    def epochs(self) -> float:
        """Return for how many epochs it was trained, fewer than its settings say where it was stopped."""
        return self.snapshot.epoch if self.snapshot else self.settings.epochs

    @property
    def model(self) -> TrainedModel:
        """Return the network itself, which the store keeps in memory."""
        return get_jobs().store.load(self.folder)

    def evaluating(self, measure: OnFinished) -> list[Callable[[], bool]]:
        """Have a worker measure this network, if it was trained here and is not measured; return what to wait for."""
        under_way = partial(get_jobs().evaluate, self.key, measure)
        return [lambda: not under_way()] if self.snapshot and under_way() else []


@dataclass(frozen=True)
class Preview:
    """What a network makes of ten test pictures while it is trained."""

    folder: RunFolder
    settings: TrainingSettings
    number: int  # which of the previews that are kept
    epoch: float  # when that was, in epochs
    version: int  # its `preview_version`, so that a training that was started over is looked at anew

    @property
    def frames(self) -> np.ndarray:
        """Return its pictures: float32 (sizes or levels, 10, height, width, channels) in [0, 1].

        Raises:
            DamagedRun: If they cannot be read.
        """
        pictures = self.folder.preview(self.number)
        if pictures.shape[2:] != self.settings.plan.shape:
            raise DamagedRun("pictures", f"a preview has the shape {pictures.shape}")
        return pictures.astype(np.float32) / 255
