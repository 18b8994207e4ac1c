from dataclasses import replace

import pytest

from autoencoder.training.run_state import RunState
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, address, button, component, labels, players, words


def test_before_a_training_the_network_that_came_with_the_app_is_shown(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert "the one that came with the app (Dense network · MNIST sample" in words(tab)
    assert list(players(tab)) == ["sizes bottleneck"]
    assert button(tab, "Train").disabled is False


def test_train_hands_the_form_to_a_worker_and_shows_the_training(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    assert app.worker.trainings == [LIKE_PRETRAINED.key]
    assert app.folder(LIKE_PRETRAINED).settings() == LIKE_PRETRAINED
    assert address(tab, "run") == LIKE_PRETRAINED.key
    assert {"Pause", "One epoch", "Stop", "Start over"} <= set(labels(tab.button))
    assert "Train" not in labels(tab.button)
    assert "These settings are being trained." in words(tab)


def test_train_twice_is_one_training(app: App, no_mnist: object) -> None:
    for _ in range(2):
        button(app.open(BOTTLENECK), "Train").click().run()
    assert app.worker.trainings == [LIKE_PRETRAINED.key]


def test_the_finished_network_is_shown(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert not tab.exception
    network = "Gated network · MNIST sample · 1 to 64 numbers · augmented · 40 epochs"
    assert f"**Network shown:** yours ({network})." in words(tab)
    assert list(players(tab)) == [f"sizes {LIKE_PRETRAINED.key}"]
    assert "Train again from the start" in labels(tab.button)
    assert "Resume" not in labels(tab.button)
    assert component(tab, f"loss {LIKE_PRETRAINED.key}")


def test_a_stopped_network_is_shown_and_can_go_on(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.STOPPED, message="Nobody was watching any more.")
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert "Nobody was watching any more." in words(tab)
    assert list(players(tab)) == [f"sizes {LIKE_PRETRAINED.key}"]
    button(tab, "Resume").click().run()
    assert app.worker.trainings == [LIKE_PRETRAINED.key]
    assert "Pause" in labels(tab.button)


def test_a_failed_training_says_why(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.FAILED, message="The loss became infinite.")
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert [warning.value for warning in tab.warning] == ["The loss became infinite."]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("network", "convolutional", "network (gated → convolutional)"),
        ("epochs_mnist_sample", 7, "epochs (40 → 7)"),
        ("learning_rate", 0.02, "learning rate (0.003 → 0.02)"),
    ],
)
def test_the_notice_names_what_was_changed(app: App, no_mnist: object, key: str, value: object, said: str) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    widgets = [*tab.selectbox, *tab.number_input, *tab.select_slider]
    next(widget for widget in widgets if widget.key == key).set_value(value).run()
    assert not tab.exception
    assert f"You changed: {said}." in words(tab)
    assert list(players(tab)) == [f"sizes {LIKE_PRETRAINED.key}"]
    button(tab, "Back to its settings").click().run()
    assert not tab.exception
    assert "You changed" not in words(tab)
    button(tab, "Train again from the start")


@pytest.mark.parametrize("run", ["nonsense", "../../etc/passwd", "0" * 24, "", "é", "a" * 5000])
def test_a_bad_run_in_the_address_is_ignored(app: App, no_mnist: object, run: str) -> None:
    tab = app.open(BOTTLENECK, run=run)
    assert not tab.exception
    assert "the one that came with the app" in words(tab)
    assert address(tab, "run") is None
    assert not tab.error
    line = "The trained network of this link is not kept here: press Train to make one like it."
    assert [notice.value for notice in tab.warning] == ([line] if run else [])


@pytest.mark.parametrize("name", ["encoder.tflite", "decoder.tflite", "settings.json"])
def test_a_damaged_network_gives_a_sentence_and_the_other_is_shown(app: App, no_mnist: object, name: str) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    (folder.path / name).write_bytes(b"{}")
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert not tab.exception
    (sentence,) = [warning.value for warning in tab.warning]
    assert "train it again" in sentence
    assert list(players(tab)) == ["sizes bottleneck"]
    assert "the one that came with the app" in words(tab)
    button(tab, "Train").click().run()
    assert app.worker.trainings == [LIKE_PRETRAINED.key]


def test_a_damaged_state_gives_a_sentence_and_the_run_is_forgotten(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    (folder.path / "state.json").write_text("{")
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert not tab.exception
    (sentence,) = [warning.value for warning in tab.warning]
    assert sentence.startswith("The state of a saved training cannot be read")
    assert sentence.endswith("Please train it again.")
    assert list(players(tab)) == ["sizes bottleneck"]
    assert not folder.path.exists()


def test_a_training_of_a_server_that_is_gone_can_go_on(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.RUNNING)
    (folder.path / "lease").unlink()
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    assert "The app was closed during this training." in words(tab)
    assert "Resume" in labels(tab.button)


def test_an_exact_network_names_its_size(app: App, no_mnist: object) -> None:
    exact = replace(LIKE_PRETRAINED, bottleneck="exact", bottleneck_size=1)
    tab = app.open(BOTTLENECK, network="gated", bottleneck="exact", bottleneck_size="1")
    button(tab, "Train").click().run()
    assert app.worker.trainings == [exact.key]
    assert "exactly 1 number · augmented · 40 epochs" in words(tab)
