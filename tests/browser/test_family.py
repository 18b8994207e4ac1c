"""The family side by side, and one member trained."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from autoencoder.analysis.family import MEMBERS
from tests.browser.looking import choice, columns, go, settled, train, until
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def row_of(page: Page, title: str) -> Locator:
    """The canvas of the row of a member."""
    return page.get_by_role("img", name=re.compile(f"What the {title.lower()} one rebuilds")).locator("canvas")


def test_a_member_is_trained_and_takes_its_place(server: Server, page: Page) -> None:
    go(page, server.address("family", source="mnist_sample"))
    for member in MEMBERS.values():
        assert len(columns(row_of(page, member.title))) == 10
    expect(page.get_by_text("Linear is PCA in disguise")).to_be_visible()
    choice(page, "Member").click()
    page.get_by_role("option", name="Variational").click()
    expect(page.get_by_text("Codes without gaps")).to_be_visible()
    settled(page)
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("3")
    epochs.press("Enter")
    until(page, lambda: "epochs=3" in page.url, "the epochs in the address")
    key = train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect(page.get_by_text("Your network: Shallow network")).to_be_visible()
    assert server.run(key).settings().penalty == "variational"
    assert len(columns(row_of(page, "Variational"))) == 10
