"""Explore what a network that learnt normal pictures alone makes of others: threshold, verdicts, one picture large."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.images.choosing import draw
from autoencoder.lessons.anomalies import DEFAULT_SCORE, SCORES, Scored, measure, scored_sizes
from autoencoder.lessons.detection import threshold_for
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from pages.parts.anomalies_results import (
    FALSE_ALARMS,
    THRESHOLDS,
    View,
    scored,
    scores_of,
    study_player,
    threshold_player,
    thresholds_in_words,
    thresholds_of,
)
from pages.parts.anomalies_words import (
    auroc_chart,
    auroc_of_others,
    comparable_runs,
    how_well,
    network_in_words,
    score_in_words,
    try_this,
    why_the_size_matters,
)
from pages.parts.chart import chart
from pages.parts.frames import chosen_column, frames, known_index, move_to
from pages.parts.results import Places
from pages.parts.shared import get_jobs, test_pictures
from pages.parts.waiting import wait_for

SHOWN = 10
FIRST_SIZE = 16
ACCEPTED = 0.05
MIXED, NORMAL, ABNORMAL = "Half and half", "Only normal", "Only abnormal"


@dataclass(frozen=True)
class _Explored:
    folder: RunFolder
    settings: TrainingSettings
    runs: tuple[RunFolder, ...]


def explore_anomalies(folder: RunFolder, settings: TrainingSettings, *, trained_here: bool) -> None:
    """Verdicts of a trained network, with what decides them.

    Args:
        folder: A run with a trained network, of settings with normal classes.
        settings: What it was trained with.
        trained_here: Whether the run is in the app's store, and not the one that came with it.
    """
    version = folder.network_version()
    if scored(folder, version) is None:
        under_way = partial(get_jobs().work_out, folder.path.name, measure)
        if trained_here and under_way():
            wait_for([lambda: not under_way()], "Working out the scores of the test pictures")
        else:
            st.warning("The scores of this network cannot be read. Please train it again.")
        return
    runs = comparable_runs(folder, settings, get_jobs().store.finished())
    st.fragment(_explore)(_Explored(folder, settings, tuple(runs)))


def _explore(explored: _Explored) -> None:
    """Runs anew on every move of a slider, so it does as little as it can."""
    folder, settings = explored.folder, explored.settings
    version = folder.network_version()
    result = scored(folder, version)
    if result is None:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        score = _choose_score(settings.source)
        size = _choose_size(result)
        accepted = _choose_false_alarms()
        places = _choose_pictures(settings, len(next(iter(result.test.values()))[0]))
    view = View(folder, version, settings, size, score)
    key = f"threshold {folder.path.name}"
    _follow_false_alarms(view, accepted)
    pictures = st.container()
    index = st.select_slider(
        "Threshold, as a plain slider for the keyboard and screen readers",
        range(THRESHOLDS),
        format_func=thresholds_in_words(thresholds_of(view)).__getitem__,
        key="threshold",
        persist_state="session",
    )
    with pictures:
        move_to(key, index)
        frames(
            threshold_player(view, places),
            key=key,
            start=index,
            on_release=partial(_take_over, key),
            on_choose=_nothing,
        )
    st.markdown(how_well(view, result))
    st.caption(score_in_words(score))
    _study(view, places[min(chosen_column(key), len(places) - 1)])
    with st.container(border=True):
        st.markdown(network_in_words(settings))
    others = auroc_of_others(view, explored.runs)
    if others or len(result.sizes) > 1:
        chart(auroc_chart(view, result, others), key=f"auroc {folder.path.name} {score}", height=240)
    if len(result.sizes) > 1:
        st.markdown(why_the_size_matters(view, result))
    st.subheader("Try this")
    st.markdown(try_this())


def _nothing() -> None:
    """What is chosen stands in the player's state; the study below reads it there."""


def _study(view: View, place: int) -> None:
    """The chosen picture, large."""
    st.subheader("One picture, large")
    st.caption("Choose another by a click in the rows above.")
    settings = view.settings
    sizes = scored_sizes(settings)
    player = study_player(view.folder, view.version, settings, place, view.score)
    key = f"study {view.folder.path.name}"
    move_to(key, sizes.index(view.size))
    frames(player, key=key, start=sizes.index(view.size), on_release=partial(_take_size, key, sizes))


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
        threshold = threshold_for(scores_of(view)[0], accepted)
        above = int(np.searchsorted(thresholds_of(view), threshold))
        st.session_state["threshold"] = min(above, THRESHOLDS - 1)


def _choose_score(source: str) -> str:
    default = DEFAULT_SCORE.get(source, "squared")
    chosen = st.segmented_control(
        "Score",
        list(SCORES),
        default=default,
        format_func=lambda name: SCORES[name].title,
        key=f"score {source}",
        required=True,
        help="  \n".join(f"**{score.title}**: {score.about} {score.best_for}" for score in SCORES.values()),
        persist_state="session",
    )
    return chosen or default


def _choose_size(result: Scored) -> int:
    if len(result.sizes) == 1:
        return result.sizes[0]
    wanted = st.session_state.get("anomaly_view_size", FIRST_SIZE)
    if wanted not in result.sizes:
        st.session_state["anomaly_view_size"] = max(
            [size for size in result.sizes if size <= wanted] or result.sizes[:1]
        )
    st.session_state.setdefault("anomaly_view_size", max(size for size in result.sizes if size <= FIRST_SIZE))
    return int(
        st.select_slider("Bottleneck size", result.sizes, key="anomaly_view_size", width=220, persist_state="session")
    )


def _choose_false_alarms() -> float:
    return float(
        st.select_slider(
            "False alarms accepted",
            FALSE_ALARMS,
            ACCEPTED,
            format_func=lambda share: f"{100 * share:g} %",
            key="false_alarms",
            width=220,
            persist_state="session",
            help="The threshold is put where this share of normal pictures, held out of the training, lies above it. "
            "No abnormal picture is looked at for it.",
        )
    )


def _choose_pictures(settings: TrainingSettings, scored_pictures: int) -> Places:
    """Test pictures, half of them normal, or of one kind only."""
    chosen = st.selectbox("Test pictures", (MIXED, NORMAL, ABNORMAL), key="anomaly_pictures", width=150)
    drawn = st.session_state.setdefault("anomaly_drawn", 0)
    st.button("Draw others", icon=":material/shuffle:", on_click=_draw_again)
    labels = test_pictures(settings.source).test_labels
    assert labels is not None
    abnormal = ~np.isin(labels[:scored_pictures], settings.normal_classes)
    kinds = {MIXED: (1, 0), NORMAL: (0, 0), ABNORMAL: (1, 1)}[chosen]
    places: list[int] = []
    for number, kind in enumerate(kinds):
        found = draw(abnormal.astype(np.int64), scored_pictures, kind, 2 * drawn + number, SHOWN // 2)
        places += [place for place in found.tolist() if place not in places]
    return tuple(places)


def _draw_again() -> None:
    st.session_state["anomaly_drawn"] += 1
