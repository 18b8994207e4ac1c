"""What the Anomalies page says: of the network shown by what was measured of it, of others by `benchmarks`."""

import numpy as np

from autoencoder.analysis.anomalies import SCORES, SMALL, AnomalyScores
from autoencoder.analysis.detection import auroc, average_precision, interval
from autoencoder.analysis.measured import Curve
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.lessons.anomalies.players import ThresholdView, View, threshold_view
from ui.lessons.common.text import classes_in_words, plan_in_words
from ui.services.services import clearable_cache
from ui.words import count, read_texts

TEXTS = read_texts("lessons/anomalies/texts.toml")


@clearable_cache(16)
def how_well(view: View, result: AnomalyScores) -> str:
    """Return AUROC and average precision by picture, and by pixel where there are masks; or what is missing."""
    known, number, texts = threshold_view(view), result.sizes.index(view.size), TEXTS["well"]
    if missing := what_is_missing(known.abnormal):
        return missing
    found, abnormal = auroc(known.test, known.abnormal), int(known.abnormal.sum())
    facts = [texts["auroc"].format(auroc=found, rests=rests_on(found, known.abnormal))]

    def add(name: str, value: float, share: float = 0.5) -> None:
        low, high = interval(value, abnormal)
        facts.append(texts[name].format(value=value, low=low, high=high, count=abnormal, share=share))

    add("precision", average_precision(known.test, known.abnormal), known.abnormal.mean())
    if result.pixel_auroc:
        add("pixel_auroc", result.pixel_auroc[view.score][number])
    if result.pixel_average_precision:
        add("pixel_precision", result.pixel_average_precision[view.score][number], result.damaged_share)
    return "- " + "\n- ".join(facts) + (by_kind(known, result.damage) if result.damage else "")


def by_kind(known: ThresholdView, damage: dict[str, np.ndarray]) -> str:
    """Return a table in Markdown: the AUROC by kind of damage, and where that is small, each with what it rests on."""
    text, normal = str(TEXTS["kinds"]["head"]), ~known.abnormal
    for kind, shares in damage.items():
        text += f"\n| {kind}"
        for chosen in (shares > 0, (shares > 0) & (shares < SMALL)):
            value = auroc(known.test[chosen | normal], known.abnormal[chosen | normal])
            low, high = interval(value, int(chosen.sum()), int(normal.sum()))
            text += TEXTS["kinds"]["cell"].format(value=value, low=low, high=high, count=chosen.sum())
    return text


def what_is_missing(abnormal: np.ndarray) -> str:
    """Return why there is no AUROC where test pictures, bool (n,), are all of one kind; else ""."""
    kind = "normal" if abnormal.all() else "" if abnormal.any() else "abnormal"
    return str(TEXTS["missing"]).format(kind=kind, count=count(len(abnormal), "test picture")) if kind else ""


def rests_on(value: float, abnormal: np.ndarray) -> str:
    """Return the interval of an AUROC, and on how many test pictures, bool (n,) of both kinds, it rests."""
    pictures = int(abnormal.sum()), int((~abnormal).sum())
    low, high = interval(value, *pictures)
    return str(TEXTS["rests"]).format(low=low, high=high, abnormal=pictures[0], normal=pictures[1])


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


def why_the_size_matters(own: Curve, abnormal: np.ndarray) -> str:
    """Return what was measured of narrow and wide bottlenecks on test pictures, bool (n,), with the reason."""
    best_size, best = max(own, key=lambda pair: pair[1])
    (narrow, at_narrow), (wide, at_wide), texts = own[0], own[-1], TEXTS["sizes"]
    sentences = [texts["best"].format(best=best_size, auroc=best, rests=rests_on(best, abnormal))]
    clearly = interval(best, int(abnormal.sum()), int((~abnormal).sum()))[0]  # what is above may be chance
    if at_narrow < clearly:
        sentences.append(texts["narrow"].format(size=narrow, auroc=at_narrow))
    if at_wide < clearly:
        sentences.append(texts["wide"].format(size=wide, auroc=at_wide))
    else:
        matters = "growing" if best_size == wide else "enough"
        text = texts["alike" if at_narrow >= clearly else matters]
        sentences.append(text.format(narrow=narrow, wide=wide))
    return " ".join(sentences)
