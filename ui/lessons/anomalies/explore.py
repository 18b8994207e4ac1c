"""Explore what a network that learned normal pictures alone makes of others: threshold, verdicts, one picture large."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from autoencoder.analysis.anomalies import DEFAULT_SCORE, SCORES, AnomalyScores, measure, scored_sizes
from autoencoder.analysis.comparing import Curve
from autoencoder.analysis.detection import step_for
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import chart
from ui.components.linked_player import Position
from ui.components.player.player import chosen_column, frames, known_index, move_to
from ui.lessons.anomalies.export import save_aurocs, save_study, save_verdicts
from ui.lessons.anomalies.players import study_player, threshold_player
from ui.lessons.anomalies.text import (
    SCORE_DESCRIPTIONS,
    TRY_THIS,
    auroc_chart,
    how_well,
    network_in_words,
    score_in_words,
    why_the_size_matters,
)
from ui.lessons.anomalies.trial import own_verdicts
from ui.lessons.anomalies.view import (
    FALSE_POSITIVE_RATES,
    THRESHOLDS,
    View,
    anomaly_scores,
    curves,
    curves_of_others,
    drawn_indices,
    threshold_view,
)
from ui.lessons.common.choices import draw_others
from ui.lessons.common.players import Indices
from ui.lessons.common.text import bullets
from ui.services.polling import wait_for
from ui.services.trained_run import TrainedRun
from ui.trial.panel import Trial, follow, try_picture
from ui.url.codecs import one_of, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import put, segments

EACH = 5  # pictures of each half of the rows
FIRST_SIZE = 16
ACCEPTED = 0.05
KINDS = {  # in an address → title, whether the first half is abnormal, and whether the second
    "mixed": ("Half and half", (True, False)),
    "normal": ("Only normal", (False, False)),
    "abnormal": ("Only abnormal", (True, True)),
}
CHOSEN = "anomaly_chosen"  # in the session: another picture was chosen, which the whole page is to know
PICTURE = "anomaly_picture"  # in the session: which of the pictures is shown large
FIRST_THRESHOLD = "threshold at first"  # in the session: where it was put for the accepted false alarms
SIZE = "anomaly_view_size"  # in the session: the bottleneck size that is looked at


def explore_anomalies(run: TrainedRun) -> None:
    """Show verdicts of a trained network, of settings with normal classes, with what decides them."""
    if anomaly_scores(run) is None:
        if measuring := run.evaluating(measure):
            wait_for(measuring, "Working out the scores of the test pictures")
        else:
            st.warning("The scores of this network cannot be read. Please train it again.")
        return
    st.fragment(with_url_sync(_explore))(run, curves_of_others(run))
    with st.container(border=True):
        st.markdown(network_in_words(run.settings))
    st.header("Try this")
    st.markdown(bullets(TRY_THIS))


def _explore(run: TrainedRun, others: Mapping[str, Curve]) -> None:
    """Runs anew on every choice but the threshold's."""
    result = anomaly_scores(run)
    if result is None or run.is_outdated:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        score = _choose_score(run.settings.source)
        size = _choose_size(result)
        accepted = _choose_false_alarms()
        indices = _choose_pictures(run.settings, len(result.test[score][0]))
    view, key = View(run, size, score), f"threshold {run.key}"
    _follow_false_alarms(view, accepted)
    position = _position(view)
    st.fragment(with_url_sync(_judge))(view, indices, key, position)
    save_verdicts(threshold_player(view, indices), lambda: position.index, key, view, result)
    try_picture(run.settings, Trial(key, view, partial(own_verdicts, view), position))
    st.markdown(how_well(view, result))
    st.caption(score_in_words(score))
    _study(view, indices)
    _compare(view, others[score])


def _position(view: View) -> Position:
    """Return what the threshold's slider moves through."""
    words, first = threshold_view(view).words, st.session_state[FIRST_THRESHOLD]
    codec = whole_from(0, THRESHOLDS - 1)
    return Position("threshold", "threshold", range(THRESHOLDS), first, codec)


def _judge(view: View, indices: Indices, key: str, position: Position) -> None:
    """Runs anew on every move of the threshold's slider, so it does as little as it can."""
    if view.run.is_outdated:
        st.rerun()
    player, chosen = threshold_player(view, indices), st.session_state[PICTURE]
    index = position.play(player, key=key, on_choose=partial(_choose, key), chosen=chosen)
    if st.session_state.pop(CHOSEN, False):
        st.rerun()
    follow(key, index)


