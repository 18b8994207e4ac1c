"""The player of a learner's own pictures at every size. The session alone keeps them, so nothing is cached."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.compression import CompressionReport, reconstruct
from autoencoder.analysis.trying import between, compare
from autoencoder.rendering.difference import DifferenceStyle
from ui.components.player.player import Player
from ui.lessons.common.players import code_bars, rebuilt_player, size_slider
from ui.services.trained_run import TrainedRun
from ui.trial.text import by_size, whose


def own_sizes(
    run: TrainedRun,
    measured: CompressionReport | None,
    pictures: np.ndarray,
    names: Sequence[str],
    *,
    style: DifferenceStyle,
) -> Player:
    """Return a player whose slider is the bottleneck size.

    Args:
        run: The network.
        measured: Its errors on the test pictures, where they are known.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
        style: How differences are drawn.
    """
    result = reconstruct(run.model, pictures)
    baseline_error = None if measured is None else between(measured.points, result.sizes)
    return rebuilt_player(
        pictures,
        names,
        result.reconstructions,
        description=f"of {whose(len(pictures))} from {{position}} numbers",
        whose=whose(len(pictures)),
        style=style,
        captions=by_size(result.sizes, compare(result.errors, baseline_error)),
        **size_slider(result.sizes),
        **code_bars(result),
    )
