"""A small box below a player: the pictures at its slider's position, its charts and its numbers, to take along."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from autoencoder.export.canvas import Drawn
from autoencoder.export.chart_figure import Chart, draw_chart
from autoencoder.export.figure import draw_plate
from autoencoder.export.plate import Plate
from ui.components.player.player import Player
from ui.export.figures import Subject, chart_of, chart_title, plate_of, position_in_words
from ui.export.names import ascii_name
from ui.export.tables import Offer, offer_tables
from ui.services.polling import answer, wait_for
from ui.services.services import get_background

AT_ONCE = 0.4  # s that the box waits for a figure before it says that it does
LONGEST = 60.0  # s after which it waits no longer
DRAWN = "figures drawn"  # in the session: box → its figure; nobody else keeps them
MOST_DRAWN = 3  # that a session keeps
PICTURES = "The pictures"
FAILED = "The figure could not be drawn."
LATE = "The figure is not drawn yet: the computer is busy with others' calculations."
WHAT_FOR = "PNG goes into slides; PDF stays sharp at every size, and its words can be changed."

Place = int | Callable[[], int]  # of a slider, or what tells it, where the box is not drawn anew with the slider
Tables = Callable[[], Sequence[Offer]]


@dataclass(frozen=True)
class Figure:
    """A figure that can be taken along.

    Args:
        label: What it is, in a few words.
        name: The same as a part of a file's name.
        make: Makes what is to be drawn.
    """

    label: str
    name: str
    make: Callable[[], Plate | Chart]


@dataclass(frozen=True)
class _Asked:
    """A figure that another process draws.

    Args:
        question: What is drawn.
        future: Its files to come.
        since: When it was asked for, as `time.monotonic` has it.
    """

    question: Plate | Chart
    future: "Future[Drawn]"
    since: float

    def is_late(self) -> bool:
        """Return whether it is waited for no longer."""
        return time.monotonic() - self.since > LONGEST


def save_pictures(
    player: Player, place: Place, subject: Subject, *, key: str, tables: Tables = tuple, label: str = "Save"
) -> None:
    """The box below a player.

    Args:
        player: Whose pictures.
        place: The index at which its slider stands.
        subject: What they are of.
        key: Of the player.
        tables: Gives the numbers to offer beside them.
        label: What opens it.
    """
    st.fragment(_box)(partial(_figures, player, place, subject), subject, key, tables, label)


def index_of(place: Place) -> int:
    """The index at which a slider stands now."""
    return place() if callable(place) else place


def _figures(player: Player, place: Place, subject: Subject) -> list[Figure]:
    """The pictures where the slider stands now, and the charts."""
    index = index_of(place)
    where = ascii_name(position_in_words(player, index))
    figures = [Figure(PICTURES, where, partial(plate_of, player, index, subject))]
    for chart in ([] if player.chart is None else [player.chart]) + list(player.more_charts):
        title = chart_title(chart)
        figures.append(Figure(f"The chart: {title}", ascii_name(title), partial(chart_of, chart, subject, index)))
    return figures


def save_box(
    figures: Sequence[Figure], subject: Subject, *, key: str, tables: Tables = tuple, label: str = "Save"
) -> None:
    """The box. Nothing is drawn before it is opened, nor kept when it is closed.

    Args:
        figures: What can be drawn, at least one.
        subject: What they are of.
        key: A name that no other box of the app has.
        tables: Gives the numbers to offer beside them.
        label: What opens it.
    """
    st.fragment(_box)(lambda: figures, subject, key, tables, label)


def _box(figures: Callable[[], Sequence[Figure]], subject: Subject, key: str, tables: Tables, label: str) -> None:
    box = st.popover(label, icon=":material/download:", key=f"save {key}", on_change="rerun")
    if not box.open:
        _forget(key)
        return
    with box:
        figure = _choose(figures(), key)
        offer_figure(figure.make(), f"{subject.name}-{figure.name}".strip("-"), key=key)
        if offers := tables():
            st.markdown("**The numbers**")
            offer_tables(offers, subject.name, key=f"table {key}")


def _choose(figures: Sequence[Figure], key: str) -> Figure:
    if len(figures) == 1:
        return figures[0]
    labels = [figure.label for figure in figures]
    return figures[st.radio("What to draw", range(len(labels)), format_func=labels.__getitem__, key=f"draw {key}")]


def offer_figure(figure: Plate | Chart, name: str, *, key: str) -> None:
    """Buttons for a figure's files as soon as they are drawn; until then, or where they cannot be, a sentence.

    Args:
        figure: What to draw.
        name: The files' name, without an ending.
        key: Of what it is drawn for: with another figure it replaces the one before.
    """
    asked = _ask(figure, key)
    if wait([asked.future], AT_ONCE).not_done:
        if asked.is_late():
            _say_it_again(LATE, key)
        else:
            wait_for(
                [lambda: asked.future.done() or asked.is_late()],
                "Drawing the figure; others' calculations may come first",
            )
    elif (drawn := answer(asked.future)) is None:
        _say_it_again(FAILED, key)
    else:
        _buttons(drawn, name, key)


def _ask(figure: Plate | Chart, key: str) -> _Asked:
    """The figure's files to come, the same as long as the same is asked for."""
    kept = _kept()
    if key not in kept or kept[key].question != figure:
        _forget(key)
        kept[key] = _Asked(figure, _draw(figure), time.monotonic())
        while len(kept) > MOST_DRAWN:
            _forget(next(iter(kept)))
    return kept[key]


def _kept() -> dict[str, _Asked]:
    """The figures of this session's boxes, the one that was asked for first before the others."""
    kept: dict[str, _Asked] = st.session_state.setdefault(DRAWN, {})
    return kept


def _draw(figure: Plate | Chart) -> "Future[Drawn]":
    """Have it drawn; where no process can be started for it, the future says so."""
    try:
        return get_background().submit(draw_plate if isinstance(figure, Plate) else draw_chart, figure)
    except Exception as error:  # an executor has many reasons
        failed: Future[Drawn] = Future()
        failed.set_exception(error)
        return failed


def _forget(key: str) -> None:
    """Keep the figure of this box no longer."""
    asked = _kept().pop(key, None)
    if asked is not None:
        asked.future.cancel()


def _say_it_again(what: str, key: str) -> None:
    st.warning(what)
    st.button("Try again", icon=":material/refresh:", on_click=_go_on, args=(key,), key=f"draw again {key}")


def _go_on(key: str) -> None:
    """Wait once more for a figure that is late, at its place in the queue; ask anew for one that failed."""
    asked = _kept().get(key)
    if asked is not None and not asked.future.done():
        _kept()[key] = replace(asked, since=time.monotonic())
    else:
        _forget(key)


def _buttons(drawn: Drawn, name: str, key: str) -> None:
    files = (("PNG", drawn.png, "image/png"), ("PDF", drawn.pdf, "application/pdf"))
    with st.container(horizontal=True):
        for kind, content, mime in files:
            st.download_button(
                f"Figure ({kind})",
                content,
                f"{name}.{kind.lower()}",
                mime,
                key=f"{kind} {key}",
                on_click="ignore",
                icon=":material/image:",
            )
    st.caption(WHAT_FOR)
