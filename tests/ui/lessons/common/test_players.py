from dataclasses import replace

import numpy as np
import pytest

from autoencoder.rendering.difference import FIXED_SCALE, DifferenceStyle
from autoencoder.training.run_state import RunState
from tests.pages.running import LIKE_PRETRAINED, PRETRAINED, App
from ui.lessons.common import players
from ui.services.trained_run import Preview, TrainedRun

PLACES = tuple(range(10))


@pytest.fixture
def opened(app: App, no_mnist: object) -> App:
    app.open()
    return app


def make_player(**more: object) -> players.Player:
    return players.size_player(TrainedRun.load(PRETRAINED), PLACES, FIXED_SCALE, **more)


def test_reconstructions_are_those_of_the_network(opened: App) -> None:
    reconstructions = players.reconstructions(TrainedRun.load(PRETRAINED), PLACES)
    pictures = players.test_pictures("mnist_sample").test[:10]
    model = TrainedRun.load(PRETRAINED).model
    for size in (1, 8, 64):
        np.testing.assert_allclose(
            reconstructions.reconstructions[size - 1], model.reconstruct(pictures, size), atol=1e-5
        )


def test_a_player_is_made_once(opened: App) -> None:
    assert make_player() is make_player()


def test_beside_another_network_there_are_two_more_rows(opened: App) -> None:
    beside = TrainedRun.load(PRETRAINED)
    labels = [row.label for row in make_player(beside=beside).rows]
    assert labels == ["Input", "Reconstruction", "Difference", "Every size, at 64", "Difference"]
    assert "effort" not in make_player(beside=beside).captions[0]
    longer = replace(beside, version="longer", settings=replace(beside.settings, epochs=7))
    said = "Not at equal effort: the network for every size (7 epochs, this one 100)"
    assert make_player(beside=longer).captions[0].endswith(said)


def test_one_of_each_class_is_shown(opened: App) -> None:
    labels = players.test_pictures("mnist_sample").test_labels[list(players.default_indices("mnist_sample"))]
    assert labels.tolist() == list(range(10))


def test_sizes_that_are_kept_during_a_training() -> None:
    five = replace(LIKE_PRETRAINED, bottleneck_size=5)
    assert players.preview_sizes(five) == [1, 2, 4, 5]
    assert players.preview_sizes(replace(five, bottleneck="exact")) == [5]


def test_a_live_player_has_the_pictures_of_its_preview(opened: App) -> None:
    folder = opened.prepare(LIKE_PRETRAINED, RunState.PAUSED)
    first, second = (
        players.live_player(Preview(folder, LIKE_PRETRAINED, number, float(number), version=1)) for number in (0, 1)
    )
    assert first.positions == ["1", "2", "4", "8", "16", "32", "64"]
    assert first.rows[0].sprite == second.rows[0].sprite
    assert first.rows[1].sprite != second.rows[1].sprite


def test_the_legend_has_the_colors_of_the_maps() -> None:
    signed, absolute = (players.difference_legend(DifferenceStyle(signed)) for signed in (True, False))
    assert (signed.low, signed.mid, signed.high) == ("−1", "0", "+1")
    assert (absolute.low, absolute.high) == ("0", "1")
    assert signed.colors != absolute.colors


def test_the_legend_says_the_contrast() -> None:
    strong = players.difference_legend(DifferenceStyle(True, 4.0))
    assert (strong.low, strong.high) == ("−0.25", "+0.25")
    assert strong.text.endswith("Contrast × 4.")
    own = players.difference_legend(DifferenceStyle(False, None))
    assert (own.low, own.mid, own.high) == ("0", "½ max", "max")
    assert "scale of its own" in own.text


def test_a_figure_says_how_many_numbers_there_are_at_most() -> None:
    assert players.size_slider((1, 2, 64))["position_text"] == "Bottleneck size: {position} of 64 numbers"
    assert players.size_slider((16,))["position_text"] == "Bottleneck size: {position} numbers"
    assert players.size_slider((1,))["position_text"] == "Bottleneck size: {position} number"
