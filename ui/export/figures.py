"""What is on screen, to take along: a player's pictures at a position, charts, numbers, and the box for them."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from html import unescape
from io import BytesIO
from typing import Any

import streamlit as st
from PIL import Image

from autoencoder.analysis.family import member_of
from autoencoder.data.own import token_of
from autoencoder.data.sources import get_source, title_of
from autoencoder.export.chart_figure import ChartFigure, draw_chart
from autoencoder.export.figure import FigureSpec, Grid, draw_figure
from autoencoder.export.lesson_tables import to_csv
from autoencoder.export.slide import Format
from autoencoder.networks.plan import NETWORKS
from autoencoder.rendering.chart import ChartData
from autoencoder.training.executors import BackgroundExecutor
from autoencoder.training.run_folder import Snapshot
from autoencoder.training.settings import NO_PENALTY, TrainingSettings
from ui.components.player.player import Player, Row
from ui.lessons.common import text
from ui.markdown import WORD_JOINER
from ui.services.errors import fragment
from ui.services.services import get_background

IN_FOOTER = ("loss", "batch_size", "learning_rate", "optimizer", "seed")  # beside the rest
MADE_WITH = "made with Hourglass"
LONGEST = 40  # letters of what a file's name says besides the run
COMMA = "For spreadsheets in German, French, Spanish and other languages that write 0,5. Programs read 0.5."
TIMEOUT = 60.0  # s that a download waits for its figure
MIMES: dict[Format, str] = {"png": "image/png", "pdf": "application/pdf"}
WHAT_FOR = (
    "PNG goes into slides; PDF stays sharp at every size, and its words can be changed. Drawing takes a few seconds, "
    "more while the computer is busy with others' calculations: if it fails, try again."
)


@dataclass(frozen=True)
class Subject:
    """What figures are of."""

    title: str  # what was trained on what
    footer: str  # the settings
    name: str  # how their files' names begin


def subject_of(
    lesson: str, settings: TrainingSettings, snapshot: Snapshot | None = None, *, kept: int | None = None
) -> Subject:
    """Return what the figures of a page are of; `kept`: how many numbers of each code, where no slider says so."""
    parts = [f"{text.SETTING_NAMES[name]} {text.setting_in_words(settings, name)}" for name in IN_FOOTER]
    parts[IN_FOOTER.index("learning_rate")] += f", {text.setting_in_words(settings, 'schedule')}"
    if settings.penalty != NO_PENALTY:
        parts.append(f"penalty {settings.penalty}, weight {settings.penalty_weight:g}")
    words = [plain_words(text.settings_in_words(settings)), *text.history_in_words(snapshot)]
    footer = " · ".join([*words, *parts, MADE_WITH])
    title = f"{NETWORKS[settings.network].title} network trained on {_pictures(settings.source)}"
    if 0 < len(settings.normal_classes) < len(get_source(settings.source).class_names):
        title += f" (normal: {plain_words(text.classes_in_words(settings.source, settings.normal_classes))})"
    if kept is not None and settings.ordered:
        title += f", {kept} of {settings.bottleneck_size} numbers kept"
    return Subject(title, footer, file_name(lesson, settings))


def family_subject(members: Sequence[TrainingSettings]) -> Subject:
    """Return the same for several members of the family, at least one, trained on the same pictures."""
    titles = [str(member_of(one)).capitalize() for one in members]
    known = [f"{one.bottleneck_size} numbers, {text.epochs_in_words(one.epochs)}, seed {one.seed}" for one in members]
    parts = [f"{title}: {words}" for title, words in zip(titles, known, strict=True)]
    who, source = f"{titles[0]} autoencoder" if len(members) == 1 else "Kinds of autoencoders", members[0].source
    name = f"hourglass-family-{'own' if token_of(source) else source.replace('_', '-')}"
    return Subject(f"{who} trained on {_pictures(source)}", " · ".join([*parts, MADE_WITH]), name)


def _pictures(source: str) -> str:
    return "own pictures" if token_of(source) else title_of(source)


def plain_words(markdown: str) -> str:
    """Return the text that `ui.markdown.escape_markdown` made harmless, as it is read."""
    return unescape(markdown).replace(WORD_JOINER, "")


def figure_of(player: Player, index: int, subject: Subject) -> FigureSpec:
    """Return the pictures of a player at one of its positions, as they are on screen, with what stands around them."""
    table = player.table
    return FigureSpec(
        title=subject.title,
        position=player.position_in_words(index),
        caption=player.captions[index] if player.captions else "",
        rows=tuple((row.label, _crop(player, row, index)) for row in player.rows),
        columns=player.columns,
        tile=(player.tile_width, player.tile_height),
        names=tuple(player.column_names),
        notes=tuple(player.notes[index]) if player.notes else (),
        notes_label=player.notes_label,
        alarms=tuple(player.alarms[index]) if player.alarms else (),
        legend=player.legend,
        grid=None if table is None else Grid(table.title, table.rows, table.columns, table.cells[index]),
        footer=subject.footer,
    )


def chart_of(data: ChartData, subject: Subject, index: int | None = None) -> ChartFigure:
    """Return a chart of a page, its marker at a position of the slider; without a marker where `index` is None."""
    return ChartFigure(data, subject.title, subject.footer, index)


def _crop(player: Player, row: Row, index: int) -> bytes:
    """Return a row's pictures at a position as a PNG: the same pixels as on screen."""
    top = 0 if row.frames == 1 else index * player.tile_height
    box = (0, top, player.columns * player.tile_width, top + player.tile_height)
    buffer = BytesIO()
    Image.open(BytesIO(row.sprite)).crop(box).save(buffer, "PNG")
    return buffer.getvalue()


