from dataclasses import replace

import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from autoencoder.lessons.anomalies import SCORES
from pages.parts import shared
from pages.parts.anomalies_words import (
    auroc_by_size,
    auroc_chart,
    how_well,
    network_in_words,
    score_in_words,
    try_this,
    why_the_size_matters,
)
from tests.pages.anomaly_runs import BANANAS, DIGITS, OF_BANANAS, SIZES, prepare, scores, view_of
from tests.pages.running import App


@pytest.fixture
def opened(app: App, no_mnist: object) -> App:
    app.open()
    return app


@pytest.mark.parametrize("name", SCORES)
def test_how_well_it_tells_is_what_scikit_learn_says(opened: App, name: str) -> None:
    labels = shared.test_pictures("bananas").test_labels
    values = scores(OF_BANANAS).test[name][0]
    said = how_well(view_of(prepare(opened, OF_BANANAS), name), scores(OF_BANANAS))
    assert f"**AUROC {roc_auc_score(labels, values):.3f}**" in said
    assert f"**Average precision {average_precision_score(labels, values):.3f}** (guessing: 0.50)" in said
    assert f"**By pixel, AUROC {scores(OF_BANANAS).pixel_auroc[name][0]:.3f}**" in said


def test_without_masks_nothing_is_said_of_pixels(opened: App) -> None:
    assert "By pixel" not in how_well(view_of(prepare(opened, DIGITS)), scores(DIGITS))


def test_the_chart_has_a_line_for_every_score_and_shades_the_size(opened: App) -> None:
    view = view_of(prepare(opened, SIZES), "absolute", size=8)
    chart = auroc_chart(view, scores(SIZES))
    abnormal = shared.test_pictures("digits").test_labels != 8
    assert [line.name for line in chart.lines] == [score.title for score in SCORES.values()]
    for line, name in zip(chart.lines, SCORES, strict=True):
        assert [size for size, _ in line.points] == [1, 2, 4, 8, 16, 32, 64]
        expected = [roc_auc_score(abnormal, values) for values in scores(SIZES).test[name]]
        assert [value for _, value in line.points] == pytest.approx(expected)
    assert len({line.colour for line in chart.lines}) == len(SCORES)
    assert chart.shade is not None
    assert chart.shade[0] < 8 < chart.shade[1]


def test_the_best_size_is_named_with_its_measure(opened: App) -> None:
    view = view_of(prepare(opened, SIZES), "squared")
    by_size = dict(auroc_by_size(view, scores(SIZES), "squared"))
    best = max(by_size, key=lambda size: by_size[size])
    said = why_the_size_matters(view, scores(SIZES))
    assert f"**{best}** (AUROC {by_size[best]:.3f})" in said
    assert f"{by_size[1]:.3f}" in said


def test_what_keeps_the_abnormal_out() -> None:
    repaired = network_in_words(BANANAS)
    assert "**It learnt only from pictures of the class ripe**" in repaired
    assert "It has no bottleneck: what keeps the abnormal out is this lesson alone." in repaired
    assert "noise (stains)" in repaired
    copies = network_in_words(replace(BANANAS, noise="none"))
    assert "so it can simply copy whatever it is shown" in copies
    squeezed = network_in_words(replace(DIGITS, normal_classes=tuple(range(9)), noise="none"))
    assert "**It learnt only from pictures of all classes but 9**" in squeezed
    assert "does not fit through its bottleneck" in squeezed
    assert "noise" not in squeezed


def test_each_score_says_what_it_is_and_what_for() -> None:
    said = {score_in_words(name) for name in SCORES}
    assert len(said) == len(SCORES)
    assert all("Best " in words for words in said)


def test_things_to_try_are_a_list() -> None:
    lines = try_this().splitlines()
    assert len(lines) >= 3
    assert all(line.startswith("- **") for line in lines)
