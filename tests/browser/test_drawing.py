"""The pad: whatever is drawn by mouse, finger or keyboard is answered on the page while it is drawn."""

import re
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import follow, go, player, settled, until
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

THREE = [(0.3, 0.25), (0.5, 0.2), (0.68, 0.3), (0.45, 0.5), (0.7, 0.7), (0.5, 0.82), (0.3, 0.75)]
# The sum of the red values of a canvas' first tile.
FIRST_TILE = """(canvas, columns) => {
  const width = Math.floor(canvas.width / columns) - 4;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, canvas.height);
  return data.filter((_, index) => index % 4 === 0).reduce((a, b) => a + b, 0);
}"""


def pad(page: Page) -> Locator:
    return page.locator(".pad")


def opened(page: Page, address: str) -> Page:
    go(page, address)
    expect(pad(page).locator(".sheet")).to_be_visible()
    until(page, lambda: pad(page).get_attribute("data-drawn"), "the pad")
    settled(page)
    return page


def draw(page: Page, points: list[tuple[float, float]] = THREE) -> None:
    """Draw a line through points of the sheet, and wait for its answer."""
    before = pad(page).get_attribute("data-answered")
    pad(page).locator(".sheet").scroll_into_view_if_needed()
    box = pad(page).locator(".sheet").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    until(page, lambda: pad(page).get_attribute("data-answered") != before, "an answer")


def said(page: Page, words: str) -> None:
    expect(pad(page).get_by_role("status")).to_contain_text(re.compile(words))


def first_tile(page: Page, row: int, columns: int = 11) -> int:
    canvas = player(page).locator(".pictures canvas").nth(row)
    return int(canvas.evaluate(FIRST_TILE, columns))


def test_a_digit_is_rebuilt_while_it_is_written_and_is_there_after_other_pages(server: Server, page: Page) -> None:
    opened(page, server.address(""))
    assert first_tile(page, 1) == 0
    draw(page)
    until(page, lambda: first_tile(page, 1) > 0, "the reconstruction")
    said(page, r"^Covers \d+ % of the picture\. Nearest test picture: an? \d; error 0\.\d{3}$")
    expect(pad(page).get_by_role("img", name=re.compile("^Code: 8 of 64 numbers kept$"))).to_be_visible()
    page.get_by_role("slider", name="Bottleneck size").press("End")
    expect(pad(page).get_by_role("img", name="Code: 64 of 64 numbers kept")).to_be_visible()
    assert "draw" not in page.url
    follow(page, "Glossary")
    expect(pad(page)).to_have_count(0)
    follow(page, "The idea")
    until(page, lambda: pad(page).get_attribute("data-steps") == "1", "the drawing")
    until(page, lambda: first_tile(page, 1) > 0, "its reconstruction")
    pad(page).get_by_role("button", name="Undo").click()
    until(page, lambda: first_tile(page, 1) == 0, "an empty column")
    expect(pad(page).get_by_role("status")).to_be_empty()


def test_the_pad_stays_on_the_next_page_also_where_a_link_has_opened_it(server: Server, page: Page) -> None:
    opened(page, server.address("bottleneck", drawing="yes"))
    draw(page)
    follow(page, "Denoising")
    said(page, r"denoised to \d+\.\d dB$")
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(pad(page)).to_have_count(0)
    follow(page, "The family")
    settled(page)
    expect(pad(page)).to_have_count(0)


def test_every_size_of_a_drawing_goes_with_the_slider(server: Server, page: Page) -> None:
    opened(page, server.address("bottleneck", drawing="yes"))
    draw(page)
    until(page, lambda: first_tile(page, 1) > 0, "the reconstruction")
    before = first_tile(page, 1)
    page.get_by_role("slider", name="Bottleneck size").press("Home")
    until(page, lambda: first_tile(page, 1) not in (0, before), "another size")


