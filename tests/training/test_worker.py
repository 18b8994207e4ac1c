import errno
import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.data.sources import SOURCES
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Command, Control, Notice, NoticeCode, RunState, UnreadableRun
from autoencoder.training.settings import TrainingSettings
from autoencoder.training.worker import _READY, evaluate, train, warm_up
from tests.conftest import add_tiny_source
from tests.examples import make_pictures

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_xla")]  # each trains, and TensorFlow compiles first


@pytest.fixture(scope="module")
def tiny_source() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        yield add_tiny_source(patch)


@pytest.fixture(scope="module")
def trained(
    without_xla: None, tiny_source: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RunFolder, list[RunFolder]]:
    """A run, and with what was called after it."""
    folder, called = create(tmp_path_factory.mktemp("trained") / "run", tiny_source), []
    train(str(folder.path), called.append)
    return folder, called


def create(path: Path, source: str) -> RunFolder:
    folder = RunFolder(path)
    folder.create(TrainingSettings(source, epochs=2, batch_size=8, bottleneck_size=4))
    return folder


def fail_to_load(monkeypatch: pytest.MonkeyPatch, error: Exception) -> str:
    def load(*, test_only: bool = False) -> ImageDataset:
        raise error

    monkeypatch.setitem(SOURCES, "broken", replace(SOURCES["mnist_sample"], load=load))  # type: ignore[arg-type]
    return "broken"


def test_a_training_from_settings_to_a_network(trained: tuple[RunFolder, list[RunFolder]], tiny_source: str) -> None:
    folder, called = trained
    snapshot = folder.snapshot()
    assert (snapshot.state, snapshot.epoch, snapshot.notice) == (RunState.FINISHED, 2.0, None)
    assert called == [folder]
    network = CompiledNetwork(*folder.network())
    test = SOURCES[tiny_source].load().test[:10]
    last = folder.preview(len(snapshot.previews) - 1)[-1] / 255
    np.testing.assert_allclose(network.decode(network.encode(test)), last, atol=0.51 / 255)


def test_a_training_goes_on_from_its_checkpoint_which_is_kept_where_it_cannot_be_read_now(
    trained: tuple[RunFolder, list[RunFolder]], tmp_path: Path, tiny_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole, _), halves = trained, create(tmp_path / "halves", tiny_source)
    halves.write_control(Control(Command.ONE_EPOCH))
    called: list[RunFolder] = []
    train(str(halves.path), called.append)
    assert (halves.snapshot().state, halves.snapshot().epoch) == (RunState.PAUSED, 1.0)
    assert called == [], "it has not finished yet"
    halves.write_control(Control(Command.RUN))

    learned, read = (halves.path / "checkpoint.npz").read_bytes(), Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == "checkpoint.npz":
            raise PermissionError(13, "Permission denied")
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        train(str(halves.path), called.append)
    assert (halves.snapshot().state, halves.snapshot().epoch) == (RunState.FAILED, 1.0)
    notice = halves.snapshot().notice
    assert notice is not None
    assert "checkpoint.npz cannot be read (Permission denied)" in notice.detail
    assert (halves.path / "checkpoint.npz").read_bytes() == learned
    assert called == []

    train(str(halves.path), called.append)
    assert called == [halves]
    assert halves.snapshot().losses == whole.snapshot().losses
    pictures = make_pictures(5, (8, 8, 1), seed=9)
    one, other = (CompiledNetwork(*folder.network()) for folder in (whole, halves))
    np.testing.assert_array_equal(one.encode(pictures), other.encode(pictures))


