"""Explore a trained network: which pictures, which bottleneck size, or how the training went."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st

from autoencoder.analysis.compression import CompressionReport, exact_errors, measure, ordered_twin
from autoencoder.rendering.hourglass import hourglass_svg
from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.drawing import drawing
from ui.components.linked_player import Position
from ui.components.player.player import Player, frames
from ui.lessons.bottleneck.export import save_sizes
from ui.lessons.bottleneck.prompts import try_this
from ui.lessons.bottleneck.rates import rates_section
from ui.lessons.bottleneck.trial import own_sizes
from ui.lessons.common.choices import choose_difference, choose_pictures
from ui.lessons.common.players import SIZE_TICKS, Indices, preview_sizes, replay_player, size_player
from ui.lessons.common.text import plan_in_words
from ui.services.errors import damage_text
from ui.services.services import get_jobs
from ui.services.trained_run import TrainedRun
from ui.trial.panel import Trial, follow, try_picture
from ui.url.codecs import one_of, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import segments

SIZES, REPLAY = "sizes", "replay"  # what the slider moves through
VIEWS = {SIZES: "The bottleneck size", REPLAY: "Time: a replay of the training"}
FIRST_SIZE = 8
ORDERED_IN_WORDS = (
    "**One training for every size**: while it learned, each picture kept only the first few numbers of its code, and "
    "how many was drawn anew each time. So the network had to put what matters most into the first numbers, and "
    "the slider needs no new training ([nested dropout](https://arxiv.org/abs/1402.0915))."
)
EXACT_IN_WORDS = (
    "This network was trained for **exactly this size** and can do no other. Where you have also trained one for every "
    "size, its pictures at this size stand below, to compare."
)
MEASURING = 1.0  # s between two looks whether the worker has measured the network


@dataclass(frozen=True)
class _Known:
    """What the page found out about a network before the slider moves.

    Args:
        measured: What it reaches on all test pictures, where that is worked out.
        chart: The same as it is drawn, with other networks.
        beside: For an exact bottleneck, the network for every size that was trained alike.
    """

    measured: CompressionReport | None
    chart: ChartData | None
    beside: TrainedRun | None


def explore_bottleneck(run: TrainedRun) -> None:
    """Show the pictures of a trained network, with what decides which are shown."""
    measured, settings = CompressionReport.of(run.folder), run.settings
    finished = get_jobs().store.finished(settings)
    known = _Known(
        measured,
        None if measured is None else error_chart(measured, settings, finished),
        None if settings.ordered else _twin(settings, finished),
    )
    measuring = measured is None and bool(run.evaluating(measure))
    if measuring:
        st.caption("Working out the errors of every size on all the test pictures …")
    st.fragment(with_url_sync(_explore), run_every=MEASURING if measuring else None)(run, known, measuring)
    rates_section(run)
    if measured and settings.ordered:
        try_this(measured, settings)


def _twin(settings: TrainingSettings, finished: list[RunFolder]) -> TrainedRun | None:
    """Return the network for every size that was trained like an exact one, where there is one and it is whole."""
    twin = ordered_twin(settings, finished)
    with suppress(DamagedRun):
        return None if twin is None else TrainedRun.load(twin)
    return None


def _explore(run: TrainedRun, known: _Known, measuring: bool) -> None:
    """Runs anew on every choice but that of the slider."""
    if run.is_outdated or (measuring and not run.evaluating(measure)):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        view = _choose_view() if run.snapshot and len(run.snapshot.previews) > 1 else SIZES
        signed = choose_difference()
        indices = choose_pictures(run.source) if view == SIZES else ()
    key, position = f"sizes {run.key}", size_position(run.settings)
    if view == SIZES:
        _sizes(run, known, indices, signed, key, position)
    else:
        _replay(run, known, signed)
    own = partial(own_sizes, run, known.measured, signed=signed)
    try_picture(run.settings, Trial(key, (run, known.measured, signed), own, position))


def size_position(settings: TrainingSettings) -> Position:
    """Return what the bottleneck's slider moves through."""
    size = settings.bottleneck_size
    codec, first = whole_from(1, size), min(FIRST_SIZE, size)
    return Position("size", "size", settings.sizes, first, codec, "Bottleneck size")


def _sizes(run: TrainedRun, known: _Known, indices: Indices, signed: bool, key: str, position: Position) -> None:
    player = size_player(run, indices, signed=signed, chart=known.chart, beside=known.beside)
    st.fragment(with_url_sync(_slide))(run.settings, player, key, position)
    save_sizes(run, player, lambda: position.index, key, known.measured, known.chart, indices)


def _slide(settings: TrainingSettings, player: Player, key: str, position: Position) -> None:
    """Runs anew on every move of the slider, so it does as little as it can."""
    index = position.play(player, key=key)
    follow(key, index)
    size = settings.sizes[index]
    with st.container(border=True, key="about"):
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            drawing(hourglass_svg(settings.plan, size), key="hourglass")
        right.markdown(plan_in_words(settings.plan, size))
        right.markdown(ORDERED_IN_WORDS if settings.ordered else EXACT_IN_WORDS)


def _replay(run: TrainedRun, known: _Known, signed: bool) -> None:
    sizes, epochs = preview_sizes(run.settings), () if run.snapshot is None else run.snapshot.previews
    size = sizes[0]
    if len(sizes) > 1:
        first = max(size for size in sizes if size <= FIRST_SIZE)
        with in_address("replay_size", "replay_size", one_of(sizes), first) as value:
            size = st.select_slider("Bottleneck size", sizes, value, key="replay_size")
    try:
        player = replay_player(run, epochs, size, signed=signed)
    except DamagedRun as error:
        st.warning(damage_text(error))
        return
    key = f"replay {run.key} {size}"
    index = frames(player, key=key, start=len(epochs) - 1)
    save_sizes(run, player, index, key, known.measured, known.chart, kept=size)


def _choose_view() -> str:
    """Return whether the slider moves through the bottleneck sizes or through the training."""
    return segments("The slider moves", "view", VIEWS, SIZES, kept=False)


def error_chart(measured: CompressionReport, settings: TrainingSettings, finished: list[RunFolder]) -> ChartData:
    """Return the error against the bottleneck size: of this network, of exact ones, and of PCA with as many numbers."""
    own = Line("This autoencoder", measured.points, "line" if settings.ordered else "points", 0)
    others: tuple[Line, ...] = ()
    if settings.ordered:
        exact = exact_errors(settings, finished)
        others = (Line("Exact-size networks", exact, "points", 2),) if exact else ()
    elif twin := ordered_twin(settings, finished):
        every = CompressionReport.of(twin)
        others = (Line("The network for every size", every.points, "line", 2),) if every else ()
    return ChartData(
        f"Mean squared error on all {measured.pictures:,} test pictures",
        "Bottleneck size",
        "Mean squared error",
        (own, *others, Line("PCA", measured.pca_points, "dashed", 1)),
        x_scale="log",
        y_scale="log",
        x_ticks=SIZE_TICKS,
        description="The error of the reconstructions against the bottleneck size",
        marker_x=tuple(settings.sizes),
    )
