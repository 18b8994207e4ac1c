import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.export.script import pictures_file
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, PRETRAINED, App, words
from tests.waiting import wait_for
from ui.export import downloads

PAGES = ("bottleneck", "latent", "denoising", "anomalies", "family")
NETWORK, SCRIPT, NOTEBOOK, PICTURES = "Network (.keras)", "Script (.py)", "Notebook (.ipynb)", "Its pictures (.npz)"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, str]]:
    """What the buttons give and under which name, by their labels, as the page was drawn last."""
    given: dict[str, tuple[Any, str]] = {}
    drawn = downloads.st.download_button

    def note(label: str, data: Any, name: str, *arguments: Any, **more: Any) -> bool:
        given[label] = (data, name)
        return drawn(label, data, name, *arguments, **more)

    monkeypatch.setattr(downloads.st, "download_button", note)
    return given


def opened(app: App, page: str = "bottleneck", **address: str) -> AppTest:
    tab = app.open(f"pages/{page}.py", tab="take", **address)
    assert not tab.exception
    return tab


def test_in_a_closed_tab_nothing_is_worked_out(app: App, given: dict) -> None:
    app.open(BOTTLENECK)
    assert given == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_lesson_gives_its_network_and_its_run_away(app: App, given: dict, page: str) -> None:
    tab = opened(app, page)
    for label, ending in ((SCRIPT, ".py"), (NOTEBOOK, ".ipynb")):
        data, name = given[label]
        assert name.startswith(f"hourglass-{page}-")
        assert name.endswith(ending)
        assert "keras.Model" in data
    assert (PICTURES in given) == (page == "anomalies")
    assert TrainingSettings.from_json(given["Settings (.json)"][0]).to_json() == given["Settings (.json)"][0]
    read, name = given[NETWORK]
    assert name == given[SCRIPT][1].replace(".py", ".keras")
    assert zipfile.is_zipfile(BytesIO(read()))
    assert "keras.saving.load_model" in words(tab)


def test_the_run_of_this_tab_is_given_away(app: App, given: dict) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.STOPPED)
    folder.write_network(*PRETRAINED.network(), (PRETRAINED.path / "network.keras").read_bytes())
    tab = opened(app, run=LIKE_PRETRAINED.key)
    with zipfile.ZipFile(BytesIO(given[NETWORK][0]())) as file:
        trained = json.loads(file.read("metadata.json"))["hourglass"]
    assert trained.get("epochs") == 20, "opened again, it says for how long it was trained"
    assert TrainingSettings.from_json(given["Settings (.json)"][0]).epochs == 40
    assert "train it again" not in words(tab)
    assert "stopped after 20 epochs" in given[SCRIPT][0].replace("\n", " ")
    assert "EPOCHS, BATCH, RATE = 0, 40, 32, 0.003" in given[SCRIPT][0]
    assert json.loads(given[NOTEBOOK][0])["nbformat"] == 4
    assert not tab.exception


def test_bananas_come_along_from_another_process_when_they_are_asked_for(app: App, given: dict) -> None:
    tab = opened(app, "anomalies")
    assert "put that file beside them" in words(tab)
    assert app.background.asked(pictures_file) == []
    read, name = given[PICTURES]
    with ThreadPoolExecutor(1) as browser:
        downloaded = browser.submit(read)
        wait_for(lambda: app.background.asked(pictures_file))
        app.background.answer(pictures_file, b"the file")
        assert downloaded.result(10) == b"the file"
    assert f'np.load("{name}")' in given[SCRIPT][0]
