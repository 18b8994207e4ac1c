"""Against JPEG, WebP and PCA: as many bytes, and pictures never learned. Every claim is read from what was measured."""

from bisect import bisect
from functools import partial

import numpy as np
import streamlit as st

from autoencoder.analysis.codecs import WAYS
from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.rates import BUDGETS, Comparison, compare, front
from autoencoder.export.lesson_tables import rates_table
from autoencoder.rendering.sprites import png, sheet
from ui.components.chart.chart import ChartData, Line
from ui.components.player.player import Player, Position, Row, Table, details
from ui.export.figures import Offer, save_pictures, subject_of
from ui.lessons.common.players import SIZE_TICKS, class_names, default_indices, player_of
from ui.services.errors import fragment
from ui.services.polling import answer, failed, wait_for
from ui.services.services import clearable_cache, get_background
from ui.services.trained_run import TrainedRun
from ui.url.codecs import one_of
from ui.url.state import write_address
from ui.url.widgets import choose
from ui.words import count, read_texts

FIRST_SIZE = 8
TEXTS = read_texts("lessons/bottleneck/texts.toml")


@fragment
def rates_section(run: TrainedRun) -> None:
    """Draw the same pictures in as many bytes by JPEG, WebP and PCA."""
    ask = partial(get_background().submit_cached, compare, run.folder, run.version)
    known, strange = (ask(default_indices(run.settings.source), strange) for strange in (False, True))
    if failed(known) or failed(strange):
        st.caption("The comparison could not be worked out.")
        return
    way = choose("Bytes of JPEG and WebP", "rates_way", WAYS, "sheet", seen=True)
    st.caption(TEXTS["counted"][way])
    if comparison := answer(known):
        _play(comparison, way, run, f"rates {run.key} {way}", run.settings.source)
        measured = CompressionReport.of(run.folder)
        st.markdown(verdict(comparison, way) + (pca_needs(measured, _first_size(comparison)) if measured else ""))
        for in_words in (needed_table, decoder_in_words):
            st.markdown(in_words(comparison, way))
    if comparison := answer(strange):
        st.markdown(f"**The other side.** {other_side(comparison, way)}")
        _play(comparison, way, run, f"strange rates {run.key} {way}", None)
    waits = [future.done for future in (known, strange) if not future.done()]
    wait_for(waits, "Writing and reading thousands of files: every quality of JPEG and WebP, for all pictures")
    write_address()


def _play(comparison: Comparison, way: str, run: TrainedRun, key: str, source: str | None) -> None:
    player, size = rate_player(comparison, way, source), run.settings.bottleneck_size
    if run.settings.ordered:
        size = st.session_state.get("size", size)
    first = BUDGETS[bisect(BUDGETS, size) - 1]  # at most as many bytes as numbers
    index = Position("bytes", f"bytes {run.key}", BUDGETS, first, one_of(BUDGETS)).play(player, key=key)
    details(player, key)
    offer = Offer("Bytes and quality", partial(rates_table, comparison, way))
    save_pictures(player, index, subject_of("bottleneck", run.settings), key=key, tables=[offer])


@clearable_cache(8)
def rate_player(comparison: Comparison, way: str, source: str | None) -> Player:
    """Return a player whose slider is bytes, counted in one of `WAYS`; `source` is that of test pictures, else None."""
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
        lines=lines,
        x_range=(BUDGETS[0], BUDGETS[-1]),
        x_ticks=BUDGETS[:4] + tuple(budget for budget in BUDGETS[4:] if budget & (budget - 1) == 0),
        marker_x=BUDGETS,
        **TEXTS["rate_chart"],
    )


def table_sizes(comparison: Comparison) -> list[int]:
    """Return the sizes that a table has room for, of those that the network answers for; else its only one."""
    own = [round(point.rate) for point in comparison.learned.points]
    return [size for size in SIZE_TICKS if size in own] or own[-1:]


