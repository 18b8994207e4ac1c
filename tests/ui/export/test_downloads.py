import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.export.keras_file import write_keras_file
from autoencoder.export.pictures_file import write_pictures_file
from autoencoder.training.run_folder import RunState
from tests.pages.running import (
    BOTTLENECK,
    LIKE_PRETRAINED,
    PRETRAINED,
    App,
    IdleWorker,
    button,
    words,
)
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


def open_box(tab: AppTest, page: str = "bottleneck") -> AppTest:
    tab.session_state[f"take away {page}"] = True
    tab.run()
    assert not tab.exception
    return tab


def end(worker: IdleWorker, function: Any, error: Exception | None = None) -> Path:
    """Another process comes back, with the file or without; returns the file's path."""
    target = Path(worker.asked(function)[-1][1])
    if error is None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"the file")
    worker.answer(function, error=error)
    return target


def test_folded_away_nothing_is_worked_out(app: App, given: dict) -> None:
    app.open(BOTTLENECK)
    assert app.worker.asked(write_keras_file) == []
    assert given == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_lesson_gives_its_network_and_its_run_away(app: App, given: dict, page: str) -> None:
    tab = open_box(app.open(f"pages/{page}.py"), page)
    assert len(app.worker.asked(write_keras_file)) == 1
    for label, ending in ((SCRIPT, ".py"), (NOTEBOOK, ".ipynb")):
        data, name = given[label]
        assert name.startswith(f"hourglass-{page}-")
        assert name.endswith(ending)
        assert "keras.Model" in data
    assert (PICTURES in [one.label for one in tab.button]) == (page == "anomalies")
    end(app.worker, write_keras_file)
    tab.run()
    assert not tab.exception
    read, name = given[NETWORK]
    assert (read(), name) == (b"the file", given[SCRIPT][1].replace(".py", ".keras"))


def test_while_the_network_is_prepared_the_page_says_so_and_goes_on(app: App, given: dict) -> None:
    tab = open_box(app.open(BOTTLENECK))
    assert button(tab, NETWORK).disabled
    assert "Preparing the files …" in words(tab)
    tab.run()
    assert len(app.worker.asked(write_keras_file)) == 1
    app.open(BOTTLENECK)
    end(app.worker, write_keras_file)
    tab.run()
    assert "Preparing" not in words(tab)
    assert NETWORK in given


def test_behind_a_training_it_says_what_it_waits_for(app: App) -> None:
    tab = app.open(BOTTLENECK)
    app.jobs.start(replace(LIKE_PRETRAINED, seed=9), "somebody")
    open_box(tab)
    assert "a training that is under way comes first" in words(tab)


def test_what_could_not_be_prepared_can_be_tried_again(app: App, given: dict) -> None:
    tab = open_box(app.open(BOTTLENECK))
    end(app.worker, write_keras_file, OSError("no room"))
    tab.run()
    assert not tab.exception
    assert NETWORK not in given
    button(tab, f"{NETWORK}: try again").click().run()
    assert len(app.worker.asked(write_keras_file)) == 2
    end(app.worker, write_keras_file)
    tab.run()
    assert NETWORK in given


def test_the_run_of_this_tab_is_given_away_and_its_file_lies_beside_it(app: App, given: dict) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.STOPPED)
    tab = open_box(app.open(BOTTLENECK, run=LIKE_PRETRAINED.key))
    assert end(app.worker, write_keras_file).is_relative_to(folder.path)
    assert "stopped after 20 epochs" in given[SCRIPT][0].replace("\n", " ")
    assert "EPOCHS, BATCH, RATE = 0, 40, 32, 0.003" in given[SCRIPT][0]
    assert json.loads(given[NOTEBOOK][0])["nbformat"] == 4
    assert not tab.exception


def test_of_the_network_that_came_with_the_app_nothing_is_written_beside_it(app: App) -> None:
    open_box(app.open(BOTTLENECK))
    ((run, target),) = app.worker.asked(write_keras_file)
    assert Path(run) == PRETRAINED.path
    assert Path(target).is_relative_to(app.home)


def test_bananas_come_along_from_another_process(app: App, given: dict) -> None:
    tab = open_box(app.open("pages/anomalies.py"), "anomalies")
    assert "put that file beside them" in words(tab)
    end(app.background, write_pictures_file)
    tab.run()
    read, name = given[PICTURES]
    assert read() == b"the file"
    assert f'np.load("{name}")' in given[SCRIPT][0]
