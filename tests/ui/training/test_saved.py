import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.compression import MEASURED
from autoencoder.data import own
from autoencoder.data.uploads.storage import ARRIVED
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from tests.networks.test_keras_file_back import changed, taken_along, with_a_class_of_its_own
from tests.pages.own_examples import upload_state, with_pictures
from tests.pages.running import BOTTLENECK, PRETRAINED, App, button, words
from ui.services import services
from ui.uploads import session
from ui.uploads.session import OWN

pytestmark = pytest.mark.usefixtures("no_mnist")
FAMILY = "pages/family.py"


def dropped(
    app: App, content: bytes, page: str = BOTTLENECK, name: str = "network.keras", tab: AppTest | None = None
) -> AppTest:
    """A tab in which this file was opened, once the worker has found it to be what its settings build."""
    tab = tab or app.open(page, tab="take")
    tab.file_uploader[0].set_value([(name, content, "application/octet-stream")]).run()
    assert not tab.exception
    app.worker.answer(worker.is_file_of, True)
    return tab.run()


def run_of(app: App) -> RunFolder:
    (key,) = app.worker.trainings
    return app.jobs.store.folder(key)


def test_a_network_becomes_a_run_of_this_tab_alone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    tab, settings = dropped(app, taken_along("bottleneck")), PRETRAINED.settings()
    run = run_of(app)
    assert run.settings() == settings
    assert own.owner_of(run.path.name)
    assert tab.session_state["run bottleneck"] == run.path.name
    assert "run" not in tab.query_params
    assert not list(own.root().glob(f"*/{ARRIVED}/*"))
    assert app.jobs.alike(settings, "anybody") is None
    monkeypatch.setattr(session, "watcher", lambda: "another session")
    assert "the one that came with the app" in words(app.open(BOTTLENECK, run=run.path.name))


def test_a_network_is_opened_and_not_trained_and_what_is_shown_then_is_said_once(app: App) -> None:
    tab = dropped(app, taken_along("bottleneck"))
    tab.run()
    assert "**Opening:**" in words(tab)
    assert "These settings are being opened." in words(tab)
    assert "In training" not in words(tab)
    assert not {"Pause", "Stop", "One epoch"} & {one.label for one in tab.button}
    run = run_of(app)
    run.write_network(*PRETRAINED.network())
    run.write_measured(MEASURED, PRETRAINED.measured(MEASURED))
    run.change_state(RunState.FINISHED)
    assert [said.value for said in tab.run().toast] == ["Opened: this is your network now."]
    assert not tab.exception
    assert not tab.run().toast


def test_settings_of_own_pictures_open_where_the_same_pictures_are(app: App) -> None:
    tab = with_pictures(app, "a", "b")
    known = upload_state(tab)
    settings = TrainingSettings(source=own.name_of(known.token, known.made.number))
    text = own.for_session(settings.to_json())
    assert known.token not in text
    tab.switch_page(BOTTLENECK)
    tab.query_params["tab"] = "take"
    tab = dropped(app, text.encode(), name="settings.json", tab=tab.run())
    assert tab.selectbox(key="source").value == OWN
    assert "somebody's own pictures" not in words(tab)


def test_nobody_is_shown_the_pictures_of_another_session(app: App) -> None:
    known = upload_state(with_pictures(app, "a", "b"))
    text = TrainingSettings(source=own.name_of(known.token, known.made.number)).to_json()
    upload_sessions = services.get_upload_sessions()
    upload_sessions._tokens.clear()
    assert "somebody's own pictures" in words(dropped(app, text.encode(), name="settings.json"))


def test_it_is_said_that_a_file_is_read_and_the_tab_goes_on(app: App) -> None:
    app.reader.holds = True
    tab = app.open(BOTTLENECK, tab="take")
    tab.file_uploader[0].set_value([("a.keras", taken_along("bottleneck"), "application/octet-stream")]).run()
    assert "Reading the file" in words(tab)
    button(tab, "Stop").click().run()
    app.reader.go_on()
    assert "Reading the file" not in words(tab.run())
    assert app.worker.trainings == []
    assert not list(own.root().glob(f"*/{ARRIVED}/*.npz"))


@pytest.mark.parametrize("answer", [{"result": False}, {"error": OSError()}])
def test_a_network_that_its_settings_do_not_build_is_not_opened(app: App, answer: dict) -> None:
    tab = app.open(BOTTLENECK, tab="take")
    tab.file_uploader[0].set_value([("a.keras", taken_along("bottleneck"), "application/octet-stream")]).run()
    app.worker.answer(worker.is_file_of, **answer)
    tab.run()
    assert len(tab.warning) == 1
    assert app.worker.trainings == []
    assert not list(own.root().glob(f"*/{ARRIVED}/*"))


def test_settings_go_into_the_form(app: App) -> None:
    settings = TrainingSettings(network="convolutional", bottleneck="exact", bottleneck_size=3, epochs=7)
    tab = app.open(BOTTLENECK, tab="take")
    tab.file_uploader[0].set_value([("settings.json", settings.to_json().encode(), "application/json")]).run()
    assert tab.selectbox(key="network").value == "convolutional"
    assert [said.value for said in tab.toast] == ["Opened: the settings are in the form at the side."]
    assert app.worker.trainings == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no zip", "neither a network"),
        (changed(with_a_class_of_its_own), "other layers"),
        (taken_along("family/variational"), "of another page"),
        (json.dumps({"epochs": 3}).encode(), "neither a network"),
        (json.dumps({"more": 1, **json.loads(TrainingSettings().to_json())}).encode(), "does not know"),
        (b'{"a":' * 2_000, "neither a network"),
        ((PRETRAINED.path / "network.keras").read_bytes(), "how it was trained"),
    ],
)
def test_anything_else_is_a_sentence(app: App, content: bytes, sentence: str) -> None:
    assert sentence in words(dropped(app, content))
    assert app.worker.trainings == []


@pytest.mark.slow
@pytest.mark.parametrize(("page", "name"), [(BOTTLENECK, "bottleneck"), (FAMILY, "family/variational")])
def test_a_worker_makes_the_same_network_of_it(app: App, page: str, name: str) -> None:
    dropped(app, taken_along(name), page)
    run = run_of(app)
    worker.train(str(run.path))
    assert run.snapshot().state is RunState.FINISHED
    pictures = np.random.default_rng(0).random((5, 28, 28, 1), np.float32)
    before = CompiledNetwork(*RunFolder(Path("assets/pretrained") / name).network())
    after = CompiledNetwork(*run.network())
    np.testing.assert_allclose(after.decode(after.encode(pictures)), before.decode(before.encode(pictures)), atol=1e-5)
