"""Words that explain themselves, the presenter's view, and the links of the lesson."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, choice, follow, go, plain, player, settled, until
from tests.browser.serving import Server
from ui.glossary.table import TERMS

pytestmark = pytest.mark.browser

MEANINGS = {term.name: term.meaning for term in TERMS}

# The middle of the first place where a word is marked; null where it is not, or not on the screen.
PLACE = """(word) => {
  const found = [...(CSS.highlights.get("hourglass-glossary") ?? [])].filter((range) => range.toString() === word);
  const boxes = found.map((range) => range.getBoundingClientRect());
  const seen = boxes.filter((box) => box.width && box.top > 0 && box.bottom < innerHeight);
  return seen.length ? [seen[0].left + seen[0].width / 2, seen[0].top + seen[0].height / 2] : null;
}"""
WIDER = """() => [...document.querySelectorAll("html, body, [data-testid='stMain']")]
  .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.outerHTML.slice(0, 120))"""
COUNT_SCANS = """() => {
  const set = CSS.highlights.set.bind(CSS.highlights);
  window.scans = 0;
  CSS.highlights.set = (...all) => (window.scans++, set(...all));
}"""


@pytest.fixture(scope="module")
def server_mnist() -> None:
    """What is built in is enough."""
    return


def tip(page: Page) -> Locator:
    return page.locator(".hourglass-meaning[role=tooltip]")


def word(page: Page, text: str) -> list[float]:
    """Where a marked word is, once the page has come to rest."""
    settled(page)
    return until(page, lambda: page.evaluate(PLACE, text), f"{text!r} to be marked")


def type_size(page: Page) -> float:
    """Of which all sizes on the page are multiples, in px."""
    return page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")


def test_pointing_at_a_word_shows_its_meaning(server: Server, page: Page) -> None:
    go(page, server.address("bottleneck"))
    player(page)
    page.mouse.move(*word(page, "autoencoder"))
    expect(tip(page)).to_contain_text(MEANINGS["Autoencoder"])
    page.keyboard.press("Escape")
    expect(tip(page)).to_be_hidden()
    page.mouse.move(*word(page, "Reconstruction"))  # a label within a component of ours
    expect(tip(page)).to_contain_text(MEANINGS["Reconstruction"])
    page.mouse.move(5, 5)
    expect(tip(page)).to_be_hidden()
    page.wait_for_timeout(1500)  # the last look at the page, for labels that come late, is over
    assert scans_during_a_drag(page) == 0


def scans_during_a_drag(page: Page) -> int:
    """How often the page is looked through for words while the plain slider is dragged, with rests."""
    page.evaluate(COUNT_SCANS)
    plain(page).scroll_into_view_if_needed()
    box = plain(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 5):  # with rests, in which a page that has come to rest would be looked at
        page.mouse.move(box["x"] + 50 * step, box["y"] + box["height"] / 2, steps=10)
        page.wait_for_timeout(500)
    scans = page.evaluate("window.scans")
    page.mouse.up()
    return int(scans)


def test_a_tap_on_a_phone_shows_the_meaning_on_the_screen(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(390, 844)
    touched = page.context.new_cdp_session(page)
    touched.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    go(page, server.address("bottleneck"))
    for text in ("autoencoder", "Epochs"):
        x, y = word(page, text)
        for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            touched.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        if text == "Epochs":  # a field's label: the tap is for the field
            expect(tip(page)).to_be_hidden()
            continue
        expect(tip(page)).to_be_visible()
        box = tip(page).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    go(page, server.address("teacher"))
    settled(page)
    assert page.evaluate(WIDER) == []


def test_the_glossary_is_searched_and_entered_at_a_word(server: Server, page: Page) -> None:
    go(page, server.address("glossary") + "#t-sne")
    entry = page.get_by_role("heading", name="t-SNE", exact=True)
    until(page, lambda: 0 <= entry.bounding_box()["y"] < 300, "the word at the top of the window")
    settled(page)
    field = page.get_by_role("textbox", name="Search")
    field.fill("false alarm")
    field.press("Enter")
    expect(page.get_by_text(re.compile(r"^\d of \d\d words$"))).to_be_visible()
    expect(page.get_by_role("heading", name="False alarm")).to_be_visible()
    expect(entry).to_have_count(0)


def test_the_presenters_view_is_large_stays_and_is_left_by_escape(server: Server, page: Page) -> None:
    go(page, server.address("bottleneck"))
    baseline_error = type_size(page)
    expect(button(page, "More settings")).to_be_visible()
    button(page, "Presenter's view").click()
    leave = button(page, "Leave the presenter's view")
    expect(leave).to_be_visible()
    until(page, lambda: "present=1" in page.url, "the view in the address")
    assert 1.35 <= type_size(page) / baseline_error <= 1.5
    expect(button(page, "More settings")).to_be_hidden()
    expect(page.get_by_text("Below is the network that came with the app")).to_be_hidden()
    follow(page, "Denoising")
    expect(page.get_by_role("heading", level=1)).to_have_text("Denoising")
    assert 1.35 <= type_size(page) / baseline_error <= 1.5
    page.mouse.move(*word(page, "noise"))
    expect(tip(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip(page)).to_be_hidden()
    expect(leave).to_be_visible()  # the first Escape was the tip's
    page.keyboard.press("Escape")
    expect(leave).to_have_count(0)
    until(page, lambda: "present" not in page.url, "the usual address")
    until(page, lambda: type_size(page) == baseline_error, "usual type")


def test_a_link_of_the_lesson_opens_the_right_state(server: Server, page: Page) -> None:
    go(page, server.address("teacher"))
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open step 2").click()
    step = opened.value
    expect(step.get_by_role("heading", level=1)).to_have_text("Bottleneck")
    expect(player(step)).to_have_attribute("data-index", "0")
    expect(button(step, "Leave the presenter's view")).to_be_visible()
    expect(button(step, "Train")).to_be_hidden()
    expect(step.get_by_text("Expected")).to_have_count(0)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open task 2").click()
    expect(choice(opened.value, "Member")).to_have_value("Linear")
