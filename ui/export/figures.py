"""What is on screen as figures to take along: the pictures of a player at its slider's position, and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

from PIL import Image

from autoencoder.analysis.family import MEMBERS
from autoencoder.data.own import token_of
from autoencoder.data.sources import get_source, title_of
from autoencoder.export.chart_figure import Chart, Curve
from autoencoder.export.plate import ColorBar, Grid, ImageRow, Plate
from autoencoder.networks.plan import NETWORKS
from autoencoder.rendering.difference import palette
from autoencoder.training.run_folder import Snapshot
from autoencoder.training.settings import NO_PENALTY, TrainingSettings
from ui.components.chart.chart import ChartData
from ui.components.player.player import Legend, Player, Row, Table
from ui.export.names import file_name
from ui.lessons.common.text import (
    SETTING_NAMES,
    classes_in_words,
    epochs_in_words,
    history_in_words,
    setting_in_words,
    settings_in_words,
)
from ui.markdown import WORD_JOINER

TOLD = ("loss", "batch_size", "learning_rate", "optimizer", "seed")  # in the footer, beside the rest
UNIT = "pixels: 0 is black, 1 is white"
MADE_WITH = "made with Hourglass"
HINTS = (": drag the line",)  # at the end of a chart's title, for whoever has it on screen


@dataclass(frozen=True)
class Subject:
    """What figures are of.

    Args:
        title: What was trained on what.
        footer: The settings.
        name: How their files' names begin.
    """

    title: str
    footer: str
    name: str


def subject_of(
    lesson: str, settings: TrainingSettings, snapshot: Snapshot | None = None, *, kept: int | None = None
) -> Subject:
    """Return what the figures of a page are of.

    Args:
        lesson: The page's name.
        settings: What the network was trained with.
        snapshot: How it was trained, where that was here.
        kept: How many numbers of each code are kept, where the slider does not say so.
    """
    told = [f"{SETTING_NAMES[name]} {setting_in_words(name, getattr(settings, name))}" for name in TOLD]
    told[TOLD.index("learning_rate")] += f", {setting_in_words('schedule', settings.schedule)}"
    if settings.penalty != NO_PENALTY:
        told.append(f"penalty {settings.penalty}, weight {settings.penalty_weight:g}")
    history = "" if snapshot is None else history_in_words(snapshot)
    footer = " · ".join([plain_words(settings_in_words(settings)) + history, *told, MADE_WITH])
    title = title_in_words(settings)
    if kept is not None and settings.ordered:
        title += f", {kept} of {settings.bottleneck_size} numbers kept"
    return Subject(title, footer, file_name(lesson, settings))


def family_subject(members: Sequence[tuple[str, TrainingSettings]]) -> Subject:
    """The same of several members of the family on the same pictures: (member, settings), at least one."""
    told = [
        f"{MEMBERS[member].title}: {one.bottleneck_size} numbers, {epochs_in_words(one.epochs)}, seed {one.seed}"
        for member, one in members
    ]
    source = members[0][1].source
    footer = " · ".join([*told, MADE_WITH])
    who = f"{MEMBERS[members[0][0]].title} autoencoder" if len(members) == 1 else "Kinds of autoencoders"
    return Subject(
        f"{who} trained on {_pictures(source)}",
        footer,
        f"hourglass-family-{'own' if token_of(source) else source.replace('_', '-')}",
    )


def title_in_words(settings: TrainingSettings) -> str:
    """Return what was trained on what."""
    title = f"{NETWORKS[settings.network].title} network trained on {_pictures(settings.source)}"
    if not settings.normal_classes:
        return title
    every = len(settings.normal_classes) == len(get_source(settings.source).class_names)
    named = plain_words(classes_in_words(settings.source, settings.normal_classes))
    return title if every else f"{title} (normal: {named})"


def _pictures(source: str) -> str:
    return "own pictures" if token_of(source) else title_of(source)


def plain_words(markdown: str) -> str:
    """The text that `ui.markdown.escape_markdown` made harmless, as it is read."""
    return unescape(markdown).replace(WORD_JOINER, "")


def plate_of(player: Player, index: int, subject: Subject) -> Plate:
    """The pictures of a player at one of its positions, as they are on screen, with what stands around them."""
    return Plate(
        title=subject.title,
        position=position_in_words(player, index),
        caption=_at(player.captions, index, ""),
        strips=tuple(ImageRow(row.label, _strip(player, row, index)) for row in player.rows),
        columns=player.columns,
        tile=(player.tile_width, player.tile_height),
        names=tuple(player.column_names),
        notes=tuple(_at(player.notes, index, ())),
        notes_label=player.notes_label,
        alarms=tuple(_at(player.alarms, index, ())),
        bar=None if player.legend is None else _bar(player.legend),
        grid=None if player.table is None else _grid(player.table, index),
        footer=subject.footer,
    )


def position_in_words(player: Player, index: int) -> str:
    """Return where the slider stands; of bottleneck sizes also how many numbers there are at most."""
    label, position = player.slider_label, player.positions[index]
    if label == "Bottleneck size":
        most = player.positions[-1]
        of = f" of {most}" if len(player.positions) > 1 else ""
        return f"{label}: {position}{of} {'number' if most == '1' else 'numbers'}"
    if label.endswith(" of"):
        return f"{label} {position} numbers"
    if label.startswith("Of "):
        return f"{position} o{label[1:]}"
    if ": " in label:
        what, which = label.split(": ", 1)
        return f"{what} {position}: {which}"
    return f"{label}: {position}" if label and position else label or position


def chart_of(data: ChartData, subject: Subject, index: int | None = None) -> Chart:
    """A chart of a page.

    Args:
        data: As it is on the page.
        subject: What it is of.
        index: The position of the slider that its marker follows; None for no marker.
    """
    return Chart(
        title=chart_title(data),
        subtitle=subject.title,
        labels=(data.x_label, data.y_label),
        curves=tuple(Curve(line.name, tuple(line.points), line.style, line.color) for line in data.lines),
        scales=(data.x_scale, data.y_scale),
        x_range=data.x_range,
        x_ticks=tuple(data.x_ticks),
        shade=data.shade,
        shade_text=data.shade_text,
        marker=None if index is None else _at(data.marker_x, index, None),
        marker_y=None if index is None else _at(data.marker_y, index, None),
        footer=subject.footer,
    )


def chart_title(data: ChartData) -> str:
    """A chart's title, without what is for the screen alone."""
    for hint in HINTS:
        if data.title.endswith(hint):
            return data.title.removesuffix(hint)
    return data.title or f"{data.y_label} against {data.x_label.lower()}"


