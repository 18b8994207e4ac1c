"""What the page Bottleneck says: things to try, and who wins at how many bytes. All is read from what was measured."""

import math
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autoencoder.analysis.compression import CompressionReport
from autoencoder.analysis.rates import Comparison
from ui.lessons.common.players import SIZE_TICKS
from ui.lessons.common.tabs import Prompt
from ui.lessons.common.text import count
from ui.markdown import escape_markdown

FIRST_SIZE = 8
TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def things_to_try(measured: CompressionReport | None, class_names: Sequence[str]) -> Iterator[Prompt]:
    """Yield what to try with a network for every size, as far as its errors have an answer; without, the first."""

    def prompt(name: str, **values: Any) -> Prompt:
        return Prompt(**{part: text.format(**values) for part, text in TEXTS["try"][name].items()})

    yield prompt("one")
    if measured is None:
        return
    size = measured.class_size
    own, pca, needed = measured.error_at(size), measured.pca_at(size), measured.pca_needs(size)
    if own is not None and pca is not None and own < pca:
        more = ""
        if needed:
            fewest = 1 + max((count for count in measured.pca_sizes if count < needed), default=0)
            more = f" PCA needs {needed if fewest == needed else f'{fewest} to {needed}'} numbers to do as well."
        yield prompt("pca", size=size, own=own, pca=pca, more=more)
    known = [(error, label) for label, error in enumerate(measured.class_errors) if not math.isnan(error)]
    if len(known) >= 2:
        (low, first), (high, last) = min(known), max(known)
        easy, hard = (escape_markdown(class_names[label]) for label in (first, last))
        yield prompt("classes", size=size, easy=easy, low=low, hard=hard, high=high)
    if ahead := measured.pca_ahead_from:
        where = f"{'at' if ahead == measured.sizes[-1] else 'from'} {ahead} numbers"
        yield prompt("ahead", where="at every size" if ahead == measured.sizes[0] else where)
    yield prompt("exact", size=size)


# The comparison of codecs


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
    pca = comparison.needed(way, size)["PCA"]
    if pca is not None and pca > size:
        parts.append(f"PCA needs {pca:.0f}.")
    for rival in comparison.rivals(way):
        if first := comparison.ahead_from(way, rival.title):
            parts.append(f"{rival.title} matches it from {count(first, 'byte')}.")
    return " ".join(parts)


def needed_table(comparison: Comparison, way: str) -> str:
    """Return, for each size, what the autoencoder reaches, and how much more the others need for the same. Markdown."""
    titles = [rival.title for rival in comparison.rivals(way)]
    lines = [
        "Bytes that the others need for the same PSNR, as a multiple of the autoencoder's. Below 1 × they win:",
        "",
        f"| Bytes | dB | {' | '.join(titles)} |",
        f"|--:|--:|{'--:|' * len(titles)}",
    ]
    for size in table_sizes(comparison):
        needed = comparison.needed(way, size)
        cells = " | ".join("–" if (rate := needed[title]) is None else f"{rate / size:.1f} ×" for title in titles)
        lines.append(f"| {size} | {comparison.psnr_at(size):.1f} | {cells} |")
    return "\n".join(lines)


def decoder_in_words(comparison: Comparison, way: str) -> str:
    """Return how large the decoder is, which no byte counts, and when that is recouped."""
    size = _first_size(comparison)
    pays, best = comparison.pays_after(way, size), comparison.best_classical(way, size)
    when = "At this quality the decoder's size is never recouped."
    if pays is not None and best is not None:
        when = f"Against {best[0]} at {count(size, 'byte')}, its size is recouped after {pays:,} pictures."
    return (
        f"**These bytes do not count the decoder**, which whoever receives a code must have. Its weights take "
        f"{comparison.weight_bytes:,} bytes, {comparison.stored_bytes:,} as stored. PCA's would take "
        f"{comparison.linear_bytes:,}. {when} Each number of a code is rounded to one byte."
    )


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
    why = "The code is short because the network knows what its own pictures look like. It can paint nothing else."
    return f"{before}; {title} {needs}. {why}"


def _first_size(comparison: Comparison) -> int:
    sizes = table_sizes(comparison)
    return FIRST_SIZE if FIRST_SIZE in sizes else sizes[-1]
