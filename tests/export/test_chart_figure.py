from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from autoencoder.export.chart_figure import COLORS, ChartFigure, draw_chart
from autoencoder.export.slide import HEIGHT, INK, MARGIN, WIDTH
from autoencoder.rendering.chart import ChartData, Line
from tests.export.pdf_text import text_of

pytestmark = pytest.mark.long

ERRORS = ChartData(
    "Mean squared error on all 360 test pictures",
    "Bottleneck size, numbers",
    "Mean squared error",
    (
        Line("This autoencoder", ((1, 0.08), (8, 0.02), (64, 0.004))),
        Line("PCA", ((1, 0.09), (8, 0.04), (64, 0.01)), "dashed", 1),
        Line("Exact sizes", ((4, 0.03), (0, 0.1), (8, float("nan"))), "points", 2),
    ),
    "log",
    "log",
    x_ticks=(1, 2, 4, 8, 16, 32, 64),
    marker_x=(4, 8),
    marker_y=(0.04, 0.02),
)
FIGURE = ChartFigure(ERRORS, "Dense network trained on $5 digits", "60 epochs", 1)


def png(chart: ChartFigure) -> np.ndarray:
    """uint8 (height, width, 3)"""
    return np.asarray(Image.open(BytesIO(draw_chart(chart, "png"))).convert("RGB"))


def seen(chart: ChartFigure) -> np.ndarray:
    """The chart below its legend: uint8 (height, width, 3)"""
    return png(chart)[400:]


def columns_of(image: np.ndarray, color: str) -> np.ndarray:
    """From the left, in which columns of dots a color is."""
    return np.nonzero((image == ImageColor.getrgb(color)).all(axis=2).any(axis=0))[0]


def test_it_is_as_large_as_a_slide_and_says_what_it_shows() -> None:
    assert png(FIGURE).shape == (HEIGHT, WIDTH, 3)
    shown = text_of(draw_chart(FIGURE, "pdf"))
    words = ("Mean squared error on all 360 test pictures", "$5 digits", "Bottleneck size, numbers", "This autoencoder")
    for expected in (*words, "PCA", "Exact sizes", "60 epochs", "64"):
        assert expected in shown


def test_every_line_has_its_color_and_the_marker_stands_where_it_is_said() -> None:
    image = seen(FIGURE)
    for line in ERRORS.lines:
        assert len(columns_of(image, COLORS[line.color]))
    line = columns_of(seen(replace(FIGURE, index=None)), COLORS[0])
    assert columns_of(image, COLORS[0])[[0, -1]].tolist() == line[[0, -1]].tolist()  # the marker moves nothing
    dark = columns_of(image, INK)
    assert np.abs(dark[dark > 300] - (line[0] + line[-1]) / 2).min() < 10  # 8 is half way from 1 to 64, by ratios


def test_a_histogram_stands_on_zero() -> None:
    steps = Line("Normal", ((0.001, 0.5), (0.01, 0.25), (0.1, 0.0)), "area", 0)
    chart = ChartFigure(ChartData("Scores", "Score", "Share", (steps,), "log", x_range=(0.001, 0.1)))
    shown = text_of(draw_chart(chart, "pdf")).split("\n")
    assert "Normal" in shown
    assert "0" in shown
    assert "−0.1" not in shown


@pytest.mark.parametrize(("count", "letters"), [(2, 12), (20, 1)])
def test_nothing_is_cut_off_with_many_lines_and_long_names(count: int, letters: int) -> None:
    lines = [Line(f"line {number} " * letters, ((1, number + 1), (2, 1)), color=number) for number in range(count)]
    data = ChartData("title " * 4 * letters, "x axis " * letters, "y axis " * letters, lines)
    chart = ChartFigure(data, "subtitle " * letters, "setting · " * letters)
    image = png(chart)
    edge = MARGIN // 4
    for border in (image[:edge], image[-edge:], image[:, :edge], image[:, -edge:]):
        assert (border == 255).all()
    shown = text_of(draw_chart(chart, "pdf"))
    for word in (*(f"line {number}" for number in range(count)), "title", "x axis", "subtitle", "setting"):
        assert word in shown


@pytest.mark.parametrize("lines", [(), (Line("Nothing", ()), Line("One", ((0.0, 0.0),)))])
def test_a_chart_with_hardly_anything_on_it_is_drawn_all_the_same(lines: tuple[Line, ...]) -> None:
    chart = ChartFigure(ChartData("Loss", "Epochs", "Loss", lines, "linear", "log", (0, 10)))
    assert draw_chart(chart, "pdf").startswith(b"%PDF")


def test_what_a_learner_typed_is_no_formula() -> None:
    chart = ChartFigure(ChartData("$x^2$ \\frac{$", "", "", ()))
    assert "$x^2$" in text_of(draw_chart(chart, "pdf"))
