"""The slider of the network that came with the app, moved by pointer and keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import at, button, go, pixels, player, rail, row, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

FOLLOW = """input => {
  window.seen = [];
  const note = () => window.seen.push(Number(input.value));
  new MutationObserver(note).observe(input, { attributeFilter: ["aria-valuetext"] });
}"""


def test_dragging_flips_through_the_sizes_and_sends_on_release(server: Server, page: Page) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    go(page, server.address())
    player(page)
    page.mouse.click(*at(page, 0))
    expect(player(page)).to_have_attribute("data-sent", "0")
    settled(page)  # what the click sent has been answered

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
    until(page, lambda: len(sent) > before, "the size to be sent")


def test_the_pictures_follow_the_keyboard_before_the_server_answers(server: Server, page: Page) -> None:
    go(page, server.address())
    player(page)
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


def test_play_goes_on_where_the_server_repeats_late_where_the_slider_was(server: Server, page: Page) -> None:
    go(page, server.address())
    player(page)
    settled(page)
    rail(page).focus()
    with server.halted():
        page.keyboard.press("Home")
        expect(player(page)).to_have_attribute("data-sent", "0")
        button(page, "Play").click()
        until(page, lambda: int(player(page).get_attribute("data-index") or 0) > 3, "pictures that play")
    expect(player(page)).to_have_attribute("data-index", "63")


@pytest.mark.extended
def test_a_slider_that_is_moved_quickly_is_not_thrown_back(server: Server, page: Page) -> None:
    go(page, server.address())
    player(page)
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
