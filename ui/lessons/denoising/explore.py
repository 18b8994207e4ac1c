"""Explore a network that removes noise: which noise, how much of it, beside which filters."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from autoencoder.analysis.denoising import LEVELS, denoise, measure, table_of
from autoencoder.analysis.filters import filter_frames, filter_table, filters_for, kept_at, kept_table
from autoencoder.analysis.metrics import mean_squared_error
from autoencoder.analysis.trying import between, names_of_photos
from autoencoder.data import own
from autoencoder.data.noise import NOISES, SHOWN_LEVELS, SHOWN_SEED
from autoencoder.export.lesson_tables import denoising_table
from autoencoder.rendering.difference import DifferenceStyle
from ui.components.player.player import Player, Position, Row, details
from ui.export.downloads import take_away
from ui.export.figures import Offer, save_pictures, subject_of
from ui.lessons.common.controls import choose_difference, choose_pictures, count_up, draw_prompts, tabs, view_options
from ui.lessons.common.drawing import beside_pad
from ui.lessons.common.inside import look_inside
from ui.lessons.common.players import Indices, class_names, shown_pictures
from ui.lessons.denoising import players
from ui.lessons.denoising.drawn import by_noise
from ui.lessons.denoising.form import keras_example
from ui.services.polling import answer, failed, wait_for
from ui.services.services import PRETRAINED_DENOISER, get_background, get_jobs
from ui.services.trained_run import TrainedRun
from ui.training.form import SAMPLE
from ui.trial.panel import error_in_words, own_pictures, try_picture, whole_photo
from ui.url.codecs import decimal, some_of
from ui.url.state import in_address
from ui.url.widgets import choose, put

LEVEL = Position("level", "level", LEVELS, 0.4, decimal(0, 1, LEVELS[1]))
CHOOSING, FILTERING = 60.0, 5.0  # s that the filters take before and after their strengths for a noise are chosen
MEASURING = 5.0  # s


def explore_denoising(run: TrainedRun) -> None:
    """Show the pictures of a trained network at every noise level, with what decides which are shown."""
    with view_options():
        kind = _choose_noise(run.settings.noise)
        seed = count_up("Other noise", "casino", "noise_seed", "noise_seed", SHOWN_SEED, 2**32 - 1, {})
        filters = _choose_filters(kind)
        style = choose_difference()
        indices = choose_pictures(run.source)
    if kind != run.settings.noise:
        st.caption(f"**{NOISES[kind].title}:** this network never learned from this kind of noise.")
    player, key = players.noise_player(run, indices, kind, seed, style=style), f"noise {run.key} {kind}"
    if filters:
        player = replace(player, rows=[*player.rows, *_filtered(run, kind, seed, indices, filters)])
    with beside_pad(run, key, partial(by_noise, run, kind, seed, style)):
        LEVEL.play(player, key=key)
    photos = names_of_photos(run.settings.source)
    whole = {"photo": ("A whole photo", partial(whole_photo, run, kind, LEVELS[LEVEL.index], photos))}
    tabs(
        {
            "quality": ("How good is it?", partial(_quality, run, kind, player, key)),
            "inside": ("Inside", partial(_inside, run, kind, seed, indices)),
            **(whole if photos else {}),
            "own": ("Try your own", partial(_try_own, run, kind, seed, style, key)),
            "try": ("Things to try", partial(draw_prompts, players.TEXTS["try"])),
            "keras": ("The Keras example", keras_example),
            "take": ("Take along", partial(_take_along, run, kind, player, key)),
        },
        "denoising tab",
    )


def _choose_noise(taught: str) -> str:
    """Return the noise that is put on the test pictures: the one that was taught, or another."""
    titles = {taught: f"{NOISES[taught].title} (as taught)"}
    titles |= {kind: noise.title for kind, noise in NOISES.items() if kind != taught}
    kind = choose("Noise on these pictures", f"try {taught}", titles, taught, name="try_noise", kept=False, seen=True)
    st.caption(NOISES[kind].meaning)
    return kind


def _choose_filters(kind: str) -> tuple[str, ...]:
    """Return the filters whose pictures stand below those of the network, of those against this noise."""
    known = filters_for(kind)
    about = [f"**{one.title}**: {one.about}" for one in known.values()]
    if "filters" in st.session_state:  # chosen against another noise
        put("filters", [name for name in st.session_state["filters"] if name in known])
    with in_address("filters", "filters", some_of({name: name for name in known}), []) as first:
        chosen = st.pills(
            "Filters, which learn nothing",
            list(known),
            selection_mode="multi",
            default=first,
            format_func=lambda name: known[name].title,
            key="filters",
            help="  \n".join([*about, "Each has its best strength for the level, chosen on training pictures."]),
            persist_state="session",
        )
    return tuple(name for name in known if name in chosen)


def _filtered(run: TrainedRun, kind: str, seed: int, indices: Indices, filters: tuple[str, ...]) -> tuple[Row, ...]:
    """Return rows of the chosen filters' pictures; gray ones, below a bar, until they are worked out."""
    learned, kept = run.settings.source, _kept_filters(run.settings.source, kind)
    future = get_background().submit_cached(filter_frames, run.source, kind, indices, LEVELS, seed, learned, kept)
    if failed(future):
        st.caption("The filters could not be applied, so only the network's pictures are shown.")
        return ()
    done = future.done()
    if not done:
        choosing = "Finding each filter's best strength", CHOOSING
        saying, usual = ("The filters are at work", FILTERING) if kept.exists() else choosing
        wait_for([future.done], saying, usual=usual, on_stop=partial(st.session_state.update, filters=[]))
    return players.filter_rows(future if done else None, filters, shown_pictures(run.source, indices).shape)


