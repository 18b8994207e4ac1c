"""What is the same on every page with a form; the pages' own tests see that they use it."""

from dataclasses import replace

import pytest

from autoencoder.data.image_dataset import ImageDataset, PictureError, PictureProblem
from autoencoder.data.sources import SOURCES
from autoencoder.training import estimates
from autoencoder.training.run_state import RunState
from tests.pages.running import DENOISER, DENOISING, App, address, button, labels, words
from ui.lessons.common.text import seconds_in_words

KEY = DENOISER.key


def test_missing_pictures_cannot_be_trained_on(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*, test_only: bool = False) -> ImageDataset:
        raise PictureError(PictureProblem.MNIST_MISSING)

    monkeypatch.setitem(SOURCES, "bananas", replace(SOURCES["bananas"], load=gone))  # type: ignore[arg-type]
    tab = app.open(DENOISING, source="bananas")
    assert button(tab, "Train").disabled is True
    assert "MNIST is not on this computer yet." in [caption.value for caption in tab.caption]


def test_equal_settings_under_way_are_not_trained_twice(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.PAUSED)
    tab = app.open(DENOISING, run=KEY)
    assert "These settings are being trained." in words(tab)
    assert "Train" not in labels(tab.button)


def test_other_settings_pause_what_is_under_way(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    button(tab, "Train").click().run()
    tab.number_input(key="denoiser_epochs_mnist_sample").set_value(7).run()
    assert "The training under way has other settings: epochs (15 → 7)." in words(tab)
    button(tab, "Train with these instead").click().run()
    assert not tab.exception
    assert app.folder(DENOISER).control().command == "pause"
    assert address(tab, "run") == replace(DENOISER, epochs=7).key


def test_other_settings_leave_a_training_to_those_who_watch_it_too(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    button(tab, "Train").click().run()
    tab.number_input(key="denoiser_epochs_mnist_sample").set_value(7).run()
    assert "It is paused and kept if you train these." in words(tab)
    app.jobs.watch(KEY, "somebody else")
    tab.run()
    assert "It goes on for those who watch it too if you train these." in words(tab)
    button(tab, "Train with these instead").click().run()
    assert not tab.exception
    assert app.folder(DENOISER).control().command == "run"
    assert address(tab, "run") == replace(DENOISER, epochs=7).key
    assert app.jobs.watchers(KEY) == 1


def test_a_stopped_training_goes_on_or_begins_again(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.STOPPED)
    tab = app.open(DENOISING, run=KEY)
    button(tab, "Resume")
    button(tab, "Train again from the start").click().run()
    assert not tab.exception
    (again,) = app.worker.trainings
    assert again.startswith(f"{KEY}-")
    assert address(tab, "run") == again
    assert app.folder(DENOISER).has_network(), "the one from before stays"


def test_train_again_with_a_field_that_the_click_has_changed_keeps_the_old_network(app: App, no_mnist: object) -> None:
    app.prepare(DENOISER, RunState.FINISHED)
    tab = app.open(DENOISING, run=KEY)
    tab.number_input(key="denoiser_epochs_mnist_sample").set_value(7)
    button(tab, "Train again from the start").click().run()
    assert app.worker.trainings == [replace(DENOISER, epochs=7).key]
    assert app.folder(DENOISER).has_network()


def test_the_page_says_how_long_it_takes_and_asks_where_that_is_long(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = app.open(DENOISING)
    about = seconds_in_words(app.jobs.seconds_for(DENOISER))
    assert f"Takes about {about} here." in words(tab)
    monkeypatch.setattr(app.jobs, "_speed", 15.0)
    tab.run()
    assert "Others who train here wait meanwhile." in words(tab)
    assert "Train" not in labels(tab.button)
    button(tab, "Train all the same").click().run()
    assert app.worker.trainings == [KEY]


def test_what_takes_too_long_is_refused_with_what_to_lower(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = app.open(DENOISING)
    monkeypatch.setattr(app.jobs, "_speed", 100.0)
    tab.run()
    assert button(tab, "Train").disabled
    assert "30 min is the most. Lower *Epochs* to" in words(tab)
    monkeypatch.setattr(estimates, "WORKER", 10**6)
    tab.run()
    assert "of memory" in words(tab)
    assert app.worker.trainings == []
