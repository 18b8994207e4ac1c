from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from autoencoder.analysis.anomalies import REPAIR, SCORES
from autoencoder.analysis.measured import Curve
from tests.pages.anomaly_runs import DIGITS, OF_BANANAS, SIZES, prepare, scores, truth, view_of
from tests.pages.running import App
from ui.lessons.anomalies.players import auroc_chart, curves
from ui.lessons.anomalies.text import (
    how_well,
    network_in_words,
    rests_on,
    scores_in_words,
    what_is_missing,
    why_the_size_matters,
)
from ui.services import services


@pytest.fixture
def opened(app: App, no_mnist: object) -> App:
    app.open()
    return app


@pytest.mark.parametrize("name", SCORES)
def test_how_well_it_tells_is_what_scikit_learn_says(opened: App, name: str) -> None:
    labels = services.test_pictures("bananas").test_labels
    values = scores(OF_BANANAS).test[name][-1]
    said = how_well(view_of(prepare(opened, OF_BANANAS), name), scores(OF_BANANAS))
    assert f"**AUROC {roc_auc_score(labels, values):.3f}** (95 % interval " in said
    assert ", on 500 abnormal and 500 normal test pictures)" in said
    assert f"**Average precision {average_precision_score(labels, values):.3f}** (95 % interval " in said
    assert "Guessing gives 0.50." in said
    assert f"**AUROC by pixel {scores(OF_BANANAS).pixel_auroc[name][-1]:.3f}** (" in said
    by_pixel = scores(OF_BANANAS).pixel_average_precision[name][-1]
    assert f"**Average precision by pixel {by_pixel:.3f}** (" in said
    assert f"guessing gives {scores(OF_BANANAS).damaged_share:.2f}." in said
    bruised = scores(OF_BANANAS).damage["bruises"]
    small = (labels == 0) | ((bruised > 0) & (bruised < 0.1))
    (row,) = [line for line in said.splitlines() if line.startswith("| bruises")]
    assert f"| {roc_auc_score(labels[small], values[small]):.3f} (" in row
    assert row.endswith(f", {small.sum() - 500})")


@pytest.mark.parametrize(("abnormal", "kind"), [(False, "abnormal"), (True, "normal")])
def test_without_pictures_of_both_kinds_it_is_said_what_is_missing(abnormal: bool, kind: str) -> None:
    truth = np.full(3, abnormal)
    assert f"None of the 3 test pictures is {kind}." in what_is_missing(truth)
    assert not what_is_missing(np.array([True, False]))


def test_one_picture_of_each_kind_is_said_to_prove_little() -> None:
    assert rests_on(1.0, np.array([True, False])) == (
        "95 % interval 0.207 to 1.000, on 1 abnormal and 1 normal test pictures"
    )


def test_a_run_that_was_measured_before_says_what_it_knows(opened: App) -> None:
    older = replace(scores(OF_BANANAS), pixel_average_precision={}, damaged_share=float("nan"), damage={})
    said = how_well(view_of(prepare(opened, OF_BANANAS)), older)
    assert "**AUROC by pixel" in said
    assert "Average precision by pixel" not in said
    assert "bruises" not in said
    assert "by pixel" not in how_well(view_of(prepare(opened, DIGITS)), scores(DIGITS)), "there are no masks"


@pytest.mark.parametrize("name", SCORES)
def test_the_chart_has_every_size_and_shades_the_one_that_is_looked_at(opened: App, name: str) -> None:
    view = view_of(prepare(opened, SIZES), name, size=8)
    chart = auroc_chart(view, curves(view.run)[name], ((2, 0.7), (16, 0.9)))
    own, others = chart.lines
    assert [size for size, _ in own.points] == [1, 2, 4, 8, 16, 32, 64]
    expected = [roc_auc_score(truth(DIGITS), values) for values in scores(SIZES).test[name]]
    assert [value for _, value in own.points] == pytest.approx(expected)
    assert (own.style, others.style, others.points) == ("line", "points", ((2, 0.7), (16, 0.9)))
    assert chart.shade is not None
    assert chart.shade[0] < 8 < chart.shade[1]
    assert SCORES[name].title in chart.title


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (((1, 0.7), (8, 0.95), (64, 0.8)), "The AUROC falls to 0.800"),
        (((1, 0.7), (8, 0.9), (64, 0.95)), "Up to 64, more numbers help"),
        (((1, 0.7), (8, 0.95), (64, 0.949)), "From there up to 64, more numbers change little."),
    ],
)
def test_the_best_size_is_named_with_its_measure(own: Curve, said: str) -> None:
    words = why_the_size_matters(own, np.arange(1000) < 500)
    best = max(own, key=lambda pair: pair[1])
    assert f"**{best[0]}** (AUROC {best[1]:.3f}; 95 % interval " in words
    assert "With 1, the AUROC is 0.700: normal pictures are" in words
    assert said in words


def test_on_few_pictures_no_size_is_said_to_be_worse() -> None:
    words = why_the_size_matters(((1, 0.7), (8, 0.95), (64, 0.8)), np.arange(10) < 5)
    assert "Between 1 and 64 numbers, these pictures show no clear difference." in words


@pytest.mark.parametrize("name", SCORES)
def test_every_score_is_explained_the_chosen_one_first(name: str) -> None:
    bold = [f"**{score.title}**: " for score in SCORES.values()]
    said = scores_in_words(name)
    assert all(title in said for title in bold)
    assert min(bold, key=said.index) == f"**{SCORES[name].title}**: "


def test_what_keeps_the_abnormal_out() -> None:
    repaired = network_in_words(REPAIR, 25344)
    assert "**It learned only from pictures of the class ripe.**" in repaired
    assert "It has no bottleneck. Only its training keeps it from copying an anomaly." in repaired
    assert "stains" in repaired.lower()
    copies = network_in_words(replace(REPAIR, noise="none"), 25344)
    assert "So it can simply copy whatever it is shown" in copies
    reconstructions = network_in_words(replace(DIGITS, normal_classes=tuple(range(9)), noise="none"), 16)
    assert "**It learned only from pictures of all classes but 9.**" in reconstructions
    assert "Its bottleneck" in reconstructions
    assert "a code of 16 numbers" in reconstructions
    assert "noise" not in reconstructions
