"""What the Anomalies page says. Whatever it claims is read from what was measured of the network shown."""

from autoencoder.lessons.anomalies import SCORES, Scored, is_abnormal
from autoencoder.lessons.detection import auroc, average_precision
from pages.parts.anomalies_results import View, scores_of
from pages.parts.chart import ChartData, Line
from pages.parts.results import SIZE_TICKS
from pages.parts.shared import test_pictures


def how_well(view: View, result: Scored) -> str:
    """AUROC and average precision by picture, and by pixel where there are masks."""
    _, test, abnormal, _ = scores_of(view)
    parts = [
        f"**AUROC {auroc(test, abnormal):.3f}**: so often an abnormal picture scores higher than a normal one (0.5 is "
        f"guessing). **Average precision {average_precision(test, abnormal):.3f}** (guessing: {abnormal.mean():.2f})."
    ]
    if result.pixel_auroc:
        value = result.pixel_auroc[view.score][result.sizes.index(view.size)]
        parts.append(f"**By pixel, AUROC {value:.3f}**: so often the map is lighter on a damaged pixel than elsewhere.")
    return " ".join(parts)


def score_in_words(score: str) -> str:
    """What the chosen score is, and what for."""
    return f"{SCORES[score].title}: {SCORES[score].about} {SCORES[score].best_for}"


def auroc_by_size(view: View, result: Scored, score: str) -> list[tuple[int, float]]:
    """(bottleneck size, AUROC) by one score."""
    labels = test_pictures(view.settings.source).test_labels
    assert labels is not None
    tests = result.test[score]
    abnormal = is_abnormal(labels[: tests.shape[1]], view.settings)
    return [(size, auroc(tests[number], abnormal)) for number, size in enumerate(result.sizes)]


def auroc_chart(view: View, result: Scored) -> ChartData:
    """The AUROC against the bottleneck size, for every score."""
    return ChartData(
        "How well anomalies are told, by bottleneck size",
        "Bottleneck size",
        "AUROC",
        tuple(
            Line(SCORES[name].title, tuple(auroc_by_size(view, result, name)), colour=number)
            for number, name in enumerate(SCORES)
        ),
        x_scale="log",
        x_ticks=SIZE_TICKS,
        shade=(view.size / 1.06, view.size * 1.06),
        description="The area under the ROC curve against the bottleneck size",
    )


def why_the_size_matters(view: View, result: Scored) -> str:
    """What was measured of narrow and wide bottlenecks, with the reason."""
    by_size = auroc_by_size(view, result, view.score)
    best_size, best = max(by_size, key=lambda pair: pair[1])
    narrow, wide = by_size[0], by_size[-1]
    sentences = [
        f"By this score the best size is **{best_size}** (AUROC {best:.3f}). With {narrow[0]}, normal pictures are "
        f"rebuilt badly too ({narrow[1]:.3f})."
    ]
    if wide[1] < best - 0.002:
        sentences.append(
            f"With {wide[0]}, there is room for what was never learnt: the abnormal gets through as well, the "
            f"difference shrinks, and the AUROC falls to {wide[1]:.3f}."
        )
    else:
        sentences.append(f"Up to {wide[0]} numbers this network still keeps the abnormal out.")
    return " ".join(sentences)
