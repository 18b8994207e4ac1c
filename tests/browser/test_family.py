"""The family side by side, and one member trained."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from autoencoder.analysis.family import MEMBERS
from tests.browser.looking import choice, columns, go, player, settled, train, until
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def row_of(page: Page, member: str) -> Locator:
    """The canvas of the row of a member."""
    return page.get_by_role("img", name=re.compile(f"What the {member} one rebuilds")).locator("canvas")


def test_a_member_is_trained_and_takes_its_place(server: Server, page: Page) -> None:
    go(page, server.address("family", source="mnist_sample", tab="all"))
    for member in MEMBERS:
        assert len(columns(row_of(page, member))) == 10
    expect(page.get_by_text("Linear is PCA in disguise")).to_be_visible()
    page.get_by_role("tab", name="What it makes small").click()
    choice(page, "Member").click()
    page.get_by_role("option", name="Variational").click()
    expect(page.get_by_text("Codes without gaps")).to_be_visible()
    expect(player(page).get_by_text("Asked for a cloud of codes").first).to_be_visible()
    settled(page)
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("3")
    epochs.press("Enter")
    until(page, lambda: "epochs=3" in page.url, "the epochs in the address")
    key = train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect(page.get_by_text("Network shown: yours (Shallow network")).to_be_visible()
    assert server.run(key).settings().penalty == "variational"
    choice(page, "Member").click()
    page.get_by_role("option", name="Sparse").click()
    expect(page.get_by_text("Network shown: the one that came with the app")).to_be_visible()
    choice(page, "Member").click()
    page.get_by_role("option", name="Variational").click()
    expect(page.get_by_text("Network shown: yours (Shallow network")).to_be_visible()
    page.get_by_role("tab", name="All members").click()
    assert len(columns(row_of(page, "variational"))) == 10


def test_on_a_phone_the_table_scrolls_in_itself(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(390, 844)
    go(page, server.address("family", source="mnist_sample", tab="all"))
    table = page.get_by_role("table")
    expect(table).to_be_visible()
    box = table.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    assert table.evaluate("table => table.scrollWidth > table.clientWidth")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
