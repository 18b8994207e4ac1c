"""Learners who share a server: who began a run steers it, and others watch it or train their own."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.training.run_state import Control, RunState
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, address, button, labels, players, words

KEY = LIKE_PRETRAINED.key
STEERING = {"Pause", "Stop", "Resume", "One epoch", "Start over", "Train again from the start"}


def as_stranger(app: App, act: Callable[[], AppTest]) -> AppTest:
    app.browser = "another"
    try:
        tab = act()
    finally:
        app.browser = "mine"
    assert not tab.exception
    return tab


def opened_by_stranger(app: App, **link: str) -> AppTest:
    return as_stranger(app, lambda: app.open(BOTTLENECK, **link))


def clicked_by_stranger(app: App, tab: AppTest, label: str) -> AppTest:
    return as_stranger(app, lambda: button(tab, label).click().run())


def test_a_network_that_somebody_looks_at_outlives_what_strangers_train(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    mine, network = app.open(BOTTLENECK, run=KEY), folder.network()
    stranger = opened_by_stranger(app, run=KEY)
    assert not STEERING & set(labels(stranger.button))
    clicked_by_stranger(app, stranger, "Train my own")
    mine.run()
    assert not mine.exception
    assert list(players(mine)) == [f"sizes {KEY}"]
    assert folder.network() == network
    (trained,) = app.worker.trainings
    assert trained == address(stranger, "run") != KEY


def test_a_link_shows_a_run_and_steers_it_for_its_owner_alone(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    stranger = opened_by_stranger(app, run=KEY)
    assert not STEERING & set(labels(stranger.button))
    assert not [field for field in stranger.selectbox if str(field.key).startswith("factor")]
    assert "Somebody else began this training" in words(stranger)
    mine = app.open(BOTTLENECK, run=KEY)
    assert STEERING & set(labels(mine.button)) == {"Resume", "Stop", "One epoch", "Start over"}
    assert folder.control() == Control()


@pytest.mark.parametrize(("state", "says"), [(RunState.RUNNING, "is training"), (RunState.FINISHED, "has trained")])
def test_settings_that_somebody_trains_or_has_trained_offer_two_ways(
    app: App, no_mnist: object, state: RunState, says: str
) -> None:
    app.prepare(LIKE_PRETRAINED, state)
    stranger = opened_by_stranger(app, network="gated", size="9")
    assert f"Somebody else {says} these settings." in words(stranger)
    assert "Train" not in labels(stranger.button)
    clicked_by_stranger(app, stranger, "Watch it")
    assert address(stranger, "run") == KEY
    assert app.worker.trainings == []
    assert list(players(stranger)) == [f"live {KEY}" if state is RunState.RUNNING else f"replay {KEY} 8"]
    clicked_by_stranger(app, stranger, "Train my own")
    assert app.worker.trainings == [address(stranger, "run")] != [KEY]


def test_the_line_above_the_pictures_trains_what_the_form_trains_without_a_question(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=KEY, epochs="7")
    assert "Train these" in labels(tab.button)
    app.browser = "another"
    app.prepare(replace(LIKE_PRETRAINED, epochs=7), RunState.FINISHED)
    app.browser = "mine"
    tab.run()
    assert "Somebody else has trained these settings." in words(tab)
    assert "Train these" not in labels(tab.button)


def test_ones_own_equal_run_is_shown_in_another_tab_too(app: App, no_mnist: object) -> None:
    app.prepare(LIKE_PRETRAINED, RunState.RUNNING)
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    assert app.worker.trainings == []
    assert {"Pause", "Stop"} <= set(labels(tab.button))


def test_what_a_stranger_left_unfinished_is_trained_by_train(app: App, no_mnist: object) -> None:
    app.browser = "another"
    app.prepare(LIKE_PRETRAINED, RunState.STOPPED)
    app.browser = "mine"
    tab = app.open(BOTTLENECK)
    button(tab, "Train").click().run()
    assert app.worker.trainings == [address(tab, "run")] != [KEY]


def test_a_click_that_comes_from_a_stranger_all_the_same_is_a_sentence(app: App, no_mnist: object) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    mine = app.open(BOTTLENECK, run=KEY)
    as_stranger(app, lambda: mine.selectbox(key=f"factor {KEY}").set_value(0.1).run())
    assert folder.control() == Control()
    assert [toast.value for toast in mine.toast] == [
        "Only who began this training can steer it. You can train your own."
    ]
