"""A computer without the full MNIST and without the internet: the digits that are built in serve."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, choice, expect_own_network, go, player, train, until
from tests.browser.serving import TITLES, Server

pytestmark = pytest.mark.browser

PAGES = ("", "bottleneck", "latent", "denoising", "anomalies", "family", "pictures", "teacher", "glossary")


@pytest.fixture(scope="module")
def server_mnist() -> Path | None:
    return None


def test_no_page_offers_a_download_or_asks_for_one(server: Server, page: Page) -> None:
    for name in PAGES:
        go(page, f"{server.url}/{name}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("not on this computer")).to_have_count(0)
        assert page.get_by_role("button").filter(has_text="MNIST").count() == 0


def test_the_first_page_shows_digits_of_mnist(server: Server, page: Page) -> None:
    go(page, server.url)
    player(page)
    drawn = page.locator("canvas").first.evaluate(
        """canvas => {
          const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let at = 0; at < width * height; at++) if (data[4 * at + 3]) seen.add(data[4 * at]);
          return seen.size;
        }"""
    )
    assert drawn > 50  # shades of gray


@pytest.mark.extended
def test_train_trains_on_the_sample(server: Server, page: Page) -> None:
    go(page, server.address(epochs=5))
    expect(choice(page, "Pictures")).to_have_value(TITLES["mnist_sample"])
    key = train(page)
    until(page, lambda: server.snapshot(key).state == "finished", "the end of the training")
    assert server.run(key).settings().source == "mnist_sample"
    expect_own_network(page)
    player(page)


def test_choosing_the_full_set_fetches_it_and_a_failure_can_be_tried_again(server: Server, page: Page) -> None:
    go(page, server.address())
    choice(page, "Pictures").click()
    page.get_by_role("option", name=TITLES["mnist"], exact=True).click()
    sentence = page.get_by_text("MNIST could not be downloaded")
    expect(sentence).to_be_visible()
    expect(page.get_by_text("Until it is here, the sample is used.")).to_be_visible()
    button(page, "Try again").click()
    expect(sentence).to_be_visible()
    expect(button(page, "Try again")).to_be_enabled()
    expect(button(page, "Train")).to_be_enabled()
