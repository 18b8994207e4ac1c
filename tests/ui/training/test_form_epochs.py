"""How many epochs a form says at first, where a budget of time is to be kept to."""

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.training.run_state import RunState
from tests.pages.own_examples import to_bottleneck, with_pictures
from tests.pages.running import BOTTLENECK, DENOISING, LIKE_PRETRAINED, App, address, trained, words

FIELD = "epochs_mnist_sample"


@pytest.fixture(autouse=True)
def budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than the lessons' own numbers take: 40 epochs on the sample, 30 on own pictures."""
    monkeypatch.setenv("HOURGLASS_BUDGET", "20")


def epochs(tab: AppTest, key: str = FIELD) -> int:
    return tab.number_input(key=key).value


def test_on_own_pictures_as_many_are_offered_and_trained_as_fit(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOURGLASS_BUDGET", "5")  # they are few, and small
    tab = to_bottleneck(with_pictures(app, "apple", "pear"))
    offered = epochs(tab, "epochs_own")
    assert 1 <= offered < 30
    assert address(tab, "epochs") == str(offered)
    assert "here, 5 s at most." in words(tab)
    settings = trained(app, tab)
    assert settings.epochs == offered
    assert app.jobs.seconds_for(settings) <= 5 * 2 / 3
    assert app.folder(settings).control().most_seconds == pytest.approx(5 * 5 / 6)


def test_who_wants_more_trains_longer_without_a_bound(app: App) -> None:
    tab = app.open(BOTTLENECK)
    assert epochs(tab) < 40
    tab.number_input(key=FIELD).set_value(41).run()
    assert "at most" not in words(tab)
    settings = trained(app, tab)
    assert settings.epochs == 41
    assert app.folder(settings).control().most_seconds is None


def test_another_network_has_others_offered_until_a_number_is_chosen(app: App) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="network").set_value("dense").run()
    dense = epochs(tab)
    tab.selectbox(key="network").set_value("convolutional").run()
    fewer = epochs(tab)
    assert fewer < dense
    tab.selectbox(key="network").set_value("dense").run()
    assert epochs(tab) == dense
    tab.number_input(key=FIELD).set_value(33).run()
    tab.selectbox(key="network").set_value("convolutional").run()
    assert epochs(tab) == 33
    tab.switch_page(DENOISING).run()
    tab.switch_page(BOTTLENECK).run()
    assert epochs(tab) == 33


def test_a_link_means_the_epochs_that_it_always_meant(app: App) -> None:
    tab = app.open(BOTTLENECK, source="mnist_sample")
    assert epochs(tab) == 40
    assert epochs(tab.run()) == 40
    assert epochs(app.open(BOTTLENECK, source="mnist_sample", epochs="39")) == 39


def test_what_is_offered_stays_while_more_becomes_known_of_the_time(app: App) -> None:
    tab = app.open(BOTTLENECK)
    offered = epochs(tab)
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED).write_pace(9.0)
    app.jobs._known.clear()
    assert epochs(tab.run()) == offered
    assert epochs(app.open(BOTTLENECK)) < offered
