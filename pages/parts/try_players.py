"""Players of a learner's own pictures, one for each lesson. The session alone keeps them, so none is cached here."""

from collections.abc import Sequence

import numpy as np

from autoencoder.images.noise import NOISES, SHOWN_LEVELS
from autoencoder.lessons.anomalies import SCORES, maps_of, rebuild
from autoencoder.lessons.compression import Measured, squeeze
from autoencoder.lessons.denoising import LEVELS, DenoisingTable, denoise
from autoencoder.lessons.metrics import mean_squared_error
from autoencoder.lessons.trying import between, compare
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from pages.parts.anomalies_results import map_legend, rows_of
from pages.parts.anomalies_view import THRESHOLDS, View, judged, number_in_words
from pages.parts.denoising_results import denoised_player
from pages.parts.frames import Player
from pages.parts.results import SIZE_TICKS, rebuilt_player
from pages.parts.shared import load_model
from pages.parts.try_words import after_denoising, by_size, by_threshold, whose


def own_sizes(
    folder: RunFolder,
    settings: TrainingSettings,
    measured: Measured | None,
    pictures: np.ndarray,
    names: Sequence[str],
    *,
    signed: bool,
) -> Player:
    """A player whose slider is the bottleneck size.

    Args:
        folder: The run.
        settings: What it was trained with.
        measured: Its errors on the test pictures, where they are known.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
        signed: Whether differences keep their sign.
    """
    result = squeeze(load_model(folder), pictures)
    usual = None if measured is None else between(measured.points, result.sizes)
    return rebuilt_player(
        pictures,
        list(names),
        result.reconstructions,
        whose=whose(len(pictures)),
        signed=signed,
        said=f"of {whose(len(pictures))} from {{position}} numbers",
        slider_label="Bottleneck size",
        positions=[str(size) for size in result.sizes],
        captions=by_size(result.sizes, compare(result.errors, usual)),
        ticks=[result.sizes.index(size) for size in SIZE_TICKS if size in result.sizes],
        codes=result.codes.tolist(),
        active=list(result.sizes),
    )


def own_levels(
    folder: RunFolder,
    kind: str,
    seed: int,
    table: DenoisingTable | None,
    pictures: np.ndarray,
    names: Sequence[str],
    *,
    signed: bool,
) -> Player:
    """A player whose slider is the noise level.

    Args:
        folder: The run.
        kind: The noise.
        seed: Of the noise.
        table: What was measured on the test pictures, where it is known.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
        signed: Whether differences keep their sign.
    """
    result = denoise(load_model(folder), pictures, kind, seed)
    errors = mean_squared_error(pictures[np.newaxis], result.denoised)
    points = (
        [] if table is None else [(level, after.mse) for level, after in zip(SHOWN_LEVELS, table.after, strict=True)]
    )
    usual = between(points, LEVELS) if points else None
    return denoised_player(
        result,
        LEVELS,
        list(names),
        NOISES[kind].title,
        whose="of your own",
        signed=signed,
        captions=after_denoising(compare(errors, usual)),
    )


def own_verdicts(view: View, pictures: np.ndarray, names: Sequence[str]) -> Player:
    """A player whose slider is the threshold.

    Args:
        view: What is looked at.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
    """
    known, score = judged(view), SCORES[view.score]
    rebuilt = rebuild(load_model(view.folder).network, view.settings, pictures, view.size)
    maps = maps_of(pictures, rebuilt, known.usual, view.score)
    scores = score.of(maps)
    alarms = [[bool(value > threshold) for value in scores] for threshold in known.thresholds]
    normal = known.test[~known.abnormal]
    (compared,) = compare(scores[np.newaxis], [float(normal.mean())] if len(normal) else None)
    which = f": {', '.join(names)}"
    return Player(
        slider_label="Threshold",
        positions=known.words,
        rows=rows_of(pictures, rebuilt, maps, view.score, f"{whose(len(pictures))}{which}"),
        columns=len(pictures),
        tile_width=pictures.shape[2],
        tile_height=pictures.shape[1],
        captions=by_threshold(alarms, compared),
        ticks=list(range(0, THRESHOLDS, (THRESHOLDS - 1) // 5)),
        column_names=[f"Score {number_in_words(float(value))}" for value in scores],
        notes=[["anomaly" if alarm else "normal" for alarm in row] for row in alarms],
        notes_label="Verdict",
        alarms=alarms,
        legend=map_legend(view.score),
        play=False,
    )
