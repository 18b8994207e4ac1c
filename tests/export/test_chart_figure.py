from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from autoencoder.export.canvas import INK
from autoencoder.export.chart_figure import COLORS, Chart, Curve, draw_chart
from autoencoder.export.plate import HEIGHT, WIDTH
from tests.export.pdf_text import text_of

pytestmark = pytest.mark.long

ERRORS = Chart(
    "Mean squared error on all 360 test pictures",
    "Dense network trained on $5 digits",
    ("Bottleneck size, numbers", "Mean squared error"),
    (
        Curve("This autoencoder", ((1, 0.08), (8, 0.02), (64, 0.004))),
        Curve("PCA", ((1, 0.09), (8, 0.04), (64, 0.01)), "dashed", 1),
        Curve("Exact sizes", ((4, 0.03), (0, 0.1), (8, float("nan"))), "points", 2),
    ),
    ("log", "log"),
    x_ticks=(1, 2, 4, 8, 16, 32, 64),
    marker=8,
    marker_y=0.02,
    footer="60 epochs",
)


def seen(chart: Chart) -> np.ndarray:
    """The chart below its legend: uint8 (height, width, 3)"""
    return np.asarray(Image.open(BytesIO(draw_chart(chart).png)).convert("RGB"))[400:]


def columns_of(image: np.ndarray, color: str) -> np.ndarray:
    """From the left, in which columns of dots a color is."""
    return np.nonzero((image == ImageColor.getrgb(color)).all(axis=2).any(axis=0))[0]


def test_it_is_as_large_as_a_slide_and_says_what_it_shows() -> None:
    drawn = draw_chart(ERRORS)
    assert Image.open(BytesIO(drawn.png)).size == (WIDTH, HEIGHT)
    said = text_of(drawn.pdf)
    words = ("Mean squared error on all 360 test pictures", "$5 digits", "Bottleneck size, numbers", "This autoencoder")
    for expected in (*words, "PCA", "Exact sizes", "60 epochs", "64"):
        assert expected in said


def test_every_line_has_its_color_and_the_marker_stands_where_it_is_said() -> None:
    image = seen(ERRORS)
    for curve in ERRORS.curves:
        assert len(columns_of(image, COLORS[curve.color]))
    line = columns_of(seen(replace(ERRORS, marker=None)), COLORS[0])
    assert columns_of(image, COLORS[0])[[0, -1]].tolist() == line[[0, -1]].tolist()  # the marker moves nothing
    dark = columns_of(image, INK)
    assert np.abs(dark[dark > 300] - (line[0] + line[-1]) / 2).min() < 10  # 8 is half way from 1 to 64, by ratios


def test_a_histogram_stands_on_zero() -> None:
    steps = Curve("Normal", ((0.001, 0.5), (0.01, 0.25), (0.1, 0.0)), "area", 0)
    chart = Chart("Scores", "", ("Score", "Share"), (steps,), ("log", "linear"), (0.001, 0.1))
    said = text_of(draw_chart(chart).pdf).split("\n")
    assert "Normal" in said
    assert "0" in said
    assert "−0.1" not in said


@pytest.mark.parametrize("curves", [(), (Curve("Nothing", ()), Curve("One", ((0.0, 0.0),)))])
def test_a_chart_with_hardly_anything_on_it_is_drawn_all_the_same(curves: tuple[Curve, ...]) -> None:
    chart = Chart("Loss", "", ("Epochs", "Loss"), curves, ("linear", "log"), (0, 10))
    assert draw_chart(chart).pdf.startswith(b"%PDF")
