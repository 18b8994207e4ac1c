"""How it unfolded: points move through the moments of a training, by mouse, by keyboard and live."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from playwright.sync_api import Locator, Page, expect

from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import Loss, RunState, Snapshot
from autoencoder.training.unfolding import pack
from tests.browser.looking import go, pixels, settled, until
from tests.browser.serving import Server
from tests.pages.running import LIKE_PRETRAINED, PRETRAINED, made_up_preview

pytestmark = pytest.mark.browser

COUNT = 200
EPOCHS = (0.0, 0.5, 1.0, 20.0, 40.0)


def prepare(server: Server, state: RunState, moments: int = len(EPOCHS)) -> RunFolder:
    """A run as a worker leaves it, with codes that move."""
    folder = server.run(LIKE_PRETRAINED.key)
    folder.create(LIKE_PRETRAINED)
    for number in range(moments):
        keep(folder, number)
    loss, last = (Loss(0.5, 0.05, 0.06),), EPOCHS[moments - 1]
    folder.write_snapshot(Snapshot(state, 40, last, losses=loss, previews=EPOCHS[:moments]))
    if state is RunState.FINISHED:
        folder.write_network(*PRETRAINED.network())
    return folder


def keep(folder: RunFolder, number: int) -> None:
    codes = np.random.default_rng(number).normal(scale=number + 1, size=(COUNT, 2)).astype(np.float32)
    folder.write_preview(number, made_up_preview(LIKE_PRETRAINED, number), pack(codes))


def plot(page: Page) -> Locator:
    return page.locator(".unfold[data-time]")


def time_of(page: Page) -> float:
    return float(plot(page).get_attribute("data-time") or "nan")


def opened(server: Server, page: Page, **more: str) -> Locator:
    """The plot of a training that is finished, and its slider."""
    prepare(server, RunState.FINISHED)
    go(page, server.address("latent", run=LIKE_PRETRAINED.key, tab="unfold", **more))
    expect(plot(page)).to_be_visible()
    settled(page)
    plot(page).scroll_into_view_if_needed()
    return plot(page).get_by_role("slider", name="Epochs of training")


def picture(page: Page) -> object:
    return pixels(plot(page).locator(".stage canvas"))


def test_the_keyboard_goes_from_moment_to_moment(server: Server, page: Page) -> None:
    slider = opened(server, page)
    seen = [picture(page)]
    for key, said in (
        ("ArrowLeft", "after 20 epochs"),
        ("ArrowDown", "after 1 epoch"),
        ("Home", "before the first step"),
        ("ArrowRight", "after 0.5 epochs"),
        ("End", "after 40 epochs"),
    ):
        slider.press(key)
        expect(slider).to_have_attribute("aria-valuetext", said)
        seen.append(picture(page))
    assert len({*map(str, seen[:-1])}) == 5, "all moments differ"
    assert seen[-1] == seen[0], "and the end is the same again"


def test_the_mouse_stands_between_two_moments_where_points_are_on_their_way(server: Server, page: Page) -> None:
    slider = opened(server, page)
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 14, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], y, steps=5)
    until(page, lambda: 1 < time_of(page) < 1.5, "a time between two moments")
    between = picture(page)
    page.mouse.up()
    slider.press("ArrowLeft")
    until(page, lambda: time_of(page) == 1, "the moment before")
    assert picture(page) != between

    before = picture(page)
    one = plot(page).get_by_role("radiogroup", name="Look at one class alone").get_by_text("3", exact=True)
    one.click()
    assert picture(page) != before
    one.click()
    assert picture(page) == before


@pytest.mark.extended
def test_play_moves_smoothly_and_stops_at_the_end(server: Server, page: Page) -> None:
    slider = opened(server, page)
    slider.press("Home")
    until(page, lambda: time_of(page) == 0, "the first moment")
    plot(page).evaluate("""root => {
      window.times = [];
      const note = () => window.times.push(Number(root.dataset.time));
      new MutationObserver(note).observe(root, { attributeFilter: ["data-time"] });
    }""")
    plot(page).get_by_role("button", name="Play").click()
    until(page, lambda: time_of(page) == len(EPOCHS) - 1, "the end")
    expect(plot(page).get_by_role("button", name="Play")).to_be_visible()
    times = page.evaluate("window.times")
    assert times == sorted(times)
    assert sum(time % 1 != 0 for time in times) > 5, "also between the moments"


@pytest.mark.extended
def test_who_wants_no_motion_sees_moments_alone(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(390, reduced_motion="reduce")
    slider = opened(server, page)
    slider.press("Home")
    until(page, lambda: time_of(page) == 0, "the first moment")
    plot(page).get_by_role("button", name="Play").click()
    seen = {until(page, lambda: time_of(page) + 1, "a time") - 1}
    while time_of(page) < len(EPOCHS) - 1:
        seen.add(time_of(page))
        page.wait_for_timeout(30)
    assert all(time == int(time) for time in seen)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_live_new_moments_are_added_to_those_that_are_there(server: Server, page: Page) -> None:
    folder = prepare(server, RunState.PAUSED, 2)
    go(page, server.address("latent", run=LIKE_PRETRAINED.key))
    expect(plot(page)).to_have_attribute("data-moments", "2")
    expect(plot(page)).to_have_attribute("data-time", "1.00")
    for number in (2, 3, 4):
        keep(folder, number)
        found = folder.snapshot()
        folder.write_snapshot(replace(found, epoch=EPOCHS[number], previews=EPOCHS[: number + 1]))
        expect(plot(page)).to_have_attribute("data-moments", str(number + 1))
        expect(plot(page)).to_have_attribute("data-time", f"{number}.00")
    slider = plot(page).get_by_role("slider", name="Epochs of training")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("after 40 epochs"))
