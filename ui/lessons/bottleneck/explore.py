"""Explore a trained network: which pictures, which bottleneck size, or how the training went."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from autoencoder.analysis.compression import CompressionReport, exact_errors, measure, ordered_twin
from autoencoder.rendering.hourglass import hourglass_svg
from autoencoder.training.run_folder import DamagedRun, RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.drawing import drawing
from ui.components.player.player import Player, frames, known_index, move_to
from ui.lessons.bottleneck.export import Sizes, save_sizes
from ui.lessons.bottleneck.prompts import try_this
from ui.lessons.bottleneck.rates import rates_section
from ui.lessons.bottleneck.trial import own_sizes
from ui.lessons.common.choices import choose_difference, choose_pictures
from ui.lessons.common.players import (
    SIZE_TICKS,
    Indices,
    default_indices,
    replay_player,
    shown_sizes,
    size_player,
)
from ui.lessons.common.text import plan_in_words
from ui.services.services import get_jobs, shown_source
from ui.trial.panel import Trial, follow, try_picture
from ui.url.codecs import named, one_of, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import put

SIZES, REPLAY = "The bottleneck size", "Time: a replay of the training"
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
class _Explored:
    """A trained network, and what the page found out about it before the slider moves."""

    folder: RunFolder
    settings: TrainingSettings
    snapshot: Snapshot | None
    measured: CompressionReport | None
    chart: ChartData | None
    beside: RunFolder | None
    being_measured: bool

    @property
    def known(self) -> Sizes:
        return Sizes(self.folder, self.settings, self.snapshot, self.measured, self.chart)


def explore(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """The pictures of a trained network, with what decides which are shown.

    Args:
        folder: A run with a trained network.
        settings: What it was trained with.
        snapshot: How it was trained, where that is known.
    """
    measured = CompressionReport.of(folder)
    being_measured = measured is None and snapshot is not None and get_jobs().evaluate(folder.path.name, measure)
    finished = get_jobs().store.finished(settings)
    explored = _Explored(
        folder,
        settings,
        snapshot,
        measured,
        None if measured is None else error_chart(measured, settings, finished),
        None if settings.ordered else ordered_twin(settings, finished),
        being_measured,
    )
    if being_measured:
        st.caption("Working out the errors of every size on all the test pictures …")
    st.fragment(with_url_sync(_explore), run_every=MEASURING if being_measured else None)(explored)
    rates_section(folder, settings)
    if measured and settings.ordered:
        try_this(measured, settings)


def _explore(explored: _Explored) -> None:
    """Runs anew on every choice but that of the slider."""
    if explored.being_measured and not get_jobs().evaluate(explored.folder.path.name, measure):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        view = _choose_view() if explored.snapshot and len(explored.snapshot.previews) > 1 else SIZES
        signed = choose_difference()
        source = explored.settings.source
        indices = choose_pictures(shown_source(source)) if view == SIZES else default_indices(source)
    if view == REPLAY and explored.snapshot:
        _replay(explored, explored.snapshot, signed)
    else:
        _sizes(explored, indices, signed)
    try_picture(explored.settings, _trial(explored, signed))


def _sizes(explored: _Explored, indices: Indices, signed: bool) -> None:
    folder, settings = explored.folder, explored.settings
    key = f"sizes {folder.path.name}"
    player = size_player(
        folder,
        folder.network_version(),
        settings,
        indices,
        signed=signed,
        source=shown_source(settings.source),
        chart=explored.chart,
        beside=explored.beside,
    )
    st.fragment(with_url_sync(_slide))(player, key, settings, _own_key(folder))
    index = partial(_index, settings) if settings.ordered else 0
    save_sizes(player, index, key, explored.known, indices)


def _slide(player: Player, key: str, settings: TrainingSettings, own: str) -> None:
    """Runs anew on every move of the slider, so it does as little as it can."""
    size = settings.bottleneck_size
    pictures = st.container()
    if settings.ordered:
        with in_address("size", "size", whole_from(1, size), min(FIRST_SIZE, size)):
            put("size", min(st.session_state.get("size", FIRST_SIZE), size))
            size = st.slider(
                "Bottleneck size, as a plain slider for the keyboard and screen readers",
                1,
                size,
                key="size",
                persist_state="session",
            )
    with pictures:
        if settings.ordered:
            move_to(key, size - 1)
        frames(
            player,
            key=key,
            start=len(player.positions) - 1 if not settings.ordered else size - 1,
            on_release=partial(_take_over, key),
            plain="size",
        )
    follow(own, size - 1 if settings.ordered else 0)
    with st.container(border=True, key="about"):
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            drawing(hourglass_svg(settings.plan, size), key="hourglass")
        right.markdown(plan_in_words(settings.plan, size))
        right.markdown(ORDERED_IN_WORDS if settings.ordered else EXACT_IN_WORDS)


def _trial(explored: _Explored, signed: bool) -> Trial:
    """A learner's own pictures, whose slider goes with the others."""
    folder, settings, measured = explored.folder, explored.settings, explored.measured
    key = _own_key(folder)
    return Trial(
        key,
        (folder.network_version(), measured, signed),
        partial(own_sizes, folder, settings, measured, signed=signed),
        _index(settings) if settings.ordered else 0,
        partial(_take_over, key),
    )


def _own_key(folder: RunFolder) -> str:
    return f"own sizes {folder.path.name}"


def _index(settings: TrainingSettings) -> int:
    """Return where the slider of an ordered network stands."""
    return int(min(st.session_state.get("size", FIRST_SIZE), settings.bottleneck_size) - 1)


def _take_over(key: str) -> None:
    """The player was released: the plain slider follows."""
    st.session_state["size"] = known_index(key) + 1


def _replay(explored: _Explored, snapshot: Snapshot, signed: bool) -> None:
    folder, settings = explored.folder, explored.settings
    sizes = shown_sizes(settings)
    size = sizes[0]
    if len(sizes) > 1:
        first = max(size for size in sizes if size <= FIRST_SIZE)
        with in_address("replay_size", "replay_size", one_of(sizes), first) as value:
            size = st.select_slider("Bottleneck size", sizes, value, key="replay_size")
    version = folder.network_version()
    try:
        player = replay_player(folder, settings, snapshot.previews, size, signed=signed, version=version)
    except DamagedRun as error:
        st.warning(str(error))
        return
    key = f"replay {folder.path.name} {size}"
    save_sizes(player, frames(player, key=key, start=len(snapshot.previews) - 1), key, explored.known, kept=size)


def _choose_view() -> str:
    """Return whether the slider moves through the bottleneck sizes or through the training."""
    with in_address("view", "view", named({"sizes": SIZES, "replay": REPLAY}), SIZES) as first:
        return st.segmented_control("The slider moves", (SIZES, REPLAY), default=first, key="view", required=True)


def error_chart(measured: CompressionReport, settings: TrainingSettings, finished: list[RunFolder]) -> ChartData:
    """The error against the bottleneck size: this network, exact ones, and PCA with as many numbers."""
    own = Line("This autoencoder", measured.points, "line" if settings.ordered else "points", 0)
    others: tuple[Line, ...] = ()
    if settings.ordered:
        exact = tuple(exact_errors(settings, finished))
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
