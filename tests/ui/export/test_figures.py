import pickle
import string
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autoencoder.analysis.anomalies import DEFAULTS
from autoencoder.rendering.difference import FIXED_SCALE
from autoencoder.training.run_state import RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import PRETRAINED, App
from tests.ui.saving import FRAMES, SUBJECT, small_player
from ui.components.player.player import Table
from ui.export.figures import LONGEST, ascii_name, family_subject, figure_of, file_name, subject_of
from ui.lessons.common.players import default_indices, size_player
from ui.services.trained_run import TrainedRun


def shown(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"))


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_rows_are_those_of_the_position(index: int) -> None:
    figure = figure_of(small_player(), index, SUBJECT)
    assert [label for label, _ in figure.rows] == ["Input", "Reconstruction"]
    for (_, picture), frame in zip(figure.rows, (0, index), strict=True):
        expected = np.concatenate(list(FRAMES[frame]), axis=1)  # (height, pictures × width, 1)
        np.testing.assert_array_equal(shown(picture), np.broadcast_to(expected, (5, 8, 3)))


def test_difference_maps_keep_their_colors(app: App) -> None:
    run = TrainedRun.load(PRETRAINED)
    player = size_player(run, default_indices(run.source), FIXED_SCALE)
    figure = figure_of(player, 7, subject_of("bottleneck", run.settings))
    sprite = shown(player.rows[2].sprite)
    np.testing.assert_array_equal(shown(figure.rows[2][1]), sprite[7 * 28 : 8 * 28])
    assert figure.position == "Bottleneck size: 8 of 64 numbers"
    assert figure.title == "Dense network trained on MNIST sample"
    assert figure.notes == tuple(player.notes[7])
    assert figure.caption == player.captions[7]
    assert len(pickle.dumps(figure)) < 100_000  # it travels to another process


def test_what_follows_the_slider_is_taken_at_its_position() -> None:
    player = small_player(
        captions=["a", "b", "c"],
        notes=[["1", "2"], ["3", "4"], ["5", "6"]],
        alarms=[[True, False], [False, True], [True, True]],
        table=Table("Counts", ["x"], ["y", "z"], [["1", "2"], ["3", "4"], ["5", "6"]]),
        column_names=["$a", "b"],
    )
    figure = figure_of(player, 1, SUBJECT)
    assert (figure.caption, figure.notes, figure.alarms, figure.names) == ("b", ("3", "4"), (False, True), ("$a", "b"))
    assert figure.grid is not None
    assert (figure.grid.title, figure.grid.cells) == ("Counts", ["3", "4"])


def test_what_was_trained_on_what() -> None:
    own, linear = DEFAULTS["bananas"], TrainingSettings("mnist", "linear", "exact", 8)
    titles = [subject_of("bottleneck", settings).title for settings in (own, linear)]
    convolutional = "Convolutional network trained on Bananas (normal: ripe)"
    assert titles == [convolutional, "Linear network trained on Full MNIST"]
    every = replace(DEFAULTS["mnist_sample"], normal_classes=tuple(range(10)))
    assert "normal" not in subject_of("bottleneck", every).title


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
    together = family_subject([settings, replace(settings, network="linear", penalty="none")])
    assert "Sparse: 8 numbers, 7 epochs, seed 41" in together.footer
    assert together.title == "Kinds of autoencoders trained on MNIST sample"


def test_a_run_is_told_by_lesson_pictures_and_network() -> None:
    assert file_name("bottleneck", TrainingSettings("mnist")) == "hourglass-bottleneck-mnist-dense"


@pytest.mark.parametrize(
    ("words", "name"),
    [("Noise level: 0.40", "noise-level-0.40"), ("−1.5", "1.5"), ("50 %", "50"), ("Größe 8", "groe-8"), ("数", "")],
)
def test_words_become_plain(words: str, name: str) -> None:
    assert ascii_name(words) == name


@given(st.text())
def test_nothing_but_letters_digits_points_and_hyphens_is_left(words: str) -> None:
    name = ascii_name(words)
    assert set(name) <= set(string.ascii_lowercase + string.digits + ".-")
    assert len(name) <= LONGEST
    assert not name.startswith((".", "-"))
    assert not name.endswith((".", "-"))
