"""The player of a learner's own pictures at every noise level. The session alone keeps them, so nothing is cached."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.denoising import LEVELS, DenoisingTable, denoise
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.trying import between, compare
from autoencoder.data.noise import SHOWN_LEVELS
from autoencoder.rendering.difference import DifferenceStyle
from ui.components.player.player import Player
from ui.lessons.denoising.players import denoised_player
from ui.services.trained_run import TrainedRun
from ui.trial.text import after_denoising


def own_levels(
    run: TrainedRun,
    kind: str,
    seed: int,
    table: DenoisingTable | None,
    pictures: np.ndarray,
    names: Sequence[str],
    *,
    style: DifferenceStyle,
) -> Player:
    """Return a player whose slider is the noise level.

    Args:
        run: The network.
        kind: The noise.
        seed: Of the noise.
        table: What was measured on the test pictures, where it is known.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
        style: How differences are drawn.
    """
    result = denoise(run.model, pictures, kind, seed)
    errors = mean_squared_error(pictures[np.newaxis], result.denoised)
    baseline_error = None
    if table is not None:
        points = [(level, after.mse) for level, after in zip(SHOWN_LEVELS, table.after, strict=True)]
        baseline_error = between(points, LEVELS)
    captions = after_denoising(compare(errors, baseline_error))
    return denoised_player(result, kind, names, whose="of your own", style=style, captions=captions)
