import errno
from pathlib import Path

import pytest

from autoencoder.data import own
from autoencoder.data.uploads import collecting, storage
from autoencoder.data.uploads.datasets import TITLE
from tests.pages.own_examples import fruit, picture, to_bottleneck, upload, upload_state, with_pictures
from tests.pages.running import BOTTLENECK, PICTURES, App, button, progress, trained, words
from ui.services.services import get_upload_sessions
from ui.uploads import session

pytestmark = [pytest.mark.usefixtures("no_mnist"), pytest.mark.long]
SOURCE_PAGES = [(BOTTLENECK, "source"), ("pages/denoising.py", "source"), ("pages/anomalies.py", "anomaly_source")]


def become_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is another session that asks; AppTest gives all tabs one name."""
    monkeypatch.setattr(session, "watcher", lambda: "another session")


@pytest.mark.parametrize(("page", "field"), SOURCE_PAGES)
def test_pictures_are_a_source_on_every_page(app: App, page: str, field: str) -> None:
    tab = with_pictures(app, "a", "b")
    tab.switch_page(page).run()
    tab.selectbox(key=field).set_value("own").run()
    assert not tab.exception
    assert trained(app, tab).source == own.name_of(upload_state(tab).token, upload_state(tab).made.number)


def test_who_looks_at_pages_alone_is_given_no_folder(app: App) -> None:
    for page, _ in SOURCE_PAGES:
        app.open(page)
    app.open(PICTURES)
    assert not own.root().exists()


@pytest.mark.parametrize(("page", "field"), SOURCE_PAGES)
def test_nobody_else_is_offered_them(app: App, page: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pictures(app, "a", "b")
    become_another(monkeypatch)
    assert TITLE not in app.open(page, **{field: TITLE}).selectbox(key=field).options


def test_nobody_else_sees_a_run_of_theirs(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = with_pictures(app, "a", "b")
    to_bottleneck(tab)
    key = trained(app, tab).key
    assert "These settings are being trained." in words(tab)
    assert "run" not in tab.query_params
    become_another(monkeypatch)
    other = app.open(BOTTLENECK, run=key)
    assert "the one that came with the app" in words(other)
    assert "run" not in other.query_params


def test_after_the_end_of_a_session_its_tab_is_a_new_one(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    to_bottleneck(tab)
    assert tab.selectbox(key="source").value == "own"
    get_upload_sessions().end("test session id")
    tab.run()
    assert not tab.exception
    assert "own" not in tab.selectbox(key="source").options
    assert tab.selectbox(key="source").value == "mnist_sample"
    tab.switch_page(PICTURES).run()
    assert not tab.exception
    assert "It trains on" not in words(tab)
    assert "It trains on" in words(upload(tab, ("fruit.zip", fruit("a"))))


def test_a_set_that_was_removed_from_the_disk_is_no_source_and_no_error(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    to_bottleneck(tab)
    for path in own.root().glob("*/sets/*/*"):
        path.unlink()
    own.describe.cache_clear()
    tab.run()
    assert not tab.exception
    assert "own" not in tab.selectbox(key="source").options


def test_where_no_folder_can_be_made_there_is_a_sentence(app: App) -> None:
    own.root().write_text("a file in its place")
    tab = upload(app.open(PICTURES), ("fruit.zip", fruit("a")))
    assert "cannot be kept on this computer" in words(tab)


@pytest.mark.parametrize("choice", ["mnist_sample", "mnist", "bananas"])
def test_fields_mean_sources(choice: str) -> None:
    assert session.choice_of(choice) == choice
    assert session.choice_of(own.name_of("a" * 32, "b" * 12)) == session.OWN


# What is done with them


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
    assert session.LOST in words(tab)
    app.reader.holds = False
    upload(tab, ("a.png", picture(0)))
    assert session.LOST not in words(tab)
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
    assert session.NO_ROOM in words(tab)
    assert "too much for this computer" not in words(tab)
    assert list(own.root().glob(f"*/{storage.ARRIVED}/*")) == list(own.root().glob("*/sets/*")) == []


def test_other_trouble_with_the_disk_is_named(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(storage, "save_photos", fail)
    said = words(upload(app.open(PICTURES), ("a.png", picture(0))))
    assert "(Read-only file system)" in said
    assert session.NO_ROOM not in said


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
    assert session.NO_ROOM in words(tab)
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
    assert not own.set_folder(settings.source).exists()
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
    assert own.set_folder(settings.source).exists()
    assert len(list(own.session_folder(get_upload_sessions().known("test session id") or "").glob("sets/*"))) == 2
    tab.switch_page(BOTTLENECK).run()
    assert not tab.exception
