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
from ui.export.figures import Subject, ascii_name, chart_of, figure_of
from ui.services.errors import fragment
from ui.services.services import get_background

TIMEOUT = 60.0  # s that a download waits for its figure
MIMES: dict[Format, str] = {"png": "image/png", "pdf": "application/pdf"}
WHAT_FOR = (
    "PNG goes into slides; PDF stays sharp at every size, and its words can be changed. Drawing takes a few seconds, "
    "more while the computer is busy with others' calculations: if it fails, try again."
)


@dataclass(frozen=True)
class Offer:
    """A figure or a table that can be taken along.

    `make` makes a `FigureSpec`, a `ChartFigure` or a `Table` from what the page has at hand already; a table on another
    thread, and only when it is asked for.
    """

    label: str
    make: Callable[[], Any]
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
    """Show the box for at least one figure, under a key that no other box of the app has.

    Nothing is drawn before a button in it is pressed.
    """
    box = st.popover(label, icon=":material/download:", key=f"save {key}", on_change="rerun")
    if not box.open:
        return
    with box:
        chosen = 0
        if len(figures) > 1:
            labels = [figure.label for figure in figures]
            chosen = st.radio("What to draw", range(len(labels)), format_func=labels.__getitem__, key=f"draw {key}")
        _offer_figure(figures[chosen], subject, key)
        if tables:
            st.markdown("**The numbers**")
            with st.container(horizontal=True):
                for table in tables:
                    st.download_button(
                        f"{table.label} (CSV)",
                        partial(_csv, table),
                        f"{subject.name}-{table.file_name}.csv",
                        "text/csv",
                        key=f"table {key} {table.label}",
                        on_click="ignore",
                        icon=":material/table:",
                    )


def _csv(table: Offer) -> bytes:
    content: bytes = table.make().to_csv()
    return content


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
