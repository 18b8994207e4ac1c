"""What a lesson is about is what one sees: slider, pictures and figures on one screen, with few controls beside."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.looking import expect_stage, go, settled
from tests.browser.serving import Server

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
PARTS = ".frames input[type=range], .frames .play, .bands[role=radiogroup]"  # of a player


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


def expect_few_controls(page: Page) -> None:
    widgets = page.evaluate(CONTROLS)
    assert len(widgets) + sum(part.is_visible() for part in page.locator(PARTS).all()) <= 12, widgets


@pytest.mark.parametrize("name", ["latent", "pictures", "teacher"])
def test_few_controls_are_visible_at_first(server: Server, page: Page, name: str) -> None:
    go(page, server.address(name))
    settled(page)
    expect_few_controls(page)
