"""The boxes below the pages' pictures: what they draw, and the numbers that they hand out."""

import csv
from io import StringIO

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.anomalies import SCORES
from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.denoising import table_of
from autoencoder.analysis.family import MEMBERS
from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.figure import FigureSpec, draw_figure
from autoencoder.training.run_state import RunState
from tests.pages.anomaly_runs import ANOMALIES, PRETRAINED_ANOMALIES, SIZES, prepare, scores
from tests.pages.running import (
    BOTTLENECK,
    DENOISING,
    IDEA,
    LIKE_PRETRAINED,
    PRETRAINED,
    PRETRAINED_DENOISER,
    App,
    move,
    players,
)
from tests.ui.saving import Handed, handed
from ui.lessons.family.explore import TABS as FAMILY_TABS
from ui.lessons.latent.explore import SECTIONS
from ui.lessons.latent.explore import TABS as LATENT_TABS

pytestmark = pytest.mark.long

__all__ = ["handed"]
FAMILY, LATENT = "pages/family.py", "pages/latent.py"


@pytest.fixture(autouse=True)
def without_mnist(no_mnist: object) -> None: ...


def opened(app: App, page: str, box: str, state: dict[str, str] | None = None, **address: str) -> AppTest:
    """A page with one of its boxes open; `state` is put into the session, as for the tab that is open."""
    tab = app.open(page, **address)
    for key, value in (state or {}).items():
        tab.session_state[key] = value
    tab.session_state[f"save {box}"] = True
    tab.run()
    assert not tab.exception
    return tab


def read(handed: Handed, name: str) -> dict[str, list[str]]:
    """A file of numbers that was handed out: column → cells."""
    make = handed.files[name]
    assert callable(make)
    rows = list(csv.DictReader(StringIO(make().decode("utf-8-sig"), newline="")))
    return {title: [row[title] for row in rows] for title in rows[0]}


def test_the_idea(app: App, handed: Handed) -> None:
    opened(app, IDEA, "idea")
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, FigureSpec)
    assert figure.position == "Bottleneck size: 8 of 64 numbers"


def test_bottleneck(app: App, handed: Handed) -> None:
    tab = opened(app, BOTTLENECK, "sizes bottleneck", tab="take")
    move(tab, "size", 3)
    figures = handed.figures(app.background)
    assert [figure.position for figure in figures if isinstance(figure, FigureSpec)] == [
        "Bottleneck size: 8 of 64 numbers",
        "Bottleneck size: 3 of 64 numbers",
    ]
    (shown,) = players(tab).values()
    assert isinstance(figures[1], FigureSpec)
    assert list(figures[1].notes) == shown["notes"][2]
    measured = CompressionReport.of(PRETRAINED)
    assert measured is not None
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-error-by-size.csv")
    assert [float(cell) for cell in columns["mean squared error: PCA"]] == list(measured.pca_errors)
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-error-by-class.csv")
    assert columns["class"] == list("0123456789")
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-errors-of-these-pictures.csv")
    assert len(columns["class"]) == 640
    error = float(columns["mean squared error (pixels from 0 to 1)"][2])
    assert f"{error:.3f}" == shown["notes"][2][0]


def test_the_losses_of_a_training(app: App, handed: Handed) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    opened(app, BOTTLENECK, f"loss of {folder.path.name}", run=LIKE_PRETRAINED.key, tab="take")
    losses = folder.snapshot().losses
    columns = read(handed, "hourglass-bottleneck-mnist-sample-gated-losses.csv")
    assert [float(cell) for cell in columns["epochs passed"]] == [loss.epoch for loss in losses]
    assert [float(cell) for cell in columns["validation loss (mean squared error)"]] == [
        one.validation for one in losses
    ]
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, ChartFigure)
    assert figure.data.lines[0].points == tuple((loss.epoch, loss.training) for loss in losses)
    assert (figure.data.x_label, figure.data.y_label) == ("Epochs", "Mean squared error")


def test_denoising(app: App, handed: Handed) -> None:
    tab = opened(app, DENOISING, "noise denoising gaussian", tab="take")
    assert [figure.position for figure in handed.figures(app.background) if isinstance(figure, FigureSpec)] == [
        "Noise level 0.40: Grain (Gaussian noise)"
    ]
    assert tab.radio(key="draw noise denoising gaussian").options[0] == "The pictures"
    table = table_of(PRETRAINED_DENOISER, "gaussian")
    assert table is not None
    columns = read(handed, "hourglass-denoising-mnist-sample-denoiser-quality-by-level.csv")
    assert [float(cell) for cell in columns["PSNR (dB): this autoencoder"]] == [one.psnr for one in table.after]


