"""The boxes below the pages' pictures: what they draw, and the numbers that they hand out."""

import csv
from collections.abc import Iterator
from io import StringIO

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.anomalies import SCORES
from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.denoising import table_of
from autoencoder.analysis.family import MEMBERS
from autoencoder.export.chart_figure import Chart, draw_chart
from autoencoder.export.figure import draw_plate
from autoencoder.export.plate import Plate
from autoencoder.training.run_folder import RunState
from tests.pages.anomaly_runs import ANOMALIES, PRETRAINED_ANOMALIES, SIZES, prepare, scores
from tests.pages.running import (
    BOTTLENECK,
    DENOISING,
    IDEA,
    LIKE_PRETRAINED,
    PRETRAINED,
    PRETRAINED_DENOISER,
    App,
    group,
    players,
)
from tests.ui.saving import Handed, handed
from ui.export import save_box as save_pictures
from ui.lessons.latent.sections import AVERAGES, KNOBS, MAP, NEW
from ui.services.polling import answer

pytestmark = pytest.mark.long

__all__ = ["handed"]
FAMILY, LATENT = "pages/family.py", "pages/latent.py"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch, no_mnist: object) -> None:
    monkeypatch.setattr(save_pictures, "AT_ONCE", 0)


def opened(app: App, page: str, box: str) -> AppTest:
    """A page with one of its boxes open."""
    tab = app.open(page)
    tab.session_state[f"save {box}"] = True
    tab.run()
    assert not tab.exception
    return tab


def drawn(app: App) -> Iterator[Plate | Chart]:
    """What was asked to be drawn, in order."""
    for function, arguments, _ in app.background.work:
        if function in (draw_plate, draw_chart):
            yield arguments[0]


def read(handed: Handed, name: str) -> dict[str, list[str]]:
    """A file of numbers that was handed out: column → cells."""
    make = handed.files[name]
    assert callable(make)
    rows = list(csv.DictReader(StringIO(make().decode(), newline="")))
    return {title: [row[title] for row in rows] for title in rows[0]}


def test_the_idea(app: App, handed: Handed) -> None:
    opened(app, IDEA, "idea")
    (plate,) = drawn(app)
    assert isinstance(plate, Plate)
    assert plate.position == "Bottleneck size: 8 of 64 numbers"


def test_bottleneck(app: App, handed: Handed) -> None:
    tab = opened(app, BOTTLENECK, "sizes bottleneck")
    tab.slider(key="size").set_value(3).run()
    plates = list(drawn(app))
    assert [plate.position for plate in plates if isinstance(plate, Plate)] == [
        "Bottleneck size: 8 of 64 numbers",
        "Bottleneck size: 3 of 64 numbers",
    ]
    (show_errors,) = players(tab).values()
    assert isinstance(plates[1], Plate)
    assert list(plates[1].notes) == show_errors["notes"][2]
    measured = CompressionReport.of(PRETRAINED)
    assert measured is not None
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-error-by-size.csv")
    assert [float(cell) for cell in columns["mean squared error: PCA"]] == list(measured.pca_errors)
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-error-by-class.csv")
    assert columns["class"] == list("0123456789")
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-errors-of-these-pictures.csv")
    assert len(columns["class"]) == 640
    error = float(columns["mean squared error (pixels from 0 to 1)"][2])
    assert f"{error:.3f}" == show_errors["notes"][2][0]


def test_the_losses_of_a_training(app: App, handed: Handed) -> None:
    folder = app.prepare(LIKE_PRETRAINED, RunState.FINISHED)
    tab = app.open(BOTTLENECK, run=LIKE_PRETRAINED.key)
    for box in ("take away bottleneck", f"save loss of {folder.path.name}"):
        tab.session_state[box] = True
    tab.run()
    assert not tab.exception
    losses = folder.snapshot().losses
    columns = read(handed, "hourglass-bottleneck-mnist-sample-dense-losses.csv")
    assert [float(cell) for cell in columns["epochs passed"]] == [loss.epoch for loss in losses]
    assert [float(cell) for cell in columns["validation loss (mean squared error)"]] == [
        one.validation for one in losses
    ]
    (chart,) = drawn(app)
    assert isinstance(chart, Chart)
    assert chart.curves[0].points == tuple((loss.epoch, loss.training) for loss in losses)


