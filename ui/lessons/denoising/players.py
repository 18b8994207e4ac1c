"""Players of a network that removes noise: clean, noisy, denoised and difference in aligned rows, worked out once."""

from concurrent.futures import Future

import numpy as np

from autoencoder.analysis.denoising import LEVELS, Denoised, DenoisingTable, denoise
from autoencoder.analysis.filters import FILTERS, FilterTable
from autoencoder.analysis.metrics import mean_squared_error, peak_signal_to_noise_ratio, structural_similarity
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED, add_noise
from autoencoder.rendering.difference import difference_sheet
from autoencoder.rendering.sprites import picture_sheet
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row
from ui.lessons.common.players import Indices, class_names, default_indices, difference_legend
from ui.lessons.common.text import epochs_in_words
from ui.services.cache import clearable_cache
from ui.services.services import load_model, test_pictures

Beside = tuple[tuple[str, bytes], ...]  # filter → its sprite sheet


@clearable_cache(2)
def denoised(folder: RunFolder, version: str, source: str, indices: Indices, kind: str, seed: int) -> Denoised:
    """Some test pictures at every level of a noise, and what a trained network makes of them.

    Args:
        folder: The run.
        version: Its `network_version`, so that a network that was trained on is looked at anew.
        source: Where the pictures come from.
        indices: Which test pictures.
        kind: The noise.
        seed: Of the noise.
    """
    return denoise(load_model(folder), test_pictures(source).test[list(indices)], kind, seed)


@clearable_cache(4)
def noise_player(
    folder: RunFolder,
    version: str,
    settings: TrainingSettings,
    indices: Indices,
    kind: str,
    seed: int,
    *,
    signed: bool,
    source: str | None = None,
    beside: Beside = (),
    chart: ChartData | None = None,
) -> Player:
    """A player whose slider is the noise level.

    Args:
        folder: The run.
        version: Its `network_version`.
        settings: What it was trained with.
        indices: Which test pictures.
        kind: The noise that is put on them.
        seed: Of the noise.
        signed: Whether differences keep their sign.
        source: Whose test pictures they are; by default those of the settings' source.
        beside: What filters make of the same pictures: rows below those of the network.
        chart: Drawn below, with a marker that follows the slider.
    """
    source = source or settings.source
    result = denoised(folder, version, source, indices, kind, seed)
    return denoised_player(
        result,
        LEVELS,
        class_names(source, indices),
        NOISES[kind].title,
        signed=signed,
        extra=[
            Row(
                FILTERS[name].title,
                sheet,
                len(LEVELS),
                f"{FILTERS[name].title}: the same pictures at level {{position}}",
            )
            for name, sheet in beside
        ],
        chart=chart,
    )


@clearable_cache(4)
def live_noise_player(folder: RunFolder, settings: TrainingSettings, number: int, epoch: float, version: int) -> Player:
    """A player for one preview of a training, whose slider is the noise level.

    Args:
        folder: The run.
        settings: What is trained.
        number: Which preview.
        epoch: When that was, in epochs.
        version: Its `preview_version`, so that a training that was started over is looked at anew.
    """
    indices = default_indices(settings.source)
    clean = test_pictures(settings.source).test[list(indices)]
    noisy = np.stack([add_noise(clean, settings.noise, level, SHOWN_SEED) for level in SHOWN_LEVELS])
    result = Denoised(clean, noisy, folder.preview(number).astype(np.float32) / 255)
    names = class_names(settings.source, indices)
    return denoised_player(
        result,
        SHOWN_LEVELS,
        names,
        NOISES[settings.noise].title,
        description=f" after {epochs_in_words(epoch)} of training",
    )


