"""What stands in the address, and what whoever opens it sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, choice, follow, go, pixels, player, row, settled, until
from tests.browser.serving import Server
from ui.shell.share import PARTS

pytestmark = pytest.mark.browser


def _share(page: Page) -> str:
    """The link that the panel offers."""
    page.get_by_text("Share", exact=True).click()
    field = page.get_by_role("textbox", name="The link")
    expect(field).to_be_visible()
    return field.input_value()


def test_a_link_shows_another_browser_the_same_page(server: Server, page: Page, open_tab: Callable[..., Page]) -> None:
    go(page, server.address("bottleneck", source="mnist_sample"))
    player(page)
    settled(page)
    slider = player(page).get_by_role("slider").first
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    until(page, lambda: "size=5" in page.url, "the slider's place in the address")
    choice(page, "Network").click()
    page.get_by_role("option", name="Convolutional").click()
    until(page, lambda: "network=convolutional" in page.url, "the network in the address")
    settled(page)
    link = _share(page)
    assert link == page.url
    other = open_tab()
    go(other, link)
    expect(choice(other, "Network")).to_have_value("Convolutional")
    player(other)
    settled(other)
    assert pixels(row(other, "Reconstruction")) == pixels(row(page, "Reconstruction"))


@pytest.mark.extended
def test_moving_a_slider_leaves_no_trace_in_the_browsers_history(server: Server, page: Page) -> None:
    go(page, server.address(""))
    player(page)
    follow(page, "Bottleneck")
    player(page)
    settled(page)
    slider = player(page).get_by_role("slider").first
    for key in ("ArrowLeft", "ArrowLeft"):
        before = page.url
        slider.press(key)
        until(page, lambda before=before: page.url != before, "the slider's place in the address")
        settled(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hourglass")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bottleneck")
    player(page)
    until(page, lambda: "size=6" in page.url, "the same address as before")
    expect(player(page)).to_have_attribute("data-index", "5")


def test_the_address_follows_what_is_changed_with_and_without_the_server(server: Server, page: Page) -> None:
    go(page, server.address("latent"))
    for title, said in (("The map", "tab=map"), ("Walk from A to B", ""), ("The map", "tab=map")):
        settled(page)
        page.get_by_role("tab", name=title).click()
        until(page, lambda said=said: said in page.url and ("tab=" in page.url) == bool(said), f"{title} in it")


@pytest.mark.extended
def test_a_link_can_show_the_slider_alone(server: Server, page: Page) -> None:
    go(page, server.address("bottleneck", source="mnist_sample", size=3))
    player(page)
    settled(page)
    page.get_by_text("Share", exact=True).click()
    for part in PARTS.values():
        page.get_by_label(part).check()
    link = page.get_by_role("textbox", name="The link").input_value()
    go(page, link)
    player(page)
    settled(page)
    expect(button(page, "Train")).to_be_hidden()
    expect(button(page, "View")).to_be_hidden()
    expect(page.get_by_text("An autoencoder must squeeze")).to_be_hidden()
    expect(page.get_by_role("link", name="Denoising", exact=True)).to_be_hidden()
    slider = player(page).get_by_role("slider").first
    expect(slider).to_be_visible()
    slider.press("ArrowRight")
    until(page, lambda: "size=4" in page.url, "the slider's place in the address")
    button(page, "Show all controls").click()
    expect(button(page, "Train")).to_be_visible()
    until(page, lambda: "hide" not in page.url, "an address that hides nothing")


@pytest.mark.extended
def test_a_bad_value_is_replaced_and_said_in_one_line(server: Server, page: Page) -> None:
    go(page, server.address("bottleneck", source="mnist_sample", size="many", seed="-3"))
    player(page)
    line = "Expected size in the address to be a whole number from 1 to 64. Received: many."
    expect(page.get_by_text(line)).to_be_visible()
    expect(player(page)).to_have_attribute("data-index", "7")
