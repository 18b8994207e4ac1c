"""Explore a network that removes noise: which noise, how much of it, beside which filters."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from autoencoder.analysis.denoising import LEVELS, DenoisingTable, measure, measure_kind, table_of
from autoencoder.analysis.filters import FILTERS, FilterTable, filter_frames, filter_table
from autoencoder.data.noise import NOISES, SHOWN_SEED
from ui.components.linked_player import Position
from ui.components.player.player import Player
from ui.lessons.common.choices import choose_difference, choose_pictures
from ui.lessons.common.players import Indices
from ui.lessons.common.text import bullets
from ui.lessons.denoising.export import save_noise
from ui.lessons.denoising.players import Beside, filter_sheets, noise_player, psnr_chart
from ui.lessons.denoising.text import TRY_THIS, idle_filters, network_in_words, qualities_table, who_wins
from ui.lessons.denoising.trial import own_levels
from ui.services.polling import answer, failed, wait_for
from ui.services.services import get_background, get_jobs
from ui.services.trained_run import TrainedRun
from ui.trial.panel import Trial, follow, try_picture
from ui.trial.whole_photo import whole_photo
from ui.url.codecs import decimal, some_of, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import segments

LEVEL = Position("level", "level", LEVELS, 0.4, decimal(0, 1, LEVELS[1]))
LAST_NOISE = 2**32 - 1  # seed


@dataclass(frozen=True)
class _Known:
    """What is known of a network and of the filters against one noise, so far."""

    kind: str
    table: DenoisingTable | None
    filters: FilterTable | None


def explore_denoising(run: TrainedRun) -> None:
    """Show the pictures of a trained network at every noise level, with what decides which are shown."""
    settings = run.settings
    kind = _choose_noise(settings.noise)
    filters = get_background().submit_cached(filter_table, settings.source, kind, _kept_filters(settings.source, kind))
    table = table_of(run.folder, kind)
    measuring = [] if table else _measure(run, kind)
    if not measuring:
        table = table or table_of(run.folder, kind)  # it may have come in between
        if table is None:
            st.caption("The network could not be measured against this noise, so there is no chart of it here.")
    if failed(filters):
        st.caption("The filters could not be worked out, so the network stands alone here.")
    st.fragment(with_url_sync(_explore))(run, _Known(kind, table, answer(filters)))
    whole_photo(run, kind)
    with st.container(border=True):
        st.markdown(network_in_words(settings))
    st.header("Try this")
    st.markdown(bullets(TRY_THIS))
    waits = [*measuring, *([] if filters.done() else [filters.done])]
    wait_for(waits, "Working out the chart on the test pictures: the network and the filters at every level")


def _measure(run: TrainedRun, kind: str) -> list[Callable[[], bool]]:
    """Have the network measured against a noise: by the worker, or in the background against noise it was not taught.

    Returns:
        What to wait for, as `wait_for` takes it.
    """
    if run.snapshot is None or kind == run.settings.noise:
        return run.evaluating(measure)
    future = get_background().submit_cached(measure_kind, run.folder, kind, run.version)
    return [] if future.done() else [future.done]


def _choose_noise(taught: str) -> str:
    """Return the noise that is put on the test pictures: the one that was taught, or another."""
    titles = {taught: f"{NOISES[taught].title} (as taught)"}
    titles |= {kind: noise.title for kind, noise in NOISES.items() if kind != taught}
    kind = segments("Noise on these pictures", f"try {taught}", titles, taught, name="try_noise", kept=False)
    other = "" if kind == taught else " **This network was never shown this kind of noise.**"
    st.caption(f"{NOISES[kind].meaning}{other}")
    return kind


def _kept_filters(source: str, kind: str) -> Path:
    return get_jobs().store.root / "filters" / f"{source} {kind}.json"


def _explore(run: TrainedRun, known: _Known) -> None:
    """Runs anew on every choice but that of the slider."""
    if run.is_outdated:
        st.rerun()
    settings, kind = run.settings, known.kind
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        style = choose_difference()
        indices = choose_pictures(run.source)
        chosen = _choose_filters()
        seed = _draw_noise()
    beside = _beside(run.source, kind, indices, chosen, seed)
    chart = None if known.table is None else psnr_chart(known.table, known.filters, settings, kind)
    player = noise_player(run, indices, kind, seed, style=style, beside=beside, chart=chart)
    key = f"noise {run.key} {kind}"
    st.fragment(with_url_sync(_slide))(player, key, known)
    save_noise(player, lambda: LEVEL.index, key, settings, known.table, known.filters)
    if known.table is not None and known.filters is not None:
        st.markdown(who_wins(known.table, known.filters, settings, kind))
        if idle := idle_filters(known.filters):
            st.caption(idle)
    own = partial(own_levels, run, kind, seed, known.table, style=style)
    try_picture(settings, Trial(key, (run, known.table, kind, seed, style), own, LEVEL))


def _slide(player: Player, key: str, known: _Known) -> None:
    """Runs anew on every move of the slider, so it does as little as it can."""
    index = LEVEL.play(player, key=key)
    follow(key, index)
    if known.table is not None:
        st.markdown(qualities_table(known.table, known.filters, LEVELS[index]))


def _choose_filters() -> tuple[str, ...]:
    """Return the filters whose pictures stand below those of the network."""
    about = [f"**{one.title}**: {one.about}" for one in FILTERS.values()]
    with in_address("filters", "filters", some_of({name: name for name in FILTERS}), ["median"]) as first:
        chosen = st.pills(
            "Beside it, without learning",
            list(FILTERS),
            selection_mode="multi",
            default=first,
            format_func=lambda name: FILTERS[name].title,
            key="filters",
            help="  \n".join([*about, "Each with its best strength for the level, chosen on training pictures."]),
            persist_state="session",
        )
    return tuple(name for name in FILTERS if name in chosen)


def _draw_noise() -> int:
    """Draw a button for another noise, and return the seed of this one."""
    with in_address("noise_seed", "noise_seed", whole_from(0, LAST_NOISE), SHOWN_SEED):
        seed = st.session_state.setdefault("noise_seed", SHOWN_SEED)
    st.button("Other noise", icon=":material/casino:", on_click=_other_noise)
    return int(seed)


def _other_noise() -> None:
    st.session_state["noise_seed"] = (st.session_state["noise_seed"] + 1) % (LAST_NOISE + 1)


def _beside(source: str, kind: str, indices: Indices, chosen: tuple[str, ...], seed: int) -> Beside:
    """Return the chosen filters' pictures, where they are worked out."""
    if not chosen:
        return ()
    kept = _kept_filters(source, kind)
    future = get_background().submit_cached(filter_frames, source, kind, indices, LEVELS, seed, kept)
    if not future.done():
        wait_for([future.done], "The filters are at work on these pictures")
    return () if answer(future) is None else filter_sheets(future, chosen)
