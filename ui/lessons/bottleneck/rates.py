"""Against JPEG, WebP and PCA: the same pictures in as many bytes, and pictures that the network never learned."""

from concurrent.futures import Future

import streamlit as st

from autoencoder.analysis.codecs import WAYS
from autoencoder.analysis.rate_comparison import Comparison, compare
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.settings import TrainingSettings
from ui.components.player.player import frames
from ui.lessons.bottleneck.export import save_rates
from ui.lessons.bottleneck.rates_players import budget_index, rate_player
from ui.lessons.bottleneck.rates_text import HOW_COUNTED, decoder_in_words, needed_table, other_side, verdict
from ui.lessons.common.players import default_indices
from ui.services.polling import answer, failed, wait_for
from ui.services.services import get_background
from ui.url.codecs import FLAG, one_of
from ui.url.state import in_address, with_url_sync

TITLE = "Against JPEG, WebP and PCA: the same pictures in as many bytes"


def rates_section(folder: RunFolder, settings: TrainingSettings) -> None:
    """A box that works out nothing before it is opened.

    Args:
        folder: A run with a trained network that has a bottleneck.
        settings: What it was trained with.
    """
    st.fragment(with_url_sync(_section))(folder, settings)


def _section(folder: RunFolder, settings: TrainingSettings) -> None:
    with in_address("rates", "rates", FLAG, False):
        box = st.expander(TITLE, key="rates", on_change="rerun")
    if box.open:
        with box:
            _compared(folder, settings)


def _compared(folder: RunFolder, settings: TrainingSettings) -> None:
    indices, version = default_indices(settings.source), folder.network_version()
    asked = [get_background().submit_cached(compare, folder, version, indices, strange) for strange in (False, True)]
    if any(map(failed, asked)):
        st.caption("The comparison could not be worked out.")
        return
    way = _choose_way()
    for number, future in enumerate(asked):
        if answer(future) is not None:
            (_show_strange if number else _show)(future, folder, settings, way)
    waits = [future.done for future in asked if not future.done()]
    wait_for(waits, "Writing and reading thousands of files: every quality of JPEG and WebP, for all pictures")


def _choose_way() -> str:
    """Return how the bytes of JPEG and WebP are counted."""
    with in_address("rates_way", "rates_way", one_of(WAYS), "sheet") as first:
        way = st.segmented_control(
            "Bytes of JPEG and WebP",
            list(WAYS),
            default=first,
            format_func=lambda way: WAYS[way],
            key="rates_way",
            required=True,
            persist_state="session",
        )
    st.caption(HOW_COUNTED[way])
    return way


def _show(future: Future, folder: RunFolder, settings: TrainingSettings, way: str) -> None:
    """Pictures like those that it learned, and who wins."""
    comparison: Comparison = future.result()
    _play(future, f"rates {folder.path.name} {way}", settings, way, chart=True)
    st.markdown(verdict(comparison, way))
    st.markdown(needed_table(comparison, way))
    st.markdown(decoder_in_words(comparison, way))


def _show_strange(future: Future, folder: RunFolder, settings: TrainingSettings, way: str) -> None:
    """Pictures that it never learned."""
    st.markdown(f"**The other side.** {other_side(future.result(), way)}")
    _play(future, f"strange rates {folder.path.name} {way}", settings, way, chart=False)


def _play(future: Future, key: str, settings: TrainingSettings, way: str, *, chart: bool) -> None:
    size = st.session_state.get("size", settings.bottleneck_size) if settings.ordered else settings.bottleneck_size
    player = rate_player(future, way, None if "strange" in key else settings.source, chart=chart)
    index = frames(player, key=key, start=budget_index(size))
    save_rates(player, index, key, settings, future.result(), way)
