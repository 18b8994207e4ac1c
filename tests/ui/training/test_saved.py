import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.data import own
from autoencoder.data.uploads.storage import ARRIVED
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.networks.keras_file import portable
from autoencoder.training import worker
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from tests.networks.test_keras_file_back import changed, taken_along, with_lambda
from tests.pages.own_examples import upload_state, with_pictures
from tests.pages.running import BOTTLENECK, PRETRAINED, App, words
from ui.training import saved
from ui.uploads import session

pytestmark = pytest.mark.usefixtures("no_mnist")
FAMILY = "pages/family.py"


def dropped(app: App, content: bytes, page: str = BOTTLENECK, name: str = "network.keras") -> AppTest:
    tab = app.open(page, tab="take")
    tab.file_uploader[0].set_value([(name, content, "application/octet-stream")]).run()
    assert not tab.exception
    return tab


def run_of(app: App) -> RunFolder:
    (key,) = app.worker.trainings
    return app.jobs.store.folder(key)


def test_a_network_becomes_a_run_of_this_tab_alone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    tab, settings = dropped(app, taken_along("bottleneck")), PRETRAINED.settings()
    run = run_of(app)
    assert run.settings() == settings
    assert own.is_somebodys(run.path.name)
    assert tab.session_state["run bottleneck"] == run.path.name
    assert "run" not in tab.query_params
    assert not list(own.root().glob(f"*/{ARRIVED}/*"))
    assert app.jobs.alike(settings, "anybody") is None
    monkeypatch.setattr(session, "watcher", lambda: "another session")
    assert "the one that came with the app" in words(app.open(BOTTLENECK, run=run.path.name))


def test_nobody_is_shown_the_pictures_of_another_session(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = with_pictures(app, "a", "b")
    known = upload_state(tab)
    text = TrainingSettings(source=own.name_of(known.token, known.made.number)).to_json()
    monkeypatch.setattr(saved, "may_see", lambda name: False)
    tab = dropped(app, text.encode(), name="settings.json")
    assert "somebody's own pictures" in words(tab)


def test_settings_go_into_the_form(app: App) -> None:
    settings = TrainingSettings(network="convolutional", bottleneck="exact", bottleneck_size=3, epochs=7)
    tab = dropped(app, settings.to_json().encode(), name="settings.json")
    assert tab.selectbox(key="network").value == "convolutional"
    assert app.worker.trainings == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no zip", "neither a network"),
        (changed(with_lambda), "other layers"),
        (taken_along("family/variational"), "of another page"),
        (json.dumps({"epochs": 3}).encode(), "neither a network"),
        (json.dumps({"more": 1, **json.loads(TrainingSettings().to_json())}).encode(), "neither a network"),
    ],
)
def test_anything_else_is_a_sentence(app: App, content: bytes, sentence: str) -> None:
    assert sentence in words(dropped(app, content))
    assert app.worker.trainings == []


def test_a_network_with_weights_of_another_is_not_opened(app: App) -> None:
    settings = json.loads(PRETRAINED.settings().to_json()) | {"bottleneck_size": 8}
    content = portable((PRETRAINED.path / "network.keras").read_bytes(), json.dumps(settings))
    assert "other layers" in words(dropped(app, content))


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
