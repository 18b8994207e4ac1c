"""Explore what a network that learned normal pictures alone makes of others: threshold, verdicts, one picture large."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.analysis.anomalies import DEFAULT_SCORE, SCORES, AnomalyScores, measure, scored_sizes
from autoencoder.analysis.detection import step_for
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import chart
from ui.components.linked_player import Position
from ui.components.player.player import Player, chosen_column, details, frames, known_index, move_to
from ui.export.downloads import take_away
from ui.lessons.anomalies.export import save_aurocs, save_study, save_verdicts
from ui.lessons.anomalies.players import study_player, threshold_player
from ui.lessons.anomalies.text import (
    TRY_THIS,
    auroc_chart,
    how_well,
    network_in_words,
    scores_in_words,
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
from ui.lessons.common.choices import choose_contrast, draw_others, view_options
from ui.lessons.common.players import Indices
from ui.lessons.common.prompts import draw_prompts
from ui.lessons.common.tabs import tabs
from ui.lessons.common.text import plan_in_words
from ui.services.polling import wait_for
from ui.services.trained_run import TrainedRun
from ui.training.panel import latest_pictures
from ui.training.runs import Lesson, ShownRun
from ui.trial.panel import Trial, follow, try_picture
from ui.url.codecs import one_of, whole_from
from ui.url.state import in_address, keep_what_is_not_drawn, with_url_sync
from ui.url.widgets import put, segments, switch

EACH = 5  # pictures of each half of the rows
FIRST_SIZE = 16
ACCEPTED = 0.05
KINDS = {  # in an address → title, whether the first half is abnormal, and whether the second
    "mixed": ("Half and half", (True, False)),
    "normal": ("Only normal", (False, False)),
    "abnormal": ("Only abnormal", (True, True)),
}
PICTURE = "anomaly_picture"  # in the session: which of the drawn pictures is shown large
FIRST_THRESHOLD = "threshold at first"  # in the session: where it was put for the accepted false alarms
SIZE = "anomaly_view_size"  # in the session: the bottleneck size that is looked at
TABS = "anomalies tab"


@dataclass(frozen=True)
class _Pictures:
    """The test pictures on the stage.

    Args:
        drawn: As they were drawn: abnormal ones first, where there are both.
        order: In which order of these they are shown, so that their place does not tell what they are.
        with_classes: Whether their classes are said.
        contrast: Of the difference maps, see `DifferenceStyle`.
    """

    drawn: Indices
    order: list[int]
    with_classes: bool
    contrast: float | None

    @property
    def shown(self) -> Indices:
        """Return which test pictures they are, from left to right."""
        return tuple(self.drawn[number] for number in self.order)

    @property
    def chosen(self) -> int:
        """Return which of the drawn ones is chosen."""
        return min(int(st.session_state[PICTURE]), len(self.drawn) - 1)


@dataclass(frozen=True)
class _Stage:
    """What is on the stage, and where its slider stands.

    Args:
        view: What is looked at.
        result: The scores.
        pictures: The pictures.
        player: The same as a player.
        key: Of the player.
        position: Of its slider.
    """

    view: View
    result: AnomalyScores
    pictures: _Pictures
    player: Player
    key: str
    position: Position


def explore_anomalies(lesson: Lesson, run: TrainedRun) -> None:
    """Show verdicts of a trained network, of settings with normal classes, with what decides them.

    Args:
        lesson: It draws the pictures of the training, which stay until the scores are known.
        run: The network.
    """
    if anomaly_scores(run) is not None:
        st.fragment(with_url_sync(_explore))(run)
    elif measuring := run.evaluating(measure):
        wait_for(measuring, "Computing the scores of the test pictures")
        keep_what_is_not_drawn()
        if run.snapshot and run.snapshot.previews:
            latest_pictures(lesson, ShownRun(run.folder, run.settings, run.snapshot))
    else:
        st.warning("The scores of this network cannot be read. Please train it again.")


def _explore(run: TrainedRun) -> None:
    """Draw the pictures and the tabs below them. It runs anew on every choice, and when the slider is released."""
    result = anomaly_scores(run)
    if result is None or run.is_outdated:
        st.rerun()
    with view_options():
        pictures = _choose_pictures(run.settings, result)
        score = _choose_score(run.settings.source)
        view = View(run, _choose_size(result), score)
        _follow_false_alarms(view, _choose_false_alarms())
    stage = _judge(view, result, pictures)
    tabs(
        {
            "well": ("Right or wrong?", partial(_how_well, stage)),
            "picture": ("One picture, large", partial(_study, stage)),
            "size": ("By bottleneck size", partial(_compare, view)),
            "score": ("The score", lambda: st.markdown(scores_in_words(score))),
            "inside": ("Inside", partial(_inside, view)),
            "own": ("Try your own", partial(_try_own, stage)),
            "try": ("Things to try", partial(draw_prompts, TRY_THIS)),
            "take": ("Take along", partial(_take_along, stage)),
        },
        TABS,
    )


def _judge(view: View, result: AnomalyScores, pictures: _Pictures) -> _Stage:
    """Draw the pictures with their scores and verdicts."""
    codec, first = whole_from(0, THRESHOLDS - 1), st.session_state[FIRST_THRESHOLD]
    position = Position("threshold", "threshold", range(THRESHOLDS), first, codec)
    player = threshold_player(view, pictures.shown, with_classes=pictures.with_classes, contrast=pictures.contrast)
    key, chosen = f"threshold {view.run.key}", pictures.order.index(pictures.chosen)
    position.play(player, key=key, on_choose=partial(_choose, key, pictures.order), chosen=chosen)
    return _Stage(view, result, pictures, player, key, position)


def _choose(key: str, order: Sequence[int]) -> None:
    st.session_state[PICTURE] = order[chosen_column(key)]


def _follow_false_alarms(view: View, accepted: float) -> None:
    """Put the threshold where so many held-out normal pictures are above it, whenever what it depends on changes."""
    basis = (view, accepted)
    if st.session_state.get("threshold_basis") != basis:
        st.session_state["threshold_basis"] = basis
        known = threshold_view(view)
        step = step_for(known.thresholds, known.held_out, accepted)
        st.session_state["threshold"] = st.session_state[FIRST_THRESHOLD] = step


# What is looked at


def _choose_pictures(settings: TrainingSettings, result: AnomalyScores) -> _Pictures:
    """Return test pictures, half of them normal, or of one kind only, and how they are shown."""
    help = "Decide first which pictures are abnormal. Then switch this on."
    with_classes = switch("Show the true classes", "true_classes", default=False, help=help)
    with in_address("pictures", "anomaly_pictures", one_of(KINDS), "mixed"):
        kind = st.selectbox(
            "Test pictures", list(KINDS), format_func=lambda kind: KINDS[kind][0], key="anomaly_pictures"
        )
    with in_address("picture", PICTURE, whole_from(0, 2 * EACH - 1), 0):
        st.session_state.setdefault(PICTURE, 0)
    draw = draw_others("anomaly_drawn")
    scored_pictures = len(next(iter(result.test.values()))[0])
    drawn = drawn_indices(settings, scored_pictures, KINDS[kind][1], draw, EACH)
    order = np.random.default_rng(draw).permutation(len(drawn)).tolist()
    return _Pictures(drawn, order, with_classes, choose_contrast())


def _choose_score(source: str) -> str:
    titles = {name: score.title for name, score in SCORES.items()}
    help = "How the difference map of a picture becomes one number. The tab “The score” explains each."
    return segments("Score", f"score {source}", titles, DEFAULT_SCORE.get(source, "squared"), help, name="score")


def _choose_size(result: AnomalyScores) -> int:
    if len(result.sizes) == 1:
        return result.sizes[0]
    with in_address("size", SIZE, one_of(result.sizes), _at_most(FIRST_SIZE, result.sizes)):
        put(SIZE, _at_most(st.session_state.get(SIZE, FIRST_SIZE), result.sizes))
        return int(st.select_slider("Bottleneck size", result.sizes, key=SIZE, persist_state="session"))


def _at_most(wanted: int, sizes: Sequence[int]) -> int:
    """Return the largest size up to the wanted one, or else the smallest."""
    return max([size for size in sizes if size <= wanted] or sizes[:1])


def _choose_false_alarms() -> float:
    help = (
        "The threshold moves to where this share of normal pictures lies above it. These pictures were held out of "
        "the training. No abnormal picture is used."
    )
    with in_address("false_alarms", "false_alarms", one_of(FALSE_POSITIVE_RATES), ACCEPTED) as first:
        accepted = st.select_slider(
            "False alarms accepted",
            FALSE_POSITIVE_RATES,
            first,
            format_func=lambda share: f"{100 * share:g} %",
            key="false_alarms",
            persist_state="session",
            help=help,
        )
    return float(accepted)


# The tabs


def _how_well(stage: _Stage) -> None:
    """Draw histogram, ROC curve and counts, which follow the slider, and what does not depend on it."""
    details(stage.player, stage.key)
    st.markdown(how_well(stage.view, stage.result))


def _study(stage: _Stage) -> None:
    """Draw the chosen picture, large."""
    st.caption("Click another picture above to see it here.")
    view, pictures = stage.view, stage.pictures
    sizes, key = scored_sizes(view.run.settings), f"study {view.run.key}"
    player = study_player(view.run, pictures.drawn[pictures.chosen], view.score, pictures.contrast)
    start = sizes.index(view.size)
    move_to(key, start)
    frames(player, key=key, start=start, on_release=partial(_take_size, key, sizes))
    save_study(player, start, key, view.run.settings)


def _take_size(key: str, sizes: list[int]) -> None:
    """Have everything follow the bottleneck size at which the study's player was released."""
    st.session_state[SIZE] = sizes[known_index(key)]


