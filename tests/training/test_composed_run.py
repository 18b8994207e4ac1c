"""A network of a learner's own, through all that may befall a training."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.keras_file import CONFIG, portable, unpack
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, RunState
from autoencoder.training.settings import TrainingSettings
from tests.training.trainings import OWN
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.extended]  # three trainings in processes of their own

SETTINGS = TrainingSettings("mnist_sample", "own", epochs=30, batch_size=16, bottleneck_size=8, composition=OWN)
TRAIN = "import sys; from autoencoder.training.worker import train; train(sys.argv[1])"


def begin(folder: RunFolder) -> subprocess.Popen:
    folder.touch_lease()
    return subprocess.Popen([sys.executable, "-c", TRAIN, folder.path], cwd=Path(__file__).parents[2])


def weights_of(folder: RunFolder, path: Path) -> list[np.ndarray]:
    """What the file holds that a learner takes along."""
    path.write_bytes(portable((folder.path / "network.keras").read_bytes(), folder.settings().to_json()))
    assert TrainingSettings.from_json(unpack(path)) == folder.settings()
    with np.load(path.with_suffix(".npz")) as file:
        assert worker.is_file_of(folder.settings().plan, str(path.with_suffix(".npz")))
        return [file[name] for name in file.files if name != CONFIG]


def test_paused_killed_and_resumed_it_becomes_what_it_would_have_been(tmp_path: Path) -> None:
    whole, broken = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "broken")
    for folder in (whole, broken):
        folder.create(SETTINGS)
    assert begin(whole).wait() == 0
    process = begin(broken)
    wait_for(lambda: broken.snapshot().epoch > 1)
    broken.write_control(Control(Command.PAUSE))
    assert process.wait() == 0
    assert broken.snapshot().state is RunState.PAUSED
    reached = broken.snapshot().epoch
    broken.write_control(Control(Command.RUN))
    process = begin(broken)
    wait_for(lambda: broken.snapshot().epoch > reached + 8)
    process.kill()
    process.wait()
    assert broken.snapshot().epoch < SETTINGS.epochs
    assert begin(broken).wait() == 0
    assert [folder.snapshot().state for folder in (whole, broken)] == [RunState.FINISHED] * 2

    one, other = (weights_of(folder, tmp_path / f"{folder.path.name}.keras") for folder in (whole, broken))
    assert all(np.array_equal(*pair) for pair in zip(one, other, strict=True))
    assert len(one) == 4 * (1 + 4) + 2 * 2, "a kernel and four of batch normalization each; code and picture"
    pictures = np.random.default_rng(0).random((5, 28, 28, 1), np.float32)
    codes = [CompiledNetwork(*folder.network()).encode(pictures) for folder in (whole, broken)]
    np.testing.assert_array_equal(*codes)
    assert replace(SETTINGS, composition="dense-40.20").key != SETTINGS.key
