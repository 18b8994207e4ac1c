"""A classroom without internet: nothing on a page, its fonts, icons and formulas included, comes from outside."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import go, settled
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

PAGES = '[data-testid="stTopNavLinkContainer"] a, [data-testid="stSidebarNavLink"]'
FAILED_FONTS = """async () => {
  await document.fonts.ready;
  return [...document.fonts].filter((font) => font.status === "error").map((font) => font.family);
}"""


def test_no_page_asks_anybody_but_its_server(server: Server, page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.on("websocket", lambda socket: asked.add(socket.url))
    go(page, server.url)
    addresses = [
        str(link.get_attribute("href")) for link in page.get_by_role("navigation").first.get_by_role("link").all()
    ]
    assert len(addresses) > 5
    for address in addresses:
        go(page, f"{server.url}{urlsplit(address).path}")
        settled(page)
        assert page.evaluate(FAILED_FONTS) == []
    assert any("woff2" in url for url in asked), "fonts come from somewhere"
    outside = {url for url in asked if urlsplit(url).hostname not in (None, "127.0.0.1")}
    assert outside == set()
    expect(page.get_by_test_id("stException")).to_have_count(0)