def file_name(lesson: str, settings: TrainingSettings) -> str:
    """Return a plain name for a file about a run, without an ending: `hourglass-bottleneck-mnist-dense`."""
    source = "own" if token_of(settings.source) else settings.source
    parts = ["hourglass", lesson, source, settings.network, "" if settings.penalty == NO_PENALTY else settings.penalty]
    return "-".join(part.replace("_", "-") for part in parts if part)


def ascii_name(words: str) -> str:
    """Return words as a part of a file's name, "" where none is left: `Noise level: 0.40` gives `noise-level-0.40`."""
    plain = unicodedata.normalize("NFKD", words).replace("−", "-").lower().encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", plain)[:LONGEST].strip("-.")


@dataclass(frozen=True)
class Offer:
    """A figure or a table that can be taken along, made from what the page has at hand already."""

    label: str
    make: Callable[[], Any]  # a `FigureSpec`, a `ChartFigure`; or when it is asked for, on another thread, a `Table`
    name: str = ""  # in the file's name; by default the label

    @property
    def file_name(self) -> str:
        """Return its part of the file's name, without an extension."""
        return ascii_name(self.name) or ascii_name(self.label)


def save_pictures(
    player: Player, index: int, subject: Subject, *, key: str, tables: Sequence[Offer] = (), label: str = "Save"
) -> None:
    """Show the box below a player with this key, for its pictures and charts at an index of its slider."""
    figures = [Offer("The pictures", partial(figure_of, player, index, subject), player.position_in_words(index))]
    for data in player.charts:
        figures.append(Offer(f"The chart: {data.heading}", partial(chart_of, data, subject, index), data.heading))
    save_box(figures, subject, key=key, tables=tables, label=label)


@fragment
def save_box(
    figures: Sequence[Offer], subject: Subject, *, key: str, tables: Sequence[Offer] = (), label: str = "Save"
) -> None:
    """Show the box for at least one figure, under a key of its own; nothing is drawn before a button is pressed."""
    box = st.popover(label, icon=":material/download:", key=f"save {key}", on_change="rerun")
    if not box.open:
        return
    with box:
        chosen = 0
        if len(figures) > 1:
            labels = [figure.label for figure in figures]
            chosen = st.radio("What to draw", range(len(labels)), format_func=labels.__getitem__, key=f"draw {key}")
        figure, name = figures[chosen].make(), f"{subject.name}-{figures[chosen].file_name}".strip("-")
        with st.container(horizontal=True):
            for format, mime in MIMES.items():
                drawn = partial(draw, get_background(), figure, format)
                download(f"Figure ({format.upper()})", drawn, f"{name}.{format}", mime, f"{format} {key}", "image")
        st.caption(WHAT_FOR)
        if not tables:
            return
        st.markdown("**The numbers**")
        comma = st.toggle("Decimal comma, semicolons between cells", key=f"comma {key}", help=COMMA)
        with st.container(horizontal=True):
            for table in tables:
                made, name = partial(_csv, table, comma), f"{subject.name}-{table.file_name}.csv"
                download(f"{table.label} (CSV)", made, name, "text/csv", f"table {key} {table.label}", "table")


def download(
    label: str, data: str | Callable[[], bytes], name: str, mime: str = "", key: str = "", icon: str = "download"
) -> None:
    """Draw a button that gives a file, and runs nothing else of the page."""
    icon = f":material/{icon}:"
    st.download_button(label, data, name, mime or None, key=key or None, on_click="ignore", icon=icon)


def _csv(table: Offer, comma: bool) -> bytes:
    return to_csv(table.make(), decimal_comma=comma)


def draw(background: BackgroundExecutor, figure: FigureSpec | ChartFigure, format: Format) -> bytes:
    """Return the figure as a file, drawn in the background's process; what fails Streamlit says below the button."""
    function = draw_figure if isinstance(figure, FigureSpec) else draw_chart
    return wait_a_while(background.try_submit(function, figure, format))


def wait_a_while(future: Future) -> bytes:
    """Return a file that is made in the background, or raise what failed; a TimeoutError where it takes too long."""
    try:
        return future.result(TIMEOUT)
    finally:
        future.cancel()  # nobody waits for it any longer
