import errno
from pathlib import Path

import pytest

from autoencoder import files
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.training.run_state import Notice, NoticeCode, RunState, Snapshot
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, button
from tests.ui.training.test_panel import started
from ui.services.errors import error_text, notice_text


@pytest.mark.parametrize("code", NoticeCode)
def test_every_notice_has_a_sentence(code: NoticeCode) -> None:
    snapshot = Snapshot(RunState.FAILED, 3, 2.0, notice=Notice(code, "{of} an error", kept_epoch=1.0))
    said = notice_text(snapshot)
    assert said.endswith((".", "{of} an error"))
    assert ("at epoch 2.00" in said and "weights of epoch 1.00" in said) == (code is NoticeCode.DIVERGED)


@pytest.mark.parametrize("problem", PictureProblem)
def test_every_problem_of_pictures_has_a_sentence(problem: PictureProblem) -> None:
    error = PictureError(problem, "{of} it")
    said = error_text(error)
    assert said.endswith(".")
    snapshot = Snapshot(RunState.FAILED, 3, notice=Notice(NoticeCode.NO_PICTURES, str(error)))
    assert notice_text(snapshot) == f"The training could not begin: {said}"


def test_the_sentence_of_a_run_of_an_older_version_is_said() -> None:
    assert notice_text(Snapshot(RunState.STOPPED, 3, message="Nobody watched.")) == "Nobody watched."
    assert notice_text(Snapshot(RunState.FINISHED, 3)) == ""


def test_what_is_no_lack_of_room_is_named() -> None:
    assert "no room" in error_text(OSError(errno.ENOSPC, "No space left on device"))
    assert error_text(OSError(errno.EROFS, "Read-only file system")).endswith("(Read-only file system).")


def fill(disk: pytest.MonkeyPatch) -> None:
    """From now on nothing more can be written."""

    def fsync(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    disk.setattr(files.os, "fsync", fsync)


def fail_to_read(disk: pytest.MonkeyPatch, name: str, folder: Path | None = None) -> None:
    """From now on no file of this name can be read, or none in this folder."""
    read = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == name and folder in (None, path.parent):
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    disk.setattr(Path, "read_bytes", fail)


def test_a_training_for_which_there_is_no_room_is_a_sentence(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = app.open(BOTTLENECK)
    with monkeypatch.context() as disk:
        fill(disk)
        button(tab, "Train").click().run()
    assert not tab.exception
    assert ["no room left on the disk" in toast.value for toast in tab.toast] == [True]
    assert app.worker.trainings == []


@pytest.mark.parametrize("label", ["Pause", "Stop", "One epoch"])
def test_a_command_that_cannot_be_written_is_a_sentence(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    tab = started(app)
    with monkeypatch.context() as disk:
        fill(disk)
        button(tab, label).click().run()
    assert not tab.exception
    assert ["What was trained before is still there" in toast.value for toast in tab.toast] == [True]


@pytest.mark.parametrize("label", ["Pause", "Stop", "One epoch", "Train"])
def test_a_damaged_run_is_no_traceback_in_a_button(app: App, no_mnist: object, label: str) -> None:
    tab = app.open(BOTTLENECK) if label == "Train" else started(app)
    folder = app.prepare(LIKE_PRETRAINED, RunState.PAUSED if label == "Train" else RunState.RUNNING)
    (folder.path / "state.json").write_text('{"state": "fin')
    button(tab, label).click().run()
    assert not tab.exception
    tab.run()
    assert not tab.exception


def test_what_a_button_cannot_read_is_a_sentence(app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = app.open(BOTTLENECK)
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    with monkeypatch.context() as disk:
        fail_to_read(disk, "state.json")
        button(tab, "Train").click().run()
    assert not tab.exception
    line = "The state of a saved training cannot be read now (Input/output error)."
    assert [toast.value for toast in tab.toast] == [line]
    assert folder.has_network()


def test_a_run_with_a_damaged_state_that_nobody_shows_can_be_trained(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    (folder.path / "state.json").write_text('{"state": "fin')
    button(tab, "Train").click().run()
    assert not tab.exception
    assert not tab.toast
    assert app.worker.trainings == [LIKE_PRETRAINED.key]
