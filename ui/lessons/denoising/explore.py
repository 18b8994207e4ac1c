"""Explore a network that removes noise: which noise, how much of it, beside which filters."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from autoencoder.analysis.denoising import LEVELS, DenoisingTable, measure, measure_kind, table_of
from autoencoder.analysis.filters import FILTERS, FilterTable, filter_frames, filter_table
from autoencoder.data.noise import NOISES, SHOWN_SEED
from autoencoder.training.run_folder import RunFolder, Snapshot
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import Player, frames, known_index, move_to
from ui.lessons.common.choices import choose_difference, choose_pictures
from ui.lessons.common.players import Indices
from ui.lessons.denoising.export import save_noise
from ui.lessons.denoising.players import Beside, filter_sheets, noise_player, psnr_chart
from ui.lessons.denoising.text import idle_filters, network_in_words, qualities_table, try_this, who_wins
from ui.lessons.denoising.trial import own_levels
from ui.services.polling import answer, failed, wait_for
from ui.services.services import get_background, get_jobs, shown_source
from ui.trial.panel import Trial, follow, try_picture
from ui.trial.whole_photo import whole_photo
from ui.url.codecs import decimal, one_of, some_of, whole_from
from ui.url.state import in_address, with_url_sync

FIRST_LEVEL = 0.4
LAST_NOISE = 2**32 - 1  # seed


@dataclass(frozen=True)
class _Explored:
    """A network, and what is known of it and of the filters so far."""

    folder: RunFolder
    settings: TrainingSettings
    kind: str
    table: DenoisingTable | None
    filters: FilterTable | None


def explore_denoising(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """The pictures of a trained network at every noise level, with what decides which are shown.

    Args:
        folder: A run with a trained network.
        settings: What it was trained with.
        snapshot: How it was trained; None for the one that came with the app, which is not measured anew.
    """
    kind = _choose_noise(settings)
    filters = get_background().submit_cached(filter_table, settings.source, kind, _kept_filters(settings.source, kind))
    table = table_of(folder, kind)
    measuring = _measure(folder, settings, kind) if table is None and snapshot else []
    if not measuring:
        table = table or table_of(folder, kind)  # it may have come in between
        if table is None:
            st.caption("The network could not be measured against this noise, so there is no chart of it here.")
    if failed(filters):
        st.caption("The filters could not be worked out, so the network stands alone here.")
    st.fragment(with_url_sync(_explore))(_Explored(folder, settings, kind, table, answer(filters)))
    whole_photo(folder, settings, kind)
    with st.container(border=True):
        st.markdown(network_in_words(settings))
    st.subheader("Try this")
    st.markdown(try_this())
    waits = [*measuring, *([] if filters.done() else [filters.done])]
    wait_for(waits, "Working out the chart on the test pictures: the network and the filters at every level")


def _measure(folder: RunFolder, settings: TrainingSettings, kind: str) -> list[Callable[[], bool]]:
    """Have the network measured against a noise: the worker after the training, or a process aside for other noises."""
    if kind == settings.noise:
        under_way = partial(get_jobs().evaluate, folder.path.name, measure)
        return [lambda: not under_way()] if under_way() else []
    future = get_background().submit_cached(measure_kind, folder, kind, folder.network_version())
    return [] if future.done() else [future.done]


def _choose_noise(settings: TrainingSettings) -> str:
    """The noise that is put on the test pictures: the one that was taught, or another."""

    def title(kind: str) -> str:
        return f"{NOISES[kind].title}{' (as taught)' if kind == settings.noise else ''}"

    kinds = [settings.noise, *(kind for kind in NOISES if kind != settings.noise)]
    with in_address("try_noise", f"try {settings.noise}", one_of(kinds), settings.noise) as first:
        chosen = st.segmented_control(
            "Noise on these pictures",
            kinds,
            default=first,
            format_func=title,
            key=f"try {settings.noise}",
            required=True,
        )
    kind = chosen or settings.noise
    other = "" if kind == settings.noise else " **This network was never shown this kind of noise.**"
    st.caption(f"{NOISES[kind].meaning}{other}")
    return kind


def _kept_filters(source: str, kind: str) -> Path:
    return get_jobs().store.root / "filters" / f"{source} {kind}.json"


def _explore(explored: _Explored) -> None:
    """Runs anew on every choice but that of the slider."""
    folder, settings, kind = explored.folder, explored.settings, explored.kind
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        signed = choose_difference()
        indices = choose_pictures(shown_source(settings.source))
        chosen = _choose_filters()
        seed = _draw_noise()
    beside = _beside(shown_source(settings.source), kind, indices, chosen, seed)
    chart = None if explored.table is None else psnr_chart(explored.table, explored.filters, settings, kind)
    key = f"noise {folder.path.name} {kind}"
    player = noise_player(
        folder, folder.network_version(), settings, indices, kind, seed, signed=signed, beside=beside, chart=chart
    )
    own = f"own {key}"
    st.fragment(with_url_sync(_slide))(player, key, explored, own)
    save_noise(player, _index, key, settings, explored.table, explored.filters)
    if explored.table is not None and explored.filters is not None:
        st.markdown(who_wins(explored.table, explored.filters, settings, kind))
        if idle := idle_filters(explored.filters):
            st.caption(idle)
    try_picture(
        settings,
        Trial(
            own,
            (folder.network_version(), explored.table, kind, seed, signed),
            partial(own_levels, folder, kind, seed, explored.table, signed=signed),
            _index(),
            partial(_take_over, own),
        ),
    )


def _slide(player: Player, key: str, explored: _Explored, own: str) -> None:
    """Runs anew on every move of the slider, so it does as little as it can."""
    pictures = st.container()
    with in_address("level", "level", decimal(0, 1, LEVELS[1]), FIRST_LEVEL):
        st.session_state.setdefault("level", FIRST_LEVEL)
        level = st.slider(
            "Noise level, as a plain slider for the keyboard and screen readers",
            0.0,
            1.0,
            step=LEVELS[1],
            key="level",
            persist_state="session",
        )
    index = _index()
    with pictures:
        move_to(key, index)
        frames(player, key=key, start=index, on_release=partial(_take_over, key), plain="level")
    follow(own, index)
    if explored.table is not None:
        st.markdown(qualities_table(explored.table, explored.filters, level))


def _index() -> int:
    """Return where the slider stands."""
    return round(st.session_state["level"] / LEVELS[1])


def _take_over(key: str) -> None:
    """The player was released: the plain slider follows."""
    st.session_state["level"] = LEVELS[known_index(key)]


def _choose_filters() -> tuple[str, ...]:
    """The filters whose pictures stand below those of the network."""
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
    """The seed of the noise, and a button for another."""
    with in_address("noise_seed", "noise_seed", whole_from(0, LAST_NOISE), SHOWN_SEED):
        seed = st.session_state.setdefault("noise_seed", SHOWN_SEED)
    st.button("Other noise", icon=":material/casino:", on_click=_other_noise)
    return int(seed)


def _other_noise() -> None:
    st.session_state["noise_seed"] = (st.session_state["noise_seed"] + 1) % (LAST_NOISE + 1)


def _beside(source: str, kind: str, indices: Indices, chosen: tuple[str, ...], seed: int) -> Beside:
    """The chosen filters' pictures, where they are worked out."""
    if not chosen:
        return ()
    future = get_background().submit_cached(
        filter_frames, source, kind, indices, LEVELS, seed, _kept_filters(source, kind)
    )
    if not future.done():
        wait_for([future.done], "The filters are at work on these pictures")
    return () if answer(future) is None else filter_sheets(future, chosen)
