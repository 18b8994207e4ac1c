"""The first look: a deep link to a fresh server, the idea, the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    at,
    button,
    expect_no_exception,
    follow,
    go,
    pixels,
    player,
    row,
    run_of,
    until,
)
from tests.browser.serving import SHORT, Server

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("new_server")]


def test_a_deep_link_is_whole_as_the_first_request_to_a_server(server: Server, page: Page) -> None:
    """Streamlit then runs the files of `pages/` by themselves; keep this test the first of its file."""
    go(page, server.address("bottleneck"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bottleneck")
    expect(page.get_by_role("link", name="The idea", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Bottleneck", exact=True)).to_be_visible()
    expect(page.get_by_role("link")).not_to_contain_text(["app"])
    player(page)


@pytest.mark.extended
def test_the_idea_has_a_picture_at_once(server: Server, page: Page) -> None:
    go(page, server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hourglass")
    expect(player(page)).to_have_attribute("data-index", "7")
    before = pixels(row(page, "Reconstruction"))
    page.mouse.click(*at(page, 0))
    expect(player(page)).to_have_attribute("data-index", "0")
    assert pixels(row(page, "Reconstruction")) != before
    page.get_by_test_id("stMain").get_by_role("link", name="Bottleneck", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bottleneck")


def test_train_with_the_keyboard_alone(server: Server, page: Page) -> None:
    go(page, server.address(settings=SHORT, epochs=1))
    expect(button(page, "Train")).to_be_enabled()
    player(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.innerText").endswith("Train"):
            break
    expect(button(page, "Train")).to_be_focused()
    page.keyboard.press("Enter")
    key = run_of(page)
    assert server.snapshot(key).state in ("queued", "running", "finished")
    expect_no_exception(page)


@pytest.mark.extended
def test_settings_are_in_the_address_and_survive_a_visit_of_another_page(server: Server, page: Page) -> None:
    go(page, server.address(settings=SHORT))
    size = page.get_by_role("spinbutton", name="Largest size")
    size.fill("16")
    size.press("Enter")
    until(page, lambda: "bottleneck_size=16" in page.url, "the size in the address")
    address = page.url
    follow(page, "The idea")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Bottleneck")
    follow(page, "Bottleneck")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bottleneck")
    expect(size).to_have_value("16")
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("5")
    go(page, address)
    expect(size).to_have_value("16")
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("5")
