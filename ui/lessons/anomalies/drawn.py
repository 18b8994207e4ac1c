"""How abnormal a drawing is, and how much of what was painted is found, at every threshold."""

import numpy as np

from ui.drawing.answers import Drawing
from ui.lessons.anomalies.players import View, judge, threshold_view, times_in_words, verdict_player
from ui.lessons.common.drawing import packed_answer
from ui.words import count, read_texts

TEXTS = read_texts("lessons/anomalies/texts.toml")["drawn"]


def by_threshold(view: View, contrast: float | None, drawing: Drawing) -> bytes:
    """Return the column of a drawing in `threshold_player`, and where its score is in the histogram.

    Where it is known what was painted, there is also for every pixel how many thresholds it exceeds as a part of an
    anomaly, see `masks_file`: integer (height × width,).
    """
    inputs, known = drawing.picture[np.newaxis], threshold_view(view)
    verdicts = judge(view, inputs)
    player = verdict_player(view, inputs, verdicts, "", contrast, [""] * len(known.thresholds))
    times = float(verdicts.scores[0]) / known.usual
    words, more = [TEXTS["score"].format(times=times_in_words(times))], {}
    if drawing.painted is not None:
        exceeded = np.searchsorted(known.thresholds, np.minimum(verdicts.maps[0], verdicts.scores[0]))
        words = [f"{words[0]} {one}" for one in found_in_words(exceeded, drawing.painted, len(known.thresholds))]
        more = {"thresholds": exceeded.ravel().tolist(), "painted": drawing.painted.ravel().astype(int).tolist()}
    judge_of = f"{view.run.key} {view.run.version} {view.size} {view.score}"
    return packed_answer(words, player, marks=[times], judge=judge_of, **more)


def found_in_words(exceeded: np.ndarray, painted: np.ndarray, thresholds: int) -> list[str]:
    """Return how much of what was painted is found at every threshold: recall and precision by pixel.

    `exceeded`, integer (height, width), says how many thresholds each pixel exceeds; `painted` is bool of that shape.
    """
    pixels, sentences = int(painted.sum()), []
    if not pixels:
        return [TEXTS["nothing"]] * thresholds
    for index in range(thresholds):
        found = exceeded > index
        right, called = int((found & painted).sum()), int(found.sum())
        precision = TEXTS["precision"].format(share=100 * right / called) if called else ""
        text = TEXTS["recall"].format(pixels=count(pixels, "pixel"), share=100 * right / pixels, precision=precision)
        sentences.append(text)
    return sentences
