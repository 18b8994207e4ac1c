"""Players of a trained network: inputs, reconstructions and differences in aligned rows, worked out once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autoencoder.analysis.compression import Reconstructions, reconstruct
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.data.choosing import one_of_each
from autoencoder.networks.ordered import milestones
from autoencoder.rendering.difference import Legend, difference_sheet
from autoencoder.rendering.sprites import picture_sheet
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData
from ui.components.player.player import Player, Row
from ui.lessons.common.text import compression_in_words, epochs_in_words
from ui.services.cache import clearable_cache
from ui.services.services import load_model, test_pictures

SIZE_TICKS = (1, 2, 4, 8, 16, 32, 64)

Indices = tuple[int, ...]  # of the test pictures that are shown


@clearable_cache(2)  # 70 MB each for large color pictures
def reconstructions(folder: RunFolder, version: str, source: str, indices: Indices) -> Reconstructions:
    """Some test pictures through the bottleneck of a trained network, at every size.

    Args:
        folder: The run.
        version: Its `network_version`, so that a network that was trained on is looked at anew.
        source: Where the pictures come from.
        indices: Which test pictures.
    """
    return reconstruct(load_model(folder), test_pictures(source).test[list(indices)])


@clearable_cache(8)
def size_player(
    folder: RunFolder,
    version: str,
    settings: TrainingSettings,
    indices: Indices,
    *,
    signed: bool,
    source: str | None = None,
    chart: ChartData | None = None,
    beside: RunFolder | None = None,
) -> Player:
    """A player whose slider is the bottleneck size.

    Args:
        folder: The run.
        version: Its `network_version`.
        settings: What it was trained with.
        indices: Which test pictures.
        signed: Whether differences keep their sign.
        source: Whose test pictures they are; by default those of the settings' source.
        chart: Drawn below, with a marker that follows the slider.
        beside: For an exact bottleneck, an ordered run to compare it with at the same size.
    """
    source = source or settings.source
    result = reconstructions(folder, version, source, indices)
    extra: list[Row] = []
    if beside is not None:
        ordered = reconstructions(beside, beside.network_version(), source, indices)
        frames = ordered.reconstructions[[ordered.sizes.index(size) for size in result.sizes]]
        description = f"of {len(indices)} test pictures by the network for every size, from {{position}} numbers"
        extra = _rows(
            test_pictures(source).test[list(indices)],
            frames,
            signed,
            description,
            f"Every size, at {settings.bottleneck_size}",
        )
    return _player(
        source,
        indices,
        result.reconstructions,
        signed=signed,
        description=f"of {len(indices)} test pictures from {{position}} numbers",
        extra=extra,
        slider_label="Bottleneck size",
        positions=[str(size) for size in result.sizes],
        captions=[compression_in_words(settings.plan, size) for size in result.sizes],
        ticks=[result.sizes.index(size) for size in SIZE_TICKS if size in result.sizes],
        codes=result.codes.tolist(),
        active=list(result.sizes),
        chart=chart,
        position_text=size_text(result.sizes),
    )


@clearable_cache(8)
def live_player(folder: RunFolder, settings: TrainingSettings, number: int, epoch: float, version: int) -> Player:
    """A player for one preview of a training, whose slider is the bottleneck size.

    Args:
        folder: The run.
        settings: What is trained.
        number: Which preview.
        epoch: When that was, in epochs.
        version: Its `preview_version`, so that a training that was started over is looked at anew.
    """
    sizes = shown_sizes(settings)
    return _player(
        settings.source,
        default_indices(settings.source),
        folder.preview(number).astype(np.float32) / 255,
        description=f"of ten test pictures from {{position}} numbers after {epochs_in_words(epoch)} of training",
        slider_label="Bottleneck size",
        positions=[str(size) for size in sizes],
        captions=[compression_in_words(settings.plan, size) for size in sizes],
        play=False,
    )


@clearable_cache(8)
def replay_player(
    folder: RunFolder, settings: TrainingSettings, previews: tuple[float, ...], size: int, *, signed: bool, version: str
) -> Player:
    """A player whose slider is time: the ten test pictures at every preview of a training.

    Args:
        folder: The run.
        settings: What was trained.
        previews: When the pictures were kept, in epochs.
        size: The bottleneck size, one of `shown_sizes`.
        signed: Whether differences keep their sign.
        version: The run's `network_version`.
    """
    chosen = shown_sizes(settings).index(size)
    frames = np.stack([folder.preview(number)[chosen] for number in range(len(previews))]).astype(np.float32) / 255
    return _player(
        settings.source,
        default_indices(settings.source),
        frames,
        signed=signed,
        description=f"of ten test pictures from {size} numbers after {{position}} epochs of training",
        slider_label="Epochs of training",
        positions=[f"{epoch:.2f}".rstrip("0").rstrip(".") for epoch in previews],
        captions=[
            f"After {epochs_in_words(epoch)}" if epoch else "Before the first step: the weights are random"
            for epoch in previews
        ],
    )


def size_text(sizes: Sequence[int]) -> str:
    """Return how a figure says which of these bottleneck sizes its pictures have: see `Player.position_text`."""
    most = sizes[-1]
    of = f" of {most:,}" if len(sizes) > 1 else ""
    return f"Bottleneck size: {{position}}{of} {'number' if most == 1 else 'numbers'}"


def default_indices(source: str) -> Indices:
    """The ten test pictures that are shown unless others are drawn: one of each class."""
    pictures = test_pictures(source)
    return tuple(one_of_each(pictures.test_labels, len(pictures.test)).tolist())


def class_names(source: str, indices: Indices) -> list[str]:
    """The classes of some test pictures; nothing where there are none."""
    pictures = test_pictures(source)
    if pictures.test_labels is None:
        return []
    return [pictures.class_names[label] for label in pictures.test_labels[list(indices)]]


def shown_sizes(settings: TrainingSettings) -> list[int]:
    """The bottleneck sizes whose pictures are kept during a training."""
    return milestones(settings.bottleneck_size) if settings.ordered else settings.sizes


def _player(
    source: str,
    indices: Indices,
    frames: np.ndarray,
    *,
    description: str,
    signed: bool = True,
    extra: list[Row] | None = None,
    **more: Any,
) -> Player:
    """Some test pictures and their reconstructions, see `rebuilt_player`."""
    inputs, names = test_pictures(source).test[list(indices)], class_names(source, indices)
    whose = f"{len(inputs)} test pictures"
    return rebuilt_player(
        inputs, names, frames, whose=whose, description=description, signed=signed, extra=extra, **more
    )


def rebuilt_player(
    inputs: np.ndarray,
    names: list[str],
    frames: np.ndarray,
    *,
    whose: str,
    description: str,
    signed: bool = True,
    extra: list[Row] | None = None,
    **more: Any,
) -> Player:
    """Inputs, reconstructions and differences as a player.

    Args:
        inputs: float32 (pictures, height, width, channels) in [0, 1].
        names: What stands over each column, or nothing.
        frames: float32 (frames, pictures, height, width, channels) in [0, 1].
        whose: What the inputs are, for a screen reader.
        description: What the frames are, likewise.
        signed: Whether differences keep their sign.
        extra: More rows.
        more: What else a `Player` takes.
    """
    errors = mean_squared_error(inputs[np.newaxis], frames)
    which = f": {', '.join(names)}" if names else ""
    input_row = Row("Input", picture_sheet(inputs[np.newaxis]), 1, f"{whose} as they are{which}")
    return Player(
        rows=[input_row, *_rows(inputs, frames, signed, description), *(extra or [])],
        columns=len(inputs),
        tile_height=inputs.shape[1],
        tile_width=inputs.shape[2],
        column_names=names,
        notes=[[f"{error:.3f}" for error in row] for row in errors],
        notes_label="Error",
        legend=difference_legend(signed=signed),
        **more,
    )


def _rows(
    inputs: np.ndarray, frames: np.ndarray, signed: bool, description: str, label: str = "Reconstruction"
) -> list[Row]:
    return [
        Row(label, picture_sheet(frames), len(frames), f"{label}: reconstructions {description}"),
        Row(
            "Difference", difference_sheet(inputs, frames, signed=signed), len(frames), f"Difference maps {description}"
        ),
    ]


def difference_legend(*, signed: bool, of: str = "Reconstruction − input") -> Legend:
    """Return what the colors of the difference maps mean; `of` says what was taken from what."""
    if signed:
        return Legend(True, "−1", "0", "+1", f"{of}: blue is too dark, orange too light")
    return Legend(False, "0", "0.5", "1", "How far each pixel is off, whichever way")
