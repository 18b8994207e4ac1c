"""A computer without MNIST and without the internet."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, choice, go, player, train, until
from tests.browser.serving import TITLES, Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server_mnist() -> Path | None:
    return None


def test_the_digits_train_where_mnist_is_missing(server: Server, page: Page) -> None:
    go(page, server.address(epochs=5))
    expect(page.get_by_text("MNIST is not on this computer yet.").first).to_be_visible()
    expect(choice(page, "Pictures")).to_have_value(TITLES["mnist_sample"])
    key = train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    expect(page.get_by_text("Your network:")).to_be_visible()
    player(page)


def test_a_download_that_fails_says_so_and_can_be_tried_again(server: Server, page: Page) -> None:
    go(page, server.address())
    button(page, "Download MNIST (11 MB)").click()
    sentence = page.get_by_text("MNIST could not be downloaded: its server was not reached.")
    expect(sentence).to_be_visible()
    button(page, "Try again").click()
    expect(sentence).to_be_visible()
    expect(button(page, "Try again")).to_be_enabled()
    expect(button(page, "Train")).to_be_enabled()
