"""Against JPEG, WebP and PCA: the same pictures in as many bytes, and pictures that the network never learned."""

from concurrent.futures import Future

import streamlit as st

from autoencoder.analysis.codecs import WAYS
from autoencoder.analysis.rate_comparison import Comparison, compare
from ui.components.player.player import Player, details, frames
from ui.lessons.bottleneck.export import save_rates
from ui.lessons.bottleneck.rates_players import budget_index, rate_player
from ui.lessons.bottleneck.rates_text import HOW_COUNTED, decoder_in_words, needed_table, other_side, verdict
from ui.lessons.common.players import default_indices
from ui.services.polling import answer, failed, wait_for
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.url.state import with_url_sync
from ui.url.widgets import segments


def rates_section(run: TrainedRun) -> None:
    """Draw the same pictures in as many bytes by JPEG, WebP and PCA."""
    st.fragment(with_url_sync(_compared))(run)


def _compared(run: TrainedRun) -> None:
    indices = default_indices(run.settings.source)
    known, strange = (
        get_background().submit_cached(compare, run.folder, run.version, indices, strange) for strange in (False, True)
    )
    if failed(known) or failed(strange):
        st.caption("The comparison could not be worked out.")
        return
    way = _choose_way()
    if answer(known) is not None:
        _show_known(known, run, way)
    if answer(strange) is not None:
        _show_strange(strange, run, way)
    waits = [future.done for future in (known, strange) if not future.done()]
    wait_for(waits, "Writing and reading thousands of files: every quality of JPEG and WebP, for all pictures")


def _choose_way() -> str:
    """Return how the bytes of JPEG and WebP are counted."""
    way = segments("Bytes of JPEG and WebP", "rates_way", WAYS, "sheet")
    st.caption(HOW_COUNTED[way])
    return way


def _show_known(future: Future, run: TrainedRun, way: str) -> None:
    """Show pictures like those that it learned, and who wins."""
    comparison: Comparison = future.result()
    player = rate_player(future, way, run.settings.source, chart=True)
    _play(player, f"rates {run.key} {way}", comparison, run, way)
    st.markdown(verdict(comparison, way))
    st.markdown(needed_table(comparison, way))
    st.markdown(decoder_in_words(comparison, way))


def _show_strange(future: Future, run: TrainedRun, way: str) -> None:
    """Show pictures that it never learned."""
    comparison: Comparison = future.result()
    st.markdown(f"**The other side.** {other_side(comparison, way)}")
    player = rate_player(future, way, None, chart=False)
    _play(player, f"strange rates {run.key} {way}", comparison, run, way)


def _play(player: Player, key: str, comparison: Comparison, run: TrainedRun, way: str) -> None:
    size = run.settings.bottleneck_size
    if run.settings.ordered:
        size = st.session_state.get("size", size)
    index = frames(player, key=key, start=budget_index(size))
    details(player, key)
    save_rates(player, index, key, run.settings, comparison, way)
