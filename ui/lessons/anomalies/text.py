"""What the Anomalies page says: of the network shown by what was measured of it, of others by `benchmarks`."""

from collections.abc import Mapping

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.detection import auroc, average_precision
from autoencoder.analysis.measured import Curve
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.lessons.anomalies.view import View, threshold_view
from ui.lessons.common.text import classes_in_words
from ui.services.cache import clearable_cache


@clearable_cache(16)
def how_well(view: View, result: AnomalyScores) -> str:
    """Return AUROC and average precision by picture, and by pixel where there are masks."""
    known = threshold_view(view)
    sentences = [
        f"**AUROC {auroc(known.test, known.abnormal):.3f}**: so often an abnormal picture scores higher than a normal "
        f"one (0.5 is guessing). **Average precision {average_precision(known.test, known.abnormal):.3f}** (guessing: "
        f"{known.abnormal.mean():.2f})."
    ]
    number = result.sizes.index(view.size)
    if result.pixel_auroc:
        value = result.pixel_auroc[view.score][number]
        sentences.append(
            f"**By pixel, AUROC {value:.3f}**: so often the map is lighter on a damaged pixel than elsewhere."
        )
    if result.pixel_average_precision:
        value = result.pixel_average_precision[view.score][number]
        sentences.append(f"**Average precision by pixel {value:.3f}** (guessing: {result.damaged_share:.2f}).")
    return " ".join(sentences)


def network_in_words(settings: TrainingSettings) -> str:
    """Return what kept the abnormal out of the network's reach, and what did not."""
    normal = classes_in_words(settings.source, settings.normal_classes)
    if len(settings.normal_classes) == 1:
        which = f"the class {normal}"
    else:
        which = normal.replace("all but", "all classes but") if "all but" in normal else f"the classes {normal}"
    learned = f"**It learned only from pictures of {which}**, and never saw another."
    if settings.noisy:
        learned += (
            f" Each was shown with noise (“{NOISES[settings.noise].title}”) and had to be painted without it: so it "
            "learned to paint over what does not belong there."
        )
    if settings.bottleneck != "open":
        return (
            f"{learned} What it has not learned finds little room in its bottleneck; how little is what the AUROC says."
        )
    if settings.noisy:
        return f"{learned} It has no bottleneck: what keeps the abnormal out is this lesson alone."
    return f"{learned} But it has no bottleneck and no noise to remove, so it can simply copy whatever it is shown."


CLEARLY = 0.01  # in AUROC; smaller differences are chance

TRY_THIS = (
    "**No bottleneck, no lesson.** With MNIST and 0 as the normal class, choose the *Denoiser*, set *Noise to learn "
    "from* to *None* under More settings, and train. It has room for everything, so it copies whatever it is shown: "
    "the maps go dark, and by the squared error it tells a 0 from other digits hardly better than guessing.",
    "**A bottleneck instead.** Now *Dense* and *Every size*, still without noise. Both stand in one chart then: a "
    "narrow bottleneck keeps out what was not learned, and without one everything gets through.",
    "**One or many.** With MNIST, call a single digit normal, then all digits but one. Why is it harder to find the "
    "one than to find all the others?",
    "**The price of peace.** Accept no false alarms, and look at the recall; accept half, and look again.",
)

SCORE_DESCRIPTIONS: Mapping[str, str] = {  # how each of `SCORES` is worked out, and what it is best for
    "squared": "The mean of the squared differences. Best for damage that is strong: one large difference counts more "
    "than many small ones of the same sum.",
    "strongest": "The root of the mean of the squared differences' squares, so that where it is largest counts most. "
    "Best for damage that is small and strong, where the rest is rebuilt well.",
    "absolute": "The mean of the differences, whichever way. Best for faint damage over a large area, and hardly moved "
    "by a few wild pixels.",
    "structural": "One minus the structural similarity of the windows around every pixel that lie within the picture. "
    "Best for shape and texture: it sees strokes that are missing or bent. A change of light it forgives where "
    "pictures are light, hardly where they are black.",
    "weighted": "The squared difference, divided by how large it usually is at that pixel of normal pictures. Best "
    "where pictures are aligned: an error counts for more at a place that is otherwise rebuilt well.",
}


def score_in_words(score: str) -> str:
    """Return what the chosen score is, and what for."""
    return ": ".join(filter(None, (SCORES[score].title, SCORE_DESCRIPTIONS.get(score))))


def auroc_chart(view: View, own: Curve, others: Curve) -> ChartData:
    """Return the AUROC against the numbers in the code, for this network and for others trained so far."""
    lines = [Line("This network", own, "line" if len(own) > 1 else "points", 0)]
    if others:
        lines.append(Line("Other networks, the same normal pictures", others, "points", 1))
    return ChartData(
        f"How well anomalies are told, by bottleneck size ({SCORES[view.score].title})",
        "Numbers in the code",
        "AUROC",
        tuple(lines),
        x_scale="log",
        x_range=(1, max(64, *(size for size, _ in (*own, *others)))),
        shade=(view.size / 1.06, view.size * 1.06),
        description="The area under the ROC curve against the bottleneck size",
    )


def why_the_size_matters(own: Curve) -> str:
    """Return what was measured of narrow and wide bottlenecks, with the reason."""
    best_size, best = max(own, key=lambda pair: pair[1])
    narrow, wide = own[0], own[-1]
    sentences = [f"By this score the best size is **{best_size}** (AUROC {best:.3f})."]
    if narrow[1] < best - CLEARLY:
        sentences.append(f"With {narrow[0]} the AUROC is {narrow[1]:.3f}: normal pictures are rebuilt badly too.")
    if wide[1] < best - CLEARLY:
        sentences.append(
            f"With {wide[0]}, there is room for what was never learned: the abnormal gets through as well, the "
            f"difference shrinks, and the AUROC falls to {wide[1]:.3f}."
        )
    elif narrow[1] >= best - CLEARLY:
        sentences.append(f"Between {narrow[0]} and {wide[0]} numbers the size hardly matters.")
    elif best_size == wide[0]:
        sentences.append(f"Up to {wide[0]}, more numbers help: what was learned is rebuilt better, the rest less so.")
    else:
        sentences.append(f"From there up to {wide[0]}, more numbers change little.")
    return " ".join(sentences)
