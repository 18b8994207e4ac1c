"""The player of a learner's own pictures at every threshold. The session alone keeps them, so nothing is cached."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.trying import compare
from ui.components.player.player import Player
from ui.lessons.anomalies.players import Verdicts, verdict_player
from ui.lessons.anomalies.view import View, threshold_view
from ui.lessons.common.players import with_names
from ui.trial.text import by_threshold, whose


def own_verdicts(view: View, contrast: float | None, pictures: np.ndarray, names: Sequence[str]) -> Player:
    """Return a player whose slider is the threshold.

    Args:
        view: What is looked at.
        contrast: Of the difference maps, see `DifferenceStyle`.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
    """
    known, verdicts = threshold_view(view), Verdicts.of(view, pictures)
    normal = known.test[~known.abnormal]
    (compared,) = compare(verdicts.scores[np.newaxis], [float(normal.mean())] if len(normal) else None)
    return verdict_player(
        verdicts,
        view,
        with_names(whose(len(pictures)), names),
        contrast,
        captions=by_threshold(verdicts.alarms, compared),
    )
