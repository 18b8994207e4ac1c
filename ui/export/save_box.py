"""A small box below a player: the pictures at its slider's position, its charts and its numbers, to take along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from autoencoder.export.chart_figure import ChartFigure, draw_chart
from autoencoder.export.figure import FigureSpec, draw_figure
from autoencoder.export.slide import Format
from autoencoder.training.executors import BackgroundExecutor
from ui.components.player.player import Player
from ui.export.figures import Subject, chart_of, figure_of
from ui.export.names import ascii_name
from ui.services.services import get_background

TIMEOUT = 60.0  # s that a download waits for its figure
MIMES: dict[Format, str] = {"png": "image/png", "pdf": "application/pdf"}
WHAT_FOR = (
    "PNG goes into slides; PDF stays sharp at every size, and its words can be changed. Drawing takes a few seconds, "
    "more while the computer is busy with others' calculations: if it fails, try again."
)

Place = int | Callable[[], int]  # of a slider, or a function of it where the box is not drawn anew with the slider


@dataclass(frozen=True)
class Offer:
    """A figure or a table that can be taken along.

    Args:
        label: What it is, in a few words.
        make: Makes a `FigureSpec`, a `ChartFigure` or a `Table` from what the page has at hand already; a table on
            another thread, and only when it is asked for.
        name: The same as the label, as a part of a file's name; made from the label where it is empty.
    """

    label: str
    make: Callable[[], Any]
    name: str = ""

    @property
    def file_name(self) -> str:
        """Return what the file's name says of it, without an extension."""
        return self.name or ascii_name(self.label)


Offers = Callable[[], Sequence[Offer]]


def save_pictures(
    player: Player, place: Place, subject: Subject, *, key: str, tables: Offers = tuple, label: str = "Save"
) -> None:
    """Show the box below a player.

    Args:
        player: Whose pictures.
        place: The index at which its slider stands.
        subject: What they are of.
        key: Of the player.
        tables: Gives the numbers to offer beside them.
        label: What opens it.
    """
    save_box(partial(_figures, player, place, subject), subject, key=key, tables=tables, label=label)


def index_of(place: Place) -> int:
    """Return the index at which a slider stands now."""
    return place() if callable(place) else place


def _figures(player: Player, place: Place, subject: Subject) -> list[Offer]:
    """Return the pictures where the slider stands now, and the charts."""
    index = index_of(place)
    pictures = partial(figure_of, player, index, subject)
    offers = [Offer("The pictures", pictures, ascii_name(player.position_in_words(index)))]
    for data in player.charts:
        chart = partial(chart_of, data, subject, index)
        offers.append(Offer(f"The chart: {data.heading}", chart, ascii_name(data.heading)))
    return offers


@st.fragment
def save_box(figures: Offers, subject: Subject, *, key: str, tables: Offers = tuple, label: str = "Save") -> None:
    """Show the box. Nothing is drawn before a button in it is pressed.

    Args:
        figures: Gives what can be drawn, at least one.
        subject: What they are of.
        key: A name that no other box of the app has.
        tables: Gives the numbers to offer beside them.
        label: What opens it.
    """
    box = st.popover(label, icon=":material/download:", key=f"save {key}", on_change="rerun")
    if not box.open:
        return
    with box:
        _offer_figure(_choose(figures(), key), subject, key)
        if offers := tables():
            st.markdown("**The numbers**")
            with st.container(horizontal=True):
                for offer in offers:
                    _offer_table(offer, subject, key)


def _choose(figures: Sequence[Offer], key: str) -> Offer:
    if len(figures) == 1:
        return figures[0]
    labels = [figure.label for figure in figures]
    return figures[st.radio("What to draw", range(len(labels)), format_func=labels.__getitem__, key=f"draw {key}")]


def _offer_figure(offer: Offer, subject: Subject, key: str) -> None:
    figure, name = offer.make(), f"{subject.name}-{offer.file_name}".strip("-")
    with st.container(horizontal=True):
        for format in MIMES:
            st.download_button(
                f"Figure ({format.upper()})",
                partial(draw, get_background(), figure, format),
                f"{name}.{format}",
                MIMES[format],
                key=f"{format} {key}",
                on_click="ignore",
                icon=":material/image:",
            )
    st.caption(WHAT_FOR)


def _offer_table(offer: Offer, subject: Subject, key: str) -> None:
    st.download_button(
        f"{offer.label} (CSV)",
        lambda: offer.make().to_csv(),
        f"{subject.name}-{offer.file_name}.csv",
        "text/csv",
        key=f"table {key} {offer.label}",
        on_click="ignore",
        icon=":material/table:",
    )


def draw(background: BackgroundExecutor, figure: FigureSpec | ChartFigure, format: Format) -> bytes:
    """Return the figure as a file, drawn in the background's process.

    Raises:
        Exception: When it could not be drawn, or not within `TIMEOUT`; Streamlit says so below the button.
    """
    function = draw_figure if isinstance(figure, FigureSpec) else draw_chart
    future = background.try_submit(function, figure, format)
    try:
        return future.result(TIMEOUT)
    finally:
        future.cancel()  # a figure that nobody waits for any longer
