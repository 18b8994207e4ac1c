"""The page Latent space: the plot follows the pointer without the server, clicks reach Python, and the walk drags."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import at, go, pixels, player, rail, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

# Where on the page a point is that no other hides, and a place as far as can be from every point.
POINT = """root => {
  const stage = root.querySelector(".stage").getBoundingClientRect();
  const points = window.hourglassPoints.map(([x, y]) => [x * stage.width, (1 - y) * stage.height]);
  const between = (i, j) => Math.hypot(points[j][0] - points[i][0], points[j][1] - points[i][1]);
  const away = (i) => Math.min(...points.map((_, j) => i === j ? 1e9 : between(i, j)));
  const alone = points.map((_, i) => i).sort((i, j) => away(j) - away(i)).slice(0, 3);
  return alone.map((i) => ({ index: i, x: stage.left + points[i][0], y: stage.top + points[i][1] }));
}"""
PLACES = """root => {
  const stage = root.querySelector(".stage").getBoundingClientRect();
  const points = window.hourglassPoints.map(([x, y]) => [x * stage.width, (1 - y) * stage.height]);
  const found = [];
  for (let x = 20; x < stage.width - 20; x += 15)
    for (let y = 20; y < stage.height - 20; y += 15) {
      const away = Math.min(...points.map(([left, top]) => Math.hypot(left - x, top - y)));
      if (away > 25) found.push({ x: stage.left + x, y: stage.top + y });
    }
  return found;
}"""


@pytest.fixture
def opened(server: Server, page: Page) -> Page:
    open_page(server, page)
    return page


def open_page(server: Server, page: Page) -> None:
    """The page with the network that came with the app, everything drawn, and its points known to the test."""
    go(page, server.address("latent"))
    expect(plot(page)).to_be_visible()
    player(page)
    until(page, lambda: plot(page).get_attribute("data-exact"), "the exact place")
    page.evaluate("points => (window.hourglassPoints = points)", shares())
    settled(page)
    plot(page).locator(".stage").scroll_into_view_if_needed()
    page.wait_for_timeout(300)


@cache
def shares() -> list[list[float]]:
    """Where the points of all test pictures are, as shares of the plot's width and height."""
    from autoencoder.analysis.latent import codes_of, frame_of, plane_of
    from tests.analysis.looked_at import model, pictures

    points = plane_of(codes_of(model(), pictures(), 2).values).points
    return frame_of(points).shares(points).tolist()


def plot(page: Page) -> Locator:
    return page.locator(".scatter[data-drawn]")


def tip(page: Page) -> Locator:
    return plot(page).locator(".tip")


def slot(page: Page, name: str) -> Locator:
    return plot(page).locator(f".slot.{name}")


