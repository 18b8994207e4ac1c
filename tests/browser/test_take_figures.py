"""What is on screen as a figure: downloaded, opened, and compared with the screen pixel by pixel."""

import base64
import csv
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, go, player, rail, row, settled, tab
from tests.browser.serving import Server

pytestmark = pytest.mark.browser

SIDE = {"bottleneck": 28, "anomalies": 48}  # of a picture


def on_screen(canvas: Locator, side: int) -> list[np.ndarray]:
    """The pictures of a row as they are drawn, each in its own pixels: uint8 (side, side, 3)"""
    drawn = canvas.evaluate("canvas => canvas.toDataURL().split(',')[1]")
    pixels = np.asarray(Image.open(BytesIO(base64.b64decode(drawn))).convert("RGBA"))
    opaque = np.concatenate([[False], pixels[pixels.shape[0] // 2, :, 3] > 0, [False]])
    begins, ends = np.flatnonzero(~opaque[:-1] & opaque[1:]), np.flatnonzero(opaque[:-1] & ~opaque[1:])
    found = []
    for begin, end in zip(begins, ends, strict=True):
        middles = ((np.arange(side) + 0.5) * (end - begin) / side).astype(int)
        found.append(pixels[middles[:, np.newaxis], begin + middles, :3])
    return found


def holds(figure: np.ndarray, picture: np.ndarray) -> bool:
    """Whether the picture is somewhere in the figure, each of its pixels a square of its color."""
    side, whole, part = len(picture), packed(figure), packed(picture)
    counts = dict(zip(*np.unique(whole, return_counts=True), strict=True))
    rarest = min(np.unique(part), key=lambda color: counts.get(color, 0))  # it leaves the fewest places to try
    y, x = np.argwhere(part == rarest)[0]
    for bottom, right in np.argwhere(whole == rarest):
        for factor in range(1, 12):
            top, left = max(bottom - y * factor, 0), max(right - x * factor, 0)
            found = whole[top : top + side * factor : factor, left : left + side * factor : factor]
            if found.shape == part.shape and (found == part).all():
                return True
    return False


def packed(pixels: np.ndarray) -> np.ndarray:
    """uint8 (height, width, 3) → each color as one number"""
    return pixels.astype(int) @ np.array([1 << 16, 1 << 8, 1])


def download(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as begun:
        button(page, label).click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    assert re.fullmatch(r"[a-z0-9.-]+", path.name)
    return path


def open_box(page: Page) -> None:
    settled(page)
    tab(page, "Take along")
    button(page, "Save").first.click()
    expect(button(page, "Figure (PNG)")).to_be_visible()


@pytest.mark.extended
def test_bottleneck_the_pictures_at_the_sliders_position(server: Server, page: Page, tmp_path: Path) -> None:
    go(page, server.address())
    expect(player(page)).to_have_attribute("data-index", "7")
    settled(page)
    rail(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(player(page)).to_have_attribute("data-index", "10")
    open_box(page)
    path = download(page, "Figure (PNG)", tmp_path)
    assert path.name == "hourglass-bottleneck-mnist-sample-dense-bottleneck-size-11-of-64-numbers.png"
    figure = np.asarray(Image.open(path).convert("RGB"))
    assert figure.shape[1] == 2667
    for name in ("Input", "Reconstruction", "Difference"):
        shown = on_screen(row(page, name), SIDE["bottleneck"])
        assert len(shown) == 10
        assert all(holds(figure, picture) for picture in (shown[0], shown[7]))
    assert download(page, "Figure (PDF)", tmp_path).read_bytes().startswith(b"%PDF")
    with download(page, "Error by size (CSV)", tmp_path).open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "bottleneck size (numbers)"
    assert len(rows) == 12


@pytest.mark.extended
def test_anomalies_the_pictures_and_the_scores(server: Server, page: Page, tmp_path: Path) -> None:
    go(page, server.address("anomalies"))
    judge = page.locator("[data-frames='161'][data-drawn]")
    expect(judge).to_be_visible()
    open_box(page)
    figure = np.asarray(Image.open(download(page, "Figure (PNG)", tmp_path)).convert("RGB"))
    differences = judge.get_by_role("img", name=re.compile("^Where they differ")).locator("canvas")
    shown = on_screen(differences, SIDE["anomalies"])
    assert len(shown) == 10
    assert holds(figure, max(shown, key=lambda picture: picture.std()))
    with download(page, "Scores of all pictures (CSV)", tmp_path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1000
    (threshold,) = {float(found["threshold (strongest differences)"]) for found in rows}
    called = [found["verdict"] == "anomaly" for found in rows]
    assert called == [float(found["score: strongest differences"]) > threshold for found in rows]
    cells = [text.replace(",", "") for text in judge.get_by_role("cell").all_inner_texts() if text]
    assert sum(called) == int(cells[0]) + int(cells[2])
