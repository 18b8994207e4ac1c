"""Explore a trained network: which pictures, which bottleneck size, or how the training went."""

import streamlit as st

from autoencoder.images.choosing import draw
from autoencoder.lessons.compression import MEASURED, exact_errors, ordered_twin
from autoencoder.pictures.hourglass import hourglass_svg
from autoencoder.training.run_folder import RunFolder, RunState, Snapshot
from autoencoder.training.settings import TrainingSettings
from pages.parts.chart import ChartData, Line
from pages.parts.drawing import drawing
from pages.parts.frames import frames, known_index, move_to
from pages.parts.results import (
    SIZE_TICKS,
    Places,
    default_places,
    replay_player,
    shown_sizes,
    size_player,
)
from pages.parts.shared import get_jobs, test_pictures
from pages.parts.words import plan_in_words

ONE_OF_EACH = "One of each"
SIZES, REPLAY = "Bottleneck sizes", "Replay of the training"
FIRST_SIZE = 8
MEASURING = 1.0  # s between two looks whether the worker has measured the network


def explore(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None) -> None:
    """The pictures of a trained network, with what decides which are shown."""
    measuring = folder.measured(MEASURED) is None and snapshot is not None and snapshot.state is RunState.FINISHED
    st.fragment(_explore, run_every=MEASURING if measuring else None)(folder, settings, snapshot, measuring)


def _explore(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot | None, measuring: bool) -> None:
    if measuring and folder.measured(MEASURED) is not None:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = SIZES
        if snapshot and len(snapshot.moments) > 1:
            view = st.segmented_control("Slider", (SIZES, REPLAY), default=SIZES, key="view", required=True) or SIZES
        signed = _choose_difference()
        places = _choose_pictures(settings.source) if view == SIZES else default_places(settings.source)
    if view == REPLAY and snapshot:
        _replay(folder, settings, snapshot, signed)
    else:
        _sizes(folder, settings, places, signed)


def _sizes(folder: RunFolder, settings: TrainingSettings, places: Places, signed: bool) -> None:
    key = f"sizes {folder.path.name}"
    beside = None if settings.ordered else ordered_twin(settings, _finished())
    player = size_player(
        folder, folder.network_version(), settings, places, signed=signed, chart=error_chart(folder, settings), beside=beside
    )
    size = settings.bottleneck_size
    if settings.ordered:
        first = min(FIRST_SIZE, size)
        st.session_state.setdefault("size", first)
        st.session_state["size"] = min(st.session_state["size"], size)
        pictures = st.container()
        size = st.slider(
            "Bottleneck size, as a plain slider for the keyboard and screen readers", 1, size, key="size",
            persist_state="session",
        )
        with pictures:
            move_to(key, size - 1)
            frames(player, key=key, start=size - 1, on_release=lambda: _take_over(key))
    else:
        frames(player, key=key)
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            drawing(hourglass_svg(settings.plan, size), key="hourglass")
        right.markdown(plan_in_words(settings.plan, size))


def _take_over(key: str) -> None:
    """The player was released: the plain slider follows."""
    st.session_state["size"] = known_index(key) + 1


def _replay(folder: RunFolder, settings: TrainingSettings, snapshot: Snapshot, signed: bool) -> None:
    sizes = shown_sizes(settings)
    size = sizes[0]
    if len(sizes) > 1:
        size = st.select_slider("Bottleneck size", sizes, min(FIRST_SIZE, sizes[-1]), key="replay_size")
    player = replay_player(folder, settings, snapshot.moments, size, signed=signed)
    frames(player, key=f"replay {folder.path.name} {size}", start=len(snapshot.moments) - 1)


def _choose_difference() -> bool:
    """Whether the difference maps keep their sign."""
    names = {"signed": "Signed", "absolute": "Absolute"}
    chosen = st.segmented_control(
        "Difference maps", list(names), default="signed", format_func=names.get, key="difference", required=True,
        help="Signed: what is missing and what was made up, in two colours. Absolute: how far off, in one scale.",
        persist_state="session",
    )
    return chosen != "absolute"


def _choose_pictures(source: str) -> Places:
    """One test picture of each class, or ten at random of one class or of all."""
    pictures = test_pictures(source)
    classes = list(range(len(pictures.class_names)))
    chosen = st.selectbox(
        "Test pictures", [ONE_OF_EACH, "Any", *classes], key=f"class {source}", width=150,
        format_func=lambda choice: choice if isinstance(choice, str) else f"Only {pictures.class_names[choice]}",
    )
    drawn = st.session_state.setdefault("drawn", 0)
    st.button("Draw others", icon=":material/shuffle:", on_click=_draw_again, args=(source, chosen))
    if chosen == ONE_OF_EACH:
        return default_places(source)
    wanted = None if chosen == "Any" else chosen
    return tuple(draw(pictures.test_labels, len(pictures.test), wanted, drawn).tolist())


def _draw_again(source: str, chosen: str | int) -> None:
    st.session_state["drawn"] += 1
    if chosen == ONE_OF_EACH:
        st.session_state[f"class {source}"] = "Any"


def error_chart(folder: RunFolder, settings: TrainingSettings) -> ChartData | None:
    """The error against the bottleneck size: this network, exact ones, and PCA with as many numbers."""
    measured = folder.measured(MEASURED)
    if measured is None:
        return None
    own = Line(
        "This autoencoder", tuple(zip(measured["sizes"], measured["errors"], strict=True)),
        "line" if settings.ordered else "points", 0,
    )
    pca = Line("PCA", tuple(zip(measured["pca"]["sizes"], measured["pca"]["errors"], strict=True)), "dashed", 1)
    exact = tuple(exact_errors(settings, _finished()))
    others = (Line("Exact-size networks", exact, "points", 2),) if exact and settings.ordered else ()
    return ChartData(
        f"Mean squared error on all {measured['pictures']:,} test pictures",
        "Bottleneck size", "Mean squared error", (own, *others, pca),
        x_scale="log", y_scale="log", x_ticks=SIZE_TICKS,
        description="The error of the reconstructions against the bottleneck size",
        marker_x=tuple(settings.sizes),
    )


def _finished() -> list[RunFolder]:
    return get_jobs().store.finished()
