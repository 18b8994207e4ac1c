"""What the Denoising page says. Whatever it claims is read from what was measured of the network shown."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autoencoder.analysis.denoising import DenoisingTable
from autoencoder.analysis.filters import FILTERS, FilterTable, idle_levels, winners
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.text import count, level_range_in_words

TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def who_wins(table: DenoisingTable, filters: FilterTable, settings: TrainingSettings, kind: str) -> str:
    """Return at which levels a filter is ahead of the network by PSNR, or leaving the picture alone is; and why."""
    found, texts, sentences = winners(table, filters), TEXTS["wins"], []
    if found.network:
        most, where = max((margin, level) for level, margin in found.network.items())
        sentences.append(texts["network"].format(levels=_levels(list(found.network)), most=most, where=where))
    if found.filters:
        why = _why(found.filters, settings, kind)
        sentences.append(texts["filter"].format(levels=_levels(found.filters), why=why))
    if found.untouched:
        sentences.append(texts["untouched"].format(levels=_levels(found.untouched)))
    return " ".join(sentences)


def idle_filters(filters: FilterTable) -> str:
    """Return which filters do nothing at which levels, so that their line lies on that of the noisy pictures."""
    idle = [f"{FILTERS[name].title} ({_levels(levels)})" for name, levels in idle_levels(filters).items()]
    return f"These filters do best switched off: {', '.join(idle)}. Their lines lie on the noisy one." if idle else ""


def _why(levels: Sequence[float], settings: TrainingSettings, kind: str) -> str:
    if kind != settings.noise:
        reason = "other_noise"
    elif kind == "blur":
        reason = "blur"
    elif any(not settings.noise_low <= level <= settings.noise_high for level in levels):
        reason = "other_levels"
    elif max(levels) <= 0.3:
        reason = "little_noise"
    else:
        reason = "open" if settings.bottleneck == "open" else "bottleneck"
    return str(TEXTS["why"][reason]).format(noise=NOISES[settings.noise].title, levels=level_range_in_words(settings))


def _levels(levels: Sequence[float]) -> str:
    if len(levels) == 1:
        return f"level {levels[0]:g}"
    steps = np.diff(np.rint(np.array(levels) * 10))
    if (steps == 1).all():
        return f"levels {levels[0]:g} to {levels[-1]:g}"
    return "levels " + ", ".join(f"{level:g}" for level in levels)


def network_in_words(settings: TrainingSettings) -> str:
    """Return whether the network has a bottleneck, and what that means for denoising."""
    plan, texts = settings.plan, TEXTS["network"]
    if settings.noise_high == 0:
        return str(texts["copies"])
    if settings.bottleneck == "open":
        height, width, depth = plan.code_shape
        times = plan.code_size / plan.pixel_values
        return str(texts["open"]).format(plan=plan, height=height, width=width, depth=depth, times=times)
    return str(texts["bottleneck"]).format(numbers=count(settings.bottleneck_size, "number"))
