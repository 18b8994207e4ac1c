from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import confusion_matrix, roc_auc_score

from autoencoder.analysis.anomalies import SCORES, known_damage, maps_of, rebuild
from autoencoder.rendering.difference import palette, to_levels
from autoencoder.training.settings import TrainingSettings
from tests.pages.anomaly_runs import (
    DIGITS,
    OF_BANANAS,
    SIZES,
    SOME,
    prepare,
    raw_score,
    scores,
    truth,
    view_of,
)
from tests.pages.running import App
from ui.components.player.player import Player
from ui.lessons.anomalies.players import THRESHOLDS, View, study_player, threshold_player, threshold_view
from ui.services import services
from ui.services.services import get_jobs

pytestmark = pytest.mark.long

bananas = pytest.param(OF_BANANAS, marks=pytest.mark.slow, id="bananas")  # large pictures, by a large network
runs = [bananas, pytest.param(DIGITS, id="noisy digits"), pytest.param(SIZES, id="sizes")]
every_run = pytest.mark.parametrize("settings", runs)
every_score = pytest.mark.parametrize("score", SCORES)


@pytest.fixture
def opened(app: App, no_mnist: object) -> App:
    app.open()
    return app


def tiles(player: Player, label: str) -> list[np.ndarray]:
    """The pictures of a row of one frame, as they are drawn: uint8 (height, width, …) each."""
    (row,) = [row for row in player.rows if row.label == label]
    assert row.frames == 1
    return np.split(np.asarray(Image.open(BytesIO(row.sprite))), player.columns, axis=1)


def cells(player: Player, index: int) -> list[int]:
    assert player.table is not None
    return [int(text.replace(",", "")) for text in player.table.cells[index]]


# The threshold


@every_run
def test_verdicts_follow_the_threshold_and_the_scores_that_were_worked_out(
    opened: App, settings: TrainingSettings
) -> None:
    view = view_of(prepare(opened, settings))
    player, thresholds = threshold_player(view, SOME), threshold_view(view).thresholds
    of_shown = scores(settings).test["squared"][-1][list(SOME)]
    usual = np.median(scores(settings).held_out["squared"][-1])
    assert len(player.notes) == len(player.alarms) == len(player.positions) == THRESHOLDS
    for notes, alarms, threshold in zip(player.notes, player.alarms, thresholds, strict=True):
        for note, alarm, value in zip(notes, alarms, of_shown, strict=True):
            score_shown, verdict = note.split("\n")
            assert float(score_shown.removesuffix(" ×")) == pytest.approx(value / usual, rel=0.06)  # two digits
            assert verdict == ("anomaly" if alarm else "normal")
            if abs(value / threshold - 1) > 5e-3:  # the worker and the page may differ in the last digits
                assert alarm == (value > threshold)
    assert all(player.alarms[0])
    assert not any(player.alarms[-1])


@every_run
def test_the_confusion_matrix_is_of_all_test_pictures_at_every_position(
    opened: App, settings: TrainingSettings
) -> None:
    view = view_of(prepare(opened, settings))
    player, thresholds = threshold_player(view, SOME), threshold_view(view).thresholds
    values, abnormal = scores(settings).test["squared"][-1], truth(settings)
    assert player.table is not None
    assert player.table.title == f"Confusion matrix of {len(values):,} test pictures"
    assert (player.table.rows, player.table.columns) == (
        ("truly abnormal", "truly normal"),
        ("called anomaly", "called normal"),
    )
    for index in range(THRESHOLDS):
        (tn, fp), (fn, tp) = confusion_matrix(abnormal, values > thresholds[index], labels=[False, True])
        assert cells(player, index) == [tp, fn, fp, tn]
        recall, precision, false_alarms, score = player.captions[index].split(" · ")
        on_scale = 100 * thresholds[index] / SCORES["squared"].top
        assert score.startswith("score ")
        assert float(score.split()[2]) == pytest.approx(on_scale, rel=0.06)  # % of the maps' scale, two digits
        assert recall.startswith(f"Recall {tp:,} of {tp + fn:,} (")
        assert precision.startswith(f"precision {tp:,} of {tp + fp:,} (" if tp + fp else "precision –")
        assert false_alarms.startswith(f"false alarms {fp:,} of {fp + tn:,} (")


