"""Players of a trained network: inputs, reconstructions and differences in aligned rows, worked out once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autoencoder.analysis.compression import Reconstructions, reconstruct
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.data.selection import one_of_each
from autoencoder.networks.ordered import milestones
from autoencoder.rendering.difference import FIXED_SCALE, DifferenceStyle, Legend, difference_sheet
from autoencoder.rendering.sprites import png, sheet, to_bytes
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData
from ui.components.player.player import Player, Row
from ui.lessons.common.text import compression_in_words, effort_in_words, epochs_in_words
from ui.services.services import clearable_cache, test_pictures
from ui.services.trained_run import Preview, TrainedRun

SIZE_TICKS = (1, 2, 4, 8, 16, 32, 64)

Indices = tuple[int, ...]  # of the test pictures that are shown


@clearable_cache(2)  # 70 MB each for large color pictures
def reconstructions(run: TrainedRun, indices: Indices) -> Reconstructions:
    """Return some test pictures through the bottleneck of a trained network, at every size."""
    return reconstruct(run.model, shown_pictures(run.source, indices))


@clearable_cache(8)
def size_player(
    run: TrainedRun, indices: Indices, style: DifferenceStyle, *charts: ChartData, beside: TrainedRun | None = None
) -> Player:
    """Return a player whose slider is the bottleneck size; `beside` an exact one stands an ordered network."""
    result, extra, effort = reconstructions(run, indices), [], ""
    if beside is not None:
        extra = rows_beside(run, beside, shown_pictures(run.source, indices), reconstructions(beside, indices), style)
        if effort := effort_in_words([beside.epochs], run.epochs):
            effort = f" · Not at equal effort: the network for every size{effort}"
    return test_pictures_player(
        run.source,
        indices,
        result.reconstructions,
        "from {position} numbers",
        style=style,
        extra=extra,
        captions=[compression_in_words(run.settings.plan, size) + effort for size in result.sizes],
        charts=charts,
        **size_slider(result.sizes, result.codes),
    )


def rows_beside(
    run: TrainedRun, beside: TrainedRun, inputs: np.ndarray, ordered: Reconstructions, style: DifferenceStyle
) -> list[Row]:
    """Return the rows of what an ordered network makes of some inputs at the sizes of `run`."""
    frames = ordered.reconstructions[[ordered.sizes.index(size) for size in run.settings.sizes]]
    which = f"of {len(inputs)} test pictures by the network for every size, from {{position}} numbers"
    return _compared_rows(f"Every size, at {run.settings.bottleneck_size}", inputs, frames, which, style)


def live_player(preview: Preview) -> Player:
    """Return a player of a network under training, whose slider is the bottleneck size."""
    settings, sizes = preview.settings, preview_sizes(preview.settings)
    return test_pictures_player(
        settings.source,
        default_indices(settings.source),
        preview.frames,
        f"from {{position}} numbers after {epochs_in_words(preview.epoch)} of training",
        captions=[compression_in_words(settings.plan, size) for size in sizes],
        play=False,
        **size_slider(sizes) | {"ticks": ()},
    )


@clearable_cache(8)
def replay_player(run: TrainedRun, epochs: tuple[float, ...], size: int, *, style: DifferenceStyle) -> Player:
    """Return a player whose slider is time: every preview of a training, kept at these epochs, at a bottleneck size.

    Raises a DamagedRun if a preview cannot be read.
    """
    chosen = preview_sizes(run.settings).index(size)
    frames = np.stack([run.folder.preview(number)[chosen] for number in range(len(epochs))])
    return test_pictures_player(
        run.settings.source,
        default_indices(run.settings.source),
        frames.astype(np.float32) / 255,
        f"from {size} numbers after {{position}} epochs of training",
        style=style,
        **epoch_slider(epochs),
    )


def epoch_slider(epochs: Sequence[float]) -> dict[str, Any]:
    """Return what makes a player's slider that of the time in a training, with a caption for each moment."""
    before = "Before the first step: the weights are random"
    return {
        "slider_label": "Epochs of training",
        "positions": [f"{epoch:.2f}".rstrip("0").rstrip(".") for epoch in epochs],
        "captions": [f"After {epochs_in_words(epoch)}" if epoch else before for epoch in epochs],
    }


def shown_pictures(source: str, indices: Indices) -> np.ndarray:
    """Return some test pictures: float32 (n, height, width, channels) in [0, 1]."""
    return test_pictures(source).test[list(indices)]


def default_indices(source: str) -> Indices:
    """Return which ten test pictures are shown unless others are drawn: one of each class."""
    pictures = test_pictures(source)
    return tuple(one_of_each(pictures.test_labels, len(pictures.test)).tolist())