def test_anomalies(app: App, handed: Handed) -> None:
    tab = opened(app, ANOMALIES, "threshold anomalies", tab="take")
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, FigureSpec)
    assert figure.title == "Convolutional network trained on Bananas (normal: ripe), 64 of 64 numbers kept"
    known = scores(PRETRAINED_ANOMALIES.settings())
    columns = read(handed, "hourglass-anomalies-bananas-convolutional-scores-of-all-pictures.csv")
    for name, score in SCORES.items():
        back = np.array(columns[f"score: {score.title.lower()}"], float)
        np.testing.assert_array_equal(back.astype(np.float32), known.test[name][-1])
    shown = players(tab)["threshold anomalies"]
    index = shown["positions"].index(figure.position.removeprefix("Threshold: "))
    threshold = float(columns["threshold (strongest differences)"][0])
    thresholds = read(handed, "hourglass-anomalies-bananas-convolutional-every-threshold.csv")
    assert threshold == float(thresholds["threshold (strongest differences)"][index])
    assert figure.grid is not None
    counts = [thresholds[title][index] for title in list(thresholds)[1:5]]
    assert list(figure.grid.cells) == counts
    assert read(handed, "hourglass-anomalies-bananas-convolutional-auroc.csv")


@pytest.mark.extended
def test_anomalies_by_bottleneck_size(app: App, handed: Handed) -> None:
    folder = prepare(app, SIZES)
    opened(app, ANOMALIES, f"auroc {folder.path.name} structural", run=SIZES.key, tab="size")
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, ChartFigure)
    assert [size for size, _ in figure.data.lines[0].points] == list(scores(SIZES).sizes)
    assert figure.data.title == "AUROC by bottleneck size (Structure (1 − SSIM))"


def test_anomalies_one_picture_large(app: App, handed: Handed) -> None:
    opened(app, ANOMALIES, "study anomalies", tab="picture")
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, FigureSpec)
    assert figure.names == ("Input", "Reconstruction", "Difference", "Ripe twin", "Damage")


def test_the_family(app: App, handed: Handed) -> None:
    tab = opened(app, FAMILY, "family mnist_sample 6", {FAMILY_TABS: "All members"})
    assert "family mnist_sample 6" in players(tab)
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, FigureSpec)
    assert [label for label, _ in figure.rows][1:] == [*map(str.capitalize, MEMBERS)]
    columns = read(handed, "hourglass-family-mnist-sample-what-was-measured.csv")
    assert columns["member"] == [*map(str.capitalize, MEMBERS)]


def test_a_member_of_the_family(app: App, handed: Handed) -> None:
    opened(app, FAMILY, "member sparse", {FAMILY_TABS: "Take along"}, member="sparse")
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, FigureSpec)
    assert [label for label, _ in figure.rows] == ["Input", "Reconstruction", "Difference"]


@pytest.mark.parametrize(
    ("section", "box", "columns"),
    [
        ("take", "walk", 3),
        *(
            pytest.param(*each, marks=pytest.mark.extended)
            for each in (("map", "map", 1), ("numbers", "numbers", 2), ("averages", "averages", 10))
        ),
        ("new", "new", 10),
    ],
)
def test_latent_space(app: App, handed: Handed, section: str, box: str, columns: int) -> None:
    opened(app, LATENT, f"{box} bottleneck", {LATENT_TABS: SECTIONS[section][0]})
    figure = handed.figures(app.background)[-1]
    assert isinstance(figure, FigureSpec)
    assert figure.columns == columns
    assert draw_figure(figure, "png").startswith(b"\x89PNG")


def test_the_plot_of_latent_space(app: App, handed: Handed) -> None:
    opened(app, LATENT, "scatter bottleneck", {LATENT_TABS: SECTIONS["take"][0]})
    (figure,) = handed.figures(app.background)
    assert isinstance(figure, ChartFigure)
    assert [line.name for line in figure.data.lines] == list("0123456789")
    assert sum(len(line.points) for line in figure.data.lines) == 1000
    columns = read(handed, "hourglass-latent-mnist-sample-dense-codes.csv")
    of_three = [
        (float(x), float(y))
        for name, x, y in zip(columns["class"], columns["plot: left to right"], columns["plot: upwards"], strict=True)
        if name == "3"
    ]
    assert list(figure.data.lines[3].points) == of_three
    assert (figure.data.x_label, figure.data.y_label) == ("First number of the code", "Second number of the code")
