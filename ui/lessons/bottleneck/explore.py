"""Explore a trained network: which pictures, which bottleneck size, or how the training went."""

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from autoencoder.analysis.compression import CompressionReport, exact_errors, measure, ordered_twin, reconstruct
from autoencoder.analysis.trying import between
from autoencoder.export.lesson_tables import classes_table, shown_errors_table, sizes_table
from autoencoder.rendering.difference import DifferenceStyle
from autoencoder.rendering.hourglass import hourglass_svg
from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.chart.chart import ChartData, Line
from ui.components.drawing import drawing
from ui.components.player.player import Player, Position, details
from ui.export.downloads import take_away
from ui.export.figures import Offer, save_pictures, subject_of
from ui.lessons.bottleneck.drawn import by_size
from ui.lessons.bottleneck.rates import FIRST_SIZE, TEXTS, pca_needs, rates_section
from ui.lessons.common import players
from ui.lessons.common.controls import choose_difference, choose_pictures, draw_prompts, tabs, view_options
from ui.lessons.common.drawing import beside_pad
from ui.lessons.common.inside import look_inside
from ui.lessons.common.players import Indices
from ui.lessons.common.text import effort_in_words, plan_in_words
from ui.markdown import escape_markdown
from ui.services.errors import error_text
from ui.services.polling import wait_for
from ui.services.services import get_jobs, test_pictures
from ui.services.trained_run import TrainedRun
from ui.trial.panel import error_in_words, own_pictures, try_picture
from ui.url.codecs import decimal, whole_from
from ui.url.state import read_as
from ui.url.widgets import choose
from ui.words import count

SIZES, REPLAY = "sizes", "replay"  # what the slider moves through
VIEWS = {SIZES: "Bottleneck size", REPLAY: "Time: a replay of the training"}


def compared(run: TrainedRun) -> tuple[CompressionReport | None, ChartData | None, TrainedRun | None]:
    """Return what was measured of a network, a chart of that, and for an exact bottleneck its twin for every size."""
    measured, finished = CompressionReport.of(run.folder), get_jobs().store.finished(run.settings)
    chart = None if measured is None else error_chart(measured, run.settings, finished, run.epochs)
    beside = None
    if not run.settings.ordered and (twin := ordered_twin(run.settings, finished)):
        with suppress(DamagedRun):
            beside = TrainedRun.load(twin)
    return measured, chart, beside


def explore_bottleneck(
    run: TrainedRun, measured: CompressionReport | None, chart: ChartData | None, beside: TrainedRun | None
) -> None:
    """Show the pictures of a trained network, with what decides which are shown; beside it what is `compared`."""
    read_as("rates", "tab", {"yes": "rates"})  # the comparison was a box of its own
    settings, largest = run.settings, run.settings.bottleneck_size
    position = Position("size", "size", settings.sizes, min(FIRST_SIZE, largest), whole_from(1, largest))
    epochs, names = run.snapshot.previews if run.snapshot else (), test_pictures(run.source).class_names
    with view_options():
        replays = len(epochs) > 1 and choose("The slider moves", "view", VIEWS, SIZES, kept=False, seen=True) == REPLAY
        style = choose_difference()
        indices = () if replays else choose_pictures(run.source)
        replayed = _choose_replayed(settings) if replays else None
    if replayed is None:
        charts, key = [chart] if chart else [], f"sizes {run.key}"
        player = players.size_player(run, indices, style, *charts, beside=beside)
        with beside_pad(run, key, partial(by_size, run, style, beside), has_code=True):
            index = position.play(player, key=key)
    else:
        try:
            player, key = players.replay_player(run, epochs, replayed, style=style), f"replay {run.key} {replayed}"
        except DamagedRun as damage:
            st.warning(error_text(damage))
            return
        time = Position("epoch", f"replay {run.key}", epochs, epochs[-1], decimal(0, epochs[-1]))
        index = time.play(player, key=key)
    if measured is None:
        wait_for(run.evaluating(measure), "Measuring the error of every size on all test pictures")

    ordered = measured if settings.ordered else None

    def error() -> None:
        if chart is None:
            st.caption("The chart of the error needs this network to be measured.")
        details(player, key, code=False)

    def inside() -> None:
        details(player, key, charts=False)
        size, (left, right) = replayed or settings.sizes[index], st.columns([3, 2], vertical_alignment="center")
        with left:
            drawing(hourglass_svg(settings.plan, size), key="hourglass")
        right.markdown(plan_in_words(settings.plan, size))
        right.markdown(TEXTS["ordered" if settings.ordered else "exact"])
        some = indices or players.default_indices(run.source)
        pictures = players.shown_pictures(run.source, some), players.class_names(run.source, some)
        look_inside(run, pictures, own_pictures(settings), size)

    def take() -> None:
        tables = []
        if measured is not None:
            others = {line.name: line.points for line in chart.lines[1:-1]} if chart else {}
            tables.append(Offer("Error by size", partial(sizes_table, measured, others)))
            if measured.class_errors:
                tables.append(Offer("Error by class", partial(classes_table, measured, names)))
        save_sizes(run, player, index, key, indices, *tables, kept=replayed)
        take_away("bottleneck", run)

    tabs(
        {
            "error": ("How big is the error?", error),
            "inside": ("Inside", inside),
            "rates": ("Against JPEG and WebP", partial(rates_section, run)),
            "own": ("Try your own", partial(_try_own, run, measured, style, position)),
            "try": ("Things to try", partial(draw_prompts, things_to_try(ordered, names))),
            "take": ("Take along", take),
        },
        "bottleneck tab",
    )


