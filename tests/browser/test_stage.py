"""What a lesson is about is what one sees: slider, pictures and figures on one screen, with few controls beside."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, go, player, settled, train, until, wait_for_pictures
from tests.browser.serving import LONG, Server

pytestmark = pytest.mark.browser

LESSONS = ("", "bottleneck", "denoising", "anomalies", "family")  # Latent space has a plot, see test_latent.py
SIZES = ((1280, 720), (1366, 768))
CONTROLS = """() => {
  const kinds = ["Selectbox", "NumberInput", "Slider", "MultiSelect", "Button", "Popover", "ButtonGroup", "Checkbox",
    "Tabs", "Expander", "FileUploader", "DownloadButton", "TextInput", "Radio"];
  const widgets = kinds.map((kind) => `[data-testid="st${kind}"]`).join(", ");
  const places = document.querySelectorAll('[data-testid="stMain"], [data-testid="stSidebar"]');
  const shown = (node) => node.checkVisibility() && !node.closest(".st-key-tools");
  const found = [...places].flatMap((place) => [...place.querySelectorAll(widgets)]).filter(shown);
  const outermost = (node) => !found.some((other) => other !== node && other.contains(node));
  return found.filter(outermost).map((node) => node.innerText);
}"""
BOXES = "nodes => nodes.map(node => node.getBoundingClientRect().toJSON())"  # of all at one moment
PARTS = ".frames input[type=range], .frames .play, .bands[role=radiogroup]"  # of a player


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


@pytest.mark.parametrize(
    ("name", "view"),
    [*((name, {}) for name in LESSONS), ("family", {"present": 1})],  # the other slides: see test_teacher.py
)
def test_slider_pictures_and_figures_are_on_one_screen(
    server: Server, open_tab: Callable[..., Page], name: str, view: dict[str, int]
) -> None:
    page = open_tab(*SIZES[0])
    go(page, server.address(name, settings=view))
    settled(page)
    expect_stage(page)
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[1], strict=True)))
    page.wait_for_timeout(500)
    expect_stage(page)
    if not view:
        expect_few_controls(page)


def test_so_they_are_in_training_and_in_its_replay(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab(1280, 720)
    go(page, server.address(settings=LONG))
    player(page)
    train(page)
    expect_stage(page)  # of the network from before
    wait_for_pictures(page)
    expect(page.get_by_text("Until its first pictures are there")).to_have_count(0)
    expect_stage(page)
    button(page, "Stop").click()
    expect(page.get_by_text("Network shown: yours")).to_be_visible()
    button(page, "View").click()
    page.get_by_role("radio", name="a replay of the training").click()
    expect(player(page).get_by_role("slider", name="Epochs of training")).to_be_visible()
    settled(page)
    expect_stage(page)


def expect_few_controls(page: Page) -> None:
    widgets = page.evaluate(CONTROLS)
    assert len(widgets) + sum(part.is_visible() for part in page.locator(PARTS).all()) <= 12, widgets


@pytest.mark.parametrize("name", ["latent", "pictures", "teacher"])
def test_few_controls_are_visible_at_first(server: Server, page: Page, name: str) -> None:
    go(page, server.address(name))
    settled(page)
    expect_few_controls(page)
