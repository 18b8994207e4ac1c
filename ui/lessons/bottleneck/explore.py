"""Explore a trained network: which pictures, which bottleneck size, or how the training went."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from autoencoder.analysis.compression import CompressionReport, exact_errors, measure, ordered_twin
from autoencoder.rendering.difference import DifferenceStyle
from autoencoder.rendering.hourglass import hourglass_svg
from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.drawing import drawing
from ui.components.linked_player import Position
from ui.components.player.player import Player, details, frames
from ui.export.downloads import take_away
from ui.lessons.bottleneck.export import save_sizes
from ui.lessons.bottleneck.prompts import try_this
from ui.lessons.bottleneck.rates import rates_section
from ui.lessons.bottleneck.trial import own_sizes
from ui.lessons.common.choices import choose_difference, choose_pictures, view_options
from ui.lessons.common.players import SIZE_TICKS, Indices, preview_sizes, replay_player, size_player
from ui.lessons.common.tabs import tabs
from ui.lessons.common.text import plan_in_words
from ui.services.errors import damage_text
from ui.services.polling import wait_for
from ui.services.services import get_jobs
from ui.services.trained_run import TrainedRun
from ui.trial.panel import Trial, follow, try_picture
from ui.url.codecs import one_of, whole_from
from ui.url.state import in_address, read_as, with_url_sync
from ui.url.widgets import segments

SIZES, REPLAY = "sizes", "replay"  # what the slider moves through
VIEWS = {SIZES: "Bottleneck size", REPLAY: "Time: a replay of the training"}
FIRST_SIZE = 8
TABS = "bottleneck tab"
ORDERED_IN_WORDS = (
    "**One training for every size.** In training, each picture kept only the first few numbers of its code. How many "
    "was random each time. So what matters most went into the first numbers, and the slider needs no new training. "
    "This is called [nested dropout](https://arxiv.org/abs/1402.0915)."
)
EXACT_IN_WORDS = (
    "This network was trained for **exactly this size**. Train one for every size too, and both stand one below the "
    "other."
)


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


@dataclass(frozen=True)
class _Stage:
    """The pictures on the page, and where their slider stands.

    Args:
        player: The pictures.
        key: Of the player.
        index: Where its slider stands.
        indices: Which test pictures they are; () where they are no test pictures at every size.
        size: The bottleneck size.
    """

    player: Player
    key: str
    index: int
    indices: Indices
    size: int


def explore_bottleneck(run: TrainedRun) -> None:
    """Show the pictures of a trained network, with what decides which are shown."""
    measured, settings = CompressionReport.of(run.folder), run.settings
    finished = get_jobs().store.finished(settings)
    known = _Known(
        measured,
        None if measured is None else error_chart(measured, settings, finished),
        None if settings.ordered else _twin(settings, finished),
    )
    read_as("rates", "tab", {"yes": "rates"})  # the comparison was a box of its own
    st.fragment(with_url_sync(_explore))(run, known)


def _twin(settings: TrainingSettings, finished: list[RunFolder]) -> TrainedRun | None:
    """Return the network for every size that was trained like an exact one, where there is one and it is whole."""
    twin = ordered_twin(settings, finished)
    with suppress(DamagedRun):
        return None if twin is None else TrainedRun.load(twin)
    return None


def _explore(run: TrainedRun, known: _Known) -> None:
    """Draw the pictures and the tabs below them. It runs anew on every choice, and when the slider is released."""
    if run.is_outdated:
        st.rerun()
    options = view_options()
    with options:
        view = _choose_view() if run.snapshot and len(run.snapshot.previews) > 1 else SIZES
        style = choose_difference()
        indices = choose_pictures(run.source) if view == SIZES else ()
    stage = _sizes(run, known, indices, style) if view == SIZES else _replay(run, style, options)
    if stage is None:
        return
    if known.measured is None:
        wait_for(run.evaluating(measure), "Measuring the error of every size on all test pictures")
    tabs(
        {
            "error": ("How big is the error?", partial(_error, known, stage)),
            "inside": ("Inside", partial(_inside, run.settings, stage)),
            "rates": ("Against JPEG and WebP", partial(rates_section, run)),
            "own": ("Try your own", partial(_try_own, run, known, style)),
            "try": ("Things to try", partial(try_this, known.measured, run.settings)),
            "take": ("Take along", partial(_take_along, run, known, stage)),
        },
        TABS,
    )


def size_position(settings: TrainingSettings) -> Position:
    """Return what the bottleneck's slider moves through."""
    size = settings.bottleneck_size
    return Position("size", "size", settings.sizes, min(FIRST_SIZE, size), whole_from(1, size))


def _sizes(run: TrainedRun, known: _Known, indices: Indices, style: DifferenceStyle) -> _Stage:
    """Draw the pictures at every bottleneck size."""
    player = size_player(run, indices, style=style, chart=known.chart, beside=known.beside)
    key = f"sizes {run.key}"
    index = size_position(run.settings).play(player, key=key)
    return _Stage(player, key, index, indices, run.settings.sizes[index])


def _replay(run: TrainedRun, style: DifferenceStyle, options: DeltaGenerator) -> _Stage | None:
    """Draw the pictures as they were while the network learned."""
    sizes, epochs = preview_sizes(run.settings), () if run.snapshot is None else run.snapshot.previews
    size = sizes[0]
    if len(sizes) > 1:
        first = max(size for size in sizes if size <= FIRST_SIZE)
        with options, in_address("replay_size", "replay_size", one_of(sizes), first) as value:
            size = st.select_slider("Bottleneck size", sizes, value, key="replay_size")
    try:
        player = replay_player(run, epochs, size, style=style)
    except DamagedRun as error:
        st.warning(damage_text(error))
        return None
    key = f"replay {run.key} {size}"
    return _Stage(player, key, frames(player, key=key, start=len(epochs) - 1), (), size)


def _choose_view() -> str:
    """Return whether the slider moves through the bottleneck sizes or through the training."""
    return segments("The slider moves", "view", VIEWS, SIZES, kept=False)


# The tabs


def _error(known: _Known, stage: _Stage) -> None:
    """Draw the error against the bottleneck size."""
    if known.chart is None:
        st.caption("The chart of the error needs this network to be measured.")
    details(stage.player, stage.key, code=False)


def _inside(settings: TrainingSettings, stage: _Stage) -> None:
    """Draw the code of the chosen picture and the network's shape."""
    details(stage.player, stage.key, charts=False)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        drawing(hourglass_svg(settings.plan, stage.size), key="hourglass")
    right.markdown(plan_in_words(settings.plan, stage.size))
    right.markdown(ORDERED_IN_WORDS if settings.ordered else EXACT_IN_WORDS)


def _try_own(run: TrainedRun, known: _Known, style: DifferenceStyle) -> None:
    key, position = f"sizes {run.key}", size_position(run.settings)
    own = partial(own_sizes, run, known.measured, style=style)
    follow(key, position.index)
    try_picture(run.settings, Trial(key, (run, known.measured, style), own, position))


def _take_along(run: TrainedRun, known: _Known, stage: _Stage) -> None:
    kept = None if stage.indices else stage.size
    save_sizes(run, stage.player, stage.index, stage.key, known.measured, known.chart, stage.indices, kept=kept)
    take_away("bottleneck", run)


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
