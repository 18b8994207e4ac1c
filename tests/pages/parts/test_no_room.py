import errno

import pytest

from autoencoder import files
from tests.pages.parts.test_training_panel import started
from tests.pages.running import BOTTLENECK, App, button


def fill(disk: pytest.MonkeyPatch) -> None:
    """From now on nothing more can be written."""

    def fsync(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    disk.setattr(files.os, "fsync", fsync)


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
def test_a_wish_that_cannot_be_written_is_a_sentence(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    tab = started(app)
    with monkeypatch.context() as disk:
        fill(disk)
        button(tab, label).click().run()
    assert not tab.exception
    assert ["What was trained before is still there" in toast.value for toast in tab.toast] == [True]