def said(page: Page, name: str) -> str:
    """What the address says under a name."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def attribute(page: Page, name: str) -> str:
    return plot(page).get_attribute(f"data-{name}") or ""


def points(page: Page) -> list[dict[str, Any]]:
    return plot(page).evaluate(POINT)


def _is_pointed_at(page: Page, number: int) -> bool:
    """Whether the pointer is over a point, to which it goes wherever that is by now."""
    point = points(page)[number]
    page.mouse.move(point["x"] + 2, point["y"])
    return attribute(page, "hover") == f"point {point['index']}"


def test_the_pointer_is_followed_over_points_and_between_them_without_the_server(opened: Page) -> None:
    seen = set()
    for number, point in enumerate(points(opened)):
        until(opened, lambda number=number: _is_pointed_at(opened, number), "the point")
        expect(tip(opened)).to_contain_text(f"Test picture {point['index'] + 1}: ")
        seen.add(pixels(tip(opened).locator("canvas")))
    assert len(seen) == 3
    opened.mouse.move(5, 5)
    expect(tip(opened)).to_be_hidden()

    indices = plot(opened).evaluate(PLACES)
    turn = attribute(opened, "turn")
    seen = set()
    for place in indices[:: max(1, len(indices) // 8)]:
        opened.mouse.move(place["x"], place["y"])
        opened.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert attribute(opened, "hover").startswith("place ")
        seen.add(pixels(slot(opened, "place").locator("canvas")))
        assert pixels(tip(opened).locator("canvas")) == pixels(slot(opened, "place").locator("canvas"))
    assert len(seen) >= 6
    assert attribute(opened, "turn") == turn


def test_clicks_choose_a_then_b_then_a_place_and_keys_move_it(opened: Page) -> None:
    first, second, _ = points(opened)
    interpolate = player(opened).get_by_role("img").first.locator("canvas")
    before = pixels(interpolate)
    for name, point in (("A", first), ("B", second)):
        opened.mouse.click(point["x"], point["y"])
        until(
            opened, lambda name=name, point=point: said(opened, name.lower()) == str(point["index"] + 1), "the number"
        )
        assert attribute(opened, name.lower()) == str(point["index"])
        expect(slot(opened, name.lower())).to_contain_text(f"Test picture {point['index'] + 1}")
    until(opened, lambda: pixels(interpolate) != before, "another walk")

    settled(opened)
    indices = plot(opened).evaluate(PLACES)
    place = indices[len(indices) // 3]
    exact = attribute(opened, "exact")
    opened.mouse.click(place["x"], place["y"])
    opened.mouse.move(5, 5)
    until(opened, lambda: attribute(opened, "exact") != exact, "Python's answer")
    stage = plot(opened).locator(".stage").bounding_box()
    x, y = (float(share) for share in attribute(opened, "exact").split(","))
    assert stage is not None
    assert abs(stage["x"] + x * stage["width"] - place["x"]) < 6
    assert abs(stage["y"] + (1 - y) * stage["height"] - place["y"]) < 6
    expect(slot(opened, "place")).to_contain_text("decoded from here: (")
    until(opened, lambda: said(opened, "x") and said(opened, "y"), "the place in the address")

    settled(opened)
    exact = attribute(opened, "exact")
    opened.get_by_role("button", name="View", exact=True).click()
    opened.get_by_role("slider", name="A place: first number").focus()
    opened.keyboard.press("ArrowRight")
    until(opened, lambda: attribute(opened, "exact") != exact, "another place")


@pytest.mark.extended
def test_the_walk_is_dragged_and_both_ends_are_reconstructions(opened: Page) -> None:
    rows = [one.locator("canvas") for one in player(opened).get_by_role("img").all()]
    rail(opened).scroll_into_view_if_needed()
    opened.mouse.move(*at(opened, 10))
    opened.mouse.down()
    seen = []
    for position in (30, 40, 20, 0):
        opened.mouse.move(*at(opened, position))
        until(opened, lambda place=position: player(opened).get_attribute("data-index") == str(place), "a step")
        seen.append([pixels(row) for row in rows])
        assert player(opened).get_attribute("data-sent") == "10"
    opened.mouse.up()
    until(opened, lambda: said(opened, "step") == "0", "the walk's step in the address")
    assert [by_code == faded for by_code, faded in seen] == [False, True, False, True]
    assert rail(opened).get_attribute("aria-valuetext", timeout=1000)


@pytest.mark.extended
def test_a_class_is_looked_at_alone_by_pointer_and_keyboard_and_sections_replace_each_other(opened: Page) -> None:
    back = plot(opened).locator(".stage canvas").first
    before = pixels(back)
    three = plot(opened).get_by_role("radio", name="3", exact=True)
    label = plot(opened).locator(".classes").get_by_text("3", exact=True)
    label.click()
    expect(three).to_be_checked()
    assert pixels(back) != before
    label.click()
    expect(three).not_to_be_checked()
    assert pixels(back) == before

    plot(opened).get_by_role("radio", name="0", exact=True).focus()
    opened.keyboard.press("ArrowRight")
    expect(plot(opened).get_by_role("radio", name="1", exact=True)).to_be_checked()
    opened.keyboard.press(" ")
    assert pixels(back) == before
    slot(opened, "a").get_by_role("radio").focus()
    opened.keyboard.press("ArrowRight")
    expect(slot(opened, "b").get_by_role("radio")).to_be_checked()
    expect(slot(opened, "a").get_by_role("radio")).not_to_be_checked()

    for name, count in [("Averages", 1), ("New pictures", 1), ("Number by number", 2), ("The map", 0)]:
        settled(opened)  # a tab opened while the one before is drawn can be lost, see LATE in conftest.py
        opened.get_by_role("tab", name=name, exact=True).click()
        expect(opened.locator(".frames[data-drawn]")).to_have_count(count)


@pytest.mark.extended
def test_plot_and_pictures_are_on_one_screen_and_no_wider_than_a_phone(
    server: Server, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(1280, 720)
    go(page, server.address("latent"))
    until(page, lambda: plot(page).get_attribute("data-exact"), "the exact place")
    for width, height in ((1280, 720), (1366, 768), (1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        settled(page)
        for part in (".stage", ".slot.place", ".slot.a", ".slot.b"):
            box = plot(page).locator(part).bounding_box()
            assert box is not None
            assert 0 <= box["x"] < box["x"] + box["width"] <= width, (part, width)
            if width > height:
                assert 0 <= box["y"] < box["y"] + box["height"] <= height, (part, height)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
