import pickle
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from autoencoder.analysis.anomalies import DEFAULTS
from autoencoder.rendering.difference import palette
from autoencoder.training.run_folder import RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import PRETRAINED, App
from tests.ui.saving import CHART, FRAMES, SUBJECT, small_player
from ui.components.chart.chart import ChartData
from ui.components.player.player import Legend, Table
from ui.export.figures import (
    chart_of,
    chart_title,
    family_subject,
    plate_of,
    position_in_words,
    subject_of,
    title_in_words,
)
from ui.lessons.anomalies.players import map_legend
from ui.lessons.common.players import default_indices, difference_legend, size_player


def shown(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"))


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_rows_are_those_of_the_position(index: int) -> None:
    plate = plate_of(small_player(), index, SUBJECT)
    assert [strip.label for strip in plate.strips] == ["Input", "Reconstruction"]
    for strip, frame in zip(plate.strips, (0, index), strict=True):
        expected = np.concatenate(list(FRAMES[frame]), axis=1)  # (height, pictures × width, 1)
        np.testing.assert_array_equal(shown(strip.picture), np.broadcast_to(expected, (5, 8, 3)))


def test_difference_maps_keep_their_colors(app: App) -> None:
    settings = PRETRAINED.settings()
    indices = default_indices(settings.source)
    player = size_player(PRETRAINED, PRETRAINED.network_version(), settings, indices, signed=True)
    plate = plate_of(player, 7, subject_of("bottleneck", settings))
    sprite = shown(player.rows[2].sprite)
    np.testing.assert_array_equal(shown(plate.strips[2].picture), sprite[7 * 28 : 8 * 28])
    assert plate.position == "Bottleneck size: 8 of 64 numbers"
    assert plate.title == "Dense network trained on MNIST sample"
    assert plate.notes == tuple(player.notes[7])
    assert plate.caption == player.captions[7]
    assert len(pickle.dumps(plate)) < 100_000  # it travels to another process


def test_what_follows_the_slider_is_taken_at_its_position() -> None:
    player = small_player(
        captions=["a", "b", "c"],
        notes=[["1", "2"], ["3", "4"], ["5", "6"]],
        alarms=[[True, False], [False, True], [True, True]],
        table=Table("Counts", ["x"], ["y", "z"], [["1", "2"], ["3", "4"], ["5", "6"]]),
        column_names=["$a", "b"],
    )
    plate = plate_of(player, 1, SUBJECT)
    assert (plate.caption, plate.notes, plate.alarms, plate.names) == ("b", ("3", "4"), (False, True), ("$a", "b"))
    assert plate.grid is not None
    assert (plate.grid.title, plate.grid.cells) == ("Counts", ("3", "4"))
    assert hash(plate) == hash(plate_of(player, 1, SUBJECT))
    assert plate != plate_of(player, 2, SUBJECT)


@pytest.mark.parametrize(
    ("legend", "signed", "limits"),
    [
        (difference_legend(signed=True), True, ("−1", "0", "+1")),
        (difference_legend(signed=False), False, ("0", "0.5", "1")),
        (map_legend("squared"), False, ("0", "0.05", "≥ 0.1")),
    ],
)
def test_the_color_bar_has_every_color_and_the_true_limits(
    legend: Legend, signed: bool, limits: tuple[str, str, str]
) -> None:
    bar = plate_of(small_player(legend=legend), 0, SUBJECT).bar
    assert bar is not None
    assert list(bar.colors) == [tuple(color) for color in palette(signed=signed).tolist()]
    assert bar.limits == limits
    assert bar.text == legend.text


def test_colors_that_are_no_known_palette_are_taken_as_they_are() -> None:
    bar = plate_of(small_player(legend=Legend(["#000102", "#ff00ff"], "a", "b", "c", "text")), 0, SUBJECT).bar
    assert bar is not None
    assert bar.colors == ((0, 1, 2), (255, 0, 255))


@pytest.mark.parametrize(
    ("label", "positions", "index", "words"),
    [
        ("Bottleneck size", ["1", "2", "3"], 0, "Bottleneck size: 1 of 3 numbers"),
        ("Bottleneck size", ["16"], 0, "Bottleneck size: 16 numbers"),
        ("Noise level: Grain", ["0.00", "0.05"], 1, "Noise level 0.05: Grain"),
        ("Of the way from A to B", ["0 %", "50 %"], 1, "50 % of the way from A to B"),
        ("No bottleneck: a code of", ["1,568"], 0, "No bottleneck: a code of 1,568 numbers"),
        ("Threshold", ["0.1", "0.2"], 0, "Threshold: 0.1"),
        ("", [""], 0, ""),
    ],
)
def test_the_position_in_words(label: str, positions: list[str], index: int, words: str) -> None:
    rows = [replace(row, frames=1) for row in small_player().rows[:1]]
    assert position_in_words(small_player(slider_label=label, positions=positions, rows=rows), index) == words


def test_what_was_trained_on_what() -> None:
    assert title_in_words(DEFAULTS["bananas"]) == "Inpainter network trained on Bananas (normal: ripe)"
    assert title_in_words(TrainingSettings("mnist", "linear", "exact", 8)) == "Linear network trained on Full MNIST"
    every = replace(DEFAULTS["mnist_sample"], normal_classes=tuple(range(10)))
    assert "normal" not in title_in_words(every)


def test_what_is_kept_of_a_code_is_said_where_it_may_be_less_than_all() -> None:
    ordered = TrainingSettings("mnist_sample", bottleneck_size=16)
    assert subject_of("latent", ordered, kept=2).title.endswith("trained on MNIST sample, 2 of 16 numbers kept")
    assert "kept" not in subject_of("latent", replace(ordered, bottleneck="exact"), kept=16).title


def test_the_footer_has_all_that_decides_the_network() -> None:
    settings = TrainingSettings(
        "mnist_sample", "shallow", "exact", 8, 7, 64, 0.002, seed=41, penalty="sparse", penalty_weight=0.5
    )
    stopped = Snapshot(RunState.STOPPED, 7, 2.0)
    footer = subject_of("family", settings, stopped).footer
    for words in ("Shallow", "MNIST sample", "8 numbers", "7 epochs", "batch size 64", "0.002", "seed 41", "0.5"):
        assert words in footer
    assert "stopped after 2 epochs" in footer
    assert "&#" not in footer
    together = family_subject([("sparse", settings), ("linear", replace(settings, network="linear", penalty="none"))])
    assert "Sparse: 8 numbers, 7 epochs, seed 41" in together.footer
    assert together.title == "Kinds of autoencoders trained on MNIST sample"


def test_a_chart_is_the_pages_with_its_marker_at_the_position() -> None:
    chart = chart_of(CHART, SUBJECT, 2)
    assert (chart.title, chart.labels, chart.marker, chart.marker_y) == ("Errors", ("Size", "Error"), 3, None)
    assert chart.curves[0].points == ((1, 0.5), (2, 0.25), (3, 0.1))
    assert chart_of(CHART, SUBJECT).marker is None
    assert chart_title(ChartData("", "Epochs", "Loss", [])) == "Loss against epochs"
