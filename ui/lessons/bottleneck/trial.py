"""The player of a learner's own pictures at every size. The session alone keeps them, so nothing is cached."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.compression import CompressionReport, reconstruct
from autoencoder.analysis.trying import between, compare
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player
from ui.lessons.common.players import SIZE_TICKS, rebuilt_player, size_text
from ui.services.services import load_model
from ui.trial.text import by_size, whose


def own_sizes(
    folder: RunFolder,
    settings: TrainingSettings,
    measured: CompressionReport | None,
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
    result = reconstruct(load_model(folder), pictures)
    baseline_error = None if measured is None else between(measured.points, result.sizes)
    return rebuilt_player(
        pictures,
        list(names),
        result.reconstructions,
        whose=whose(len(pictures)),
        signed=signed,
        description=f"of {whose(len(pictures))} from {{position}} numbers",
        slider_label="Bottleneck size",
        positions=[str(size) for size in result.sizes],
        captions=by_size(result.sizes, compare(result.errors, baseline_error)),
        ticks=[result.sizes.index(size) for size in SIZE_TICKS if size in result.sizes],
        codes=result.codes.tolist(),
        active=list(result.sizes),
        position_text=size_text(result.sizes),
    )
