"""The player of a learner's own pictures at every noise level. The session alone keeps them, so nothing is cached."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.denoising import LEVELS, DenoisingTable, denoise
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.trying import between, compare
from autoencoder.data.noise import NOISES, SHOWN_LEVELS
from autoencoder.training.run_folder import RunFolder
from ui.components.player.player import Player
from ui.lessons.denoising.players import denoised_player
from ui.services.services import load_model
from ui.trial.text import after_denoising


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
    baseline_error = between(points, LEVELS) if points else None
    return denoised_player(
        result,
        LEVELS,
        list(names),
        NOISES[kind].title,
        whose="of your own",
        signed=signed,
        captions=after_denoising(compare(errors, baseline_error)),
    )
