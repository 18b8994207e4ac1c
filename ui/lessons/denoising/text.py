"""What the Denoising page says. Whatever it claims is read from what was measured of the network shown."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autoencoder.analysis.denoising import DenoisingTable
from autoencoder.analysis.filters import FILTERS, FilterTable, idle_levels, winners
from autoencoder.data.noise import NOISES
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.tabs import Prompt
from ui.lessons.common.text import count, level_range_in_words

TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))
TRY_THIS = [Prompt(**one) for one in TEXTS["try"]]


def who_wins(table: DenoisingTable, filters: FilterTable, settings: TrainingSettings, kind: str) -> str:
    """Return at which levels a filter is ahead of the network by PSNR, or leaving the picture alone is; and why."""
    found = winners(table, filters)
    sentences = []
    if found.network:
        most, where = max((margin, level) for level, margin in found.network.items())
        sentences.append(
            f"**The network wins** at {_levels(list(found.network))}, by up to {most:.1f} dB (at {where:g}). It has "
            "learned what such pictures look like. A filter only knows that neighboring pixels are alike."
        )
    if found.filters:
        sentences.append(f"**A filter wins** at {_levels(found.filters)}. {_why(found.filters, settings, kind)}")
    if found.untouched:
        sentences.append(
            f"**The noisy picture wins** at {_levels(found.untouched)}. Every change costs more there than this noise."
        )
    return " ".join(sentences)


def idle_filters(filters: FilterTable) -> str:
    """Return which filters do nothing at which levels, so that their line lies on that of the noisy pictures."""
    idle = [f"{FILTERS[name].title} ({_levels(levels)})" for name, levels in idle_levels(filters).items()]
    return f"These filters do best switched off: {', '.join(idle)}. Their lines lie on the noisy one." if idle else ""


def _why(levels: Sequence[float], settings: TrainingSettings, kind: str) -> str:
    if kind != settings.noise:
        return f"This network learned from “{NOISES[settings.noise].title}”. It mistakes much other noise for strokes."
    outside = [level for level in levels if not settings.noise_low <= level <= settings.noise_high]
    if outside:
        return f"This network learned {level_range_in_words(settings)} only. The other levels are new to it."
    if max(levels) <= 0.3:
        return (
            "With little noise, a filter hardly changes the picture. The network paints every pixel anew, and its "
            "small mistakes are larger than the noise."
        )
    if settings.bottleneck != "open":
        return "Perhaps its bottleneck drops more of the picture than the noise hides. Or it has not learned enough."
    return "It may not have learned enough. Longer training or a larger network may help."


def _levels(levels: Sequence[float]) -> str:
    if len(levels) == 1:
        return f"level {levels[0]:g}"
    steps = np.diff(np.rint(np.array(levels) * 10))
    if (steps == 1).all():
        return f"levels {levels[0]:g} to {levels[-1]:g}"
    return "levels " + ", ".join(f"{level:g}" for level in levels)


def network_in_words(settings: TrainingSettings) -> str:
    """Return whether the network has a bottleneck, and what that means for denoising."""
    plan = settings.plan
    if settings.noise_high == 0:
        return (
            "**This network learned level 0 alone**: pictures without noise. So it learned to copy its input. It "
            "copies the noise too, as far as its code can hold it."
        )
    if settings.bottleneck == "open":
        height, width, depth = plan.code_shape
        times = plan.code_size / plan.pixel_values
        return (
            f"**This network has no bottleneck.** Its code is a stack of {depth} small pictures of {height} × {width}. "
            f"These are {plan.code_size:,} numbers for {plan.pixel_values:,} pixel values, {times:.1f} times as many. "
            "So it could copy its input, with all the noise. It does not, only because it was trained on pairs: a "
            "noisy picture in, the clean one out.\n\n"
            "**To compare**, train a network with a bottleneck. What does it lose besides the noise?"
        )
    return (
        f"**This network has a bottleneck of {count(settings.bottleneck_size, 'number')}.** Noise changes at random "
        "from pixel to pixel. Few numbers cannot describe that, so there is no room for noise. There is no room for "
        "the finest strokes either.\n\n"
        "**To compare**, train the denoiser, which has no bottleneck. Which one keeps more at low noise?"
    )
