"""A network of one's own is composed by mouse, by keyboard and by finger, and trained."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, choice, expect_own_network, go, player, settled, train, until
from tests.browser.serving import Server
from tests.browser.test_phone import HEIGHT, WIDTH, swipe

pytestmark = pytest.mark.browser

OWN = {"source": "mnist_sample", "network": "own"}


def composition(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("composition", [""])[0]


def expect_composition(page: Page, text: str) -> None:
    """The address says this of the layers, and what they cost is known."""
    until(page, lambda: composition(page) == text, f"{text} in {page.url}")
    expect(page.locator('.composer[data-answered="true"]')).to_be_visible()


def bar(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_by_mouse_and_keyboard_layers_are_widened_added_removed_and_trained(server: Server, page: Page) -> None:
    go(page, server.address(source="mnist_sample", size=4))
    expect(page.locator(".composer")).to_have_count(0)
    settled(page)
    choice(page, "Network").click()
    page.get_by_role("option", name="Your own", exact=True).click()
    expect(bar(page, "Encoder layer 1")).to_have_attribute("aria-valuenow", "256")
    expect(page.get_by_text("242,112 parameters")).to_be_visible()

    x, y = middle(bar(page, "Encoder layer 2"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y)
    page.mouse.move(x - 40, y, steps=8)
    expect(bar(page, "Decoder layer 1")).to_have_attribute("aria-valuenow", "12")
    assert composition(page) == "", "while it is dragged, nothing is sent"
    page.mouse.up()
    expect_composition(page, "dense-256.12")

    bar(page, "Encoder layer 2").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect_composition(page, "dense-256.1536")
    page.keyboard.press("+")
    expect(bar(page, "Encoder layer 3")).to_be_focused()
    page.keyboard.press("Home")
    expect_composition(page, "dense-256.1536.1")
    page.keyboard.press("Delete")
    expect(bar(page, "Encoder layer 2")).to_be_focused()
    page.get_by_label("Units").fill("40")
    page.keyboard.press("Enter")
    expect_composition(page, "dense-256.40")
    button(page, "Add a layer after code").click()
    expect_composition(page, "dense-256.40.40")
    button(page, "Remove decoder layer 3").click()
    expect_composition(page, "dense-40.40")

    page.get_by_label("The decoder mirrors the encoder").uncheck()
    settled(page)
    expect(page.get_by_label("The decoder mirrors the encoder")).not_to_be_checked()
    button(page, "Remove decoder layer 2").click()
    page.get_by_label("Activation").select_option("GELU")
    page.get_by_label("Dropout").select_option("0.1")
    page.get_by_label("Batch normalization").check()
    expect_composition(page, "dense-40.40-to-40-gelu-dropout0.1-norm")
    settled(page)
    page.get_by_role("spinbutton", name="Epochs").fill("2")
    page.keyboard.press("Tab")
    settled(page)
    bar(page, "Encoder layer 1").press("ArrowRight")  # of which Python is told with the very click
    key = train(page)
    until(page, lambda: (now := server.snapshot(key)) and now.state == "finished", "the end of the training")
    assert server.run(key).settings().composition == "dense-48.40-to-40-gelu-dropout0.1-norm"
    expect_own_network(page)
    player(page)


def test_a_bar_is_let_go_of_outside_the_drawing_too_and_escape_takes_a_drag_back(server: Server, page: Page) -> None:
    go(page, server.address(settings=OWN, composition="dense-256.64"))
    settled(page)
    layer = bar(page, "Encoder layer 1")
    x, y = middle(layer)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, 5, steps=4)
    page.mouse.up()
    page.mouse.move(x, y)
    page.mouse.move(x - 40, y, steps=4)
    expect(layer).to_have_attribute("aria-valuenow", "256")

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=4)
    expect(layer).to_have_attribute("aria-valuenow", "24")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    page.mouse.move(x - 20, y, steps=4)
    page.mouse.up()
    expect(layer).to_have_attribute("aria-valuenow", "256")
    expect_composition(page, "dense-256.64")


def test_by_finger_a_bar_is_dragged_sideways_and_the_page_still_scrolls(
    server: Server, open_tab: Callable[..., Page]
) -> None:
    phone = open_tab(WIDTH, HEIGHT, has_touch=True, is_mobile=True)
    finger = phone.context.new_cdp_session(phone)
    go(phone, server.address(settings=OWN, composition="conv-16k3s2.32k3s2"))
    player(phone)
    settled(phone)
    phone.get_by_test_id("stExpandSidebarButton").tap()
    bar(phone, "Encoder layer 1").scroll_into_view_if_needed()
    settled(phone)
    swipe(phone, finger, middle(bar(phone, "Encoder layer 1")), (0, -150))
    phone.wait_for_timeout(600)  # until nothing moves
    assert composition(phone) == "conv-16k3s2.32k3s2"
    expect(bar(phone, "Encoder layer 1")).to_have_attribute("aria-valuenow", "16")
    bar(phone, "Encoder layer 1").scroll_into_view_if_needed()
    swipe(phone, finger, middle(bar(phone, "Encoder layer 1")), (30, 0))
    expect_composition(phone, "conv-96k3s2.32k3s2")
    for name in ("Remove encoder layer 1", "Add a layer after code"):
        box = button(phone, name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    button(phone, "Remove encoder layer 1").tap()
    expect_composition(phone, "conv-32k3s2")


@pytest.mark.extended
def test_what_does_not_work_is_said_and_what_worked_is_trained(server: Server, page: Page) -> None:
    go(page, server.address(settings=OWN, composition="conv-32k3s2.64k9s1.64k9s4.8k9s1"))
    said = page.get_by_role("alert").filter(has_text="Expected your network to have no kernel or stride")
    expect(said).to_contain_text("Received: '8k9s1 on 4 × 4 places'.")
    expect(page.get_by_text("are of what worked before: dense-256.128.")).to_be_visible()
    button(page, "Remove encoder layer 4").click()
    expect(said).to_have_count(0)
    expect_composition(page, "conv-32k3s2.64k9s1.64k9s4")
    go(page, server.address(settings=OWN, composition="dense-1.2.3.4.5.6"))
    expect(page.get_by_text("Expected composition in the address to be layers such as dense-512.256")).to_be_visible()
    expect(bar(page, "Encoder layer 1")).to_have_attribute("aria-valuenow", "256")
