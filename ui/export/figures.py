"""What is on screen as figures to take along: the pictures of a player at its slider's position, and charts."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

from PIL import Image

from autoencoder.analysis.family import MEMBERS, member_of
from autoencoder.data.own import token_of
from autoencoder.data.sources import get_source, title_of
from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.figure import FigureSpec, Grid, ImageRow
from autoencoder.networks.plan import NETWORKS
from autoencoder.rendering.chart import ChartData
from autoencoder.training.run_folder import Snapshot
from autoencoder.training.settings import NO_PENALTY, TrainingSettings
from ui.components.player.player import Player, Row
from ui.lessons.common import text
from ui.markdown import WORD_JOINER

IN_FOOTER = ("loss", "batch_size", "learning_rate", "optimizer", "seed")  # beside the rest
MADE_WITH = "made with Hourglass"
LONGEST = 40  # letters of what a file's name says besides the run


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
    title = title_in_words(settings)
    if kept is not None and settings.ordered:
        title += f", {kept} of {settings.bottleneck_size} numbers kept"
    return Subject(title, footer, file_name(lesson, settings))


def family_subject(members: Sequence[TrainingSettings]) -> Subject:
    """Return the same for several members of the family, at least one, trained on the same pictures."""
    titles = [MEMBERS[str(member_of(one))].title for one in members]
    parts = [
        f"{title}: {one.bottleneck_size} numbers, {text.epochs_in_words(one.epochs)}, seed {one.seed}"
        for title, one in zip(titles, members, strict=True)
    ]
    who, source = f"{titles[0]} autoencoder" if len(members) == 1 else "Kinds of autoencoders", members[0].source
    return Subject(
        f"{who} trained on {_pictures(source)}",
        " · ".join([*parts, MADE_WITH]),
        f"hourglass-family-{'own' if token_of(source) else source.replace('_', '-')}",
    )


def title_in_words(settings: TrainingSettings) -> str:
    """Return what was trained on what."""
    title, normal = f"{NETWORKS[settings.network].title} network trained on {_pictures(settings.source)}", ""
    if 0 < len(settings.normal_classes) < len(get_source(settings.source).class_names):
        normal = f" (normal: {plain_words(text.classes_in_words(settings.source, settings.normal_classes))})"
    return title + normal


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
        caption=_at(player.captions, index, ""),
        rows=tuple(ImageRow(row.label, _crop(player, row, index)) for row in player.rows),
        columns=player.columns,
        tile=(player.tile_width, player.tile_height),
        names=tuple(player.column_names),
        notes=tuple(_at(player.notes, index, ())),
        notes_label=player.notes_label,
        alarms=tuple(_at(player.alarms, index, ())),
        legend=player.legend,
        grid=None if table is None else Grid(table.title, table.rows, table.columns, table.cells[index]),
        footer=subject.footer,
    )


def chart_of(data: ChartData, subject: Subject, index: int | None = None) -> ChartFigure:
    """Return a chart of a page, its marker at a position of the slider; without a marker where `index` is None."""
    return ChartFigure(data, subject.title, subject.footer, index)


def _at(values: Sequence[Any], index: int, otherwise: Any) -> Any:
    return values[index] if values else otherwise


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
