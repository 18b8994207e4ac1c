"""The page Denoising: a training on MNIST from its start to its filters."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    button,
    choice,
    expect_no_exception,
    expect_own_network,
    follow,
    go,
    losses,
    pixels,
    player,
    row,
    tab,
    train,
    until,
    wait_for_pictures,
)
from tests.browser.serving import TITLES, Server

pytestmark = [pytest.mark.browser, pytest.mark.extended, pytest.mark.mnist, pytest.mark.timeout(600)]

CAME_WITH_THE_APP = re.compile("Network shown: the one that came with the app")
CHART = re.compile("The peak signal-to-noise ratio against the noise level")


@pytest.fixture(scope="module")
def server_mnist(mnist: Path) -> Path:
    return mnist


def test_train_pause_leave_resume_and_stop(mnist: object, server: Server, page: Page) -> None:
    go(page, server.address("denoising"))
    expect(choice(page, "Pictures")).to_have_value(TITLES["mnist"])
    key = train(page)
    wait_for_pictures(page)
    expect(page.get_by_text(re.compile("Epoch 1 of 1 · .* left"))).to_be_visible()
    before = pixels(row(page, "Denoised"))
    until(page, lambda: pixels(row(page, "Denoised")) != before, "other live pictures")
    until(page, lambda: "Validation" in losses(page), "two points of the validation loss")
    first, last = losses(page)["Training"]
    assert last < first

    button(page, "Pause").click()
    expect(page.get_by_text("Epoch 1 of 1 · paused")).to_be_visible()
    paused = server.snapshot(key)
    assert paused.state == "paused"
    assert 0 < paused.epoch < 1
    follow(page, "Bottleneck")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bottleneck")
    expect(page.get_by_text(CAME_WITH_THE_APP)).to_be_visible()
    follow(page, "Denoising")
    expect(page.get_by_text("Epoch 1 of 1 · paused")).to_be_visible()
    assert server.snapshot(key) == paused

    button(page, "Resume").first.click()
    until(page, lambda: server.snapshot(key).epoch > paused.epoch, "learning to go on")
    follow(page, "The idea")
    expect(page.get_by_text(re.compile("Denoising: training goes on"))).to_be_visible()
    follow(page, "Denoising")
    button(page, "Stop").click()
    expect_own_network(page)
    assert server.snapshot(key).state == "stopped"
    player(page, frames=21)

    chart = tab(page, "How good is it?").get_by_role("img", name=CHART)
    expect(chart).to_have_attribute("aria-label", re.compile("This autoencoder: .*Median filter: "), timeout=180_000)
    expect_no_exception(page)
