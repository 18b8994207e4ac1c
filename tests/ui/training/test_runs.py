"""Runs that are damaged, another version's, or not to be read in this moment, on the page that shows them."""

import json

import pytest

from autoencoder.training.run_state import RunState
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, address, button, players, progress, words
from tests.ui.services.test_errors import fail_to_read
from tests.ui.training.test_panel import started

KEY = LIKE_PRETRAINED.key


@pytest.mark.parametrize("name", ["state.json", "settings.json", "manifest.json", "decoder.tflite"])
def test_a_run_that_cannot_be_read_now_is_shown_when_it_can(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    with monkeypatch.context() as disk:
        fail_to_read(disk, name, folder.path)
        tab = app.open(BOTTLENECK, run=KEY)
        assert not tab.exception
        (sentence,) = [warning.value for warning in tab.warning]
        assert "cannot be read now (Input/output error)." in sentence
        assert sentence.endswith("Nothing of it was removed. Reload this page to try again.")
        assert list(players(tab)) == ["sizes bottleneck"]
        assert address(tab, "run") == KEY
    tab.run()
    assert not tab.warning
    assert list(players(tab)) == [f"sizes {KEY}"]


def test_a_training_goes_on_beside_a_moment_in_which_it_cannot_be_read(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = started(app)
    with monkeypatch.context() as disk:
        fail_to_read(disk, "state.json")
        tab.run()
        assert not tab.exception
        assert app.folder(LIKE_PRETRAINED).exists()
    tab.run()
    assert progress(tab) == ["Epoch 21 of 40"]
    assert app.worker.trainings == [KEY]


@pytest.mark.parametrize("name", ["state.json", "settings.json"])
def test_a_run_that_is_damaged_while_it_is_trained_stays(app: App, no_mnist: object, name: str) -> None:
    tab = started(app)
    path = app.folder(LIKE_PRETRAINED).path / name
    whole = path.read_bytes()
    path.write_text("{")
    tab.run()
    assert not tab.exception
    (sentence,) = [warning.value for warning in tab.warning]
    assert sentence.endswith("It is still being trained. Reload this page to try again.")
    path.write_bytes(whole)
    assert progress(tab.run()) == ["Epoch 21 of 40"]


def test_a_run_of_another_version_is_said_and_kept(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    values = json.loads(LIKE_PRETRAINED.to_json()) | {"dropout": 0.5}
    (folder.path / "settings.json").write_text(json.dumps(values))
    tab = app.open(BOTTLENECK, run=KEY)
    assert not tab.exception
    (sentence,) = [warning.value for warning in tab.warning]
    assert "another version of this app" in sentence
    assert list(players(tab)) == ["sizes bottleneck"]
    assert folder.exists()
    assert "the one that came with the app" in words(tab)
    button(tab, "Train").click().run()
    assert app.worker.trainings == [KEY], "where the key is that of known settings, they were damaged"