def class_names(source: str, indices: Indices) -> list[str]:
    """Return the classes of some test pictures; nothing where there are none."""
    pictures = test_pictures(source)
    if pictures.test_labels is None:
        return []
    return [pictures.class_names[label] for label in pictures.test_labels[list(indices)]]


def preview_sizes(settings: TrainingSettings) -> list[int]:
    """Return the bottleneck sizes whose pictures are kept during a training."""
    return milestones(settings.bottleneck_size) if settings.ordered else settings.sizes


def row_of(label: str, frames: np.ndarray, description: str) -> Row:
    """Return a `Row` of float32 (1 or as many as positions, pictures, height, width, channels) in [0, 1]."""
    return Row(label, png(sheet(to_bytes(frames))), len(frames), description)


def player_of(pictures: np.ndarray, rows: Sequence[Row], **more: Any) -> Player:
    """Return a player with a column for each of some pictures (n, height, width, channels), and what else it takes."""
    count, height, width, _ = pictures.shape
    return Player(rows=rows, columns=count, tile_width=width, tile_height=height, **more)


def size_slider(sizes: Sequence[int], codes: np.ndarray | None = None) -> dict[str, Any]:
    """Return what makes a player's slider that of the bottleneck size, with codes (pictures, numbers) if there are."""
    ticks = [list(sizes).index(size) for size in SIZE_TICKS if size in sizes]
    of = f" of {sizes[-1]:,}" if len(sizes) > 1 else ""
    return {
        "slider_label": "Bottleneck size",
        "position_text": f"Bottleneck size: {{position}}{of} {'number' if sizes[-1] == 1 else 'numbers'}",
        "positions": [str(size) for size in sizes],
        "ticks": ticks,
        **({} if codes is None else {"codes": codes.tolist(), "active": list(sizes)}),
    }


def with_names(text: str, names: Sequence[str]) -> str:
    """Return a description with the names of what it describes, where there are any."""
    return f"{text}: {', '.join(names)}" if names else text


def rebuilt_player(
    inputs: np.ndarray,
    names: Sequence[str],
    frames: np.ndarray,
    *,
    description: str,
    whose: str | None = None,
    style: DifferenceStyle = FIXED_SCALE,
    extra: Sequence[Row] = (),
    **more: Any,
) -> Player:
    """Return inputs, reconstructions and differences as a player, with `extra` rows and what else a `Player` takes.

    Inputs are float32 (pictures, height, width, channels), frames (frames, pictures, …), both in [0, 1]. `description`
    says to a screen reader what the frames are, `whose` what the inputs are: by default so many test pictures.
    """
    errors = mean_squared_error(inputs[np.newaxis], frames)
    about = with_names(f"{whose or f'{len(inputs)} test pictures'} as they are", names)
    rows = [row_of("Input", inputs[np.newaxis], about)]
    rows += _compared_rows("Reconstruction", inputs, frames, description, style)
    return player_of(
        inputs,
        [*rows, *extra],
        column_names=names,
        notes=[[f"{error:.3f}" for error in row] for row in errors],
        notes_label="Error",
        legend=difference_legend(style),
        **more,
    )


def test_pictures_player(source: str, indices: Indices, frames: np.ndarray, description: str, **more: Any) -> Player:
    """Return test pictures and what a network made of them, which `description` ends to say; see `rebuilt_player`."""
    inputs, names = shown_pictures(source, indices), class_names(source, indices)
    description = f"of {len(indices)} test pictures {description}"
    return rebuilt_player(inputs, names, frames, description=description, **more)


def _compared_rows(label: str, inputs: np.ndarray, frames: np.ndarray, about: str, style: DifferenceStyle) -> list[Row]:
    differences = difference_sheet(inputs, frames, style)
    return [
        row_of(label, frames, f"{label}: reconstructions {about}"),
        Row("Difference", differences, len(frames), f"Difference maps {about}"),
    ]


def difference_legend(style: DifferenceStyle, of: str = "Reconstruction − input") -> Legend:
    """Return what the colors of the difference maps mean; `of` says what was taken from what."""
    if style.contrast is None:
        end, half, scale = "max", "½ max", " Each map has a scale of its own, up to its largest difference."
    else:
        end, half = f"{1 / style.contrast:g}", f"{0.5 / style.contrast:g}"
        scale = "" if style.contrast == 1 else f" Contrast × {style.contrast:g}."
    if style.signed:
        return Legend(True, f"−{end}", "0", f"+{end}", f"{of}: blue is too dark, orange too light.{scale}")
    return Legend(False, "0", half, end, f"How far each pixel is off, either way.{scale}")


def signed_legend(scale: float, text: str) -> Legend:
    """Return what the colors of tiles mean."""
    return Legend(True, f"−{scale:.2g}", "0", f"+{scale:.2g}", text)
