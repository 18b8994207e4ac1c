"""Explore what a network that learned normal pictures alone makes of others: threshold, verdicts, one picture large."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from autoencoder.analysis.anomalies import DEFAULT_SCORE, SCORES, AnomalyScores, measure, scored_sizes
from autoencoder.analysis.comparing import Curve
from autoencoder.analysis.detection import step_for
from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import chart
from ui.components.player.player import chosen_column, frames, known_index, move_to
from ui.lessons.anomalies.export import save_aurocs, save_study, save_verdicts
from ui.lessons.anomalies.players import study_player, threshold_player
from ui.lessons.anomalies.text import (
    SCORE_DESCRIPTIONS,
    auroc_chart,
    how_well,
    network_in_words,
    score_in_words,
    try_this,
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
    drawn_places,
    threshold_view,
)
from ui.lessons.common.choices import MOST_DRAWS
from ui.lessons.common.players import Indices
from ui.services.polling import wait_for
from ui.services.services import get_jobs
from ui.trial.panel import Trial, follow, try_picture
from ui.url.codecs import named, one_of, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import put

EACH = 5  # pictures of each half of the rows
FIRST_SIZE = 16
ACCEPTED = 0.05
MIXED, NORMAL, ABNORMAL = "Half and half", "Only normal", "Only abnormal"
CHOSEN = "anomaly_chosen"  # in the session: another picture was chosen, which the whole page is to know
KIND_NAMES = {"mixed": MIXED, "normal": NORMAL, "abnormal": ABNORMAL}  # in an address
PICTURE = "anomaly_picture"  # in the session: which of the pictures is shown large
FIRST_THRESHOLD = "threshold at first"  # in the session: where it was put for the accepted false alarms
KINDS = {MIXED: (True, False), NORMAL: (False, False), ABNORMAL: (True, True)}


@dataclass(frozen=True)
class _Explored:
    """A network, and what the page found out about others before a slider moves."""

    folder: RunFolder
    version: str
    settings: TrainingSettings
    others: Mapping[str, Curve]


def explore_anomalies(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """Verdicts of a trained network, with what decides them.

    Args:
        folder: A run with a trained network, of settings with normal classes.
        settings: What it was trained with.
        snapshot: How it was trained; None for the one that came with the app, which is not measured anew.
    """
    version = folder.network_version()
    if anomaly_scores(folder, version) is None:
        under_way = partial(get_jobs().evaluate, folder.path.name, measure)
        if snapshot and under_way():
            wait_for([lambda: not under_way()], "Working out the scores of the test pictures")
        else:
            st.warning("The scores of this network cannot be read. Please train it again.")
        return
    st.fragment(with_url_sync(_explore))(_Explored(folder, version, settings, curves_of_others(folder, settings)))
    with st.container(border=True):
        st.markdown(network_in_words(settings))
    st.subheader("Try this")
    st.markdown(try_this())


def _explore(explored: _Explored) -> None:
    """Runs anew on every choice but the threshold's."""
    folder, settings = explored.folder, explored.settings
    result = anomaly_scores(folder, explored.version)
    if result is None:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        score = _choose_score(settings.source)
        size = _choose_size(result)
        accepted = _choose_false_alarms()
        indices = _choose_pictures(settings, len(result.test[score][0]))
    view = View(folder, explored.version, settings, size, score)
    _follow_false_alarms(view, accepted)
    own = f"own {_player_key(view)}"
    st.fragment(with_url_sync(_judge))(view, indices, own)
    save_verdicts(threshold_player(view, indices), _threshold, _player_key(view), view, result)
    try_picture(view.settings, Trial(own, view, partial(own_verdicts, view), _threshold(), partial(_take_over, own)))
    st.markdown(how_well(view, result))
    st.caption(score_in_words(score))
    _study(view, indices)
    _compare(view, explored.others[score])


def _judge(view: View, indices: Indices, own: str) -> None:
    """Runs anew on every move of the threshold's slider, so it does as little as it can."""
    if view.folder.network_version() != view.version:
        st.rerun()  # another tab has trained it anew
    key = _player_key(view)
    pictures = st.container()
    with in_address("threshold", "threshold", whole_from(0, THRESHOLDS - 1), st.session_state[FIRST_THRESHOLD]):
        index = st.select_slider(
            "Threshold, as a plain slider for the keyboard and screen readers",
            range(THRESHOLDS),
            format_func=threshold_view(view).words.__getitem__,
            key="threshold",
            persist_state="session",
        )
    player = threshold_player(view, indices)
    with pictures:
        move_to(key, index)
        frames(
            player,
            key=key,
            start=index,
            on_release=partial(_take_over, key),
            on_choose=partial(_choose, key),
            chosen=st.session_state[PICTURE],
            plain="threshold",
        )
    if st.session_state.pop(CHOSEN, False):
        st.rerun()
    follow(own, index)


