from functools import lru_cache
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from autoencoder.export.canvas import Drawn
from autoencoder.export.figure import draw_plate
from autoencoder.export.plate import BAR_WIDTH, DPI, MARGIN, ImageRow, Plate, lay_out
from autoencoder.rendering.difference import palette
from autoencoder.rendering.sprites import png
from tests.export.pdf_text import text_of
from tests.export.plates import BAR, GRID, pixels, plate

pytestmark = pytest.mark.long

FULL = plate(
    rows=2,
    columns=3,
    channels=3,
    names=("a $5$", "x_1 \\frac{", "rotten"),
    notes=("0.25", "anomaly", "0.75"),
    notes_label="Verdict",
    alarms=(False, True, False),
    bar=BAR,
    grid=GRID,
    footer="12 epochs, seed 7",
)


@lru_cache
def drawn(what: Plate) -> Drawn:
    return draw_plate(what)


def seen(what: Plate) -> np.ndarray:
    """The PNG as uint8 (height, width, 3)"""
    return np.asarray(Image.open(BytesIO(drawn(what).png)).convert("RGB"))


@pytest.mark.parametrize("tile", [(7, 5), (28, 28)])
def test_every_pixel_of_every_picture_is_a_square_of_its_color(tile: tuple[int, int]) -> None:
    what = FULL if tile == FULL.tile else plate(3, 10, tile)
    layout, image = lay_out(what), seen(what)
    channels = 3 if what is FULL else 1
    for row, top in enumerate(layout.tops):
        strip = np.broadcast_to(pixels(row, what.columns, *tile, channels), (tile[1], what.columns * tile[0], 3))
        for column, left in enumerate(layout.lefts):
            expected = strip[:, column * tile[0] : (column + 1) * tile[0]]
            large = expected.repeat(layout.pixel, axis=0).repeat(layout.pixel, axis=1)
            found = image[top : top + large.shape[0], left : left + large.shape[1]]
            np.testing.assert_array_equal(found, large)


def test_the_picture_is_as_large_as_it_was_laid_out_and_white_around() -> None:
    layout, image = lay_out(FULL), seen(FULL)
    assert image.shape == (layout.height, layout.width, 3)
    assert (image[[0, -1]] == 255).all()
    assert (image[:, [0, -1]] == 255).all()
    assert Image.open(BytesIO(drawn(FULL).png)).info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)


def test_the_color_bar_has_the_colors_of_the_maps_from_end_to_end() -> None:
    image = seen(FULL)
    (rows,) = np.nonzero((image[:, MARGIN + 2] == palette(signed=True)[0]).all(axis=1))
    bar = image[rows[len(rows) // 2], MARGIN : MARGIN + BAR_WIDTH]
    np.testing.assert_array_equal(bar[BAR_WIDTH - 2], palette(signed=True)[-1])
    np.testing.assert_array_equal(bar[BAR_WIDTH // 2], [0, 0, 0])


def test_the_pdf_has_all_words_as_type() -> None:
    pdf = drawn(FULL).pdf
    assert pdf.startswith(b"%PDF")
    said = text_of(pdf)
    for words in ("A network trained on digits", "Size: 8 of 64", "A sentence", "Row 0", "Row 1", "Verdict", "anomaly"):
        assert words in said
    for words in ("a $5$", "rotten", "input", "+1", "Confusion matrix", "91", "12 epochs, seed 7"):
        assert words in said
    assert b"A network trained on digits: Size: 8 of 64" in pdf  # its title in a viewer's window


def test_a_row_of_another_size_is_refused() -> None:
    wrong = Plate("T", "", "", (ImageRow("Input", png(pixels(0, 3, 7, 5))),), 4, (7, 5))
    with pytest.raises(ValueError, match=r"Expected a row of 28 × 5 pixels. Received: 21 × 5"):
        draw_plate(wrong)