def _choose(key: str) -> None:
    """Take note of another picture, which the study below, on the rest of the page, is to show."""
    st.session_state[PICTURE] = chosen_column(key)
    st.session_state[CHOSEN] = True


def _compare(view: View, others: Curve) -> None:
    """Show this network beside others, and at its other sizes."""
    own = curves(view.run)[view.score]
    if others or len(own) > 1:
        data, key = auroc_chart(view, own, others), f"auroc {view.run.key} {view.score}"
        chart(data, key=key, height=240)
        save_aurocs(data, key, view)
    if len(own) > 1:
        st.markdown(why_the_size_matters(own))


def _study(view: View, indices: Indices) -> None:
    """Show the chosen picture, large."""
    index = indices[min(st.session_state[PICTURE], len(indices) - 1)]
    st.header("One picture, large")
    st.caption("Choose another by a click in the rows above.")
    sizes, key = scored_sizes(view.run.settings), f"study {view.run.key}"
    player, start = study_player(view.run, index, view.score), sizes.index(view.size)
    move_to(key, start)
    frames(player, key=key, start=start, on_release=partial(_take_size, key, sizes))
    save_study(player, start, key, view.run.settings)


def _take_size(key: str, sizes: list[int]) -> None:
    """Have everything follow the bottleneck size at which the study's player was released."""
    st.session_state[SIZE] = sizes[known_index(key)]


def _follow_false_alarms(view: View, accepted: float) -> None:
    """Put the threshold where so many held-out normal pictures are above it, whenever what it depends on changes."""
    basis = (view, accepted)
    if st.session_state.get("threshold_basis") != basis:
        st.session_state["threshold_basis"] = basis
        known = threshold_view(view)
        step = step_for(known.thresholds, known.held_out, accepted)
        st.session_state["threshold"] = st.session_state[FIRST_THRESHOLD] = step


def _choose_score(source: str) -> str:
    titles = {name: score.title for name, score in SCORES.items()}
    help = "  \n".join(f"**{SCORES[name].title}**: {text}" for name, text in SCORE_DESCRIPTIONS.items())
    return segments("Score", f"score {source}", titles, DEFAULT_SCORE.get(source, "squared"), help, name="score")


def _choose_size(result: AnomalyScores) -> int:
    if len(result.sizes) == 1:
        return result.sizes[0]
    with in_address("size", SIZE, one_of(result.sizes), _at_most(FIRST_SIZE, result.sizes)):
        put(SIZE, _at_most(st.session_state.get(SIZE, FIRST_SIZE), result.sizes))
        return int(st.select_slider("Bottleneck size", result.sizes, key=SIZE, width=220, persist_state="session"))


def _at_most(wanted: int, sizes: Sequence[int]) -> int:
    """Return the largest size up to the wanted one, or else the smallest."""
    return max([size for size in sizes if size <= wanted] or sizes[:1])


def _choose_false_alarms() -> float:
    help = (
        "The threshold is put where this share of normal pictures, held out of the training, lies above it. "
        "No abnormal picture is looked at for it."
    )
    with in_address("false_alarms", "false_alarms", one_of(FALSE_POSITIVE_RATES), ACCEPTED) as first:
        accepted = st.select_slider(
            "False alarms accepted",
            FALSE_POSITIVE_RATES,
            first,
            format_func=lambda share: f"{100 * share:g} %",
            key="false_alarms",
            width=220,
            persist_state="session",
            help=help,
        )
    return float(accepted)


def _choose_pictures(settings: TrainingSettings, scored_pictures: int) -> Indices:
    """Return test pictures, half of them normal, or of one kind only."""
    with in_address("pictures", "anomaly_pictures", one_of(KINDS), "mixed"):
        kind = st.selectbox(
            "Test pictures", list(KINDS), format_func=lambda kind: KINDS[kind][0], key="anomaly_pictures", width=150
        )
    with in_address("picture", PICTURE, whole_from(0, 2 * EACH - 1), 0):
        st.session_state.setdefault(PICTURE, 0)
    return drawn_indices(settings, scored_pictures, KINDS[kind][1], draw_others("anomaly_drawn"), EACH)
