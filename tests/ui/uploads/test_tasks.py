import errno
from pathlib import Path

import pytest

from autoencoder.data import own
from autoencoder.data.uploads import collecting, storage
from tests.pages.own_examples import fruit, picture, to_bottleneck, upload, upload_state, with_pictures
from tests.pages.running import BOTTLENECK, PICTURES, App, button, progress, trained, words
from ui.uploads import tasks
from ui.uploads.session import get_upload_sessions

pytestmark = [pytest.mark.usefixtures("no_mnist"), pytest.mark.long]


def test_while_files_are_read_no_others_are_taken(app: App) -> None:
    tab = app.open(PICTURES)
    app.reader.holds = True
    upload(tab, ("a.png", picture(0)), ("b.png", picture(1)))
    assert progress(tab) == ["Reading your pictures: 0 of 2"]
    assert tab.file_uploader[0].proto.disabled
    app.reader.go_on()
    tab.run()
    assert progress(tab) == ["Making pictures to train on …"]
    assert not tab.file_uploader[0].proto.disabled
    app.reader.holds = False
    app.reader.go_on()
    assert "It trains on" in words(tab.run())
    assert progress(tab) == []


def test_a_process_that_is_lost_is_a_sentence(app: App) -> None:
    tab = app.open(PICTURES)
    app.reader.holds = True
    upload(tab, ("a.png", picture(0)))
    app.reader.held.pop()[0].set_exception(RuntimeError("killed"))
    tab.run()
    assert tasks.LOST in words(tab)
    app.reader.holds = False
    upload(tab, ("a.png", picture(0)))
    assert tasks.LOST not in words(tab)
    assert "It trains on" in words(tab)


def fail(*arguments: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("owner", "step"),
    [(Path, "write_bytes"), (storage, "save_photos"), (collecting, "save_pixels"), (storage, "save_dataset")],
)
def test_where_there_is_no_room_there_is_a_sentence_and_nothing_is_left(
    app: App, monkeypatch: pytest.MonkeyPatch, owner: object, step: str
) -> None:
    tab = app.open(PICTURES)
    with monkeypatch.context() as full:
        full.setattr(owner, step, fail)
        upload(tab, ("a.png", picture(0)))
    assert tasks.NO_ROOM in words(tab)
    assert "too much for this computer" not in words(tab)
    assert list(own.root().glob(f"*/{storage.ARRIVED}/*")) == list(own.root().glob("*/sets/*")) == []


def test_other_trouble_with_the_disk_is_named(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(storage, "save_photos", fail)
    said = words(upload(app.open(PICTURES), ("a.png", picture(0))))
    assert "(Read-only file system)" in said
    assert tasks.NO_ROOM not in said


def test_what_a_lost_process_has_left_is_removed(app: App) -> None:
    tab = app.open(PICTURES)
    app.reader.holds = True
    upload(tab, ("a.png", picture(0)))
    assert list(own.root().glob(f"*/{storage.ARRIVED}/*"))
    app.reader.held.pop()[0].set_exception(RuntimeError("killed"))
    tab.run()
    assert not list(own.root().glob(f"*/{storage.ARRIVED}"))


def test_after_an_upload_that_failed_the_set_from_before_is_there(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = with_pictures(app, "a", "b")
    number = upload_state(tab).made.number
    with monkeypatch.context() as full:
        full.setattr(storage, "save_photos", fail)
        upload(tab, ("a.png", picture(50)))
    assert tasks.NO_ROOM in words(tab)
    assert "**6 pictures**" in words(tab)
    assert "It trains on" in words(tab)
    assert upload_state(tab).made.number == number


def test_what_is_removed_is_removed_with_all_that_was_made_of_it(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    to_bottleneck(tab)
    settings = trained(app, tab)
    folder = app.jobs.store.folder(settings.key)
    assert folder.exists()
    for _, arguments, future in app.worker.work:  # the worker sees that it is to pause
        if arguments and arguments[0] == str(folder.path):
            future.set_result(None)
    tab.switch_page(PICTURES).run()
    button(tab, "Remove all").click().run()
    assert not tab.exception
    assert not folder.path.exists()
    assert not own.is_there(settings.source)
    tab.switch_page(BOTTLENECK).run()
    assert not tab.exception
    assert "the one that came with the app" in words(tab)
    assert tab.selectbox(key="source").value == "mnist_sample"


def test_the_same_pictures_again_are_a_set_again(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    number = upload_state(tab).made.number
    button(tab, "Remove all").click().run()
    assert "It trains on" not in words(tab)
    upload(tab, ("fruit.zip", fruit("a", "b")))
    assert upload_state(tab).made.number == number
    assert "It trains on" in words(tab)


def test_sets_that_a_network_was_trained_on_stay(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MOST_SETS", 1)
    tab = with_pictures(app, "a", "b")
    to_bottleneck(tab)
    settings = trained(app, tab)
    tab.switch_page(PICTURES).run()
    for side in (24, 28, 32):
        tab.select_slider(key="own side").set_value(side).run()
    assert own.is_there(settings.source)
    assert len(list(own.session_folder(get_upload_sessions().known("test session id") or "").glob("sets/*"))) == 2
    tab.switch_page(BOTTLENECK).run()
    assert not tab.exception
