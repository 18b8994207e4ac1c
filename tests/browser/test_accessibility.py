"""What axe finds on the pages: nothing serious and nothing moderate, light and dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.looking import go, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

PAGES = ["", "bottleneck", "latent", "denoising", "anomalies", "family", "pictures", "teacher", "glossary"]
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
def test_axe_finds_nothing_on_a_page_light_or_dark(server: Server, page: Page, name: str) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    go(page, server.address(name))
    assert found(page) == [], "light"
    light = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="dark")
    until(page, lambda: page.evaluate(BACKGROUND) != light, "the dark theme")
    assert found(page) == [], "dark"


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
