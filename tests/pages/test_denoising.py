import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.training.run_state import RunState
from tests.pages.running import (
    BOTTLENECK,
    DENOISER,
    DENOISING,
    IDEA,
    LIKE_PRETRAINED,
    App,
    address,
    button,
    labels,
    players,
    progress,
    words,
)
from ui.lessons.common.text import seconds_in_words

KEY = DENOISER.key
TABS = ["How good is it?", "Inside", "Try your own", "Things to try", "The Keras example", "Take along"]


def page(name: str) -> str:
    return {"bottleneck": BOTTLENECK, "denoising": DENOISING}[name]


def test_it_opens_with_the_network_that_came_with_the_app(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    assert not tab.exception
    assert (
        "**Network shown:** the one that came with the app (Denoiser network · MNIST sample · no bottleneck"
        in words(tab)
    )
    assert list(players(tab)) == ["noise denoising gaussian"]
    player = players(tab)["noise denoising gaussian"]
    assert [(row["label"], row["frames"]) for row in player["rows"]] == [
        ("Clean", 1),
        ("Noisy", 21),
        ("Denoised", 21),
        ("Difference", 21),
    ]
    assert player["columns"] == 10
    assert np.array(player["notes"], float).shape == (21, 10)
    assert labels(tab.tabs) == TABS


def test_a_link_opens_a_tab(app: App, no_mnist: object) -> None:
    assert "**This network has no bottleneck.**" in words(app.open(DENOISING, tab="inside"))


@pytest.mark.mnist
def test_with_mnist_it_opens_with_the_same_network(app: App, with_mnist: object) -> None:
    tab = app.open(DENOISING)
    assert "the one that came with the app (Denoiser network · MNIST sample" in words(tab)
    assert list(players(tab)) == ["noise denoising gaussian"]


def test_train_hands_the_form_to_a_worker_and_shows_the_training(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    button(tab, "Train").click().run()
    assert app.worker.trainings == [KEY]
    assert app.folder(DENOISER).settings() == DENOISER
    assert address(tab, "run") == KEY
    assert progress(tab) == ["Starting"]
    assert {"Pause", "One epoch", "Stop", "Start over"} <= set(labels(tab.button))
    assert "Denoiser network · MNIST sample · no bottleneck · Grain (Gaussian noise), levels 0 to 1" in words(tab)


# Two pages


@pytest.mark.parametrize(("settings", "name"), [(LIKE_PRETRAINED, "denoising"), (DENOISER, "bottleneck")])
@pytest.mark.parametrize("state", [RunState.FINISHED, RunState.PAUSED])
def test_a_run_of_the_other_page_in_the_address_is_ignored(
    app: App, no_mnist: object, settings: object, name: str, state: RunState
) -> None:
    folder = app.prepare(settings, state)
    tab = app.open(page(name), run=settings.key)
    assert not tab.exception
    assert "the one that came with the app" in words(tab)
    assert address(tab, "run") is None
    assert f"run {name}" not in tab.session_state
    assert not [*tab.warning, *tab.error]
    assert folder.exists()


def both(app: App) -> AppTest:
    """A tab with a training of each of two pages, the second of them waiting; it looks at Denoising."""
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    tab.query_params.clear()  # as a way from the menu does
    tab.switch_page(DENOISING).run()
    button(tab, "Train").click().run()
    assert not tab.exception
    return tab


def test_the_trainings_of_two_pages_are_kept_apart(app: App, no_mnist: object) -> None:
    tab = both(app)
    assert tab.session_state["run bottleneck"] == LIKE_PRETRAINED.key
    assert tab.session_state["run denoising"] == KEY
    tab.switch_page(BOTTLENECK).run()
    assert address(tab, "run") == LIKE_PRETRAINED.key
    assert "Gated network · MNIST sample" in words(tab)
    tab.switch_page(DENOISING).run()
    assert address(tab, "run") == KEY
    assert "Denoiser network · MNIST sample" in words(tab)


def test_a_line_names_the_page_of_each_training_of_other_pages(app: App, no_mnist: object) -> None:
    tab = both(app)
    bottleneck = "Bottleneck: training goes on. Starting"
    about = seconds_in_words(app.jobs.seconds_for(LIKE_PRETRAINED))
    waits = f"Waiting for other trainings: number 1 in the queue, begins in about {about}"
    denoising = f"Denoising: training goes on. {waits}"
    assert progress(tab) == [bottleneck, waits]
    tab.switch_page(IDEA).run()
    assert progress(tab) == [bottleneck, denoising]
    tab.switch_page(BOTTLENECK).run()
    assert progress(tab) == [denoising, "Starting"]


# What goes wrong


@pytest.mark.parametrize("content", [b"", b"{}", b'{"pictures": 3, "before": [], "after": 3}'])
def test_a_damaged_measurement_is_measured_anew(app: App, no_mnist: object, content: bytes) -> None:
    folder = app.prepare(DENOISER, RunState.FINISHED)
    (folder.path / "measured" / "denoising gaussian.json").write_bytes(content)
    tab = app.open(DENOISING, run=KEY)
    assert not tab.exception
    assert "Measuring the network on the test pictures" in words(tab)
