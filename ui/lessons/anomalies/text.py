"""What the Anomalies page says: of the network shown by what was measured of it, of others by `benchmarks`."""

from collections.abc import Mapping

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.detection import auroc, average_precision
from autoencoder.analysis.measured import Curve
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.lessons.anomalies.view import View, threshold_view
from ui.lessons.common.prompts import Prompt
from ui.lessons.common.text import bullets, classes_in_words, plan_in_words
from ui.services.cache import clearable_cache


@clearable_cache(16)
def how_well(view: View, result: AnomalyScores) -> str:
    """Return AUROC and average precision by picture, and by pixel where there are masks."""
    known, number = threshold_view(view), result.sizes.index(view.size)
    facts = [
        f"**AUROC {auroc(known.test, known.abnormal):.3f}**: take any abnormal and any normal picture. This is the "
        "chance that the abnormal one scores higher. Guessing gives 0.5.",
        f"**Average precision {average_precision(known.test, known.abnormal):.3f}**: the mean precision over all "
        f"recalls. Guessing gives {known.abnormal.mean():.2f}.",
    ]
    if result.pixel_auroc:
        facts.append(
            f"**AUROC by pixel {result.pixel_auroc[view.score][number]:.3f}**: the chance that a damaged pixel is "
            "brighter on the difference map than a sound one."
        )
    if result.pixel_average_precision:
        facts.append(
            f"**Average precision by pixel {result.pixel_average_precision[view.score][number]:.3f}**: guessing gives "
            f"{result.damaged_share:.2f}."
        )
    return bullets(facts)


def network_in_words(settings: TrainingSettings, size: int) -> str:
    """Return what keeps the abnormal out of the network's reach; and how large it is, with a bottleneck of a size."""
    normal = classes_in_words(settings.source, settings.normal_classes)
    if len(settings.normal_classes) == 1:
        which = f"the class {normal}"
    else:
        which = normal.replace("all but", "all classes but") if "all but" in normal else f"the classes {normal}"
    learned = f"**It learned only from pictures of {which}.** It never saw another picture."
    if settings.noisy:
        learned += (
            f" Each one was shown with noise (“{NOISES[settings.noise].title}”) and had to be rebuilt without it. "
            "So the network learned to paint over what does not belong there."
        )
    if settings.bottleneck != "open":
        room = "Its bottleneck has little room for anything that it has not learned."
        return f"{learned} {room}\n\n{plan_in_words(settings.plan, size)}"
    if settings.noisy:
        return f"{learned} It has no bottleneck. Only its training keeps it from copying an anomaly."
    return f"{learned} It has no bottleneck and no noise to remove. So it can simply copy whatever it is shown."


CLEARLY = 0.01  # in AUROC; smaller differences are chance

TRY_THIS = (
    Prompt(
        "**No bottleneck, no noise.** With MNIST, call only 0 normal and choose the *Denoiser*. Under More settings, "
        "set *Noise to learn from* to *None*, and train. What do the difference maps show now?",
        "They are dark. The network has room for everything, so it copies whatever it is shown. By the squared error, "
        "it tells a 0 from other digits hardly better than guessing.",
    ),
    Prompt(
        "**A bottleneck instead.** Now choose *Dense* and *Every size*, still without noise, and train. Which of the "
        "two networks keeps anomalies out? Compare them under *By bottleneck size*.",
        "The one with a narrow bottleneck: it has no room for what it has not learned. Without a bottleneck, "
        "everything gets through.",
    ),
    Prompt(
        "**One or many.** With MNIST, call a single digit normal. Then call all digits normal but one. Which "
        "anomalies are harder to find, and why?",
        "The one digit among nine. A network that rebuilds nine digits knows most strokes. So it rebuilds the tenth "
        "digit better than you want.",
    ),
    Prompt(
        "**The price of peace.** Under *View*, accept 0 % false alarms and read the recall. Then accept 50 %. What do "
        "you gain, and what does it cost?",
        "More anomalies are found, and more normal pictures raise an alarm. No threshold is right by itself. It "
        "depends on what each mistake costs.",
    ),
)

SCORE_DESCRIPTIONS: Mapping[str, str] = {  # how each of `SCORES` is worked out, and what it is best for
    "squared": "The mean of the squared differences. One large difference counts more than many small ones. Best for "
    "strong damage.",
    "strongest": "The squared differences are squared once more before the mean, and the root is taken after it. So "
    "the largest ones count most. Best for small, strong damage in a picture that is otherwise rebuilt well.",
    "absolute": "The mean of the differences without their signs. A few wild pixels hardly move it. Best for faint "
    "damage over a large area.",
    "structural": "One minus the structural similarity (SSIM) of small windows, one around each pixel. Best for shape "
    "and texture: it sees missing or bent strokes. It tolerates brightness changes in light areas, but hardly in "
    "black ones.",
    "weighted": "Each squared difference is divided by the usual one at that pixel in normal pictures. So an error "
    "counts more where pictures are usually rebuilt well. Best where all pictures are aligned.",
}


def scores_in_words(chosen: str) -> str:
    """Return what a score is for, and how each one is worked out; the chosen one comes first."""
    names = sorted(SCORES, key=lambda name: name != chosen)
    texts = [": ".join(filter(None, (f"**{SCORES[name].title}**", SCORE_DESCRIPTIONS.get(name)))) for name in names]
    return (
        "The anomaly score says in one number how far a reconstruction is from its picture. Above the threshold, the "
        f"picture is called an anomaly. You see this score now:\n\n- {texts[0]}\n\nChoose another under *View*:\n\n"
        f"{bullets(texts[1:])}"
    )


def auroc_chart(view: View, own: Curve, others: Curve) -> ChartData:
    """Return the AUROC against the numbers in the code, for this network and for others trained so far."""
    lines = [Line("This network", own, "line" if len(own) > 1 else "points", 0)]
    if others:
        lines.append(Line("Other networks, same normal classes", others, "points", 1))
    return ChartData(
        f"AUROC by bottleneck size ({SCORES[view.score].title})",
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
    sentences = [f"By this score, the best size is **{best_size}** (AUROC {best:.3f})."]
    if narrow[1] < best - CLEARLY:
        sentences.append(f"With {narrow[0]}, the AUROC is {narrow[1]:.3f}: normal pictures are rebuilt badly too.")
    if wide[1] < best - CLEARLY:
        sentences.append(
            f"With {wide[0]}, there is room for what was never learned. Anomalies are rebuilt as well, so their "
            f"difference shrinks. The AUROC falls to {wide[1]:.3f}."
        )
    elif narrow[1] >= best - CLEARLY:
        sentences.append(f"Between {narrow[0]} and {wide[0]} numbers, the size hardly matters.")
    elif best_size == wide[0]:
        sentences.append(f"Up to {wide[0]}, more numbers help: normal pictures improve more than anomalies.")
    else:
        sentences.append(f"From there up to {wide[0]}, more numbers change little.")
    return " ".join(sentences)