def test_stepped_and_killed_in_between_the_network_is_that_of_a_training_that_never_was(
    trained: tuple[RunFolder, list[RunFolder]], tmp_path: Path, tiny_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autoencoder.training import trainer

    made: list[object] = []
    create_one, (whole, _), stepped = trainer.Trainer, trained, create(tmp_path / "stepped", tiny_source)
    monkeypatch.setattr(trainer, "Trainer", lambda settings: made.append(settings) or create_one(settings))
    for number in (1, 2, 3):
        stepped.write_control(Control(Command.ONE_STEP))
        train(str(stepped.path))
        stands = stepped.snapshot()
        step = stepped.step(stands.epoch)
        assert (stands.state, stands.notice) == (RunState.PAUSED, None)
        assert step is not None
        assert (step.number, step.loss) == (number, pytest.approx(stands.losses[-1].training, abs=1e-5))
        if number == 2:  # as if the worker had been killed: another one knows nothing but the files
            _READY.forget()
    assert len(made) == 2, "the second step has the trainer of the first"
    stepped.write_control(Control(Command.RUN))
    train(str(stepped.path))
    assert len(made) == 2
    assert stepped.snapshot().state is RunState.FINISHED
    networks = [CompiledNetwork(*folder.network()) for folder in (whole, stepped)]
    assert networks[0].files == networks[1].files
    pictures = make_pictures(5, (8, 8, 1), seed=9)
    np.testing.assert_array_equal(networks[0].encode(pictures), networks[1].encode(pictures))


def test_a_trainer_made_ahead_learns_what_a_new_one_does(
    trained: tuple[RunFolder, list[RunFolder]], tmp_path: Path, tiny_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autoencoder.training import trainer

    made: list[object] = []
    create_one, (whole, _), ahead = trainer.Trainer, trained, create(tmp_path / "ahead", tiny_source)
    monkeypatch.setattr(trainer, "Trainer", lambda settings: made.append(settings) or create_one(settings))
    warm_up(replace(ahead.settings(), epochs=9))
    train(str(ahead.path))
    assert len(made) == 1
    assert ahead.snapshot().losses == whole.snapshot().losses
    assert ahead.network() == whole.network()


def test_what_ends_a_training_first_has_the_memory_of_what_was_made_ahead(
    trained: tuple[RunFolder, list[RunFolder]],
) -> None:
    folder, called = trained[0], []
    _READY.keep(folder.settings(), object())  # type: ignore[arg-type]
    evaluate(str(folder.path), called.append)
    assert called == [folder]
    assert _READY.take(folder.settings(), begins=False) is None


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (PictureError(PictureProblem.NO_FOLDER, "x"), Notice(NoticeCode.NO_PICTURES, "no_folder: x")),
        (UnreadableRun("state", "no answer"), Notice(NoticeCode.UNREADABLE, "state cannot be read (no answer).")),
        (MemoryError(), Notice(NoticeCode.OUT_OF_MEMORY)),
        (OSError(errno.ENOSPC, "No space left on device"), Notice(NoticeCode.DISK_FULL)),
        (OSError("disk\nsecond line"), Notice(NoticeCode.UNEXPECTED, "OSError: disk")),
        (RuntimeError(), Notice(NoticeCode.UNEXPECTED, "RuntimeError: ")),
    ],
)
def test_trouble_becomes_a_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, notice: Notice
) -> None:
    folder = create(tmp_path / "run", fail_to_load(monkeypatch, error))
    called: list[RunFolder] = []
    train(str(folder.path), called.append)
    assert (folder.snapshot().state, folder.snapshot().notice) == (RunState.FAILED, notice)
    assert called == []


@pytest.mark.extended
@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_of_a_training_no_graph_stays_in_memory(tmp_path: Path, tiny_source: str, optimizer: str) -> None:
    """A graph keeps all the weights and the optimizer's memory."""
    for seed in range(2):
        folder = RunFolder(tmp_path / f"{optimizer} {seed}")
        folder.create(TrainingSettings(tiny_source, epochs=1, batch_size=8, seed=seed, optimizer=optimizer))
        train(str(folder.path))
        assert folder.snapshot().state is RunState.FINISHED, folder.snapshot().notice
    from tensorflow.python.framework.func_graph import FuncGraph

    gc.collect()
    graphs = [each.name for each in gc.get_objects() if isinstance(each, FuncGraph)]
    assert "_learn_steps" not in graphs
    assert "_validation_losses" not in graphs
