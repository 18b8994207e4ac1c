"""What the Anomalies page says: of the network shown by what was measured of it, of others by `benchmarks`."""

import tomllib
from pathlib import Path

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.detection import auroc, average_precision
from autoencoder.analysis.measured import Curve
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.lessons.anomalies.players import View, threshold_view
from ui.lessons.common.tabs import Prompt
from ui.lessons.common.text import bullets, classes_in_words, plan_in_words
from ui.services.cache import clearable_cache

CLEARLY = 0.01  # in AUROC; smaller differences are chance
TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))
TRY_THIS = [Prompt(**one) for one in TEXTS["try"]]


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


def scores_in_words(chosen: str) -> str:
    """Return what a score is for, and how each one is worked out; the chosen one comes first."""
    names = sorted(SCORES, key=lambda name: name != chosen)
    texts = [": ".join(filter(None, (f"**{SCORES[name].title}**", TEXTS["scores"].get(name)))) for name in names]
    return (
        "The anomaly score says in one number how far a reconstruction is from its picture. Above the threshold, the "
        f"picture is called an anomaly. You see this score now:\n\n- {texts[0]}\n\nChoose another under *View*:\n\n"
        f"{bullets(texts[1:])}"
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
