import pytest

from autoencoder.data import own
from autoencoder.data.uploads.datasets import TITLE
from tests.pages.own_examples import fruit, to_bottleneck, upload, upload_state, with_pictures
from tests.pages.running import BOTTLENECK, PICTURES, App, trained, words
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
    session.get_upload_sessions().end("test session id")
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
    own.forget()
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
