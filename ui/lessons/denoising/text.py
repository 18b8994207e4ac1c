"""What the Denoising page says. Whatever it claims is read from what was measured of the network shown."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.denoising import DenoisingTable, Quality
from autoencoder.analysis.filters import FILTERS, FilterTable, idle_levels, winners
from autoencoder.analysis.metrics import MOST_PSNR
from autoencoder.data.noise import NOISES, SHOWN_LEVELS
from autoencoder.training.settings import TrainingSettings
from ui.lessons.common.text import level_range_in_words

TRY_THIS = (
    "**Slide to 1.** Which digit does the network paint instead of the true one? It paints what is likely: a clean "
    "picture is not always a true one.",
    "**One level only.** Put both handles of *Levels to learn from* at 0.4 and train. How far from 0.4 does it still "
    "work, compared with a network that was taught every level?",
    "**Another noise.** Under *Noise on these pictures* choose one that was not taught. Which ones does the network "
    "take for part of the drawing?",
    "**A bottleneck.** Train *Dense, with a bottleneck*, and look at low levels: what does it lose that was not noise?",
)


def qualities_table(table: DenoisingTable, filters: FilterTable | None, level: float) -> str:
    """Return before and after, at the measured level nearest to `level`, as a Markdown table; the best in bold."""
    number = int(np.argmin(np.abs(np.array(SHOWN_LEVELS) - level)))
    rows = [("Noisy, as it came", table.before[number]), ("This autoencoder", table.after[number])]
    if filters is not None:
        rows += [(FILTERS[name].title, filters.qualities[name][number]) for name in FILTERS]
    best = (
        max(one.psnr for _, one in rows),
        max(one.ssim for _, one in rows),
        min(one.mse for _, one in rows),
    )
    lines = [_row(name, one, best) for name, one in rows]
    where = f"noise level {SHOWN_LEVELS[number]:g}, the {table.pictures} test pictures of the chart"
    head = f"| {where} | PSNR, dB | SSIM | mean squared error |"
    return "\n".join([head, "|---|---|---|---|", *lines])


def _row(name: str, one: Quality, best: tuple[float, float, float]) -> str:
    cells = ["≥ 60" if one.psnr >= MOST_PSNR else f"{one.psnr:.1f}", f"{one.ssim:.3f}", f"{one.mse:.4f}"]
    values = (one.psnr, one.ssim, one.mse)
    bold = [f"**{cell}**" if value == top else cell for cell, value, top in zip(cells, values, best, strict=True)]
    return f"| {name} | {' | '.join(bold)} |"


def who_wins(table: DenoisingTable, filters: FilterTable, settings: TrainingSettings, kind: str) -> str:
    """Return at which levels a filter is ahead of the network by PSNR, or leaving the picture alone is; and why."""
    found = winners(table, filters)
    sentences = []
    if found.network:
        most, where = max((margin, level) for level, margin in found.network.items())
        sentences.append(
            f"**The network wins** at {_levels(list(found.network))}, by up to {most:.1f} dB (at "
            f"{where:g}): it has learned what such pictures look like, where a filter knows only that neighbors are "
            "alike."
        )
    if found.filters:
        sentences.append(f"**A filter wins** at {_levels(found.filters)}. {_why(found.filters, settings, kind)}")
    if found.untouched:
        sentences.append(
            f"At {_levels(found.untouched)} the best is to **leave the picture alone**: whatever is done to it costs "
            "more than this noise does."
        )
    return " ".join(sentences)


def idle_filters(filters: FilterTable) -> str:
    """Return which filters do nothing at which levels, so that their line lies on that of the noisy pictures."""
    idle = [f"{FILTERS[name].title} ({_levels(levels)})" for name, levels in idle_levels(filters).items()]
    if not idle:
        return ""
    return (
        f"On the line of the noisy pictures: {', '.join(idle)}. On training pictures the best strength there was none "
        "at all, so the filter leaves these pictures as they are."
    )


def _why(levels: Sequence[float], settings: TrainingSettings, kind: str) -> str:
    if kind != settings.noise:
        return f"This network was taught “{NOISES[settings.noise].title}”, and takes much of another noise for drawing."
    outside = [level for level in levels if not settings.noise_low <= level <= settings.noise_high]
    if outside:
        return f"It was taught {level_range_in_words(settings)} only, and meets these others unprepared."
    if max(levels) <= 0.3:
        return (
            "With little noise there is little to guess: a filter hardly touches the picture, while the network paints "
            "every pixel anew, and its own small mistakes weigh more than the noise."
        )
    if settings.bottleneck != "open":
        return "Its bottleneck drops more of the picture than the noise hides, or it has not learned enough yet."
    return "It may not have learned enough yet: longer training or a larger network may close the gap."


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
            "**This network was taught level 0 alone**: no noise at all. It has learned to copy what it is shown, and "
            "noise with it, as far as that gets through."
        )
    if settings.bottleneck == "open":
        height, width, depth = plan.code_shape
        times = plan.code_size / plan.pixel_values
        return (
            f"**This network has no small bottleneck.** Its code is a stack of {depth} little pictures of {height} × "
            f"{width}: {plan.code_size:,} numbers for {plan.pixel_values:,} pixel values, {times:.1f} times as many. "
            "It could copy its input, noise and all. That it does not is due to its lessons alone: it was shown noisy "
            "pictures and had to paint the clean ones. For comparison, train a network **with a bottleneck**: it drops "
            "noise for another reason too, because there is no room for it, and fine strokes with it."
        )
    return (
        f"**This network has a bottleneck of {settings.bottleneck_size} numbers.** What changes at random from pixel "
        "to pixel does not fit through it, since it cannot be described in few numbers; but neither do the finest "
        "strokes. Compare it with the denoiser that has no bottleneck: at low noise that one should keep more."
    )
