import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm
from sklearn import metrics

from autoencoder.analysis.detection import (
    auroc,
    average_precision,
    count,
    interval,
    shares_between,
    step_for,
    threshold_for,
    threshold_steps,
)

SCORES = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40)


def arrays(pairs: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in pairs], float), np.array([abnormal for _, abnormal in pairs])


@given(SCORES)
def test_auroc_and_average_precision_are_those_of_scikit_learn(pairs: list[tuple[int, bool]]) -> None:
    scores, abnormal = arrays(pairs)
    if abnormal.any() and not abnormal.all():
        assert auroc(scores, abnormal) == pytest.approx(metrics.roc_auc_score(abnormal, scores))
        assert average_precision(scores, abnormal) == pytest.approx(metrics.average_precision_score(abnormal, scores))


def test_the_pixels_of_many_pictures_are_judged_alike() -> None:
    random = np.random.default_rng(0)
    abnormal = random.random(300_000) < 0.06
    scores = random.random(300_000, np.float32).round(4) + 0.3 * abnormal
    assert auroc(scores, abnormal) == pytest.approx(metrics.roc_auc_score(abnormal, scores))
    assert average_precision(scores, abnormal) == pytest.approx(metrics.average_precision_score(abnormal, scores))


@given(SCORES, st.floats(-1, 7))
def test_counts_are_those_of_scikit_learn(pairs: list[tuple[int, bool]], threshold: float) -> None:
    scores, abnormal = arrays(pairs)
    called = scores > threshold
    counts = count(scores, abnormal, threshold)
    (tn, fp), (fn, tp) = metrics.confusion_matrix(abnormal, called, labels=[False, True])
    assert (counts.true_positives, counts.false_positives) == (tp, fp)
    assert (counts.true_negatives, counts.false_negatives) == (tn, fn)
    if called.any():
        assert counts.precision == pytest.approx(metrics.precision_score(abnormal, called))
    if abnormal.any():
        assert counts.recall == pytest.approx(metrics.recall_score(abnormal, called))
    if not abnormal.all():
        assert counts.false_positive_rate == pytest.approx(1 - metrics.recall_score(~abnormal, ~called))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=50), st.floats(0, 1))
def test_the_threshold_keeps_its_promise_on_the_normal_pictures(values: list[int], accepted: float) -> None:
    scores = np.array(values, float)
    threshold = threshold_for(scores, accepted)
    assert (scores > threshold).sum() <= accepted * len(scores) + 1e-6
    lower = scores[scores < threshold]
    if len(lower):  # it could not have been lower
        assert (scores > lower.max()).sum() > accepted * len(scores) - 1e-6


def test_a_threshold_for_one_in_twenty() -> None:
    assert threshold_for(np.arange(100.0), 0.05) == 94
    assert (np.arange(100.0) > threshold_for(np.arange(100.0), 1.0)).all()


def test_what_cannot_be_said_is_not_a_number() -> None:
    assert np.isnan(auroc(np.zeros(3), np.ones(3, bool)))
    assert np.isnan(average_precision(np.zeros(3), np.zeros(3, bool)))
    assert np.isnan(count(np.zeros(3), np.zeros(3, bool), 1.0).precision)


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (7, 10), (499, 500), (500, 500)])
def test_the_interval_of_a_mean_is_wilsons(part: int, whole: int) -> None:
    expected = binomtest(part, whole).proportion_ci(method="wilson")
    assert interval(part / whole, whole) == pytest.approx((expected.low, expected.high), abs=2e-4)  # two of its steps


@pytest.mark.parametrize(("true", "pictures"), [(0.7, 60), (0.9, 10), (0.97, 10)])
def test_nineteen_of_twenty_intervals_hold_the_true_auroc(true: float, pictures: int) -> None:
    random, abnormal, held = np.random.default_rng(0), np.arange(2 * pictures) < pictures, 0
    for _ in range(400):
        scores = random.normal(size=2 * pictures) + 2**0.5 * norm.ppf(true) * abnormal
        low, high = interval(auroc(scores, abnormal), pictures, pictures)
        held += low <= true <= high
    assert held / 400 == pytest.approx(0.95, abs=0.04)  # four standard errors of 400 draws


def test_one_picture_of_each_makes_nothing_certain() -> None:
    low, high = interval(1.0, 1, 1)
    assert low < 0.5
    assert high == 1
    assert np.isnan(interval(float("nan"), 0, 3)).all()


# The positions of a slider

ACCEPTED = (0.0, 0.05, 0.5)
POSITIVE = st.lists(st.floats(1e-5, 100), min_size=1, max_size=60)


@given(POSITIVE, POSITIVE)
def test_thresholds_rise_from_below_the_scores_to_above_them(normal: list[float], test: list[float]) -> None:
    thresholds = threshold_steps(np.array(normal), np.array(test), ACCEPTED, 41)
    assert thresholds.shape == (41,)
    assert (np.diff(thresholds) >= 0).all()
    assert thresholds[0] > 0
    assert thresholds[0] < np.quantile([*normal, *test], 0.001)
    assert (np.array([*normal, *test]) < thresholds[-1]).all()


def test_marks_within_the_steps_are_among_them() -> None:
    thresholds = threshold_steps(np.array([1.0, 2]), np.array([30.0]), ACCEPTED, 41, [0.1, 3.0, 10.0, 1000.0])
    assert {3.0, 10.0} < set(thresholds.tolist())
    assert len(thresholds) == 41
    assert thresholds[-1] < 100


@given(POSITIVE, POSITIVE, st.sampled_from(ACCEPTED))
def test_the_step_for_accepted_false_alarms_is_exact(normal: list[float], test: list[float], share: float) -> None:
    held_out = np.array(normal)
    thresholds = threshold_steps(held_out, np.array(test), ACCEPTED, 41)
    found = thresholds[step_for(thresholds, held_out, share)]
    assert found == max(threshold_for(held_out, share), thresholds[0])


def test_a_threshold_above_all_steps_is_the_last() -> None:
    assert step_for(np.array([0.1, 0.2]), np.array([5.0]), 0.0) == 1


@given(st.lists(st.floats(-1, 11), min_size=1, max_size=50))
def test_a_histogram_counts_every_score_once(values: list[float]) -> None:
    scores, edges = np.array(values), np.array([0.0, 1, 4, 10])
    shares = shares_between(scores, edges)
    assert shares.sum() == pytest.approx(1)
    assert shares.tolist() == pytest.approx(
        [(scores < 1).mean(), ((scores >= 1) & (scores < 4)).mean(), (scores >= 4).mean()]
    )


def test_a_histogram_of_nothing_is_flat() -> None:
    assert shares_between(np.zeros(0), np.array([0.0, 1, 2])).tolist() == [0, 0]