def verdict(comparison: Comparison, way: str) -> str:
    """Return who wins at one size, by how much, and from where on it is the others."""
    size = _first_size(comparison)
    parts = [f"**With {count(size, 'byte')} a picture** the autoencoder reaches {comparison.psnr_at(size):.1f} dB."]
    title, rate = comparison.best_classical(way, size) or ("", 0.0)
    if not title:
        parts.append("No setting of JPEG or WebP that was tried gives so much.")
    elif rate > size:
        parts.append(f"For the same, {title} needs {rate:.0f} bytes: **{rate / size:.1f} times as many**.")
    else:
        parts.append(f"{title} does as well with {rate:.1f} bytes, so here the autoencoder **loses**.")
    for rival in comparison.rivals(way):
        if first := comparison.ahead_from(way, rival.title):
            parts.append(f"{rival.title} matches it from {count(first, 'byte')}.")
    return " ".join(parts)


def pca_needs(measured: CompressionReport, size: int) -> str:
    """Return how many numbers PCA needs for the error that the network has with `size`, in a sentence after a space."""
    needed = measured.pca_needs(size)
    if not needed or needed[-1] <= size:
        return ""
    return f" PCA needs {needed[0] if len(needed) == 1 else f'{needed[0]} to {needed[-1]}'} numbers to do as well."


def needed_table(comparison: Comparison, way: str) -> str:
    """Return, for each size, what the autoencoder reaches, and how much more the others need for the same. Markdown."""
    titles = [rival.title for rival in comparison.rivals(way)]
    lines = [
        "Bytes that the others need for the same PSNR, as a multiple of the autoencoder's; each number of a code "
        "is rounded to one byte. Below 1 × they win:",
        "",
        f"| Bytes | dB | {' | '.join(titles)} |",
        f"|--:|--:|{'--:|' * len(titles)}",
    ]
    for size in table_sizes(comparison):
        needed = comparison.needed(way, size).values()
        cells = " | ".join("–" if rate is None else f"{rate / size:.1f} ×" for rate in needed)
        lines.append(f"| {size} | {comparison.psnr_at(size):.1f} | {cells} |")
    return "\n".join(lines)


def decoder_in_words(comparison: Comparison, way: str) -> str:
    """Return how large the decoder is, which no byte counts, and when that is recouped."""
    size = _first_size(comparison)
    pays, best = comparison.pays_after(way, size), comparison.best_classical(way, size)
    when = "At this quality the decoder's size is never recouped."
    if pays is not None and best is not None:
        when = f"Against {best[0]} at {count(size, 'byte')}, its size is recouped after {pays:,} pictures."
    return str(TEXTS["decoder"]).format(comparison=comparison, when=when)


def other_side(comparison: Comparison, way: str) -> str:
    """Return how the same codecs do on pictures that the network never learned, in one or two sentences."""
    size = table_sizes(comparison)[-1]
    psnr, best = comparison.psnr_at(size), comparison.best_classical(way, size)
    before = f"With {count(size, 'byte')}, {comparison.pictures} {comparison.what} come back at {psnr:.1f} dB"
    if best is None:
        return f"{before}; no setting of JPEG or WebP gives as much."
    title, rate = best
    if rate > size:
        return f"{before}; {title} needs {rate:.0f} bytes for it."
    coded = next(rival for rival in comparison.rivals(way) if rival.title == title)
    least = min(coded.points, key=lambda point: point.rate)
    needs = f"needs {rate:.0f} bytes for as much"
    if psnr is not None and least.psnr >= psnr:
        needs = f"at its smallest, {least.rate:.1f} bytes, at {least.psnr:.1f} dB"
    return f"{before}; {title} {needs}. {TEXTS['short']}"


def _first_size(comparison: Comparison) -> int:
    sizes = table_sizes(comparison)
    return FIRST_SIZE if FIRST_SIZE in sizes else sizes[-1]
