"""What is shown of a network that removes noise: clean, noisy, denoised and difference in aligned rows, and words.

Whatever the words claim is read from what was measured of the network shown.
"""

from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np

from autoencoder.analysis import metrics
from autoencoder.analysis.denoising import LEVELS, DenoisingTable, Quality, denoise, quality
from autoencoder.analysis.filters import FILTERS, FilterTable, idle_levels, winners
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.rendering.difference import FIXED_SCALE, DifferenceStyle, difference_sheet
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table
from ui.lessons.common import players
from ui.lessons.common.players import Indices, row_of
from ui.lessons.common.text import epochs_in_words, level_range_in_words
from ui.services.services import clearable_cache
from ui.services.trained_run import Preview, TrainedRun
from ui.words import count, read_texts

AWAITED = 0.3  # the gray of pictures that are still to come
BAND = 0.008  # half the width of the band that shades a single level, so that it can be seen
TEXTS = read_texts("lessons/denoising/texts.toml")


@clearable_cache(2)
def denoised(run: TrainedRun, indices: Indices, kind: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return some test pictures at every level of a noise, and what a trained network makes of them."""
    return denoise(run.model, players.shown_pictures(run.source, indices), kind, seed)


@clearable_cache(4)
def noise_player(run: TrainedRun, indices: Indices, kind: str, seed: int, *, style: DifferenceStyle) -> Player:
    """Return a player of test pictures whose slider is the level of a noise."""
    pictures = (players.shown_pictures(run.source, indices), *denoised(run, indices, kind, seed))
    return denoised_player(*pictures, kind, players.class_names(run.source, indices), style=style)


def live_noise_player(preview: Preview) -> Player:
    """Return a player of a network under training, whose slider is the noise level."""
    source, kind = preview.settings.source, preview.settings.noise
    indices = players.default_indices(source)
    clean, names = players.shown_pictures(source, indices), players.class_names(source, indices)
    noisy = np.stack([add_noise(clean, kind, level, SHOWN_SEED) for level in SHOWN_LEVELS])
    description = f" after {epochs_in_words(preview.epoch)} of training"
    return denoised_player(clean, noisy, preview.frames, kind, names, description=description)


def denoised_player(
    clean: np.ndarray,
    noisy: np.ndarray,
    denoised: np.ndarray,
    kind: str,
    names: Sequence[str],
    *,
    whose: str = "test pictures",
    description: str = "",
    style: DifferenceStyle = FIXED_SCALE,
    captions: Sequence[str] = (),
) -> Player:
    """Return clean, noisy, denoised and difference as a player, at evenly spaced levels from 0 to 1 of a noise.

    Pictures are float32 in [0, 1]: clean ones (pictures, height, width, channels), the others (levels, pictures, …).
    `whose` and `description` tell a screen reader what the pictures are, and when the network made them; `captions` are
    one for every level, by default what the network gains.
    """
    title, levels = NOISES[kind].title, np.linspace(0, 1, len(noisy))
    difference = difference_sheet(clean, denoised, style)
    psnr = metrics.peak_signal_to_noise_ratio(clean[np.newaxis], denoised)
    return players.player_of(
        clean,
        [
            row_of("Clean", clean[np.newaxis], players.with_names(f"{len(clean)} {whose} without noise", names)),
            row_of("Noisy", noisy, f"The same with noise of level {{position}} ({title})"),
            row_of("Denoised", denoised, f"What the network makes of these{description}"),
            Row("Difference", difference, len(levels), "Difference maps: denoised minus clean"),
        ],
        slider_label=f"Noise level: {title}",
        position_text=f"Noise level {{position}}: {title}",
        positions=[f"{level:.2f}" for level in levels],
        captions=captions or [_gain(clean, *frames) for frames in zip(noisy, denoised, strict=True)],
        ticks=[number for number, level in enumerate(levels) if round(level * 100) % 20 == 0],
        column_names=names,
        notes=[[f"{value:.1f}" for value in row] for row in psnr],
        notes_label="PSNR, denoised",
        legend=players.difference_legend(style, "Denoised − clean"),
    )


def _gain(clean: np.ndarray, noisy: np.ndarray, denoised: np.ndarray) -> str:
    """Return noisy → denoised, by three measures, over the pictures that are shown."""
    before, after = quality(clean, noisy), quality(clean, denoised)
    psnr, ssim = f"{before.psnr:.1f} → {after.psnr:.1f} dB", f"{before.ssim:.2f} → {after.ssim:.2f}"
    return f"PSNR {psnr} · SSIM {ssim} · MSE {before.mse:.4f} → {after.mse:.4f}"


def psnr_chart(table: DenoisingTable, filters: FilterTable | None, settings: TrainingSettings, kind: str) -> ChartData:
    """Return PSNR against the noise level: noisy, denoised, and by each filter that changes anything at some level.

    The range that was taught is shaded.
    """
    lines = [Line("This autoencoder", _points(table.after)), Line("Noisy", _points(table.before), "dashed", 5)]
    if filters is not None:
        drawn = [name for name, used in filters.strengths.items() if set(used) != {FILTERS[name].strengths[0]}]
        lines += [
            Line(FILTERS[name].title, _points(filters.qualities[name]), color=number)
            for number, name in enumerate(drawn, start=1)
        ]
    taught, low, high = kind == settings.noise, settings.noise_low, settings.noise_high
    if low == high:
        low, high = max(0.0, low - BAND), min(1.0, high + BAND)
    return ChartData(
        f"PSNR on {table.pictures} test pictures: higher is closer to the clean picture",
        f"Level of noise: {NOISES[kind].title}",
        "PSNR, dB",
        tuple(lines),
        x_range=(0, 1),
        x_ticks=(0, 0.2, 0.4, 0.6, 0.8, 1),
        shade=(low, high) if taught else None,
        shade_text="taught" if taught else "",
        description="The peak signal-to-noise ratio against the noise level",
        marker_x=LEVELS,
    )


def _points(qualities: Sequence[Quality]) -> tuple[tuple[float, float], ...]:
    """Return (level, PSNR) of all levels but 0, at which the noisy pictures are the clean ones."""
    return tuple(zip(SHOWN_LEVELS[1:], [quality.psnr for quality in qualities[1:]], strict=True))


def quality_table(table: DenoisingTable, filters: FilterTable | None) -> Table:
    """Return how close each way comes to the clean pictures, at every level of the slider; a star marks the best."""
    ways: dict[str, Sequence[Quality]] = {"Noisy": table.before, "This autoencoder": table.after}
    if filters is not None:
        ways |= {FILTERS[name].title: reached for name, reached in filters.qualities.items()}
    nearest = np.abs(np.subtract.outer(LEVELS, SHOWN_LEVELS)).argmin(axis=1).tolist()
    return Table(
        f"{table.pictures} test pictures, at the measured level nearest to the slider; ★ is the best",
        list(ways),
        ["PSNR, dB", "SSIM", "Mean squared error"],
        [_cells([qualities[number] for qualities in ways.values()]) for number in nearest],
    )


def _cells(qualities: Sequence[Quality]) -> list[str]:
    """Return three measures of each, in one row after another."""
    best = (max(one.psnr for one in qualities), max(one.ssim for one in qualities), min(one.mse for one in qualities))
    cells = []
    for one in qualities:
        texts = ("≥ 60" if one.psnr >= metrics.MOST_PSNR else f"{one.psnr:.1f}", f"{one.ssim:.3f}", f"{one.mse:.4f}")
        values = (one.psnr, one.ssim, one.mse)
        cells += [f"{text} ★" if value == top else text for text, value, top in zip(texts, values, best, strict=True)]
    return cells


@clearable_cache(4)
def filter_rows(frames: Future | None, chosen: Sequence[str], shape: tuple[int, ...]) -> tuple[Row, ...]:
    """Return pictures by the chosen filters, of `filter_frames` that are done; gray ones of a shape without."""
    made = frames.result() if frames else dict.fromkeys(chosen, np.full((1, *shape), AWAITED, np.float32))
    about = "the same pictures at level {position}" if frames else "not there yet"
    return tuple(row_of(FILTERS[name].title, made[name], f"{FILTERS[name].title}: {about}") for name in chosen)


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
    return f"These filters do best switched off: {', '.join(idle)}. There only the noisy line is seen." if idle else ""


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
    plan, kind = settings.plan, "open" if settings.bottleneck == "open" else "bottleneck"
    numbers, times = count(settings.bottleneck_size, "number"), plan.code_size / plan.pixel_values
    text = TEXTS["network"]["copies" if settings.noise_high == 0 else kind]
    return str(text).format(plan=plan, numbers=numbers, times=times)
