"""The player of a learner's own pictures at every threshold. The session alone keeps them, so nothing is cached."""

from collections.abc import Sequence

import numpy as np

from autoencoder.analysis.anomalies import SCORES, maps_of, rebuild
from autoencoder.analysis.trying import compare
from ui.components.player.player import Player
from ui.lessons.anomalies.players import map_legend, rows_of
from ui.lessons.anomalies.view import THRESHOLDS, View, threshold_view
from ui.lessons.common.text import number_in_words
from ui.services.services import load_model
from ui.trial.text import by_threshold, whose


def own_verdicts(view: View, pictures: np.ndarray, names: Sequence[str]) -> Player:
    """A player whose slider is the threshold.

    Args:
        view: What is looked at.
        pictures: The learner's own, float32 (n, height, width, channels) in [0, 1].
        names: Of their files.
    """
    known, score = threshold_view(view), SCORES[view.score]
    rebuilt = rebuild(load_model(view.folder).network, view.settings, pictures, view.size)
    maps = maps_of(pictures, rebuilt, known.baseline_error, view.score)
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