def _choose_replayed(settings: TrainingSettings) -> int:
    sizes = players.preview_sizes(settings)
    if len(sizes) == 1:
        return sizes[0]
    first = max(size for size in sizes if size <= FIRST_SIZE)
    return choose("Bottleneck size", "replay_size", sizes, first, kept=False)


def _try_own(run: TrainedRun, measured: CompressionReport | None, style: DifferenceStyle, position: Position) -> None:
    def own_sizes(pictures: np.ndarray, names: Sequence[str]) -> Player:
        result = reconstruct(run.model, pictures)
        usual = between(measured.points, result.sizes) if measured else [None] * len(result.sizes)
        errors = map(error_in_words, result.errors, usual)
        whose = f"{count(len(pictures), 'picture')} of your own"
        return players.rebuilt_player(
            pictures,
            names,
            result.reconstructions,
            description=f"of {whose} from {{position}} numbers",
            whose=whose,
            style=style,
            captions=[f"From {count(size, 'number')}: {one}" for size, one in zip(result.sizes, errors, strict=True)],
            **players.size_slider(result.sizes, result.codes),
        )

    try_picture(run.settings, f"sizes {run.key}", position, (run, measured, style), own_sizes)


def things_to_try(measured: CompressionReport | None, class_names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield what to try with a network for every size, as far as its errors have an answer; without, the first."""

    def prompt(name: str, **values: Any) -> dict[str, str]:
        return {part: text.format(**values) for part, text in TEXTS["try"][name].items()}

    yield prompt("one")
    yield prompt("draw")
    if measured is None:
        return
    size = measured.class_size
    own, pca = (dict(points).get(size) for points in (measured.points, measured.pca_points))
    if own is not None and pca is not None and own < pca:
        yield prompt("pca", size=size, own=own, pca=pca, more=pca_needs(measured, size))
    known = [(error, label) for label, error in enumerate(measured.class_errors) if not math.isnan(error)]
    if len(known) >= 2:
        (low, first), (high, last) = min(known), max(known)
        easy, hard = (escape_markdown(class_names[label]) for label in (first, last))
        yield prompt("classes", size=size, easy=easy, low=low, hard=hard, high=high)
    if ahead := measured.pca_ahead_from:
        where = f"{'at' if ahead == measured.sizes[-1] else 'from'} {ahead} numbers"
        yield prompt("ahead", where="at every size" if ahead == measured.sizes[0] else where)
    yield prompt("exact", size=size)


def save_sizes(
    run: TrainedRun, player: Player, index: int, key: str, indices: Indices, *tables: Offer, kept: int | None = None
) -> None:
    """Draw the box below pictures; `kept` is the bottleneck size where the slider does not say it.

    `indices` are those of the test pictures; () where they are no test pictures at every size.
    """
    if indices:
        shown, names = players.reconstructions(run, indices), players.class_names(run.source, indices)
        tables = (*tables, Offer("Errors of these pictures", partial(shown_errors_table, shown, indices, names)))
    subject = subject_of("bottleneck", run.settings, run.snapshot, kept=kept)
    save_pictures(player, index, subject, key=key, tables=tables)


def error_chart(
    measured: CompressionReport, settings: TrainingSettings, finished: list[RunFolder], epochs: float
) -> ChartData:
    """Return the error against the bottleneck size: of this network, of others it is compared with, and of PCA.

    `epochs` says for how many this network was trained; the others' are named where they differ.
    """
    lines = [Line("This autoencoder", measured.points, "line" if settings.ordered else "points", 0)]
    if settings.ordered:
        exact, theirs = exact_errors(settings, finished)
        if exact:
            lines.append(Line(f"Exact-size networks{effort_in_words(theirs, epochs)}", exact, "points", 2))
    elif (twin := ordered_twin(settings, finished)) and (every := CompressionReport.of(twin)):
        effort = effort_in_words([twin.settings().epochs], epochs)
        lines.append(Line(f"The network for every size{effort}", every.points, "line", 2))
    return ChartData(
        f"Mean squared error on all {measured.pictures:,} test pictures",
        lines=(*lines, Line("PCA", measured.pca_points, "dashed", 1)),
        x_ticks=players.SIZE_TICKS,
        marker_x=tuple(settings.sizes),
        **TEXTS["error_chart"],
    )
