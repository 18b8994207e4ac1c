"""What the Anomalies page says: of the network shown by what was measured of it, of others by `benchmarks`."""

import tomllib
from pathlib import Path

from autoencoder.analysis.anomalies import SCORES, AnomalyScores
from autoencoder.analysis.detection import auroc, average_precision
from autoencoder.analysis.measured import Curve
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.lessons.anomalies.players import View, threshold_view
from ui.lessons.common.text import classes_in_words, plan_in_words
from ui.services.services import clearable_cache

CLEARLY = 0.01  # in AUROC; smaller differences are chance
TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


@clearable_cache(16)
def how_well(view: View, result: AnomalyScores) -> str:
    """Return AUROC and average precision by picture, and by pixel where there are masks."""
    known, number, texts = threshold_view(view), result.sizes.index(view.size), TEXTS["well"]
    share, precision = known.abnormal.mean(), average_precision(known.test, known.abnormal)
    facts = [
        texts["auroc"].format(auroc=auroc(known.test, known.abnormal)),
        texts["precision"].format(precision=precision, share=share),
    ]
    if result.pixel_auroc:
        facts.append(texts["pixel_auroc"].format(auroc=result.pixel_auroc[view.score][number]))
    if result.pixel_average_precision:
        precision, share = result.pixel_average_precision[view.score][number], result.damaged_share
        facts.append(texts["pixel_precision"].format(precision=precision, share=share))
    return "- " + "\n- ".join(facts)


def network_in_words(settings: TrainingSettings, size: int) -> str:
    """Return what keeps the abnormal out of the network's reach; and how large it is, with a bottleneck of a size."""
    normal, texts = classes_in_words(settings.source, settings.normal_classes), TEXTS["network"]
    which = f"the {'class' if len(settings.normal_classes) == 1 else 'classes'} {normal}"
    if "all but" in normal and len(settings.normal_classes) > 1:
        which = normal.replace("all but", "all classes but")
    sentences = [texts["learned"].format(which=which)]
    if settings.noisy:
        sentences.append(texts["noisy"].format(noise=NOISES[settings.noise].title))
    if settings.bottleneck != "open":
        sentences.append(f"{texts['bottleneck']}\n\n{plan_in_words(settings.plan, size)}")
    else:
        sentences.append(texts["repairs" if settings.noisy else "copies"])
    return " ".join(sentences)


def scores_in_words(chosen: str) -> str:
    """Return what a score is for, and how each one is worked out; the chosen one comes first."""
    names = sorted(SCORES, key=lambda name: name != chosen)
    texts = [": ".join(filter(None, (f"**{SCORES[name].title}**", TEXTS["scores"].get(name)))) for name in names]
    return str(TEXTS["score"]).format(shown=texts[0], others="\n- ".join(texts[1:]))


def why_the_size_matters(own: Curve) -> str:
    """Return what was measured of narrow and wide bottlenecks, with the reason."""
    best_size, best = max(own, key=lambda pair: pair[1])
    (narrow, at_narrow), (wide, at_wide), texts = own[0], own[-1], TEXTS["sizes"]
    sentences = [texts["best"].format(best=best_size, auroc=best)]
    if at_narrow < best - CLEARLY:
        sentences.append(texts["narrow"].format(size=narrow, auroc=at_narrow))
    if at_wide < best - CLEARLY:
        sentences.append(texts["wide"].format(size=wide, auroc=at_wide))
    else:
        matters = "growing" if best_size == wide else "enough"
        text = texts["alike" if at_narrow >= best - CLEARLY else matters]
        sentences.append(text.format(narrow=narrow, wide=wide))
    return " ".join(sentences)
