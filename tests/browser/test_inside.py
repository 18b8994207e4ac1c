"""Inside: tiles of the weights while a network learns, then by a slider through its training."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import expect_own_network, go, pixels, tab, train, until, wait_for_pictures
from tests.browser.serving import SHORT, Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def tiles(part: Locator) -> Locator:
    return part.get_by_role("img", name=re.compile("^Looks for")).first.locator("canvas")


def test_units_grow_live_and_are_looked_back_at(server: Server, page: Page) -> None:
    go(page, server.address(settings=SHORT | {"epochs": 20}))
    train(page)
    wait_for_pictures(page)
    page.get_by_text("Inside: what its units look for and paint").click()
    live = tiles(page.locator("body"))
    before = pixels(live)
    until(page, lambda: live.count() == 0 or pixels(live) != before, "other tiles")

    expect_own_network(page)
    inside = tab(page, "Inside")
    inside.get_by_role("radio", name="Over time").click()
    slider = inside.get_by_role("slider", name="Epochs of training")
    expect(slider).to_have_attribute("aria-valuetext", "20. After 20 epochs")
    learned = pixels(tiles(inside))
    slider.press("Home")
    until(page, lambda: pixels(tiles(inside)) != learned, "the random weights")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("the weights are random"))
    until(page, lambda: "moment=0" in page.url, "the moment in the address")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_slider_goes_from_layer_to_layer(server: Server, open_tab: Callable[..., Page], width: int) -> None:
    page = open_tab(width)
    go(page, server.address("denoising", source="mnist_sample", tab="inside", inside="fires"))
    inside = page.get_by_role("tabpanel", name="Inside")
    slider = inside.get_by_role("slider", name="Layer")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^Encoder 1\. \d+ of 32 units fire"))
    views = inside.get_by_role("radiogroup", name="Look at").get_by_role("radio")
    edges = views.evaluate_all("(some) => some.map((one) => getComputedStyle(one).borderRightColor)")
    assert len(edges) == 3
    assert "rgba(0, 0, 0, 0)" not in edges, "at the end of a line, where they wrap, it would be open"
    canvas = inside.locator(".pictures canvas").first
    first = pixels(canvas)
    slider.press("End")
    until(page, lambda: pixels(canvas) != first, "another layer")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^Decoder 6\. "))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
