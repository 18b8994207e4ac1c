"""The box on the page Bottleneck that compares the autoencoder with PCA, JPEG and WebP, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import go, pixels, until
from tests.browser.serving import Server
from ui.lessons.bottleneck.rates import TITLE

pytestmark = [pytest.mark.browser, pytest.mark.extended]
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_box(page: Page, server: Server) -> Locator:
    """The box, when both sides are there."""
    go(page, server.address())
    box = page.get_by_test_id("stExpander").filter(has_text=TITLE)
    box.get_by_text(TITLE).click()
    expect(box.get_by_text("The other side.")).to_be_visible()
    expect(box.locator("[data-frames][data-drawn]")).to_have_count(2)
    return box


def test_the_pictures_follow_the_bytes_without_the_server(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab()
    player = open_box(page, server).locator("[data-frames][data-drawn]").first
    webp, slider = player.get_by_role("img", name="WebP").first.locator("canvas"), player.get_by_role("slider").first
    before, reached = pixels(webp), player.locator("table").inner_text()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    until(page, lambda: pixels(webp) != before, "other pictures")
    assert player.locator("table").inner_text() != reached


def test_it_fits_on_a_phone(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(390, 844)
    box = open_box(page, server)
    assert page.evaluate(OVER) <= 0
    tables = box.locator("table")
    expect(tables).to_have_count(3)
    for table in tables.all():
        place = table.bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= 390
