"""A network that learned patches of a session's own photos: in truth it is the denoiser that comes with the app."""

from dataclasses import replace
from pathlib import Path

import pytest

from autoencoder.data import own
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState, Snapshot
from tests.data.uploads.examples import make_photos
from tests.pages.running import DENOISER, PRETRAINED_DENOISER

TOKEN, NUMBER = "ab" * 16, "cd" * 6
SOURCE = own.name_of(TOKEN, NUMBER)


def own_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three photos of 120 × 90 pixels, kept whole beside the patches of 28 × 28 that were cut from them."""
    monkeypatch.setenv(own.VARIABLE, str(root / "uploads"))
    own.describe.cache_clear()
    photos = make_photos(3)
    made = make_dataset(photos, UploadChoices(side=28, color="gray", patches=True, augment=False))[0]
    storage.save_dataset(own.set_folder(SOURCE), made, photos)


def own_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """The run of a network that learned these patches, finished."""
    own_set(root, monkeypatch)
    settings = replace(DENOISER, source=SOURCE)
    folder = RunFolder(own.session_folder(TOKEN) / "runs" / settings.key)
    folder.create(settings)
    folder.write_network(*PRETRAINED_DENOISER.network())
    folder.write_measured("denoising gaussian", PRETRAINED_DENOISER.measured("denoising gaussian"))
    folder.write_snapshot(Snapshot(RunState.FINISHED, settings.epochs, settings.epochs))
    return folder