@every_run
def test_histogram_and_roc_curve_agree_with_the_matrix(opened: App, settings: TrainingSettings) -> None:
    view = view_of(prepare(opened, settings))
    player, thresholds = threshold_player(view, SOME), threshold_view(view).thresholds
    values, abnormal = scores(settings).test["squared"][-1], truth(settings)
    usual = np.median(scores(settings).held_out["squared"][-1])
    histogram, roc = player.charts
    normal_line, abnormal_line = histogram.lines
    for line, kind in ((normal_line, values[~abnormal]), (abnormal_line, values[abnormal])):
        edges, shares = np.array(line.points).T
        assert line.style == "area"
        assert shares.sum() == pytest.approx(1)
        for number, edge in enumerate(edges[1:-1], 1):
            assert shares[number:].sum() == pytest.approx((kind / usual >= edge).mean(), abs=1.01 / len(kind))
    np.testing.assert_allclose(histogram.marker_x, thresholds / usual)
    drawn = {(round(x, 9), round(y, 9)) for x, y in roc.lines[0].points}
    for index in range(THRESHOLDS):
        tp, fn, fp, tn = cells(player, index)
        assert (roc.marker_x[index], roc.marker_y[index]) == pytest.approx((fp / (fp + tn), tp / (tp + fn)))
        assert (round(roc.marker_x[index], 9), round(roc.marker_y[index], 9)) in drawn
    x, y = np.array(roc.lines[0].points).T
    assert (np.diff(x) >= 0).all()
    assert (np.diff(y) >= 0).all()
    assert np.trapezoid(y, x) == pytest.approx(roc_auc_score(abnormal, values), abs=0.02)


# The pictures


@every_run
@every_score
def test_rows_are_pictures_reconstructions_and_maps(opened: App, settings: TrainingSettings, score: str) -> None:
    folder = prepare(opened, settings)
    view = view_of(folder, score)
    player = threshold_player(view, SOME)
    assert [row.label for row in player.rows] == ["Input", "Reconstruction", "Difference"]
    assert (player.columns, player.tile_height, player.tile_width) == (6, *settings.plan.shape[:2])
    inputs = services.test_pictures(settings.source).test[list(SOME)]
    rebuilt = rebuild(get_jobs().store.load(folder).network, settings, inputs, view.size)
    known = scores(settings)
    maps = maps_of(inputs, rebuilt, known.baseline_error[-1], score, known.outlines)
    levels = to_levels(maps[..., np.newaxis] / SCORES[score].top, signed=False)[..., 0]
    for index in range(6):
        for label, expected in (("Input", inputs), ("Reconstruction", rebuilt)):
            shown = tiles(player, label)[index].reshape(expected.shape[1:])
            assert np.abs(shown - 255.0 * expected[index]).max() <= 0.51
        np.testing.assert_array_equal(tiles(player, "Difference")[index], levels[index])
    colors = Image.open(BytesIO(player.rows[2].sprite)).getpalette()
    np.testing.assert_array_equal(np.reshape(colors, (-1, 3))[:255], palette(signed=False))


@every_run
def test_maps_are_on_one_scale_whatever_stands_beside(opened: App, settings: TrainingSettings) -> None:
    view = view_of(prepare(opened, settings))
    together = tiles(threshold_player(view, SOME), "Difference")
    for index, alone in enumerate(SOME):
        (shown,) = tiles(threshold_player(view, (alone,)), "Difference")
        assert np.abs(shown.astype(int) - together[index]).max() <= 1


def test_a_contrast_makes_the_maps_lighter_and_the_legend_says_so(opened: App) -> None:
    view = view_of(prepare(opened, OF_BANANAS))
    plain, strong, own = (threshold_player(view, SOME, contrast=contrast) for contrast in (1.0, 4.0, None))
    for one, four, each in zip(*(tiles(player, "Difference") for player in (plain, strong, own)), strict=True):
        assert np.abs(np.minimum(4.0 * one, 254) - four).max() <= 2
        assert each.max() == 254
    assert [player.legend and player.legend.high for player in (plain, strong, own)] == ["≥ 0.1", "≥ 0.025", "max"]


