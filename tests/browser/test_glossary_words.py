"""Words that explain themselves: underlined once, and read by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import go, player, settled, until
from tests.browser.serving import Server
from ui.glossary.terms import TERMS

pytestmark = pytest.mark.browser

BY_FORM = {form: term.name for term in TERMS for form in term.forms}
MEANINGS = {term.name: f"{term.name}: {term.meaning}" for term in TERMS}
MARKED = "() => [...(CSS.highlights.get('hourglass-glossary') ?? [])].map((range) => range.toString().toLowerCase())"
HERE = "() => [...(CSS.highlights.get('hourglass-glossary-here') ?? [])].map((range) => range.toString().toLowerCase())"
MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const { transitionDuration, animationDuration } = getComputedStyle(one);
  return [transitionDuration, animationDuration].some((all) => all.split(",").some((each) => parseFloat(each) > 0.01));
}).map((one) => one.outerHTML.slice(0, 120))"""


def test_each_word_is_underlined_once_and_read_by_keyboard(server: Server, page: Page) -> None:
    go(page, server.address(""))
    player(page)
    settled(page)
    page.wait_for_timeout(2000)  # the last look at the page, for labels that come late, is over
    marked = [BY_FORM[word] for word in until(page, lambda: page.evaluate(MARKED), "words to be marked")]
    assert len(marked) == len(set(marked)) > 10

    words = page.get_by_role("spinbutton", name="Words explained on this page")
    tip = page.get_by_role("tooltip")
    page.get_by_role("button", name="Presenter's view").focus()
    for _ in range(3):  # by Tab, past Share
        if words.evaluate("words => words === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(words).to_be_focused()
    for name in (marked[0], marked[1], marked[2]):
        expect(words).to_have_attribute("aria-valuetext", MEANINGS[name])
        expect(tip).to_contain_text(MEANINGS[name].removeprefix(f"{name}: "))
        assert [BY_FORM[word] for word in page.evaluate(HERE)] == [name]
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    assert page.evaluate(HERE) == []


@pytest.mark.extended
def test_nothing_moves_by_itself_for_those_who_asked_for_that(server: Server, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    go(page, server.address("bottleneck"))
    player(page)
    settled(page)
    assert page.evaluate(MOVING) == []
