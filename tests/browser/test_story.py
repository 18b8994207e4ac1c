"""The whole story, on one screen: train, watch, pause, leave, come back, stop, go on to the end, and look."""

import re

import pytest
from playwright.sync_api import Page, expect

from autoencoder.analysis.compression import MEASURED
from tests.browser.looking import (
    button,
    choice,
    columns,
    expect_no_exception,
    expect_own_network,
    expect_stage,
    follow,
    go,
    losses,
    pixels,
    player,
    rail,
    row,
    run_of,
    settled,
    train,
    until,
    wait_for_pictures,
)
from tests.browser.serving import TITLES, Server

pytestmark = pytest.mark.browser

EPOCHS = 3
SETTINGS = {"source": "mnist_sample", "epochs": EPOCHS, "batch_size": 4}  # whose epochs last some seconds
SCREEN = {"width": 1280, "height": 720}
KEYS: list[str] = []  # of the run that the tests of this file share, in their order


@pytest.fixture
def finished(server: Server, page: Page) -> str:
    """A training of MNIST that has come to its end, on the page."""
    go(page, server.address(settings=SETTINGS, **({"run": KEYS[0]} if KEYS else {})))
    key = KEYS[0] if KEYS else train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    until(page, lambda: server.run(key).measured(MEASURED), "the errors over all test pictures")
    expect(page.get_by_role("img", name=re.compile("error of the reconstructions against"))).to_be_visible()
    return key


def test_train_pause_leave_resume_and_stop(server: Server, page: Page) -> None:
    page.set_viewport_size(SCREEN)
    go(page, server.address(settings=SETTINGS | {"epochs": 1}))
    player(page)
    expect(choice(page, "Pictures")).to_have_value(TITLES["mnist_sample"])
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill(str(EPOCHS))
    epochs.press("Enter")
    until(page, lambda: f"epochs={EPOCHS}" in page.url, "the epochs in the address")
    key = train(page)
    KEYS.append(key)

    expect_stage(page)  # of the network from before
    wait_for_pictures(page)
    expect(page.get_by_text("Until its first pictures are there")).to_have_count(0)
    expect_stage(page)
    expect(page.get_by_text(re.compile(rf"Epoch \d of {EPOCHS} · .* left"))).to_be_visible()
    before = pixels(row(page, "Reconstruction"))
    until(page, lambda: pixels(row(page, "Reconstruction")) != before, "other live pictures")
    until(page, lambda: "Validation" in losses(page), "two points of the validation loss")
    first, last = losses(page)["Training"]
    assert last < first

    button(page, "Pause").click()
    expect(page.get_by_text(re.compile("paused"))).to_be_visible()
    paused = server.snapshot(key)
    assert paused.state == "paused"
    assert 0 < paused.epoch < EPOCHS
    said = page.get_by_text(re.compile(f"of {EPOCHS} · paused")).text_content()
    follow(page, "The idea")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hourglass")
    follow(page, "Bottleneck")
    expect(page.get_by_text(said)).to_be_visible()
    assert server.snapshot(key) == paused

    button(page, "Resume").first.click()
    until(page, lambda: server.snapshot(key).epoch > paused.epoch, "learning to go on")
    button(page, "Stop").click()
    expect_own_network(page)
    assert server.snapshot(key).state == "stopped"
    player(page, frames=64)

    button(page, "Resume").first.click()
    expect(button(page, "Pause")).to_be_visible()
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect_own_network(page)
    first, last = (server.snapshot(key).losses[place].training for place in (0, -1))
    assert last < first / 2


def test_three_aligned_rows_of_ten_other_pictures_and_a_reload(finished: str, page: Page) -> None:
    first, second, third = (columns(row(page, name)) for name in ("Input", "Reconstruction", "Difference"))
    assert len(first) == 10
    assert first == second == third
    boxes = [row(page, name).bounding_box() for name in ("Input", "Reconstruction", "Difference")]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    assert boxes[1]["y"] + boxes[1]["height"] <= boxes[2]["y"]

    button(page, "View").click()
    button(page, "Draw others").click()
    expect(choice(page, "Test pictures")).to_have_value("Any")
    before = pixels(row(page, "Input"))
    button(page, "Draw others").click()
    until(page, lambda: pixels(row(page, "Input")) != before, "other pictures")
    assert len(columns(row(page, "Input"))) == 10
    expect_no_exception(page)

    page.reload()
    expect_own_network(page)
    assert run_of(page) == finished


def test_the_training_is_replayed(finished: str, server: Server, page: Page) -> None:
    page.set_viewport_size(SCREEN)
    button(page, "View").click()
    page.get_by_role("radio", name=re.compile("a replay of the training")).click()
    previews = len(server.snapshot(finished).previews)
    expect(rail(page, "Epochs of training")).to_be_visible()
    player(page, frames=previews)
    settled(page)
    expect_stage(page)
    rail(page, "Epochs of training").focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("Before the first step: the weights are random").first).to_be_visible()
    untrained = pixels(row(page, "Reconstruction"))
    button(page, "Play").click()
    expect(player(page)).to_have_attribute("data-index", str(previews - 1))
    assert pixels(row(page, "Reconstruction")) != untrained
