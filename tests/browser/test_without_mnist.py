"""A computer without the full MNIST and without the internet: the digits that are built in serve."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, choice, expect_own_network, go, player, train, until
from tests.browser.serving import TITLES, Server

pytestmark = pytest.mark.browser


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