def test_denoising(app: App, handed: Handed) -> None:
    tab = opened(app, DENOISING, "noise denoising gaussian")
    assert [plate.position for plate in drawn(app) if isinstance(plate, Plate)] == [
        "Noise level 0.40: Grain (Gaussian noise)"
    ]
    assert tab.radio(key="draw noise denoising gaussian").options[0] == "The pictures"
    table = table_of(PRETRAINED_DENOISER, "gaussian")
    assert table is not None
    columns = read(handed, "hourglass-denoising-mnist-sample-denoiser-quality-by-level.csv")
    assert [float(cell) for cell in columns["PSNR (dB): this autoencoder"]] == [one.psnr for one in table.after]


def test_anomalies(app: App, handed: Handed) -> None:
    tab = opened(app, ANOMALIES, "threshold anomalies")
    (plate,) = drawn(app)
    assert isinstance(plate, Plate)
    assert plate.title == "Inpainter network trained on Bananas (normal: ripe)"
    known = scores(PRETRAINED_ANOMALIES.settings())
    columns = read(handed, "hourglass-anomalies-bananas-repairer-scores-of-all-pictures.csv")
    for name, score in SCORES.items():
        back = np.array(columns[f"score: {score.title.lower()}"], float)
        np.testing.assert_array_equal(back.astype(np.float32), known.test[name][0])
    show_errors = players(tab)["threshold anomalies"]
    index = show_errors["positions"].index(plate.position.removeprefix("Threshold: "))
    threshold = float(columns["threshold (strongest differences)"][0])
    thresholds = read(handed, "hourglass-anomalies-bananas-repairer-every-threshold.csv")
    assert threshold == float(thresholds["threshold (strongest differences)"][index])
    assert plate.grid is not None
    counts = [thresholds[title][index] for title in list(thresholds)[1:5]]
    assert list(plate.grid.cells) == counts
    assert read(handed, "hourglass-anomalies-bananas-repairer-auroc.csv")


def test_anomalies_by_bottleneck_size(app: App, handed: Handed) -> None:
    folder = prepare(app, SIZES)
    tab = app.open(ANOMALIES, run=SIZES.key)
    tab.session_state[f"save auroc {folder.path.name} structural"] = True
    tab.run()
    assert not tab.exception
    (chart,) = drawn(app)
    assert isinstance(chart, Chart)
    assert [size for size, _ in chart.curves[0].points] == list(scores(SIZES).sizes)
    assert chart.title == "How well anomalies are told, by bottleneck size (Structure (1 − SSIM))"


def test_anomalies_one_picture_large(app: App, handed: Handed) -> None:
    opened(app, ANOMALIES, "study anomalies")
    (plate,) = drawn(app)
    assert isinstance(plate, Plate)
    assert plate.names == ("Input", "Reconstruction", "Difference", "Ripe twin", "Damage")


def test_the_family(app: App, handed: Handed) -> None:
    tab = app.open(FAMILY)
    (key,) = [key for key in players(tab) if key.startswith("family")]
    opened(app, FAMILY, key)
    (plate,) = drawn(app)
    assert isinstance(plate, Plate)
    assert [strip.label for strip in plate.strips][1:] == [member.title for member in MEMBERS.values()]
    columns = read(handed, "hourglass-family-mnist-sample-what-was-measured.csv")
    assert columns["member"] == [member.title for member in MEMBERS.values()]


@pytest.mark.parametrize(
    ("section", "box", "columns"),
    [(None, "walk", 3), (MAP, "map", 1), (KNOBS, "numbers", 2), (AVERAGES, "averages", 10), (NEW, "new", 10)],
)
def test_latent_space(app: App, handed: Handed, section: str | None, box: str, columns: int) -> None:
    tab = opened(app, LATENT, f"{box} bottleneck")
    if section is not None:
        group(tab, "latent section").set_value(section).run()
        assert not tab.exception
    plate = list(drawn(app))[-1]
    assert isinstance(plate, Plate)
    assert plate.columns == columns
    for function, arguments, future in app.background.work:
        if function is draw_plate:
            future.set_result(draw_plate(*arguments)) if arguments[0] is plate else future.cancel()
            assert arguments[0] is not plate or answer(future).png.startswith(b"\x89PNG")


def test_the_plot_of_latent_space(app: App, handed: Handed) -> None:
    opened(app, LATENT, "scatter bottleneck")
    (chart,) = drawn(app)
    assert isinstance(chart, Chart)
    assert [curve.name for curve in chart.curves] == list("0123456789")
    assert sum(len(curve.points) for curve in chart.curves) == 1000
    columns = read(handed, "hourglass-latent-mnist-sample-dense-codes.csv")
    of_three = [
        (float(x), float(y))
        for name, x, y in zip(columns["class"], columns["plot: left to right"], columns["plot: upwards"], strict=True)
        if name == "3"
    ]
    assert list(chart.curves[3].points) == of_three
    assert chart.labels == ("First number of the code", "Second number of the code")
