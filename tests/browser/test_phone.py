"""A phone: 390 x 844 pixels and a finger."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.looking import BOXES, at, button, go, player, rail, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 390, 844


@pytest.fixture
def phone(open_tab: Callable[..., Page]) -> Page:
    return open_tab(WIDTH, HEIGHT, has_touch=True, is_mobile=True)


@pytest.fixture
def finger(phone: Page) -> CDPSession:
    return phone.context.new_cdp_session(phone)


def touch(finger: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    touched = [{"x": x, "y": y} for x, y in points]
    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})


def swipe(page: Page, finger: CDPSession, start: tuple[float, float], by: tuple[float, float]) -> None:
    """Move a finger in 20 steps and lift it."""
    touch(finger, "touchStart", start)
    for step in range(1, 21):
        touch(finger, "touchMove", (start[0] + by[0] * step / 20, start[1] + by[1] * step / 20))
        page.wait_for_timeout(16)
    touch(finger, "touchEnd")


def scrolled(page: Page) -> float:
    return page.get_by_test_id("stMain").evaluate("main => main.scrollTop")


def bottom(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("name", ["bottleneck", pytest.param("", marks=pytest.mark.extended)])
def test_slider_and_first_band_of_five_pictures_are_on_one_screen(server: Server, phone: Page, name: str) -> None:
    go(phone, server.address(name))
    band = player(phone).locator(".band").first
    settled(phone)
    expect(rail(phone)).to_be_in_viewport(ratio=1)
    expect(band).to_be_in_viewport(ratio=1)
    assert bottom(band.locator(".note").last) <= HEIGHT
    boxes = phone.get_by_role("radio", name=re.compile("^Picture ")).evaluate_all(BOXES)
    assert len({round(box["y"]) for box in boxes[:5]}) == len({round(box["y"]) for box in boxes[5:]}) == 1
    assert boxes[5]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    assert [round(box["x"]) for box in boxes[:5]] == [round(box["x"]) for box in boxes[5:]]


def test_sidebar_and_menu_open_and_close(server: Server, phone: Page) -> None:
    go(phone, server.address("bottleneck"))
    player(phone)
    settled(phone)
    sidebar = phone.get_by_test_id("stSidebar")
    expect(button(phone, "Train")).not_to_be_in_viewport()
    phone.get_by_test_id("stExpandSidebarButton").tap()
    expect(sidebar.get_by_role("link", name="Denoising")).to_be_in_viewport()  # the menu stands above the settings
    button(phone, "Train").scroll_into_view_if_needed()
    expect(button(phone, "Train")).to_be_in_viewport()
    phone.get_by_test_id("stSidebarCollapseButton").get_by_role("button").tap()
    expect(button(phone, "Train")).not_to_be_in_viewport()
    expect(rail(phone)).to_be_in_viewport()


def test_a_swipe_up_that_starts_on_the_slider_scrolls_and_does_not_move_it(
    server: Server, phone: Page, finger: CDPSession
) -> None:
    go(phone, server.address("bottleneck"))
    player(phone)
    settled(phone)
    swipe(phone, finger, at(phone, 50), (0, -240))
    until(phone, lambda: scrolled(phone) > 100, "the page to scroll")
    settled(phone)
    expect(player(phone)).to_have_attribute("data-index", "7")
    expect(rail(phone)).to_have_value("7")
    assert "size=" not in phone.url


@pytest.mark.extended
def test_a_swipe_along_the_slider_moves_it(server: Server, phone: Page, finger: CDPSession) -> None:
    go(phone, server.address("bottleneck"))
    player(phone)
    settled(phone)
    start, end = at(phone, 7), at(phone, 40)
    swipe(phone, finger, start, (end[0] - start[0], 0))
    until(phone, lambda: abs(int(rail(phone).input_value()) - 40) <= 2, "the slider under the finger")
    until(phone, lambda: "size=" in phone.url, "the size in the address")
    assert scrolled(phone) == 0