def _at(values: Sequence[Any], index: int, otherwise: Any) -> Any:
    return values[index] if values else otherwise


def _strip(player: Player, row: Row, index: int) -> bytes:
    """A row's pictures at a position, as a PNG: the same pixels as on screen."""
    frame = 0 if row.frames == 1 else index
    height = player.tile_height
    part = Image.open(BytesIO(row.sprite)).crop(
        (0, frame * height, player.columns * player.tile_width, (frame + 1) * height)
    )
    buffer = BytesIO()
    part.save(buffer, "PNG")
    return buffer.getvalue()


def _bar(legend: Legend) -> ColorBar:
    """The scale of the difference maps; a legend has every sixteenth of its colors, the figure has them all."""
    limits = (legend.low, legend.mid, legend.high)
    colors = [_rgb(color) for color in legend.colors]
    for signed in (True, False):
        whole: list[tuple[int, int, int]] = [tuple(color) for color in palette(signed=signed).tolist()]
        if colors == whole[:: -(-len(whole) // len(colors))]:
            return ColorBar(tuple(whole), limits, legend.text, UNIT)
    return ColorBar(tuple(colors), limits, legend.text, UNIT)


def _rgb(color: str) -> tuple[int, int, int]:
    """`#rrggbb` as numbers from 0 to 255"""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _grid(table: Table, index: int) -> Grid:
    return Grid(table.title, tuple(table.rows), tuple(table.columns), tuple(table.cells[index]))