def _threshold() -> int:
    """Return where the threshold's slider stands."""
    return int(st.session_state["threshold"])


def _choose(key: str) -> None:
    """Another picture was chosen, which the study below, on the rest of the page, is to show."""
    st.session_state[PICTURE] = chosen_column(key)
    st.session_state[CHOSEN] = True


def _player_key(view: View) -> str:
    return f"threshold {view.folder.path.name}"


def _compare(view: View, others: Curve) -> None:
    """This network beside others, and at its other sizes."""
    own = curves(view.folder, view.version, view.settings)[view.score]
    if others or len(own) > 1:
        data, key = auroc_chart(view, own, others), f"auroc {view.folder.path.name} {view.score}"
        chart(data, key=key, height=240)
        save_aurocs(data, key, view)
    if len(own) > 1:
        st.markdown(why_the_size_matters(own))


def _study(view: View, indices: Indices) -> None:
    """The chosen picture, large."""
    index = indices[min(st.session_state[PICTURE], len(indices) - 1)]
    st.subheader("One picture, large")
    st.caption("Choose another by a click in the rows above.")
    settings = view.settings
    sizes = scored_sizes(settings)
    player = study_player(view.folder, view.version, settings, index, view.score)
    key = f"study {view.folder.path.name}"
    move_to(key, sizes.index(view.size))
    frames(player, key=key, start=sizes.index(view.size), on_release=partial(_take_size, key, sizes))
    save_study(player, sizes.index(view.size), key, settings)


def _take_size(key: str, sizes: list[int]) -> None:
    """The study's player was released: everything follows its bottleneck size."""
    st.session_state["anomaly_view_size"] = sizes[known_index(key)]


def _take_over(key: str) -> None:
    """The player was released: the plain slider follows."""
    st.session_state["threshold"] = known_index(key)


def _follow_false_alarms(view: View, accepted: float) -> None:
    """Put the threshold where so many held-out normal pictures are above it, whenever what it depends on changes."""
    basis = (view, accepted)
    if st.session_state.get("threshold_basis") != basis:
        st.session_state["threshold_basis"] = basis
        known = threshold_view(view)
        step = step_for(known.thresholds, known.held_out, accepted)
        st.session_state["threshold"] = st.session_state[FIRST_THRESHOLD] = step


def _choose_score(source: str) -> str:
    default = DEFAULT_SCORE.get(source, "squared")
    with in_address("score", f"score {source}", one_of(SCORES), default) as first:
        chosen = st.segmented_control(
            "Score",
            list(SCORES),
            default=first,
            format_func=lambda name: SCORES[name].title,
            key=f"score {source}",
            required=True,
            help="  \n".join(f"**{score.title}**: {SCORE_DESCRIPTIONS[name]}" for name, score in SCORES.items()),
            persist_state="session",
        )
    return chosen or default


def _choose_size(result: AnomalyScores) -> int:
    if len(result.sizes) == 1:
        return result.sizes[0]
    key = "anomaly_view_size"
    with in_address("size", key, one_of(result.sizes), _at_most(FIRST_SIZE, result.sizes)):
        put(key, _at_most(st.session_state.get(key, FIRST_SIZE), result.sizes))
        return int(st.select_slider("Bottleneck size", result.sizes, key=key, width=220, persist_state="session"))


def _at_most(wanted: int, sizes: Sequence[int]) -> int:
    """The largest size up to the wanted one, or else the smallest."""
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
    """Test pictures, half of them normal, or of one kind only."""
    with in_address("pictures", "anomaly_pictures", named(KIND_NAMES), MIXED):
        chosen = st.selectbox("Test pictures", list(KINDS), key="anomaly_pictures", width=150)
    with in_address("draw", "anomaly_drawn", whole_from(0, MOST_DRAWS), 0):
        drawn = st.session_state.setdefault("anomaly_drawn", 0)
    with in_address("picture", PICTURE, whole_from(0, 2 * EACH - 1), 0):
        st.session_state.setdefault(PICTURE, 0)
    st.button("Draw others", icon=":material/shuffle:", on_click=_draw_again)
    return drawn_places(settings, scored_pictures, KINDS[chosen], drawn, EACH)


def _draw_again() -> None:
    st.session_state["anomaly_drawn"] = (st.session_state["anomaly_drawn"] + 1) % (MOST_DRAWS + 1)
