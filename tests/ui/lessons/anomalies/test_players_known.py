from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autoencoder.analysis.anomalies import MEASURED, SCORES
from autoencoder.training.run_folder import RunFolder
from tests.pages.anomaly_runs import DIGITS, OF_BANANAS, SIZES, prepare, scores, truth, view_of
from tests.pages.running import App
from ui.lessons.anomalies import players
from ui.lessons.anomalies.players import FALSE_POSITIVE_RATES, THRESHOLDS, curves, curves_of_others, threshold_view
from ui.lessons.common.text import number_in_words

every_score = pytest.mark.parametrize("score", SCORES)


@pytest.fixture
def opened(app: App, no_mnist: object) -> App:
    app.open()
    return app


@every_score
def test_a_view_has_the_scores_of_its_size_and_the_thresholds_that_are_accepted(opened: App, score: str) -> None:
    known, found = threshold_view(view_of(prepare(opened, SIZES), score, size=8)), scores(SIZES)
    number = found.sizes.index(8)
    np.testing.assert_array_equal(known.held_out, found.held_out[score][number])
    np.testing.assert_array_equal(known.test, found.test[score][number])
    np.testing.assert_array_equal(known.baseline_error, found.baseline_error[number])
    np.testing.assert_array_equal(known.abnormal, truth(DIGITS))
    assert len(known.thresholds) == len(known.words) == THRESHOLDS
    for share in FALSE_POSITIVE_RATES:
        exact = np.sort(known.held_out)[::-1][int(share * len(known.held_out) + 1e-9)]
        assert exact in known.thresholds


@every_score
def test_no_test_picture_moves_the_thresholds_that_are_accepted(opened: App, tmp_path: Path, score: str) -> None:
    before = threshold_view(view_of(prepare(opened, OF_BANANAS), score)).thresholds
    arrays = scores(OF_BANANAS).to_arrays()
    arrays[f"test {score}"] = arrays[f"test {score}"] * 3.3
    other = RunFolder(tmp_path / "other")
    other.create(OF_BANANAS)
    other.write_network(b"another", b"network")
    other.write_measured_arrays(MEASURED, arrays)
    after = threshold_view(view_of(other, score)).thresholds
    assert not np.allclose(before, after)
    held_out = np.sort(scores(OF_BANANAS).held_out[score][-1])[::-1]
    for share in FALSE_POSITIVE_RATES:
        assert held_out[int(share * 600 + 1e-9)] in set(before.tolist()) & set(after.tolist())


def test_scores_that_come_later_are_found_and_read_once(opened: App) -> None:
    folder = prepare(opened, OF_BANANAS)
    path = folder.path / "measured" / f"{MEASURED}.npz"
    whole = path.read_bytes()
    path.unlink()
    view = view_of(folder)
    with pytest.raises(LookupError, match="not worked out"):
        threshold_view(view)
    path.write_bytes(whole)
    assert threshold_view(view) is threshold_view(view)
    assert players.scores_of(view.run) is players.scores_of(view.run)
    first = curves(view.run)
    path.unlink()
    assert curves(view.run) is first


@pytest.mark.extended
def test_other_networks_that_learned_the_same_classes_stand_beside(opened: App) -> None:
    sixteen = prepare(opened, replace(DIGITS, noise="none"))
    prepare(opened, SIZES)
    prepare(opened, replace(DIGITS, noise="none", normal_classes=(1, 2)))
    prepare(opened, OF_BANANAS)
    unmeasured = prepare(opened, replace(DIGITS, seed=8))
    (unmeasured.path / "measured" / f"{MEASURED}.npz").unlink()
    found = curves_of_others(view_of(sixteen).run)
    assert set(found) == set(SCORES)
    for name, curve in found.items():
        expected = [roc_auc_score(truth(DIGITS), values) for values in scores(SIZES).test[name]]
        assert [size for size, _ in curve] == [1, 2, 4, 8, 16, 32, 64]
        assert [value for _, value in curve] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "said"), [(0.000123456, "0.00012"), (0.0000271, "2.7e-5"), (0.5, "0.5"), (12.34, "12"), (1.0, "1")]
)
def test_a_score_has_two_digits(value: float, said: str) -> None:
    assert number_in_words(value) == said


def test_thresholds_have_the_digits_that_tell_them_apart() -> None:
    close = np.array([2.61e-5, 2.62e-5, 0.1, 0.1001, 0.5])
    assert players.thresholds_in_words(close) == ["2.61e-5 ×", "2.62e-5 ×", "0.1 ×", "0.1001 ×", "0.5 ×"]
    assert players.thresholds_in_words(np.array([0.12345, 0.12345, 0.5])) == ["0.12 ×", "0.12 ×", "0.5 ×"]
    assert players.thresholds_in_words(np.array([0.123451, 0.123452])) == ["0.1235 ×", "0.1235 ×"]


def test_scores_are_multiples_of_the_usual_one_of_held_out_normal_pictures(opened: App) -> None:
    known = threshold_view(view_of(prepare(opened, OF_BANANAS)))
    assert known.usual == np.median(scores(OF_BANANAS).held_out["squared"][-1])
    shown = [float(word.removesuffix(" ×")) for word in known.words]
    np.testing.assert_allclose(shown, known.thresholds / known.usual, rtol=0.05)  # two digits
    ticks = [known.words[tick] for tick in players.threshold_player(view_of(prepare(opened, OF_BANANAS)), (0,)).ticks]
    assert {"0.5 ×", "1 ×", "10 ×"} < set(ticks)
    assert players.usual_score(np.array([0.0, 0.0, 0.3])) == pytest.approx(0.1)
    assert players.usual_score(np.zeros(3)) == 1


@pytest.mark.parametrize(
    ("part", "others", "said"),
    [
        (456, 1, "456 of 457 (99.8%)"),
        (9999, 1, "9,999 of 10,000 (99.9%)"),
        (1, 9999, "1 of 10,000 (0.1%)"),
        (5, 0, "5 of 5 (100.0%)"),
        (0, 0, "–"),
    ],
)
def test_a_share_is_all_or_nothing_only_where_it_is(part: int, others: int, said: str) -> None:
    assert players.share_in_words(part, others) == said
