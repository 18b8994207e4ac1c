"""A network of exactly eight numbers, changed settings, and a training that blows up."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, choice, columns, go, player, rail, row, train, until
from tests.browser.serving import SHORT, Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def test_exactly_eight(server: Server, page: Page) -> None:
    go(page, server.address(settings=SHORT))
    choice(page, "Bottleneck").click()
    page.get_by_role("option", name="Exact size").click()
    size = page.get_by_role("spinbutton", name="Size", exact=True)
    size.fill("8")
    size.press("Enter")
    until(page, lambda: "bottleneck_size=8" in page.url, "the size in the address")
    key = train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect(page.get_by_text("exactly 8 numbers").first).to_be_visible()
    player(page, frames=1)
    expect(rail(page)).to_be_hidden()
    assert len(columns(row(page, "Reconstruction"))) == 10

    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("6")
    epochs.press("Enter")
    expect(page.get_by_text("You changed: epochs (5 → 6).")).to_be_visible()
    expect(button(page, "Train")).to_be_enabled()
    player(page, frames=1)


def test_a_training_that_blows_up_says_so_or_ends_well(server: Server, page: Page) -> None:
    go(page, server.address(settings=SHORT, learning_rate="1.0"))
    key = train(page)
    until(page, lambda: not server.snapshot(key).state.active, "the end of the training")
    if server.snapshot(key).state == "failed":
        expect(page.get_by_text("The loss became infinite or not a number")).to_be_visible()
    else:
        assert server.snapshot(key).state == "finished"
    player(page)
