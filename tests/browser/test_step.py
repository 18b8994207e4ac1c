"""One gradient step, and after its worker was killed the next: by the keyboard, with what each of them changed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import button, go, pixels, train, until, wait_for_pictures
from tests.browser.serving import LONG, Server

pytestmark = [pytest.mark.browser, pytest.mark.extended]


def test_step_by_step(server: Server, page: Page) -> None:
    go(page, server.address(settings=LONG | {"network": "dense"}))
    key = train(page)
    wait_for_pictures(page)
    button(page, "Steer").press("Enter")
    button(page, "One step").press("Enter")
    said = page.get_by_text(re.compile(r"^Step [\d,]+:"))
    expect(said).to_be_visible()
    first = said.inner_text()
    assert server.snapshot(key).state == "paused"
    step = server.run(key).step(server.snapshot(key).epoch)
    assert first == f"Step {step.number:,}:"
    for name in ("16 pictures of the batch", "before the step", "after the step", "^What the step changed"):
        expect(page.get_by_role("img", name=re.compile(name)).first).to_be_visible()
    change = page.get_by_role("img", name=re.compile("^What the step changed")).locator("canvas").first
    before = pixels(change)

    for worker in server.workers():
        worker.kill()
    until(page, lambda: not server.workers(), "the end of the worker")
    page.reload()
    expect(said).to_have_text(first)
    until(page, lambda: pixels(change) == before, "the same change")
    button(page, "Steer").press("Enter")
    button(page, "One step").press("Enter")
    until(page, lambda: said.count() and said.inner_text() != first, "the next step")
    assert said.inner_text() == f"Step {step.number + 1:,}:"
    until(page, lambda: pixels(change) != before, "its change")
    page.keyboard.press("Escape")
    button(page, "Resume").click()
    expect(said).to_have_count(0)
