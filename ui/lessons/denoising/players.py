"""Players of a network that removes noise: clean, noisy, denoised and difference in aligned rows, worked out once."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import numpy as np

from autoencoder.analysis.denoising import LEVELS, Denoised, DenoisingTable, Quality, denoise
from autoencoder.analysis.filters import FILTERS, FilterTable
from autoencoder.analysis.metrics import mean_squared_error, peak_signal_to_noise_ratio, structural_similarity
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.rendering.difference import FIXED_SCALE, DifferenceStyle, difference_sheet
from autoencoder.rendering.sprites import picture_sheet
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row
from ui.lessons.common.players import (
    Indices,
    class_names,
    default_indices,
    difference_legend,
    player_of,
    row_of,
    shown_pictures,
    with_names,
)
from ui.lessons.common.text import epochs_in_words
from ui.services.cache import clearable_cache
from ui.services.trained_run import Preview, TrainedRun

Beside = tuple[tuple[str, bytes], ...]  # filter → its sprite sheet
MEASURES = (
    ("PSNR", peak_signal_to_noise_ratio, "{:.1f} → {:.1f} dB"),
    ("SSIM", structural_similarity, "{:.2f} → {:.2f}"),
    ("mean squared error", mean_squared_error, "{:.4f} → {:.4f}"),
)
BAND = 0.008  # half the width of the band that shades a single level, so that it can be seen


@clearable_cache(2)
def denoised(run: TrainedRun, indices: Indices, kind: str, seed: int) -> Denoised:
    """Return some test pictures at every level of a noise, and what a trained network makes of them."""
    return denoise(run.model, shown_pictures(run.source, indices), kind, seed)


@clearable_cache(4)
def noise_player(
    run: TrainedRun,
    indices: Indices,
    kind: str,
    seed: int,
    *,
    style: DifferenceStyle,
    beside: Beside = (),
    chart: ChartData | None = None,
) -> Player:
    """Return a player whose slider is the noise level.

    Args:
        run: The network.
        indices: Which test pictures.
        kind: The noise that is put on them.
        seed: Of the noise.
        style: How differences are drawn.
        beside: What filters make of the same pictures: rows below those of the network.
        chart: Drawn below, with a marker that follows the slider.
    """
    extra = [
        Row(FILTERS[name].title, sheet, len(LEVELS), f"{FILTERS[name].title}: the same pictures at level {{position}}")
        for name, sheet in beside
    ]
    return denoised_player(
        denoised(run, indices, kind, seed),
        kind,
        class_names(run.source, indices),
        style=style,
        extra=extra,
        chart=chart,
    )


@clearable_cache(4)
def live_noise_player(preview: Preview) -> Player:
    """Return a player of a network under training, whose slider is the noise level."""
    settings = preview.settings
    indices = default_indices(settings.source)
    clean = shown_pictures(settings.source, indices)
    noisy = np.stack([add_noise(clean, settings.noise, level, SHOWN_SEED) for level in SHOWN_LEVELS])
    return denoised_player(
        Denoised(clean, noisy, preview.frames),
        settings.noise,
        class_names(settings.source, indices),
        levels=SHOWN_LEVELS,
        description=f" after {epochs_in_words(preview.epoch)} of training",
    )


def denoised_player(
    result: Denoised,
    kind: str,
    names: Sequence[str],
    *,
    levels: Sequence[float] = LEVELS,
    whose: str = "test pictures",
    description: str = "",
    style: DifferenceStyle = FIXED_SCALE,
    captions: Sequence[str] = (),
    extra: Sequence[Row] = (),
    **more: Any,
) -> Player:
    """Return clean, noisy, denoised and difference as a player.

    Args:
        result: The pictures, at every level.
        kind: The noise.
        names: What stands over each column, or nothing.
        levels: Of the noise.
        whose: What the pictures are, for a screen reader.
        description: When the network made them, likewise.
        style: How differences are drawn.
        captions: A sentence for every level; by default what the network gains.
        extra: More rows.
        more: What else a `Player` takes.
    """
    clean, title = result.clean, NOISES[kind].title
    psnr = peak_signal_to_noise_ratio(clean[np.newaxis], result.denoised)
    differences = difference_sheet(clean, result.denoised, style)
    rows = [
        row_of("Clean", clean[np.newaxis], with_names(f"{len(clean)} {whose} without noise", names)),
        row_of("Noisy", result.noisy, f"The same with noise of level {{position}} ({title})"),
        row_of("Denoised", result.denoised, f"What the network makes of these{description}"),
        Row("Difference", differences, len(levels), "Difference maps: denoised minus clean"),
    ]
    return player_of(
        clean,
        [*rows, *extra],
        slider_label=f"Noise level: {title}",
        position_text=f"Noise level {{position}}: {title}",
        positions=[f"{level:.2f}" for level in levels],
        captions=captions or _gains(result),
        ticks=[number for number, level in enumerate(levels) if round(level * 100) % 20 == 0],
        column_names=names,
        notes=[[f"{value:.1f}" for value in row] for row in psnr],
        notes_label="PSNR, denoised",
        legend=difference_legend(style, "Denoised − clean"),
        **more,
    )


def _gains(result: Denoised) -> list[str]:
    """Return for every level: noisy → denoised, by three measures, over the pictures that are shown."""
    clean, parts = result.clean[np.newaxis], []
    for name, measure, text in MEASURES:
        before, after = (measure(clean, frames).mean(axis=1) for frames in (result.noisy, result.denoised))
        parts.append([f"{name} {text.format(*pair)}" for pair in zip(before, after, strict=True)])
    return [f"Noisy → denoised: {', '.join(texts)}" for texts in zip(*parts, strict=True)]


def psnr_chart(table: DenoisingTable, filters: FilterTable | None, settings: TrainingSettings, kind: str) -> ChartData:
    """Return PSNR against the noise level: noisy, denoised, and the filters; the range that was taught is shaded."""
    lines = [
        Line("This autoencoder", _points(table.after), color=0),
        Line("Noisy, as it came", _points(table.before), "dashed", 5),
    ]
    if filters is not None:
        lines += [
            Line(FILTERS[name].title, _points(filters.qualities[name]), color=number)
            for number, name in enumerate(FILTERS, start=1)
        ]
    taught = kind == settings.noise
    return ChartData(
        f"PSNR on {table.pictures} test pictures; higher is closer to clean",
        f"Level of noise: {NOISES[kind].title}",
        "PSNR, dB",
        tuple(lines),
        x_range=(0, 1),
        x_ticks=(0, 0.2, 0.4, 0.6, 0.8, 1),
        shade=_shade(settings) if taught else None,
        shade_text="taught" if taught else "",
        description="The peak signal-to-noise ratio against the noise level",
        marker_x=LEVELS,
    )


def _points(qualities: Sequence[Quality]) -> tuple[tuple[float, float], ...]:
    """Return (level, PSNR) of all levels but 0, at which the noisy pictures are the clean ones."""
    return tuple(zip(SHOWN_LEVELS[1:], [quality.psnr for quality in qualities[1:]], strict=True))


def _shade(settings: TrainingSettings) -> tuple[float, float]:
    """Return the levels that were taught; around a single one a narrow band."""
    low, high = settings.noise_low, settings.noise_high
    return (low, high) if high > low else (max(0.0, low - BAND), min(1.0, low + BAND))


@clearable_cache(4)
def filter_sheets(frames: Future, chosen: tuple[str, ...]) -> Beside:
    """Return the chosen filters' pictures as sprite sheets.

    Args:
        frames: Done; it gives filter → float32 (levels, pictures, height, width, channels) in [0, 1].
        chosen: Which filters.
    """
    return tuple((name, picture_sheet(frames.result()[name])) for name in chosen)
