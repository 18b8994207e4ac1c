"""The first page: all of its stage on one screen, and the story below."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import go, player, rail, row, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

ROWS = ("Input", "Reconstruction", "Difference")
LESSONS = ["Bottleneck", "Latent space", "Anomalies", "Denoising", "The family"]
# of the pictures, which are radio buttons, only the chosen one is a stop of the Tab key
CONTROLS = (
    "a:not([aria-label='Link to heading']), button, input:not([type=radio]), input:checked, select, textarea, summary, "
    "[role=tab]"
)
SHOWN = """found => found.filter((one) => {
  const box = one.getBoundingClientRect();
  return one.tabIndex >= 0 && one.checkVisibility() && box.width > 1 && box.top < innerHeight && box.bottom > 0;
}).length"""


def test_slider_pictures_and_errors_are_seen_without_scrolling_and_grow_with_the_window(
    server: Server, open_tab: Callable[..., Page]
) -> None:
    heights = []
    page = open_tab(1280, 720)
    go(page, server.address(""))
    for width, height in ((1280, 720), (1366, 768), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        parts = [rail(page), *(row(page, name) for name in ROWS), player(page).locator(".note").last]
        settled(page)
        for part in parts:
            expect(part).to_be_in_viewport(ratio=1)
        heights.append(row(page, "Input").bounding_box()["height"])
        main = page.get_by_test_id("stMain").locator(CONTROLS)
        assert main.evaluate_all(SHOWN) <= 12
    assert heights[0] <= heights[1] < heights[2]


@pytest.mark.extended
def test_the_story_follows_and_its_code_follows_the_slider(server: Server, page: Page) -> None:
    go(page, server.address(""))
    player(page)
    pictures = page.locator(".story-figure img")
    expect(pictures.nth(16)).to_be_attached()
    assert all(pictures.evaluate_all("all => all.map((one) => one.complete && one.naturalWidth > 0)"))
    kept = page.get_by_text("8 of 64 numbers kept")
    kept.scroll_into_view_if_needed()
    settled(page)
    rail(page).focus()
    page.keyboard.press("End")
    expect(page.get_by_text("64 of 64 numbers kept")).to_be_visible()
    until(page, lambda: "size=64" in page.url, "the size in the address")
    lessons = page.locator(".st-key-lessons").get_by_role("link")
    assert [name.split("\n")[-1] for name in lessons.all_inner_texts()] == LESSONS
    page.get_by_test_id("stMain").get_by_role("link", name="Latent space").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Latent space")
