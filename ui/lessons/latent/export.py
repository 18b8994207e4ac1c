"""The boxes of the page Latent space: the plot, the walk, the map, the numbers, averages and new pictures."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

import numpy as np
from PIL import Image

from autoencoder.analysis.latent import Codes
from autoencoder.analysis.planes import FlatPlane, Plane
from autoencoder.export.chart_figure import ChartFigure
from autoencoder.export.figure import FigureSpec, ImageRow
from autoencoder.export.lesson_tables import codes_table
from autoencoder.rendering.chart import ChartData, Line
from autoencoder.rendering.sprites import png
from ui.components.player.player import Player
from ui.export.figures import Subject, chart_of, figure_of, subject_of
from ui.export.save_box import Offer, save_box, save_pictures
from ui.lessons.common.text import count
from ui.lessons.latent.view import View, known_codes

MAP_IN_WORDS = "What the decoder makes of places of the plot, closer together where there are more codes"


def save_player(player: Player, index: int, key: str, view: View, label: str = "Save") -> None:
    """Draw the box for a player of this page; `label` is what opens it."""
    save_pictures(player, index, _subject(view), key=key, label=label)


def save_plot(view: View, plane: Plane, key: str) -> None:
    """Draw the box for the plot of the codes, with the codes themselves."""
    codes = known_codes(view)
    figure = Offer("The plot", partial(plot_of, codes, plane, _subject(view)), "codes")
    names = [] if codes.labels is None else [codes.class_names[label] for label in codes.labels]
    offer = Offer("Codes", partial(codes_table, codes.values, names, plane.points))
    save_box([figure], _subject(view), key=key, tables=[offer], label="Save the plot and the codes")


def plot_of(codes: Codes, plane: Plane, subject: Subject) -> ChartFigure:
    """Return the codes as points, each class in its color and shape."""
    points = [(float(x), float(y)) for x, y in plane.points]
    labels = np.zeros(len(points), int) if codes.labels is None else codes.labels
    lines = []
    for number, label in enumerate(np.unique(labels)):
        name = "Test pictures" if codes.labels is None else codes.class_names[label]
        own = tuple(point for point, one in zip(points, labels, strict=True) if one == label)
        lines.append(Line(name, own, "points", number))
    title = f"Codes of {len(codes):,} test pictures, {count(codes.size, 'number')} each{_drawn_by(codes, plane)}"
    return chart_of(ChartData(title, *_axes(codes, plane), lines), subject)


def save_map(view: View, picture: bytes, key: str) -> None:
    """Draw the box below the map."""
    subject = _subject(view)
    tile = Image.open(BytesIO(picture)).size
    spec = FigureSpec(subject.title, "The map", MAP_IN_WORDS, (ImageRow("", picture),), 1, tile, footer=subject.footer)
    save_box([Offer("The map", lambda: spec, "map")], subject, key=key)


def save_knobs(view: View, name: str, knobs: Sequence[tuple[Player, int]], key: str) -> None:
    """Draw one box for the sliders of all numbers that are shown.

    Args:
        view: What is looked at.
        name: Which picture's code is changed.
        knobs: The players of one picture each, and where their sliders stand; at least one.
        key: A name that no other box of the app has.
    """
    subject = _subject(view)
    figure = Offer("The pictures", partial(knobs_figure, knobs, name, subject), "numbers")
    save_box([figure], subject, key=key)


def knobs_figure(knobs: Sequence[tuple[Player, int]], name: str, subject: Subject) -> FigureSpec:
    """Return what becomes of one picture with each number turned, side by side; see `save_knobs`."""
    figures = [figure_of(player, index, subject) for player, index in knobs]
    pictures = [np.asarray(Image.open(BytesIO(figure.rows[0].picture)).convert("RGB")) for figure in figures]
    return FigureSpec(
        subject.title,
        f"One number of the code of {name} changed, the others as they are",
        "",
        (ImageRow("", png(np.concatenate(pictures, axis=1))),),
        len(knobs),
        figures[0].tile,
        names=tuple(player.slider_label for player, _ in knobs),
        notes=tuple(player.positions[index] for player, index in knobs),
        footer=subject.footer,
    )


def _subject(view: View) -> Subject:
    return subject_of("latent", view.run.settings, kept=view.size)


def _drawn_by(codes: Codes, plane: Plane) -> str:
    if not isinstance(plane, FlatPlane):
        return ", by t-SNE"
    return "" if codes.size <= 2 else ", by PCA"


def _axes(codes: Codes, plane: Plane) -> tuple[str, str]:
    if not isinstance(plane, FlatPlane):
        return "t-SNE, left to right", "t-SNE, upwards"
    if codes.size == 1:
        return "The code's only number", ""
    if codes.size == 2:
        return "First number of the code", "Second number of the code"
    return "First principal component", "Second principal component"
