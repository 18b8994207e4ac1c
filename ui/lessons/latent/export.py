"""Figures of the page Latent space to take along, of what is no player: the plot, the map, the numbers."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.figure import FigureSpec, ImageRow
from autoencoder.rendering.chart import ChartData, Line
from autoencoder.rendering.sprites import png
from ui.components.player.player import Player
from ui.export.figures import Subject, chart_of, figure_of
from ui.lessons.common.text import count
from ui.lessons.latent.view import View

MAP_IN_WORDS = "What the decoder makes of places of the plot, closer together where there are more codes"


def plot_figure(view: View, subject: Subject) -> ChartFigure:
    """Return the codes as points, each class in its color and shape."""
    codes, words = view.codes, view.words
    labels = np.zeros(len(codes), int) if codes.labels is None else codes.labels
    lines = []
    for number, label in enumerate(np.unique(labels)):
        name = "Test pictures" if codes.labels is None else codes.class_names[label]
        own = view.plane.points[labels == label].tolist()
        lines.append(Line(name, tuple((x, y) for x, y in own), "points", number))
    drawn = "" if codes.size <= 2 and view.embedded is None else f", {words.drawn}"
    title = f"Codes of {len(codes):,} test pictures, {count(codes.size, 'number')} each{drawn}"
    return chart_of(ChartData(title, *words.labels, lines), subject)


def map_figure(picture: bytes, subject: Subject) -> FigureSpec:
    """Return the map, a PNG."""
    tile = Image.open(BytesIO(picture)).size
    return FigureSpec(subject.title, "The map", MAP_IN_WORDS, (ImageRow("", picture),), 1, tile, footer=subject.footer)


def knobs_figure(knobs: Sequence[tuple[Player, int]], name: str, subject: Subject) -> FigureSpec:
    """Return what becomes of one picture with each number turned, side by side.

    Args:
        knobs: The players of one picture each, and where their sliders stand; at least one.
        name: Which picture's code is changed.
        subject: What they are of.
    """
    figures = [figure_of(player, index, subject) for player, index in knobs]
    pictures = [np.asarray(Image.open(BytesIO(figure.rows[0].picture)).convert("RGB")) for figure in figures]
    return replace(
        figures[0],
        position=f"One number of the code of {name} changed, the others as they are",
        caption="",
        rows=(ImageRow("", png(np.concatenate(pictures, axis=1))),),
        columns=len(knobs),
        names=tuple(player.slider_label for player, _ in knobs),
        notes=tuple(player.positions[index] for player, index in knobs),
    )
