"""The page Denoising: the network that came with the app, filters beside it, and a training on MNIST."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    at,
    button,
    columns,
    go,
    pixels,
    player,
    rail,
    row,
    tab,
    until,
)
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FILTERS = 240  # s at most until their strengths are chosen: half a minute where nothing else is at work
ROWS = ("Clean", "Noisy", "Denoised", "Difference")
CAME_WITH_THE_APP = re.compile("Network shown: the one that came with the app")
AT_WORK = re.compile("Finding each filter's best strength|The filters are at work")
CHART = re.compile("The peak signal-to-noise ratio against the noise level")


@pytest.fixture
def opened(server: Server, page: Page) -> Page:
    """The page with the network that came with the app, without filters."""
    go(page, server.address("denoising"))
    expect(page.get_by_text(CAME_WITH_THE_APP)).to_be_visible()
    expect(player(page)).to_have_attribute("data-index", "8")
    return page


def filters_have_come(page: Page) -> None:
    expect(page.get_by_text(AT_WORK)).to_have_count(0, timeout=FILTERS * 1000)
    expect(row(page, "Median filter")).to_be_visible()


def view(page: Page) -> None:
    """Open or close what decides what is shown."""
    page.get_by_test_id("stPopoverButton").filter(has_text="View").click()


def test_rows_are_aligned_and_follow_pointer_and_keyboard(opened: Page) -> None:
    indices = [columns(row(opened, name)) for name in ROWS]
    assert len(indices[0]) == 10
    assert indices[0] == indices[1] == indices[2] == indices[3]
    boxes = [row(opened, name).bounding_box() for name in ROWS]
    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"]
    expect(player(opened)).to_have_attribute("data-frames", "21")

    before = {name: pixels(row(opened, name)) for name in ROWS}
    rail(opened).focus()
    opened.keyboard.press("ArrowRight")
    expect(player(opened)).to_have_attribute("data-index", "9")
    expect(rail(opened)).to_have_attribute("aria-valuetext", re.compile(r"^0\.45\."))
    until(opened, lambda: pixels(row(opened, "Denoised")) != before["Denoised"], "other pictures")

    opened.mouse.click(*at(opened, 0))
    expect(player(opened)).to_have_attribute("data-sent", "0")
    assert pixels(row(opened, "Noisy")) == pixels(row(opened, "Clean"))
    seen: dict[str, set[str]] = {name: set() for name in ROWS}
    opened.mouse.move(*at(opened, 0))
    opened.mouse.down()
    for position in range(0, 21, 4):
        opened.mouse.move(*at(opened, position))
        until(opened, lambda place=position: player(opened).get_attribute("data-index") == str(place), "the frame")
        assert player(opened).get_attribute("data-sent") == "0"
        for name in ROWS:
            seen[name].add(pixels(row(opened, name)))
    assert {name: len(pictures) for name, pictures in seen.items()} == {**dict.fromkeys(ROWS, 6), "Clean": 1}
    opened.mouse.up()
    expect(player(opened)).to_have_attribute("data-sent", "20")
    expect(opened).to_have_url(re.compile("level=1"))


def test_stop_leaves_out_the_filters_that_are_not_there_yet(server: Server, page: Page) -> None:
    go(page, server.address("denoising", try_noise="speckle", filters="median"))
    waiting = page.get_by_text(AT_WORK)
    expect(waiting).to_be_visible()
    expect(row(page, "Median filter")).to_be_visible()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    button(page, "Stop").first.click()
    expect(row(page, "Median filter")).to_have_count(0)
    expect(waiting).to_have_count(0)
    until(page, lambda: "filters" not in page.url, "an address without them")


@pytest.mark.extended
def test_filters_come_and_another_noise_is_tried(server: Server, page: Page) -> None:
    opened = page
    go(page, server.address("denoising", filters="median"))
    filters_have_come(page)
    assert columns(row(opened, "Median filter")) == columns(row(opened, "Clean"))
    chart = tab(opened, "How good is it?").get_by_role("img", name=CHART)
    expect(chart).to_have_attribute("aria-label", re.compile("This autoencoder: .*Non-local means: "))
    opened.get_by_text("Network or filter").click()
    expect(opened.get_by_text("The network wins")).to_be_visible()
    view(opened)
    opened.get_by_text("Total variation", exact=True).first.click()
    expect(player(opened).get_by_role("img", name=re.compile("^Total variation:")).locator("canvas")).to_be_visible()

    noisy, denoised = pixels(row(opened, "Noisy")), pixels(row(opened, "Denoised"))
    opened.get_by_role("radio", name="Blur", exact=True).click()
    expect(opened.get_by_text("this network never learned from this kind of noise.")).to_be_visible()
    expect(rail(opened, "Noise level: Blur")).to_be_visible()
    until(opened, lambda: pixels(row(opened, "Noisy")) != noisy, "blurred pictures")
    assert pixels(row(opened, "Denoised")) != denoised
    filters_have_come(opened)
