"""Explore the codes of a trained network: a plot of them, a place between them, and what can be made of them."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from autoencoder.analysis.codes import code_sizes
from autoencoder.analysis.planes import Frame, Plane, frame_of, middle_of, rail
from autoencoder.analysis.tsne import FEWEST, STAGE_STEPS, STAGES, stage
from ui.components.scatter.scatter import clicked_pair, clicked_place, scatter, show_place
from ui.lessons.latent.export import save_plot
from ui.lessons.latent.sections import sections
from ui.lessons.latent.text import TRY_THIS, place_in_words, spot_in_words
from ui.lessons.latent.view import View, default_pair, known_codes, place_picture, plane_for, scatter_of
from ui.services.polling import failed, wait_for
from ui.services.services import get_background
from ui.services.trained_run import TrainedRun
from ui.url.codecs import decimal, whole_from
from ui.url.state import in_address, with_url_sync
from ui.url.widgets import put, segments

OWN_PLANE, TSNE = "own", "tsne"


@dataclass(frozen=True)
class _Drawn:
    """A plane as it is drawn now.

    Args:
        view: What is looked at.
        embedded: What t-SNE gave so far; None for the codes' own plane.
        stages: How many stages of t-SNE are done.
    """

    view: View
    embedded: bytes | None
    stages: int

    @property
    def plane(self) -> Plane:
        return plane_for(self.view, self.embedded)

    @property
    def frame(self) -> Frame:
        return frame_of(self.plane.points)

    @property
    def middle(self) -> tuple[float, float]:
        """Return a place where half of the points lie on either side, along both axes."""
        return middle_of(self.plane.points)

    @property
    def plot(self) -> str:
        """Return the key of the plot."""
        return f"scatter {self.view.run.key}"

    def axis(self, name: str) -> str:
        """Return the key of the slider that moves along an axis."""
        return f"place {name} {self.view.run.key} {self.view.size} {self.stages if self.embedded else ''}"


def explore_latent(run: TrainedRun) -> None:
    """Show the codes of the test pictures, which are vectors, with what decides how they are drawn."""
    st.fragment(with_url_sync(_explore))(run)
    st.header("Try this")
    st.markdown(TRY_THIS)


def _explore(run: TrainedRun) -> None:
    if run.is_outdated:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        view = View(run, _choose_size(run))
        drawn = _choose_plane(view)
    pair = _known_pair(view)
    scatter(
        scatter_of(view, drawn.embedded, drawn.stages),
        key=drawn.plot,
        pair=pair,
        on_pair=partial(_take_pair, drawn),
        on_place=partial(_take_place, drawn),
    )
    _fields(drawn)
    save_plot(view, drawn.plane, drawn.plot)
    st.fragment(with_url_sync(sections))(view, pair, drawn.embedded)


def _choose_size(run: TrainedRun) -> int:
    """Return how many numbers of the code are looked at."""
    sizes = code_sizes(run.model)
    if len(sizes) == 1:
        return sizes[0]
    help = "An ordered network answers for every size: the first numbers of its code are a code of their own."
    titles = {size: str(size) for size in sizes}
    return segments("Numbers in the code", f"numbers of {sizes[-1]}", titles, sizes[0], help, name="numbers")


def _choose_plane(view: View) -> _Drawn:
    """Return how the codes are drawn."""
    names = {OWN_PLANE: "The numbers as they are" if view.size <= 2 else "PCA", TSNE: "t-SNE"}
    help = (
        "PCA looks from the side on which the codes lie most spread out. t-SNE bends the space so that neighbors "
        "stay neighbors."
    )
    enough = len(known_codes(view)) >= FEWEST
    if not enough:
        del names[TSNE]
    key = "latent plane" if enough else "latent plane, its own"
    chosen = segments("Drawn by", key, names, OWN_PLANE, help, name="drawn_by")
    return _embed(view) if chosen == TSNE else _Drawn(view, None, 0)


def _embed(view: View) -> _Drawn:
    """Return what t-SNE has come to in the background; the codes' own plane until there is something to see."""
    before, done = b"", 0
    while done < STAGES:
        future = get_background().submit_cached(stage, view.run.folder, view.run.version, view.size, done, before)
        if failed(future):
            st.caption("t-SNE could not be worked out, so the codes are drawn without it.")
            break
        if not future.done():
            with st.container():
                st.progress(done / STAGES, f"t-SNE: {done * STAGE_STEPS:,} of {STAGES * STAGE_STEPS:,} iterations")
                wait_for([future.done], "Each part of it is drawn as soon as it is there")
            break
        before, done = future.result(), done + 1
    return _Drawn(view, before or None, done)


# The two pictures


def _pair_keys(view: View) -> tuple[str, str]:
    name = view.run.key
    return f"picture A {name}", f"picture B {name}"


def _known_pair(view: View) -> tuple[int, int]:
    """Return the two pictures that are chosen, by a click or in the fields."""
    pair, last = [], len(known_codes(view))
    for name, key, index in zip("ab", _pair_keys(view), default_pair(view), strict=True):
        with in_address(name, key, whole_from(1, last), index + 1):
            pair.append(st.session_state.setdefault(key, index + 1) - 1)
    return pair[0], pair[1]


def _take_pair(drawn: _Drawn) -> None:
    """Have the fields follow a click on a point."""
    for key, index in zip(_pair_keys(drawn.view), clicked_pair(drawn.plot) or (), strict=False):
        st.session_state[key] = min(index, len(known_codes(drawn.view)) - 1) + 1


def _take_place(drawn: _Drawn) -> None:
    """Have the sliders follow a click beside the points."""
    share = clicked_place(drawn.plot)
    if share is not None:
        for name, value, limits in zip("xy", drawn.frame.position(*share), _limits(drawn.frame), strict=True):
            st.session_state[drawn.axis(name)] = rail(*limits).snap(value)


def _limits(frame: Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    return (frame.left, frame.right), (frame.bottom, frame.top)


# The same without a pointer


def _fields(drawn: _Drawn) -> None:
    """Draw the two pictures as numbers, and the place as two sliders."""
    last = len(known_codes(drawn.view))
    first, second, index = st.columns([1, 1, 4])
    for column, name, key in zip((first, second), "AB", _pair_keys(drawn.view), strict=True):
        column.number_input(f"Picture {name}", 1, last, key=key, help="Or click on its point.")
    with index:
        st.fragment(with_url_sync(_place))(drawn)


def _place(drawn: _Drawn) -> None:
    """Runs anew on every move of its sliders, so it does as little as it can."""
    values = []
    for column, name, limits, label in zip(st.columns(2), "xy", _limits(drawn.frame), _axis_names(drawn), strict=True):
        moved = rail(*limits)
        key = drawn.axis(name)
        first, digits = moved.snap(drawn.middle["xy".index(name)]), f"%.{moved.decimals}f"
        with in_address(name, key, decimal(moved.low, moved.high), first):
            put(key, moved.snap(st.session_state.get(key, first)))
            values.append(column.slider(label, moved.low, moved.high, step=moved.step, format=digits, key=key))
    shares = drawn.frame.shares([values])[0]
    picture = place_picture(drawn.view, drawn.plane, values)
    show_place(drawn.plot, shares, picture, spot_in_words(drawn.plane, *values))
    st.caption(place_in_words(drawn.plane, drawn.view.size))


def _axis_names(drawn: _Drawn) -> tuple[str, str]:
    if drawn.embedded is None and drawn.view.size == 2:
        return "A place: first number", "A place: second number"
    return "A place: left to right", "A place: upwards"
