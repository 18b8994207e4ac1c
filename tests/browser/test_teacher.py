"""Words that explain themselves, the presenter's view, and the links of the lesson."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, choice, go, player, rail, settled, train, until
from tests.browser.serving import LONG, Server
from ui.glossary.terms import TERMS
from ui.teacher.plan import STEPS

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
# The size of all text that is seen, also within components, in px: text → size.
TYPE = """() => {
  const sizes = {};
  const look = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.shadowRoot) look(node.shadowRoot);
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || node.parentElement.closest("style")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const seen = node.parentElement.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      const clipped = node.parentElement.closest("p")?.offsetWidth === 1;  // the name of a button with an icon
      if (seen && box.width && !clipped)
        sizes[node.data.trim()] = parseFloat(getComputedStyle(node.parentElement).fontSize);
    }
  };
  look(document.body);
  return sizes;
}"""
# Whether slider, rows and what stands below them are on the screen without scrolling.
FITS = """([drawn, height]) => {
  const all = [...drawn.querySelectorAll("input[type=range], canvas, .note")].map((one) => one.getBoundingClientRect());
  const main = document.querySelector('[data-testid="stMain"]');
  return all.length > 4 && main.scrollTop === 0 && innerHeight === height
    && all.every((box) => box.height && box.top >= 0 && box.bottom <= height && box.right <= innerWidth);
}"""
COUNT_SCANS = """() => {
  const set = CSS.highlights.set.bind(CSS.highlights);
  window.scans = 0;
  CSS.highlights.set = (...all) => (window.scans++, set(...all));
}"""


def tip(page: Page) -> Locator:
    return page.locator(".hourglass-meaning[role=tooltip]")


def word(page: Page, text: str) -> list[float]:
    """Where a marked word is, once the page has come to rest."""
    settled(page)
    return until(page, lambda: page.evaluate(PLACE, text), f"{text!r} to be marked")


@pytest.mark.extended
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
    """How often the page is looked through for words while the slider is dragged, with rests."""
    page.evaluate(COUNT_SCANS)
    box = rail(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 5):  # with rests, in which a page that has come to rest would be looked at
        page.mouse.move(box["x"] + 50 * step, box["y"] + box["height"] / 2, steps=10)
        page.wait_for_timeout(500)
    scans = page.evaluate("window.scans")
    page.mouse.up()
    return int(scans)


@pytest.mark.extended
def test_a_tap_on_a_phone_shows_the_meaning_on_the_screen(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(390, 844)
    touched = page.context.new_cdp_session(page)
    touched.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    go(page, server.address("bottleneck"))
    x, y = word(page, "autoencoder")
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
        touched.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(tip(page)).to_be_visible()
    box = tip(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


@pytest.mark.extended
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


def fits(page: Page, height: int) -> bool:
    return bool(page.evaluate(FITS, [player(page).element_handle(), height]))


SIZES = [(1280, 720), (1366, 768)]
SLIDES = ["", "bottleneck", "denoising", "anomalies", "family"]


@pytest.mark.parametrize(
    "page_name",
    [pytest.param(name, marks=pytest.mark.extended if name in SLIDES[2:] else []) for name in SLIDES],
    ids=lambda name: name or "idea",
)
def test_a_slide_is_read_from_the_last_row_and_fits(
    server: Server, open_tab: Callable[..., Page], page_name: str
) -> None:
    page = open_tab(*SIZES[0])
    go(page, server.address(page_name, present=1))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        until(page, partial(fits, page, height), f"all of {page_name} on {height} px")
        sizes = page.evaluate(TYPE)
        assert len(sizes) > 10
        assert min(sizes.values()) >= 24, sizes
    for hidden in ("stSidebar", "stHeader", "stTabs", "stPopover", "stCaptionContainer"):
        assert not any(one.is_visible() for one in page.get_by_test_id(hidden).all())


def test_the_keys_of_a_remote_control_go_from_step_to_step(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(*SIZES[0])
    go(page, server.address("bottleneck"))
    button(page, "Presenter's view").click()
    until(page, lambda: "present=1" in page.url, "the view in the address")
    title = page.get_by_role("heading", level=1)
    player(page)
    for key, number, index in (("ArrowRight", 2, "0"), ("PageUp", 1, "7"), ("PageDown", 2, "0")):
        settled(page)
        page.keyboard.press(key)
        expect(title).to_have_text(f"Step {number} of {len(STEPS)}: {STEPS[number - 1].title}")
        expect(page.get_by_text(STEPS[number - 1].question)).to_be_visible()
        expect(player(page)).to_have_attribute("data-index", index)
    settled(page)
    rail(page).focus()
    page.keyboard.press("ArrowRight")  # is the slider's own
    expect(player(page)).to_have_attribute("data-index", "1")
    settled(page)
    page.keyboard.press("PageDown")
    expect(title).to_have_text(f"Step 3 of {len(STEPS)}: {STEPS[2].title}")
    expect(page.get_by_role("img", name=re.compile("error of the reconstructions"))).to_be_visible()  # in a tab else
    expect(page.locator("[data-frames]")).to_be_hidden()
    settled(page)
    assert min(page.evaluate(TYPE).values()) >= 24


@pytest.mark.extended
def test_escape_leaves_the_view_once_nothing_else_is_open(server: Server, page: Page) -> None:
    go(page, server.address("denoising", present=1, level=0.2, hide="choices"))
    player(page)
    expect(page.get_by_text("Show all controls")).to_have_count(0)
    page.mouse.move(*word(page, "noise"))
    expect(tip(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip(page)).to_be_hidden()
    assert "present=1" in page.url  # the first Escape was the tip's
    page.keyboard.press("Escape")
    until(page, lambda: "present" not in page.url, "the usual address")
    assert "level=0.2" in page.url
    expect(page.get_by_role("link", name="Bottleneck", exact=True).first).to_be_visible()
    expect(button(page, "Show all controls")).to_be_visible()


def test_the_presenter_sees_a_training_go_on(server: Server, page: Page) -> None:
    go(page, server.address("bottleneck", LONG))
    train(page)
    button(page, "Presenter's view").click()
    stage = page.get_by_test_id("stMain")
    expect(stage.get_by_text(re.compile(r"^Epoch \d+ of 100"))).to_be_visible()
    expect(button(page, "Pause")).to_be_hidden()
    page.keyboard.press("Escape")
    button(page, "Stop").click()


def test_a_link_of_the_lesson_opens_the_right_state(server: Server, page: Page) -> None:
    go(page, server.address("teacher"))
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open step 2").click()
    step = opened.value
    expect(step.get_by_role("heading", level=1)).to_have_text(f"Step 2 of {len(STEPS)}: {STEPS[1].title}")
    expect(player(step)).to_have_attribute("data-index", "0")
    expect(button(step, "Next step")).to_be_visible()
    expect(button(step, "Train")).to_be_hidden()
    expect(step.get_by_text("Expected")).to_have_count(0)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open task 2").click()
    expect(choice(opened.value, "Member")).to_have_value("Linear")
