"""A picture of one's own, dropped on a page, and what the network that is shown makes of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import columns, go, pixels, player, tab, until
from tests.browser.serving import Server
from tests.ui.uploading import picture

pytestmark = pytest.mark.browser


def open_box(server: Server, page: Page) -> Locator:
    """The open box with two pictures and a file that is none."""
    go(page, server.address("bottleneck"))
    player(page)
    box = tab(page, "Try your own")
    files = [("cat.png", picture(1)), ("dog.png", picture(2)), ("notes.png", b"no picture at all")]
    box.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in files]
    )
    expect(box.locator("[data-frames][data-drawn]")).to_have_count(1)
    return box


def row(box: Locator, said: str) -> Locator:
    return box.get_by_role("img", name=re.compile(said)).locator("canvas")


def test_dropped_pictures_stand_in_rows_follow_the_sliders_and_are_removed(server: Server, page: Page) -> None:
    box = open_box(server, page)
    expect(box.get_by_text("is not used")).to_contain_text("notes.png")
    rows = [row(box, "^2 pictures of your own as they are"), row(box, "^Reconstruction:"), row(box, "^Difference maps")]
    indices = [columns(one) for one in rows]
    assert len(indices[0]) == 2
    assert indices[0] == indices[1] == indices[2]
    assert len({pixels(one) for one in rows}) == 3
    caption = box.locator(".caption:not(.ghost)").first
    expect(caption).to_contain_text(
        re.compile(r"From 8 numbers: mean squared error 0\.\d+, [\d.]+ times that of the test")
    )

    before = pixels(row(box, "^Reconstruction:"))
    stage, own = page.get_by_role("slider", name="Bottleneck size").all()
    expect(stage).to_have_value("7")
    own.focus()
    page.keyboard.press("End")
    expect(stage).to_have_value("63")
    assert pixels(row(box, "^Reconstruction:")) != before
    stage.focus()
    page.keyboard.press("Home")
    expect(box.locator("[data-frames]")).to_have_attribute("data-index", "0")
    until(page, lambda: page.locator("[data-frames]").first.get_attribute("data-index") == "0", "the page's own player")

    box.get_by_role("button", name="Remove them").click()
    expect(page.locator("[data-frames][data-drawn]")).to_have_count(1)
    expect(page.get_by_text("pictures of your own as they are")).to_have_count(0)
