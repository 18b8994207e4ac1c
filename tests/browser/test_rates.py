"""The tab of the page Bottleneck that compares the autoencoder with PCA, JPEG and WebP, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import go, pixels, player, tab, until
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_comparison(page: Page, server: Server) -> Locator:
    """The tab, when both sides are there."""
    go(page, server.address())
    player(page)
    box = tab(page, "Against JPEG and WebP")
    expect(box.get_by_text("The other side.")).to_be_visible()
    expect(box.locator("[data-frames][data-drawn]")).to_have_count(2)
    return box


def test_the_pictures_follow_the_bytes_without_the_server(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab()
    box = open_comparison(page, server)
    player = box.locator("[data-frames][data-drawn]").first
    table = box.locator("table.counts").first
    webp, slider = player.get_by_role("img", name="WebP").first.locator("canvas"), player.get_by_role("slider").first
    before, reached = pixels(webp), table.inner_text()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    until(page, lambda: pixels(webp) != before, "other pictures")
    assert table.inner_text() != reached


def test_it_fits_on_a_phone(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(390, 844)
    box = open_comparison(page, server)
    assert page.evaluate(OVER) <= 0
    tables = box.locator("table")
    expect(tables).to_have_count(3)
    for table in tables.all():
        place = table.bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= 390
