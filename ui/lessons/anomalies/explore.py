"""Explore what a network that learned normal pictures alone makes of others: threshold, verdicts, one picture large."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from autoencoder.analysis.anomalies import SCORES, AnomalyScores, default_score, measure, scored_sizes
from autoencoder.analysis.detection import step_for
from autoencoder.data.selection import draw
from autoencoder.data.sources import SOURCES
from autoencoder.export import lesson_tables
from autoencoder.export.masks import masks_file
from ui.components.chart.chart import chart
from ui.components.player.player import Player, Position, chosen_column, details, frames, known_index
from ui.export.downloads import take_away
from ui.export.figures import Offer, chart_of, download, file_name, save_box, save_pictures, subject_of, wait_a_while
from ui.lessons.anomalies import players, text
from ui.lessons.anomalies.drawn import by_threshold
from ui.lessons.anomalies.players import THRESHOLDS, View, scores_of, threshold_view
from ui.lessons.common.controls import choose_contrast, draw_others, draw_prompts, tabs, view_options
from ui.lessons.common.drawing import beside_pad, is_drawing
from ui.lessons.common.inside import look_inside
from ui.lessons.common.players import class_names, with_names
from ui.lessons.common.text import number_in_words
from ui.services.polling import wait_for
from ui.services.services import get_background, test_pictures
from ui.services.trained_run import TrainedRun
from ui.training.panel import latest_pictures
from ui.training.runs import Lesson, ShownRun
from ui.trial.panel import error_in_words, own_pictures, try_picture
from ui.url.codecs import one_of, whole_from
from ui.url.state import in_address, keep_what_is_not_drawn
from ui.url.widgets import choose, put, switch
from ui.words import count

BRUSHES = ("rot", "mold", "bite", "sticker", "pen")
EACH, EACH_BESIDE = 5, 3  # pictures of each half of the rows; where a pad stands beside them
ACCEPTED = 0.05
KINDS = {  # in an address → title, whether the first half is abnormal, and whether the second
    "mixed": ("Half and half", (True, False)),
    "normal": ("Only normal", (False, False)),
    "abnormal": ("Only abnormal", (True, True)),
}
PICTURE = "anomaly_picture"  # in the session: which of the drawn pictures is shown large
FIRST_THRESHOLD = "threshold at first"  # in the session: where it was put for the accepted false alarms
THRESHOLD_INDEX = whole_from(0, THRESHOLDS - 1)
BY_HAND = -1.0  # in place of the accepted false alarms, where the threshold was moved
SIZE = "anomaly_view_size"  # in the session: the bottleneck size that is looked at


def explore_anomalies(lesson: Lesson, run: TrainedRun) -> None:
    """Show verdicts of a trained network, with what decides them; until they are known, pictures of its training."""
    try:
        result = scores_of(run)
    except LookupError:
        _await_scores(lesson, run)
        return
    source, beside = run.settings.source, st.container(key="beside")  # for the slider beside that of the threshold
    with view_options():
        help = "Decide first which pictures are abnormal. Then switch this on."
        with_classes = switch("Show the true classes", "true_classes", default=False, help=help)
        drawn, order = _choose_pictures(run, result)
        contrast = choose_contrast()
        titles = {name: score.title for name, score in SCORES.items()}
        help = "How the difference map of a picture becomes one number. The tab “The score” explains each."
        first = default_score(run.settings)
        key = f"score {source}" if source in SOURCES else f"score {source} {first}"
        score = choose("Score", key, titles, first, help, name="score", seen=True)
        with beside:
            view = View(run, _choose_size(result.sizes), score)
        _choose_false_alarms(view)
    picture = min(int(st.session_state[PICTURE]), len(drawn) - 1)
    shown = tuple(drawn[number] for number in order)
    player = players.threshold_player(view, shown, with_classes=with_classes, contrast=contrast)
    first, key = st.session_state[FIRST_THRESHOLD], f"threshold {run.key}"
    position = Position("threshold", "threshold", range(THRESHOLDS), first, THRESHOLD_INDEX)

    def take_picture() -> None:
        st.session_state[PICTURE] = order[chosen_column(key)]

    with beside_pad(run, key, partial(by_threshold, view, contrast), **_canvas(view)):
        position.play(player, key=key, on_choose=take_picture, chosen=order.index(picture))

    def tell_how_well() -> None:
        details(player, key)
        st.markdown(text.how_well(view, result))

    tabs(
        {
            "well": ("Right or wrong?", tell_how_well),
            "picture": ("One picture, large", partial(_study, view, drawn[picture], contrast)),
            "size": ("By bottleneck size", partial(_compare, view)),
            "score": ("The score", lambda: st.markdown(text.scores_in_words(score))),
            "inside": ("Inside", partial(_inside, view, shown)),
            "own": ("Try your own", partial(_try_own, view, contrast, key, position)),
            "try": ("Things to try", partial(draw_prompts, text.TEXTS["try"])),
            "take": ("Take along", partial(_take_along, view, player, key, position.index, drawn[picture])),
        },
        "anomalies tab",
    )


def _canvas(view: View) -> dict[str, Any]:
    """Return what is drawn on: sound pictures, which one damages; where it is writing, an empty ground."""
    color = view.run.settings.plan.shape[2] == 3
    normal = np.flatnonzero(~threshold_view(view).abnormal)[:EACH].tolist()
    title = text.TEXTS["drawn"]["damage" if color else "abnormal"]
    return {"title": title, "indices": tuple(normal), **({"base": 0, "brushes": BRUSHES} if color and normal else {})}


def _await_scores(lesson: Lesson, run: TrainedRun) -> None:
    if measuring := run.evaluating(measure):
        wait_for(measuring, "Computing the scores of the test pictures")
        keep_what_is_not_drawn("tab")
        if run.snapshot and run.snapshot.previews:
            latest_pictures(lesson, ShownRun(run.folder, run.settings, run.snapshot))
    else:
        st.warning("The scores of this network cannot be read. Please train it again.")


def _choose_pictures(run: TrainedRun, result: AnomalyScores) -> tuple[list[int], list[int]]:
    """Return test pictures, and in which order of these they are shown: their place does not tell what they are."""
    with in_address("pictures", "anomaly_pictures", one_of(KINDS), "mixed"):
        kind = st.selectbox("Test pictures", KINDS, format_func=lambda kind: KINDS[kind][0], key="anomaly_pictures")
    with in_address("picture", PICTURE, whole_from(0, 2 * EACH - 1), 0):
        st.session_state.setdefault(PICTURE, 0)
    each = EACH_BESIDE if is_drawing() else EACH
    seed, pictures = draw_others("anomaly_drawn"), len(result.test["squared"][0])
    abnormal = players.truth(run.settings, pictures).astype(np.int64)
    kinds = enumerate(KINDS[kind][1])
    halves = [draw(abnormal, pictures, int(wanted), 2 * seed + number, each) for number, wanted in kinds]
    drawn = list(dict.fromkeys(np.concatenate(halves).tolist()))  # each once
    return drawn, np.random.default_rng(seed).permutation(len(drawn)).tolist()


def _choose_size(sizes: Sequence[int]) -> int:
    if len(sizes) == 1:
        return sizes[0]
    with in_address("size", SIZE, one_of(sizes), sizes[-1]):
        wanted = st.session_state.get(SIZE, sizes[-1])
        put(SIZE, max((size for size in sizes if size <= wanted), default=sizes[0]))
        help = text.TEXTS["size"]
        return int(st.select_slider("Bottleneck size", sizes, key=SIZE, help=help, persist_state="session"))


def _choose_false_alarms(view: View) -> None:
    """Put the threshold where so many held-out normal pictures are above it, whenever what it depends on changes.

    Where it was moved since then, the field says so, and how many are above it now.
    """
    rates, state, known = players.FALSE_POSITIVE_RATES, st.session_state, threshold_view(view)
    with in_address("false_alarms", "accepted", one_of(rates), ACCEPTED):
        accepted = state.setdefault("accepted", ACCEPTED)
    if state.get("threshold_basis") != (view, accepted):
        state["threshold_basis"] = view, accepted
        state["threshold"] = state[FIRST_THRESHOLD] = step_for(known.thresholds, known.held_out, accepted)
    with in_address("threshold", "threshold", THRESHOLD_INDEX, state[FIRST_THRESHOLD]):
        moved = state["threshold"] != state[FIRST_THRESHOLD]
    above = (known.held_out > known.thresholds[state["threshold"]]).mean()

    def accept() -> None:
        if state["false_alarms"] != BY_HAND:
            state["accepted"] = state["false_alarms"]
            del state["threshold_basis"]

    put("false_alarms", BY_HAND if moved else accepted)
    st.select_slider(
        "False alarms accepted",
        [BY_HAND, *rates] if moved else rates,
        format_func=lambda share: f"by hand: {above:.1%}" if share == BY_HAND else f"{100 * share:g} %",
        key="false_alarms",
        on_change=accept,
        help=text.TEXTS["accepted"],
    )


def _study(view: View, index: int, contrast: float | None) -> None:
    st.caption("Click another picture above to see it here.")
    sizes, key = scored_sizes(view.run.settings), f"study {view.run.key}"
    player, start = players.study_player(view.run, index, view.score, contrast), sizes.index(view.size)

    def take_size() -> None:
        st.session_state[SIZE] = sizes[known_index(key)]  # all that is shown follows

    frames(player, key=key, start=start, on_release=take_size)
    save_pictures(player, start, subject_of("anomalies", view.run.settings), key=key)


def _compare(view: View) -> None:
    own, others = players.curves(view.run)[view.score], players.curves_of_others(view.run)[view.score]
    abnormal = threshold_view(view).abnormal
    missing = text.what_is_missing(abnormal)
    if missing or (not others and len(own) == 1):
        st.markdown(missing or text.TEXTS["alone"])
        return
    st.markdown("**Which bottleneck size tells anomalies best?** What should happen to a very small or large one?")
    data, key = players.auroc_chart(view, own, others), f"auroc {view.run.key} {view.score}"
    chart(data, key=key, height=240)
    if len(own) > 1:
        st.expander("Answer").markdown(text.why_the_size_matters(own, abnormal))
    subject = subject_of("anomalies", view.run.settings)
    save_box([Offer("The chart", partial(chart_of, data, subject), "auroc")], subject, key=key)


def _inside(view: View, indices: Sequence[int]) -> None:
    settings = view.run.settings
    st.markdown(text.network_in_words(settings, view.size))
    pictures = test_pictures(settings.source).test[list(indices)]  # whose classes are not told
    look_inside(view.run, (pictures, ()), own_pictures(settings), view.size)


def _try_own(view: View, contrast: float | None, key: str, position: Position) -> None:
    known = threshold_view(view)
    normal = known.test[~known.abnormal]

    def captions(scores: np.ndarray) -> list[str]:
        usual = float(normal.mean()) if len(normal) else None
        said = error_in_words(scores, usual, "mean score", "normal test pictures", number_in_words)
        called = [(scores > threshold).sum() for threshold in known.thresholds]
        return [f"{number} of {len(scores)} called anomaly; {said}" for number in called]

    def make(pictures: np.ndarray, names: Sequence[str]) -> Player:
        whose = with_names(f"{count(len(pictures), 'picture')} of your own", names)
        verdicts = players.judge(view, pictures)
        return players.verdict_player(view, pictures, verdicts, whose, contrast, captions(verdicts.scores))

    try_picture(view.run.settings, key, position, (view, contrast), make)


def _take_along(view: View, player: Player, key: str, index: int, picture: int) -> None:
    settings, result, known = view.run.settings, scores_of(view.run), threshold_view(view)
    classes = class_names(settings.source, tuple(range(len(known.test))))
    threshold = float(known.thresholds[index])
    scores = partial(lesson_tables.scores_table, result, view.size, classes, known.abnormal, view.score, threshold)
    thresholds = partial(lesson_tables.thresholds_table, known.test, known.abnormal, known.thresholds, view.score)
    tables = [
        Offer("Scores of all pictures", scores),
        Offer("Every threshold", thresholds),
        Offer("AUROC", partial(lesson_tables.aurocs_table, result, known.abnormal)),
    ]
    save_pictures(player, index, subject_of("anomalies", settings, kept=view.size), key=key, tables=tables)
    name, ask = file_name("anomalies", settings), partial(get_background().try_submit, masks_file, view.run.folder)
    mask = partial(ask, view.size, view.score, threshold)
    with st.container(horizontal=True):
        download(
            "Mask of the chosen picture (PNG)", lambda: wait_a_while(mask(picture)), f"{name}-mask-{picture:05d}.png"
        )
        download("All masks (ZIP)", lambda: mask().result(), f"{name}-masks.zip")
    st.caption(text.TEXTS["masks"])
    take_away("anomalies", view.run)