def _kept_filters(source: str, kind: str) -> Path:
    """Return where the strengths are kept: those for a session's own pictures beside these, to go with them.

    Those for the pictures of the network that came with the app came with it.
    """
    if source == SAMPLE and (came := kept_at(PRETRAINED_DENOISER, kind)).exists():
        return came
    if own.token_of(source):
        return own.set_folder(source) / f"filters {kind}.json"
    return get_jobs().store.root / "filters" / f"{source} {kind}.json"


def _ask_filters(source: str, kind: str) -> Future:
    """Return what the filters reach against a noise: a `FilterTable` to come, or at once where it is kept."""
    if (table := kept_table(kind, kept := _kept_filters(source, kind))) is None:
        return get_background().submit_cached(filter_table, source, kind, kept)
    there: Future = Future()
    there.set_result(table)
    return there


def _quality(run: TrainedRun, kind: str, player: Player, key: str) -> None:
    table, filters = table_of(run.folder, kind), _ask_filters(run.settings.source, kind)
    measuring: list[Callable[[], bool]] = []
    if table is None and (run.snapshot is None or kind == run.settings.noise):
        measuring = run.evaluating(measure)
    elif table is None:  # against noise that it was not taught
        future = get_background().submit_cached(measure, run.folder, kind, run.version)
        measuring = [] if future.done() else [future.done]
    wait_for(measuring, "Measuring the network on the test pictures", usual=MEASURING)
    wait_for([] if filters.done() else [filters.done], "Measuring the filters on the test pictures", usual=CHOOSING)
    if failed(filters):
        st.caption("The filters could not be measured, so only the network is shown.")
    table = table or table_of(run.folder, kind)  # it may have come in between
    if table is None:
        if not measuring:
            st.caption("The network could not be measured with this noise, so there is no chart.")
        return
    reached = answer(filters)
    chart = players.psnr_chart(table, reached, run.settings, kind)
    details(replace(player, charts=[chart], table=players.quality_table(table, reached)), key)
    if reached is not None:
        if idle := players.idle_filters(reached):
            st.caption(idle)
        question = "Network or filter: which comes closer, and at which levels? **Look first, then open.**"
        st.expander(question).markdown(players.who_wins(table, reached, run.settings, kind))


def _inside(run: TrainedRun, kind: str, seed: int, indices: Indices) -> None:
    st.markdown(players.network_in_words(run.settings))
    noisy = players.denoised(run, indices, kind, seed)[0][LEVEL.index]
    look_inside(run, (noisy, class_names(run.source, indices)), own_pictures(run.settings))


def _try_own(run: TrainedRun, kind: str, seed: int, style: DifferenceStyle, key: str) -> None:
    table = table_of(run.folder, kind)

    def make(pictures: np.ndarray, names: Sequence[str]) -> Player:
        noisy, denoised = denoise(run.model, pictures, kind, seed)
        usual: Sequence[float | None] = [None] * len(LEVELS)
        if table is not None:
            points = [(level, after.mse) for level, after in zip(SHOWN_LEVELS, table.after, strict=True)]
            usual = between(points, LEVELS)
        errors = mean_squared_error(pictures[np.newaxis], denoised)
        captions = [f"Denoised: {words}" for words in map(error_in_words, errors, usual)]
        return players.denoised_player(
            pictures, noisy, denoised, kind, names, whose="of your own", style=style, captions=captions
        )

    try_picture(run.settings, key, LEVEL, (run, table, kind, seed, style), make)


def _take_along(run: TrainedRun, kind: str, player: Player, key: str) -> None:
    table, filters = table_of(run.folder, kind), answer(_ask_filters(run.settings.source, kind))
    offers = []
    if table is not None:
        player = replace(player, charts=[players.psnr_chart(table, filters, run.settings, kind)])
        offers = [Offer("Quality by level", partial(denoising_table, table, filters))]
    save_pictures(player, LEVEL.index, subject_of("denoising", run.settings), key=key, tables=offers)
    take_away("denoising", run)