def denoised_player(
    result: Denoised,
    levels: tuple[float, ...],
    names: list[str],
    noise: str,
    *,
    whose: str = "test pictures",
    description: str = "",
    signed: bool = True,
    captions: list[str] | None = None,
    extra: list[Row] | None = None,
    chart: ChartData | None = None,
) -> Player:
    """Clean, noisy, denoised and difference as a player.

    Args:
        result: The pictures, at every level.
        levels: Of the noise.
        names: What stands over each column, or nothing.
        noise: The noise, as a learner reads it.
        whose: What the pictures are, for a screen reader.
        description: When the network made them, likewise.
        signed: Whether differences keep their sign.
        captions: A sentence for every level; by default what the network gains.
        extra: More rows.
        chart: Drawn below.
    """
    clean = result.clean
    which = f": {', '.join(names)}" if names else ""
    count = len(levels)
    psnr = peak_signal_to_noise_ratio(clean[np.newaxis], result.denoised)
    return Player(
        rows=[
            Row("Clean", picture_sheet(clean[np.newaxis]), 1, f"{len(clean)} {whose} without noise{which}"),
            Row("Noisy", picture_sheet(result.noisy), count, f"The same with noise of level {{position}} ({noise})"),
            Row("Denoised", picture_sheet(result.denoised), count, f"What the network makes of these{description}"),
            Row(
                "Difference",
                difference_sheet(clean, result.denoised, signed=signed),
                count,
                "Difference maps: denoised minus clean",
            ),
            *(extra or []),
        ],
        slider_label=f"Noise level: {noise}",
        position_text=f"Noise level {{position}}: {noise}",
        positions=[f"{level:.2f}" for level in levels],
        columns=len(clean),
        tile_height=clean.shape[1],
        tile_width=clean.shape[2],
        captions=captions or _captions(result),
        ticks=[number for number, level in enumerate(levels) if round(level * 10) % 2 == 0 and level * 10 % 1 < 1e-9],
        column_names=names,
        notes=[[f"{value:.1f}" for value in row] for row in psnr],
        notes_label="PSNR, denoised",
        legend=difference_legend(signed=signed, of="Denoised − clean"),
        chart=chart,
    )


def _captions(result: Denoised) -> list[str]:
    """For every level: noisy → denoised, by three measures, over the pictures that are shown."""
    clean = result.clean[np.newaxis]
    measures = [
        ("PSNR", peak_signal_to_noise_ratio, "{:.1f}", " dB"),
        ("SSIM", structural_similarity, "{:.2f}", ""),
        ("mean squared error", mean_squared_error, "{:.4f}", ""),
    ]
    parts = []
    for name, measure, form, unit in measures:
        before, after = measure(clean, result.noisy).mean(axis=1), measure(clean, result.denoised).mean(axis=1)
        parts.append([f"{name} {form.format(b)} → {form.format(a)}{unit}" for b, a in zip(before, after, strict=True)])
    return [f"Noisy → denoised: {', '.join(texts)}" for texts in zip(*parts, strict=True)]


def psnr_chart(table: DenoisingTable, filters: FilterTable | None, settings: TrainingSettings, kind: str) -> ChartData:
    """PSNR against the noise level: noisy, denoised, and the filters; the range that was taught is shaded."""
    levels = SHOWN_LEVELS[1:]  # at 0 the noisy pictures are the clean ones

    def points(values: list[float]) -> tuple[tuple[float, float], ...]:
        return tuple(zip(levels, values[1:], strict=True))

    lines = [
        Line("This autoencoder", points([quality.psnr for quality in table.after]), color=0),
        Line("Noisy, as it came", points([quality.psnr for quality in table.before]), "dashed", 5),
    ]
    if filters is not None:
        lines += [
            Line(FILTERS[name].title, points([quality.psnr for quality in filters.qualities[name]]), color=number)
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


def _shade(settings: TrainingSettings) -> tuple[float, float]:
    """The levels that were taught; a single one as a narrow band, so that it can be seen."""
    low, high = settings.noise_low, settings.noise_high
    return (low, high) if high > low else (max(0.0, low - 0.008), min(1.0, low + 0.008))


@clearable_cache(4)
def filter_sheets(frames: Future, chosen: tuple[str, ...]) -> Beside:
    """The chosen filters' pictures as sprite sheets.

    Args:
        frames: Done; it gives filter → float32 (levels, pictures, height, width, channels) in [0, 1].
        chosen: Which filters.
    """
    return tuple((name, picture_sheet(frames.result()[name])) for name in chosen)
