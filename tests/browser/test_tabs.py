"""Tabs come and go; the training is one and the same, and ends a while after the last has gone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, go, player, run_of, train, until, wait_for_pictures
from tests.browser.serving import LONG, Server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def test_two_tabs_are_one_learner_and_another_browser_watches_or_trains_its_own(
    server: Server, open_tab: Callable[..., Page]
) -> None:
    first = open_tab()
    go(first, server.address(settings=LONG))
    key = train(first)
    wait_for_pictures(first)

    first.reload()
    wait_for_pictures(first)
    assert run_of(first) == key
    reached = server.snapshot(key).epoch

    second = first.context.new_page()
    go(second, first.url)
    wait_for_pictures(second)
    expect(second.get_by_text("These settings are being trained.")).to_be_visible()
    expect(button(second, "Train")).to_have_count(0)
    assert server.runs() == [key]
    assert len([worker for worker in server.workers() if worker.nice() == 10]) == 1
    until(second, lambda: server.snapshot(key).epoch > reached, "one training that goes on")

    stranger = open_tab()
    go(stranger, server.address(settings=LONG))
    expect(stranger.get_by_text("Somebody else is training these settings.")).to_be_visible()
    button(stranger, "Watch it").click()
    expect(stranger.get_by_text("Somebody else began this training, and steers it.")).to_be_visible()
    player(stranger)
    assert run_of(stranger) == key
    for steering in ("Pause", "Stop", "Steer"):
        expect(button(stranger, steering)).to_have_count(0)

    first.close()
    second.close()
    reached = server.snapshot(key).epoch
    until(stranger, lambda: server.snapshot(key).epoch > reached, "the training to go on for the other browser")
    assert server.snapshot(key).state == "running"
    button(stranger, "Train my own").click()
    wait_for(lambda: server.snapshot(key).state == "stopped")
    assert 0 < server.snapshot(key).epoch < 100
    assert server.run(key).has_network()
    wait_for_pictures(stranger)
    own = run_of(stranger)
    assert own.startswith(f"{key}-")
    stranger.context.close()
    wait_for(lambda: server.snapshot(own).state == "stopped")

    third = first.context.new_page()
    go(third, server.address(settings=LONG, run=key))
    expect(button(third, "Resume").first).to_be_visible()
    player(third)


def test_two_learners_with_other_settings_wait_for_each_other(server: Server, open_tab: Callable[..., Page]) -> None:
    one, two = open_tab(), open_tab()
    go(one, server.address(settings=LONG, seed=1))
    go(two, server.address(settings=LONG, seed=2))
    first = train(one)
    wait_for_pictures(one)
    second = train(two)
    expect(two.get_by_text("Waiting for other trainings: number 1 in the queue")).to_be_visible()
    assert server.snapshot(second).state == "queued"
    button(one, "Stop").click()
    until(two, lambda: server.snapshot(second).state == "running", "the second training to begin")
    assert server.snapshot(first).state == "stopped"
    button(two, "Stop").click()
    until(two, lambda: server.snapshot(second).state == "stopped", "the second training to end")