def test_classes_are_said_on_request_alone(opened: App) -> None:
    view = view_of(prepare(opened, OF_BANANAS))
    hidden, shown = threshold_player(view, SOME), threshold_player(view, SOME, with_classes=True)
    assert not hidden.column_names
    assert "rotten" not in hidden.rows[0].description
    assert set(shown.column_names) <= {"ripe", "rotten"}
    assert len(shown.column_names) == len(SOME)


def test_the_legend_is_of_the_score(opened: App) -> None:
    folder = prepare(opened, OF_BANANAS)
    for name, score in SCORES.items():
        legend = threshold_player(view_of(folder, name), SOME).legend
        assert legend is not None
        assert (legend.low, legend.high) == ("0", f"≥ {score.top:g}")
        assert legend.text.startswith(score.title)


# One picture, large


def study(view: View, index: int) -> Player:
    return study_player(view.run, index, view.score)


def study_tiles(player: Player) -> np.ndarray:
    """uint8 (frames, columns, height, width, 3)"""
    (row,) = player.rows
    pixels = np.asarray(Image.open(BytesIO(row.sprite)).convert("RGB"))
    shape = (row.frames, player.tile_height, player.columns, player.tile_width, 3)
    return pixels.reshape(shape).transpose(0, 2, 1, 3, 4)


@pytest.mark.parametrize("index", [0, 1, 7, 200])
def test_a_banana_stands_beside_its_ripe_twin_and_its_damage(opened: App, index: int) -> None:
    view = view_of(prepare(opened, OF_BANANAS))
    player, damage = study(view, index), known_damage("bananas")
    assert damage is not None
    assert list(player.column_names) == ["Input", "Reconstruction", "Difference", "Ripe twin", "Damage"]
    shown = study_tiles(player)[-1]
    picture = services.test_pictures("bananas").test[index]
    np.testing.assert_array_equal(shown[0], np.rint(255 * picture))
    np.testing.assert_array_equal(shown[3], np.rint(255 * damage.twins[index]))
    np.testing.assert_array_equal(shown[4], np.broadcast_to(255 * damage.masks[index][..., np.newaxis], (48, 48, 3)))
    levels = tiles(threshold_player(view, (index,)), "Difference")[0]
    np.testing.assert_array_equal(shown[2], palette(signed=False)[levels])
    score = scores(OF_BANANAS).test["squared"][-1, index]
    said = raw_score(player.captions[-1])
    assert said == pytest.approx(score, rel=0.06)  # two digits


@pytest.mark.parametrize("score", ["structural", "weighted"])
def test_another_source_has_no_twins_and_every_size_is_a_frame(opened: App, score: str) -> None:
    view = view_of(prepare(opened, SIZES), score)
    player = study(view, 7)
    assert list(player.column_names) == ["Input", "Reconstruction", "Difference"]
    assert list(player.positions) == ["1", "2", "4", "8", "16", "32", "64"]
    shown = study_tiles(player)
    assert shown.shape == (7, 3, 28, 28, 3)
    for number, size in enumerate((1, 2, 4, 8, 16, 32, 64)):
        picture = services.test_pictures("mnist_sample").test[7:8]
        rebuilt = view.run.model.reconstruct(picture, size)[0]
        assert np.abs(shown[number, 1] - 255.0 * rebuilt).max() <= 0.51
        said = raw_score(player.captions[number])
        assert said == pytest.approx(scores(SIZES).test[score][number, 7], rel=0.06)


@every_score
def test_who_expects_noise_scores_a_picture_alike_alone_and_among_others(opened: App, score: str) -> None:
    view = view_of(prepare(opened, DIGITS), score)
    for index in SOME[1:]:
        said = raw_score(study(view, index).captions[0])
        assert said == pytest.approx(scores(DIGITS).test[score][0, index], rel=0.06)


# What is kept


def test_players_are_made_once_and_anew_for_another_network(opened: App) -> None:
    folder = prepare(opened, OF_BANANAS)
    first = threshold_player(view_of(folder), SOME)
    assert threshold_player(view_of(folder), SOME) is first
    assert threshold_player(view_of(folder, "absolute"), SOME) is not first
    assert threshold_player(view_of(folder), SOME[:3]) is not first
