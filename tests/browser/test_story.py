"""The whole story on MNIST: train, watch, pause, leave, come back, stop, go on to the end, and look."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autoencoder.analysis.compression import MEASURED
from tests.browser.looking import (
    at,
    button,
    choice,
    columns,
    expect_no_exception,
    expect_own_network,
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

pytestmark = [pytest.mark.browser, pytest.mark.mnist]

EPOCHS = 3
KEYS: list[str] = []  # of the run that the tests of this file share, in their order
FOLLOW = """input => {
  window.seen = [];
  const note = () => window.seen.push(Number(input.value));
  new MutationObserver(note).observe(input, { attributeFilter: ["aria-valuetext"] });
}"""


@pytest.fixture(scope="module")
def server_mnist(mnist: Path) -> Path:
    return mnist


@pytest.fixture
def finished(server: Server, page: Page) -> str:
    """A training of MNIST that has come to its end, on the page."""
    go(page, server.address(source="mnist", epochs=EPOCHS, **({"run": KEYS[0]} if KEYS else {})))
    key = KEYS[0] if KEYS else train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    until(page, lambda: server.run(key).measured(MEASURED), "the errors over all test pictures")
    expect(page.get_by_role("img", name=re.compile("error of the reconstructions against"))).to_be_visible()
    return key


def test_train_pause_leave_resume_and_stop(server: Server, page: Page) -> None:
    go(page, server.address())
    expect(choice(page, "Pictures")).to_have_value(TITLES["mnist"])
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill(str(EPOCHS))
    epochs.press("Enter")
    until(page, lambda: f"epochs={EPOCHS}" in page.url, "the epochs in the address")
    key = train(page)
    KEYS.append(key)

    wait_for_pictures(page)
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
    expect(player(page)).to_have_attribute("data-frames", "64")

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


def test_dragging_flips_through_the_sizes_and_sends_on_release(
    finished: str, server: Server, open_tab: Callable[..., Page]
) -> None:
    page = open_tab()
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    go(page, server.address(run=finished))
    player(page)
    page.mouse.click(*at(page, 0))
    expect(player(page)).to_have_attribute("data-sent", "0")

    before = len(sent)
    seen, pictures = [], set()
    page.mouse.move(*at(page, 0))
    page.mouse.down()
    for position in range(0, 64, 3):
        page.mouse.move(*at(page, position))
        until(page, lambda place=position: player(page).get_attribute("data-index") == str(place), f"frame {position}")
        seen.append(player(page).get_attribute("data-sent"))
        pictures.add(pixels(row(page, "Reconstruction")))
    assert set(seen) == {"0"}
    assert len(sent) == before
    assert len(pictures) == 22
    page.mouse.up()
    expect(player(page)).to_have_attribute("data-sent", "63")
    assert len(sent) > before


def test_the_pictures_follow_the_keyboard_before_the_server_answers(finished: str, server: Server, page: Page) -> None:
    settled(page)
    before = pixels(row(page, "Reconstruction"))
    rail(page).focus()
    with server.halted():
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(player(page)).to_have_attribute("data-index", "9")
        assert pixels(row(page, "Reconstruction")) != before
    until(page, lambda: "size=10" in page.url, "the size in the address")
    settled(page)
    expect(player(page)).to_have_attribute("data-index", "9")


def test_a_slider_that_is_moved_quickly_is_not_thrown_back(finished: str, page: Page) -> None:
    settled(page)
    start = int(rail(page).input_value())
    rail(page).evaluate(FOLLOW)
    rail(page).focus()
    for number in range(20):  # answers to earlier moves come in between
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(20 + 5 * number)
    settled(page)
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)
    assert seen[-1] == start + 20
    expect(player(page)).to_have_attribute("data-index", str(start + 20))

    page.keyboard.press("End")
    expect(player(page)).to_have_attribute("data-sent", "63")
    page.keyboard.press("ArrowLeft")
    expect(player(page)).to_have_attribute("data-sent", "62")


def test_the_training_is_replayed(finished: str, server: Server, page: Page) -> None:
    button(page, "View").click()
    page.get_by_role("radio", name=re.compile("a replay of the training")).click()
    previews = len(server.snapshot(finished).previews)
    expect(rail(page, "Epochs of training")).to_be_visible()
    expect(player(page)).to_have_attribute("data-frames", str(previews))
    rail(page, "Epochs of training").focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("Before the first step: the weights are random").first).to_be_visible()
    untrained = pixels(row(page, "Reconstruction"))
    button(page, "Play").click()
    expect(player(page)).to_have_attribute("data-index", str(previews - 1))
    assert pixels(row(page, "Reconstruction")) != untrained