def _compare(view: View) -> None:
    """Draw this network beside others, and at its other sizes."""
    own, others = curves(view.run)[view.score], curves_of_others(view.run)[view.score]
    if not others and len(own) == 1:
        st.markdown(
            "This network has one code size, and no other network here learned the same normal classes. "
            "Train a second one with another bottleneck to compare them."
        )
        return
    st.markdown("**Which bottleneck size tells anomalies best?** What should happen to a very small or large one?")
    data, key = auroc_chart(view, own, others), f"auroc {view.run.key} {view.score}"
    chart(data, key=key, height=240)
    if len(own) > 1:
        st.expander("Answer").markdown(why_the_size_matters(own))
    save_aurocs(data, key, view)


def _inside(view: View) -> None:
    """Say what keeps the abnormal out of the network's reach, and how large the network is."""
    settings = view.run.settings
    st.markdown(network_in_words(settings))
    if settings.bottleneck != "open":
        st.markdown(plan_in_words(settings.plan, view.size))


def _try_own(stage: _Stage) -> None:
    view, contrast = stage.view, stage.pictures.contrast
    follow(stage.key, stage.position.index)
    try_picture(
        view.run.settings, Trial(stage.key, (view, contrast), partial(own_verdicts, view, contrast), stage.position)
    )


def _take_along(stage: _Stage) -> None:
    save_verdicts(stage.player, stage.position.index, stage.key, stage.view, stage.result)
    take_away("anomalies", stage.view.run)
