"""What axe finds on the pages, light and dark: nothing serious, nothing moderate. All of it comes from the server."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.looking import go, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

PAGES = ["", "bottleneck", "latent", "denoising", "anomalies", "family", "pictures", "teacher", "glossary"]
FAILED_FONTS = """async () => {
  await document.fonts.ready;
  return [...document.fonts].filter((font) => font.status === "error").map((font) => font.family);
}"""
BACKGROUND = """() => getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor"""
STREAMLIT: dict[str, str] = {}  # what its own markup does wrong: the rule of axe → why it is not mended from outside


def found(page: Page, within: str | None = None) -> list[str]:
    """What axe finds on the page as it is now, or within a part of it, in a line each."""
    settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    violations: list[dict[str, Any]] = Axe().run(page, within).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:120]}"
        for one in violations
        if one["impact"] != "minor" and one["id"] not in STREAMLIT
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_light_or_dark_and_only_the_server_is_asked(server: Server, page: Page, name: str) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.on("websocket", lambda socket: asked.add(socket.url))
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    go(page, server.address(name))
    settled(page)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)  # what is redrawn meanwhile is pale
    assert found(page) == [], "light"
    light = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="dark")
    until(page, lambda: page.evaluate(BACKGROUND) != light, "the dark theme")
    assert found(page) == [], "dark"
    assert page.evaluate(FAILED_FONTS) == []
    assert any("woff2" in url for url in asked), "fonts come from somewhere"
    assert {url for url in asked if urlsplit(url).hostname not in (None, "127.0.0.1")} == set()


@pytest.mark.extended
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_the_tabs_of_a_page(server: Server, page: Page, name: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    go(page, server.address(name))
    settled(page)
    for tab in page.get_by_test_id("stMain").get_by_role("tab").all():
        tab.click()
        assert found(page, "[role=tabpanel]:not([hidden])") == [], tab.inner_text()
