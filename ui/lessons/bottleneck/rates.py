"""Against JPEG, WebP and PCA: the same pictures in as many bytes, and pictures that the network never learned."""

from bisect import bisect
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.analysis.codecs import WAYS
from autoencoder.analysis.rates import BUDGETS, Comparison, compare, front
from autoencoder.export.lesson_tables import rates_table
from autoencoder.rendering.sprites import png, sheet
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Row, Table, details, frames
from ui.export.figures import subject_of
from ui.export.save_box import Offer, save_pictures
from ui.lessons.bottleneck import text
from ui.lessons.common.players import class_names, default_indices, player_of
from ui.services.cache import clearable_cache
from ui.services.errors import fragment
from ui.services.polling import answer, failed, wait_for
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.url.state import with_url_sync
from ui.url.widgets import segments


@fragment
@with_url_sync
def rates_section(run: TrainedRun) -> None:
    """Draw the same pictures in as many bytes by JPEG, WebP and PCA."""
    ask = partial(get_background().submit_cached, compare, run.folder, run.version)
    known, strange = (ask(default_indices(run.settings.source), strange) for strange in (False, True))
    if failed(known) or failed(strange):
        st.caption("The comparison could not be worked out.")
        return
    way = segments("Bytes of JPEG and WebP", "rates_way", WAYS, "sheet")
    st.caption(text.TEXTS["counted"][way])
    if comparison := answer(known):
        _play(comparison, way, run, f"rates {run.key} {way}", run.settings.source)
        for in_words in (text.verdict, text.needed_table, text.decoder_in_words):
            st.markdown(in_words(comparison, way))
    if comparison := answer(strange):
        st.markdown(f"**The other side.** {text.other_side(comparison, way)}")
        _play(comparison, way, run, f"strange rates {run.key} {way}", None)
    waits = [future.done for future in (known, strange) if not future.done()]
    wait_for(waits, "Writing and reading thousands of files: every quality of JPEG and WebP, for all pictures")


def _play(comparison: Comparison, way: str, run: TrainedRun, key: str, source: str | None) -> None:
    player, size = rate_player(comparison, way, source), run.settings.bottleneck_size
    if run.settings.ordered:
        size = st.session_state.get("size", size)
    index = frames(player, key=key, start=budget_index(size))
    details(player, key)
    offer = Offer("Bytes and quality", partial(rates_table, comparison, way))
    save_pictures(player, index, subject_of("bottleneck", run.settings), key=key, tables=[offer])


def budget_index(size: int) -> int:
    """Return the position of the most bytes that are no more than a bottleneck's size."""
    return bisect(BUDGETS, size) - 1


@clearable_cache(8)
def rate_player(comparison: Comparison, way: str, source: str | None) -> Player:
    """Return a player whose slider is the bytes of a picture, those of JPEG and WebP counted in one of `WAYS`.

    `source` is whose default test pictures are shown, above a chart; None for other pictures.
    """
    shown, what = comparison.shown, comparison.what
    codecs = [comparison.learned, *comparison.rivals(way)]
    titles = [coded.title for coded in codecs]
    rows = [Row("Input", png(sheet(shown[np.newaxis])), 1, f"{len(shown)} of the {what} as they are")]
    for coded in codecs:
        about = f"{coded.title}: the same {what} in about {{position}} bytes each"
        rows.append(Row(coded.title, png(sheet(coded.frames)), len(BUDGETS), about))
    captions, cells = [], []
    for index, budget in enumerate(BUDGETS):
        points = {coded.title: coded.shown[index] for coded in codecs}
        # a codec that cannot be so small shows its smallest pictures all the same
        over = {title: f" (its least: {one.rate:.0f} bytes)" for title, one in points.items() if one.rate > budget}
        captions.append(" · ".join(f"{title}: {one.setting}{over.get(title, '')}" for title, one in points.items()))
        cells.append([words for one in points.values() for words in (f"{one.rate:.1f}", f"{one.psnr:.1f}")])
    return player_of(
        shown,
        rows,
        slider_label="Bytes a picture",
        positions=[str(budget) for budget in BUDGETS],
        captions=captions,
        column_names=[] if source is None else class_names(source, default_indices(source)),
        table=Table(f"Mean bytes and PSNR, {comparison.pictures} {what}", titles, ("Bytes", "dB"), cells),
        charts=[] if source is None else [rate_chart(comparison, way)],
        play=False,
    )


def rate_chart(comparison: Comparison, way: str) -> ChartData:
    """Return PSNR against bytes a picture."""
    lines = []
    for color, coded in enumerate([comparison.learned, *comparison.rivals(way)]):
        points = [(point.rate, point.psnr) for point in front(coded.points)]
        lines.append(Line(coded.title, points, "dashed" if coded is comparison.linear else "line", color))
    return ChartData(
        f"{comparison.pictures} {comparison.what}: PSNR of the mean squared error; higher is closer",
        "Bytes a picture",
        "PSNR, dB",
        lines,
        x_scale="log",
        x_range=(BUDGETS[0], BUDGETS[-1]),
        x_ticks=BUDGETS[:4] + tuple(budget for budget in BUDGETS[4:] if budget & (budget - 1) == 0),
        description="The peak signal-to-noise ratio against the bytes of a picture",
        marker_x=BUDGETS,
    )
