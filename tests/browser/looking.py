"""What a learner sees and does on the pages, by roles and labels."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

PATIENCE = 150.0  # s; a bound on a test that hangs, no expectation of speed

# The pictures of a canvas: the runs of pixel columns in which something is drawn, in css px from the page's left.
PICTURES = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const opaque = (x, y) => data[4 * (y * width + x) + 3] > 0;
  const drawn = (x) => Array.from({ length: height }, (_, y) => y).some((y) => opaque(x, y));
  const box = canvas.getBoundingClientRect();
  const runs = [];
  for (let x = 0, open = false; x < width; x++) {
    const is = drawn(x);
    if (is && !open) runs.push([box.left + x * box.width / width, 0]);
    if (is) runs[runs.length - 1][1] = box.left + (x + 1) * box.width / width;
    open = is;
  }
  return runs;
}"""

BOXES = "nodes => nodes.map(node => node.getBoundingClientRect().toJSON())"  # of all at one moment


def until(page: Page, condition: Callable[[], Any], what: str) -> Any:
    """Wait until the condition holds, and return what it gave; the page goes on meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        page.wait_for_timeout(50)
    return value


SETTLED = """() => new Promise((resolve) => {
  let since = performance.now();
  const look = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (app.dataset.testScriptState !== "notRunning") since = performance.now();
    performance.now() - since > 500 ? resolve(true) : setTimeout(look, 50);
  };
  look();
})"""


def settled(page: Page) -> None:
    """Wait until the page has not been run anew for half a second, so that no field is replaced while it is filled."""
    page.evaluate(SETTLED)


def go(page: Page, address: str) -> None:
    """Open an address and wait for its title."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def choice(page: Page, label: str) -> Locator:
    """A box that opens a list."""
    return page.get_by_role("combobox", name=label, exact=True)


def follow(page: Page, name: str) -> None:
    """Use the navigation at the top."""
    page.get_by_role("link", name=name, exact=True).first.click()


def train(page: Page) -> str:
    """Press Train, also where somebody has trained the same; returns the name of the run."""
    page.get_by_role("button", name=re.compile("^Train( my own)?$")).click()
    sure = button(page, "Train all the same")  # is asked where it would take long, as on a busy machine
    until(page, lambda: "run=" in page.url or sure.is_visible(), "a run in the address, or a question")
    if sure.is_visible():
        sure.click()
    return run_of(page)


def run_of(page: Page) -> str:
    """The key of the run in the page's address."""
    return until(page, lambda: parse_qs(urlsplit(page.url).query).get("run", [""])[0], "a run in the address")


def player(page: Page, frames: int | str = "") -> Locator:
    """The player on the page: it is drawn, has that many positions, and the one from before is gone."""
    found = page.locator("[data-frames][data-drawn]")
    expect(page.locator(f'[data-frames="{frames}"][data-drawn]') if frames else found).to_have_count(1)
    expect(found).to_have_count(1)
    return found


def row(page: Page, name: str) -> Locator:
    """The canvas of a row of pictures."""
    starts = {
        "Input": "test pictures as they are",
        "Reconstruction": "^Reconstruction:",
        "Difference": "^Difference maps",
        "Clean": "test pictures without noise",
        "Noisy": "^The same with noise of level",
        "Denoised": "^What the network makes of these",
        "Median filter": "^Median filter:",
    }
    return player(page).get_by_role("img", name=re.compile(starts[name])).locator("canvas")


def pixels(canvas: Locator) -> str:
    """What is drawn, as text that differs where a pixel does."""
    return canvas.evaluate("canvas => canvas.toDataURL()")


def columns(canvas: Locator) -> list[list[float]]:
    """From where to where each picture of a row reaches on the page, in css px."""
    return canvas.evaluate(PICTURES)


def rail(page: Page, label: str = "") -> Locator:
    """The player's own slider; there is one."""
    return player(page).get_by_role("slider", name=label)


def at(page: Page, position: int) -> tuple[float, float]:
    """Where on the page the slider's thumb is at a position from 0."""
    box = rail(page).bounding_box()
    assert box is not None
    last = int(rail(page).get_attribute("max") or 1)
    return box["x"] + 14 + position / last * (box["width"] - 28), box["y"] + box["height"] / 2


def losses(page: Page) -> dict[str, tuple[float, float]]:
    """The first and the last loss of each line of the chart, as it is read out: name → (first, last)."""
    said = page.get_by_role("img", name=re.compile("the validation loss against")).get_attribute("aria-label") or ""
    found = re.findall(r"(Training|Validation): ([\d.e−-]+) at [\d.]+, ([\d.e−-]+) at", said)
    return {name: (float(first.replace("−", "-")), float(last.replace("−", "-"))) for name, first, last in found}


def wait_for_pictures(page: Page) -> None:
    """The training has shown pictures of at least one moment."""
    expect(button(page, "Pause")).to_be_visible()
    player(page)


def tab(page: Page, name: str) -> Locator:
    """Open a tab below the pictures, and return what is in it."""
    settled(page)  # or else the tabs may be drawn anew between their being found and pressed
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("tabpanel", name=name, exact=True)


def expect_own_network(page: Page) -> None:
    """The page says that it shows a network that was trained here."""
    expect(page.get_by_text(re.compile("Network shown: (yours|somebody else's)"))).to_be_visible()


def expect_no_exception(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def expect_on_screen(page: Page, parts: Locator) -> None:
    """All of these can be seen without scrolling."""
    height = page.evaluate("innerHeight")
    expect(parts.first).to_be_visible()
    for box in parts.evaluate_all(BOXES):
        assert box["top"] >= 0
        assert box["bottom"] <= height, f"{box} on a screen {height} px high"


def expect_stage(page: Page) -> None:
    """Slider, rows of pictures and the figure of each picture can be seen."""
    shown = player(page)
    until(page, lambda: shown.locator(".pictures").count() >= 3, "three rows")
    if shown.get_attribute("data-frames") != "1":
        expect_on_screen(page, shown.get_by_role("slider"))
    expect_on_screen(page, shown.locator(".pictures"))
    expect_on_screen(page, shown.locator(".note"))
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