def test_a_drawing_is_a_point_from_which_one_walks(server: Server, page: Page) -> None:
    opened(page, server.address("latent", drawing="yes"))
    draw(page)
    said(page, r"Nearest codes: (\d, ){4}\d$")
    plot = page.locator(".scatter")
    until(page, lambda: plot.get_attribute("data-drawing"), "its point")
    x, y = map(float, (plot.get_attribute("data-drawing") or "").split(","))
    draw(page, [(0.2, 0.9), (0.8, 0.9)])
    until(page, lambda: plot.get_attribute("data-drawing") != f"{x},{y}", "another place")
    x, y = map(float, (plot.get_attribute("data-drawing") or "").split(","))
    box = plot.locator(".stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    expect(plot).to_contain_text("on the walk from your drawing")
    page.mouse.up()
    expect(plot).to_contain_text("your drawing, decoded")


def test_noise_goes_on_top_of_a_drawing(server: Server, page: Page) -> None:
    opened(page, server.address("denoising", drawing="yes"))
    draw(page)
    said(page, r"denoised to \d+\.\d dB$")
    clean, noisy, denoised = (first_tile(page, row) for row in range(3))
    assert 0 < clean < noisy > denoised > 0


def test_painted_rot_turns_the_verdict_and_is_found(server: Server, page: Page) -> None:
    opened(page, server.address("anomalies", drawing="yes"))
    said(page, "^Score .* × the usual one. Nothing is painted yet.$")
    expect(player(page).locator(".note").first).to_have_text(re.compile("normal$"))
    draw(page)
    expect(player(page).locator(".note").first).to_have_text(re.compile("anomaly$"))
    said(page, r"Of \d+ pixels painted, \d+ % found \(recall\); of what is found, \d+ % was painted \(precision\)\.$")
    expect(pad(page)).to_contain_text(re.compile(r"Smallest stain found at this threshold: \d+ pixels"))
    expect(page.locator(".chart .drawn")).to_be_visible()


def test_all_members_rebuild_a_drawing_side_by_side(server: Server, page: Page) -> None:
    opened(page, server.address("family", drawing="yes", tab="all"))
    draw(page)
    members = page.locator(".frames:has(.pictures)").nth(1)
    for row in range(7):
        canvas = members.locator(".pictures canvas").nth(row)
        until(page, lambda canvas=canvas: canvas.evaluate(FIRST_TILE, 11) > 0, "what a member rebuilds")


def test_by_keyboard_one_chooses_a_picture_and_changes_it(server: Server, page: Page) -> None:
    opened(page, server.address(""))
    pad(page).locator(".sheet").focus()
    pad(page).get_by_text("More", exact=True).click()
    pad(page).get_by_role("combobox", name="Draw on").select_option(label="4")
    said(page, "Nearest test picture: a 4")
    sheet = pad(page).locator(".sheet")
    sheet.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space"):
        sheet.press(key)
    expect(pad(page)).to_have_attribute("data-steps", "2")
    for key in ("KeyT", "ArrowUp", "KeyR", "ArrowLeft", "KeyM", "Shift+ArrowDown", "Control+Z"):
        sheet.press(key)
    expect(pad(page)).to_have_attribute("data-steps", "4")
    said(page, "Nearest test picture")


def test_a_finger_draws_and_the_page_stays_where_it_is(server: Server, open_tab: Callable[..., Page]) -> None:
    page = opened(open_tab(390, 844, has_touch=True, is_mobile=True), server.address(""))
    finger, box = page.context.new_cdp_session(page), pad(page).locator(".sheet").bounding_box()
    assert box is not None
    main = page.get_by_test_id("stMain")

    def touch(kind: str, share: float) -> None:
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + share * box["height"]}
        points = [] if kind == "touchEnd" else [place]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = main.evaluate("main => main.scrollTop")
    touch("touchStart", 0.9)
    for step in range(10):
        touch("touchMove", 0.9 - 0.08 * step)
    touch("touchEnd", 0)
    said(page, "Nearest test picture: a 1")
    assert main.evaluate("main => main.scrollTop") == before
    assert pad(page).get_attribute("data-steps") == "1"


def test_a_drawing_goes_on_after_the_connection_was_lost_and_in_the_presenters_view(
    server: Server, chromium: Browser
) -> None:
    with closing(chromium.new_context()) as context:
        page = opened(context.new_page(), server.address("", present="1"))
        draw(page)
        context.set_offline(True)
        page.wait_for_timeout(500)  # what was under way
        before, box = pad(page).get_attribute("data-answered"), pad(page).locator(".sheet").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.up()
        page.wait_for_timeout(500)
        assert pad(page).get_attribute("data-answered") == before
        assert pad(page).get_attribute("data-steps") == "2", "what is drawn is there without the server"
        context.set_offline(False)
        until(page, lambda: pad(page).get_attribute("data-answered") != before, "an answer to the newest drawing")


def test_a_drawing_becomes_one_of_your_pictures(server: Server, page: Page) -> None:
    opened(page, server.address(""))
    draw(page)
    pad(page).get_by_role("button", name="Add to Your pictures").click()
    expect(page.get_by_text("Your drawing is among Your pictures now.")).to_be_visible()
    again = pad(page).get_by_role("button", name="Add to Your pictures")
    draw(page, [(0.2, 0.2), (0.8, 0.2)])
    again.click()
    draw(page, [(0.2, 0.5), (0.8, 0.5)])
    again.click()  # which waits until the one before was taken
    expect(again).to_be_enabled()
    follow(page, "Your pictures")
    expect(page.get_by_text("3 pictures.", exact=True)).to_be_visible()


def test_a_drawing_is_saved_as_the_network_sees_it(server: Server, page: Page) -> None:
    opened(page, server.address(""))
    draw(page)
    with page.expect_download() as saved:
        pad(page).get_by_role("button", name="Save as PNG").click()
    assert saved.value.suggested_filename == "drawing.png"
