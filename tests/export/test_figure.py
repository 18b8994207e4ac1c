from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image, ImageColor

from autoencoder.export import slide
from autoencoder.export.figure import ALARM, FRAME, GAP, FigureSpec, draw_figure
from autoencoder.export.slide import DPI, HEIGHT, MARGIN, WIDTH
from autoencoder.rendering.difference import palette
from autoencoder.rendering.sprites import png
from tests.export.pdf_text import text_of
from tests.export.specs import GRID, LEGEND, pixels, spec

pytestmark = pytest.mark.long

FULL = spec(
    rows=2,
    columns=3,
    names=("a $5$", "x_1 \\frac{", "rotten"),
    notes=("0.25", "anomaly", "0.75"),
    notes_label="Verdict",
    alarms=(False, True, False),
    legend=LEGEND,
    grid=GRID,
    footer="12 epochs, seed 7",
)
LONG = spec(
    rows=3,
    columns=10,
    tile=(28, 28),
    title="A network with a long name trained on pictures whose name is longer still " * 2,
    position="A noise with a long name at level 0.40 " * 4,
    caption="A long sentence of many words that says something. " * 6,
    names=("Oberschlundganglion of a very small animal", "WWWWWWWWWWWWWWWW") * 5,
    notes=("0.0213", "false alarm") * 5,
    notes_label="Error, the mean of every pixel",
    legend=replace(LEGEND, text="Something − something else, in a sentence of more than one line"),
    grid=replace(GRID, title="Confusion matrix of 1,000 pictures that nobody saw"),
    footer=" · ".join(["a setting of some length 0.001"] * 20),
)


drawn = lru_cache(draw_figure)


def seen(what: FigureSpec) -> np.ndarray:
    """The PNG as uint8 (height, width, 3)"""
    return np.asarray(Image.open(BytesIO(drawn(what, "png"))).convert("RGB"))


def corners(image: np.ndarray) -> np.ndarray:
    """Where pictures begin, row by row: int (pictures, 2), each y and x of the first dot inside a frame."""
    line = (image == FRAME).all(axis=2)
    inside = ~line[1:, 1:] & line[:-1, 1:] & line[1:, :-1] & line[:-1, :-1]
    return np.argwhere(inside) + 1


@pytest.mark.parametrize(("what", "largest"), [(FULL, 24), (LONG, 4), (spec(1, 30, (96, 96)), 1)])
def test_every_pixel_of_every_picture_is_a_square_of_its_color(what: FigureSpec, largest: int) -> None:
    image, (width, height) = seen(what), what.tile
    found = corners(image).reshape(len(what.rows), what.columns, 2)
    pixel = (found[0, 1, 1] - found[0, 0, 1] - GAP) // width
    assert largest / 2 < pixel <= largest
    for row in range(len(what.rows)):
        shown = pixels(row, what.columns, *what.tile)
        for column, (top, left) in enumerate(found[row]):
            expected = shown[:, column * width : (column + 1) * width].repeat(pixel, axis=0).repeat(pixel, axis=1)
            np.testing.assert_array_equal(image[top : top + height * pixel, left : left + width * pixel], expected)


@pytest.mark.parametrize("what", [FULL, LONG, spec(title="W" * 200, position="W" * 150, caption="W" * 200)])
def test_nothing_is_cut_off(what: FigureSpec) -> None:
    image = seen(what)
    edge = MARGIN // 4
    for border in (image[:edge], image[-edge:], image[:, :edge], image[:, -edge:]):
        assert (border == 255).all()


def test_long_texts_are_there_whole() -> None:
    shown = text_of(drawn(LONG, "pdf"))
    texts = [LONG.title, LONG.position, LONG.caption, LONG.notes_label, LONG.footer, *(label for label, _ in LONG.rows)]
    for word in " ".join(texts).replace("·", "").split():
        assert word in shown
    for word in ("sentence", "than", "line", "Confusion", "matrix", "nobody", "saw"):  # of color scale and table
        assert word in shown


def test_what_the_pages_show_fits_on_a_slide() -> None:
    many = spec(8, 10, (28, 28), names=tuple("0123456789"), notes=("0.1",) * 10, footer="Settings")
    for what in (FULL, many, spec(3, 10, (48, 48), legend=LEGEND, grid=GRID)):
        height, width, _ = seen(what).shape
        assert width == WIDTH
        assert height <= HEIGHT
    assert Image.open(BytesIO(drawn(FULL, "png"))).info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)


def test_the_color_scale_has_the_colors_of_the_maps_from_end_to_end() -> None:
    image = seen(FULL)
    colors = palette(signed=True)
    bar = image[np.argmax((image == colors[0]).all(axis=2).sum(axis=1))]
    places = [np.flatnonzero((bar == color).all(axis=1)) for color in colors[[0, 64, 190, -1]]]
    assert all(len(place) for place in places)
    assert [place[0] for place in places] == sorted(place[0] for place in places)


def test_an_alarm_is_written_in_its_own_color() -> None:
    color = ImageColor.getrgb(ALARM)
    assert (seen(FULL) == color).all(axis=2).any()
    calm = spec(notes=("0.25", "anomaly", "0.75"), alarms=(False, False, False))
    assert not (seen(calm) == color).all(axis=2).any()


def test_the_pdf_has_all_words_as_type() -> None:
    pdf = drawn(FULL, "pdf")
    assert pdf.startswith(b"%PDF")
    shown = text_of(pdf)
    for words in ("A network trained on digits", "Size: 8 of 64", "A sentence", "Row 0", "Row 1", "Verdict", "anomaly"):
        assert words in shown
    for words in ("a $5$", "rotten", "input", "+1", "Confusion matrix", "91", "12 epochs, seed 7"):
        assert words in shown
    assert b"A network trained on digits: Size: 8 of 64" in pdf  # its title in a viewer's window


def test_it_is_drawn_alike_each_time() -> None:
    for format in ("png", "pdf"):
        assert draw_figure(FULL, format) == drawn(FULL, format)


def test_a_row_that_is_too_narrow_is_refused() -> None:
    wrong = FigureSpec("T", "", "", (("Input", png(pixels(0, 3, 7, 5))),), 4, (7, 5))
    with pytest.raises(ValueError, match=r"Expected a row of 28 × 5 pixels. Received: 21 × 5"):
        draw_figure(wrong, "png")


SIGNED = replace(LEGEND, text="Reconstruction − input: blue is too dark, orange too light")


@pytest.mark.parametrize("what", [FULL, spec(2, 10, (28, 28), legend=SIGNED)], ids=["table", "long legend"])
def test_no_text_lies_over_another(monkeypatch: pytest.MonkeyPatch, what: FigureSpec) -> None:
    boxes: dict[str, Bbox] = {}

    def keep(figure: Figure, *_: object) -> bytes:
        figure.draw_without_rendering()
        for text in figure.findobj(Text):
            if text.get_text().strip() and text.get_visible():
                boxes[text.get_text()] = text.get_window_extent()
        return b""

    monkeypatch.setattr(slide, "to_file", keep)
    draw_figure(what, "png")
    assert len(boxes) > 8
    over = [(one, other) for one, other in combinations(boxes, 2) if boxes[one].padded(-2).overlaps(boxes[other])]
    assert over == []
