"""What the Anomalies page says. Whatever it claims is read from what was measured of the network shown."""

from autoencoder.images.noise import NOISES
from autoencoder.lessons.anomalies import SCORES, Scored, is_abnormal
from autoencoder.lessons.detection import auroc, average_precision
from autoencoder.training.settings import TrainingSettings
from pages.parts.anomalies_results import View, scores_of
from pages.parts.chart import ChartData, Line
from pages.parts.results import SIZE_TICKS
from pages.parts.shared import test_pictures
from pages.parts.words import classes_in_words


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


def network_in_words(settings: TrainingSettings) -> str:
    """What kept the abnormal out of the network's reach, and what did not."""
    normal = classes_in_words(settings.source, settings.normal_classes)
    learnt = f"**It learnt from {normal} pictures alone**, and never saw another."
    if settings.noisy:
        learnt += (
            f" Each was shown with noise ({NOISES[settings.noise].title.lower()}) and had to be painted without it: so "
            "it learnt to paint over what does not belong there."
        )
    if settings.bottleneck != "open":
        return f"{learnt} And what it has not learnt does not fit through its bottleneck."
    if settings.noisy:
        return f"{learnt} It has no bottleneck: what keeps the abnormal out is this lesson alone."
    return f"{learnt} But it has no bottleneck and no noise to remove, so it can simply copy whatever it is shown."


CLEARLY = 0.01  # in AUROC; smaller differences are chance

TRY_THIS = (
    "**No lesson, no bottleneck.** Choose the *Denoiser*, set *Noise to learn from* to *None* under More settings, and "
    "train. It has room for everything, so it copies its input, the rot as well, and the difference map goes dark. How "
    "far apart do the scores of ripe and rotten bananas still lie?",
    "**A bottleneck instead.** Choose *Convolutional* and *Every size*, with *Noise to learn from* set to *None*, and "
    "train. Slide the bottleneck: from few numbers even a ripe banana comes back blurred. Which size tells best?",
    "**One or many.** With MNIST, call a single digit normal, then all digits but one. Why is it harder to find the "
    "one than to find all the others?",
    "**The price of peace.** Accept no false alarms, and look at the recall; accept half, and look again.",
)


def try_this() -> str:
    """Things to try, as a list."""
    return "\n".join(f"- {prompt}" for prompt in TRY_THIS)


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
    if wide[1] < best - CLEARLY:
        sentences.append(
            f"With {wide[0]}, there is room for what was never learnt: the abnormal gets through as well, the "
            f"difference shrinks, and the AUROC falls to {wide[1]:.3f}."
        )
    else:
        sentences.append(
            f"Up to {wide[0]}, more numbers change little here: what was not learnt stays hard to rebuild."
        )
    return " ".join(sentences)
