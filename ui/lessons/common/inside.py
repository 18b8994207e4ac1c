"""Look into a trained network: what its units look for and paint, which fire, and how often; all read from itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from autoencoder.analysis import family, inside
from autoencoder.analysis.inside import Activation, Use
from autoencoder.networks.architectures import find_network
from autoencoder.networks.traced import CODE, TooLargeError, trace
from autoencoder.rendering.difference import Legend
from autoencoder.rendering.mosaic import MOST_MAPS, enlarge, mixed_sheet, mosaic, pages, tile_sheet, tiles_of
from ui.components.chart.chart import ChartData, Line, chart
from ui.components.pad.pad import reserve_column
from ui.components.player.player import Player, Row, frames
from ui.drawing.answers import Drawing
from ui.lessons.common.drawing import ask, is_drawing, packed_answer
from ui.lessons.common.growth import look_back, moments_of, normalized_in_words
from ui.lessons.common.players import player_of, row_of, signed_legend, with_names
from ui.services.services import clearable_cache, test_pictures
from ui.services.trained_run import TrainedRun
from ui.url.widgets import choose
from ui.words import read_texts

COLUMNS, ROWS = 10, 5  # of tiles at a time
MOST_PIXELS = 2**21  # of a layer's tiles: of more and larger units the least used are not sent
LOOKS, PAINTS, FIRES, NUMBERS, PCA, TIME = "looks", "paints", "fires", "numbers", "pca", "time"
ALL = -1  # in place of the number of a picture
VIEW = "inside view"  # in the session: what is looked at
WHOSE = {"test": "Those above", "own": "Your own"}
TEXTS = read_texts("lessons/common/inside.toml")

Named = tuple[np.ndarray, Sequence[str]]  # pictures float32 (n, height, width, channels) in [0, 1], and their names


def look_inside(run: TrainedRun, shown: Named, own: Named | None = None, size: int | None = None) -> None:
    """Draw what is inside of a network.

    Args:
        run: Whose network it is.
        shown: The pictures that it is shown on the page, and their names.
        own: The learner's own, where there are any.
        size: How many numbers pass an ordered bottleneck; by default all.
    """
    try:
        trace(run.model.network)
    except TooLargeError:
        st.caption(TEXTS["too_large"])
        if moments_of(run):
            look_back(run)
        return
    beside = beside_pca(run) if run.settings.network == "linear" else None
    there = {NUMBERS: run.settings.penalty == "sparse", PCA: beside is not None, TIME: bool(moments_of(run))}
    there[PAINTS] = inside.last_tiles(run.model.network) is not None  # behind a gate there are none
    views = {name: title for name, title in TEXTS["views"].items() if there.get(name, True)}
    view = choose("Look at", VIEW, views, LOOKS, name="inside", seen=True, kept=False)
    key = f"inside {view} {run.key}"
    if view == FIRES:
        whose = choose("Pictures", "inside whose", WHOSE, "test", name="whose", seen=True, kept=False) if own else ""
        _show_firing(run, own if own and whose == "own" else shown, size, key)
    elif view == NUMBERS:
        st.markdown(numbers_in_words(run))
        chart(numbers_chart(run), key=key, height=220)
    elif view == TIME:
        look_back(run)
    else:
        st.markdown(tiles_in_words(run, view))
        player = looks_player(run) if view == LOOKS else paints_player(run) if view == PAINTS else beside
        assert player is not None
        frames(player, key=key)
    _tell_dead(run)


def _show_firing(run: TrainedRun, pictures: Named, size: int | None, key: str) -> None:
    """Draw which units fire for pictures, and for what is drawn on the pad."""
    st.markdown(TEXTS["fires"])
    shown, names = pictures
    titles = {ALL: "All of them"} | {number: f"Picture {number + 1}" for number in range(len(shown))}
    titles |= {number: f"Picture {number + 1}: {name}" for number, name in enumerate(names)}
    chosen = choose("Picture", "inside picture", titles, 0, name="inside_picture", kept=False, width=200)
    player, scales = fires_player(run, shown.tobytes(), shown.shape, tuple(names), size, chosen)
    key = f"{key} {chosen == ALL:d}"
    if is_drawing() and chosen == ALL:
        ask(run, key, partial(fires_for_drawing, run, scales, size))
        reserve_column(key)
    frames(player, key=key)


def _tell_dead(run: TrainedRun) -> None:
    said, some = dead_in_words(uses(run), ordered=run.settings.ordered)
    st.markdown(said)
    if some:
        st.expander(TEXTS["dead_question"]).markdown(TEXTS["dead_answer"])


@clearable_cache(4)
def uses(run: TrainedRun) -> tuple[Use, ...]:
    """Return how much the units of every layer are used over the test pictures."""
    return tuple(inside.use_of(run.model.network, test_pictures(run.source).test))


def use_of_layer(run: TrainedRun, name: str) -> Use:
    """Return the use of the units of the layer with this name."""
    return next(use for use in uses(run) if use.name == name)


def dead_in_words(found: Sequence[Use], *, ordered: bool) -> tuple[str, bool]:
    """Return how many units between picture and reconstruction are dead, and whether any are."""
    hidden = [use for use in found[:-1] if use.rectified]
    if not hidden:
        return TEXTS["smooth"], False
    dead = {use.name: len(use.dead) for use in hidden if len(use.dead)}
    layers = ", ".join(f"{name}: {number:,}" for name, number in dead.items())
    values = {
        "turns": TEXTS["turns"] if ordered else "",
        "dead": sum(dead.values()),
        "units": sum(len(use.mean) for use in hidden),
        "layers": layers,
    }
    return TEXTS["dead" if dead else "alive"].format(pictures=found[0].pictures, **values), bool(dead)


def tiles_in_words(run: TrainedRun, view: str) -> str:
    """Return what the tiles of a view show."""
    if view == PCA:
        return str(TEXTS["pca"])
    network, painters = run.model.network, inside.painters(run.model.network)
    tiles = inside.first_tiles(network) if view == LOOKS else inside.last_tiles(network)
    units, height, width, _ = (0, 0, 0, 0) if tiles is None else tiles.shape
    patches = (height, width) != run.settings.plan.shape[:2]
    name = {LOOKS: ("looks", "filters"), PAINTS: ("paints", "brushes")}[view][patches]
    inner = TEXTS["inner"] if inside.inner_filters(network) else ""
    kind = find_network(run.settings.network, run.settings.composition)
    end = TEXTS["end"]["bounded" if kind.bounded else "unbounded"]
    about = {"end": end, "units": units, "height": height, "width": width, "painters": painters, "inner": inner}
    turns = TEXTS["turns"] if run.settings.ordered else ""
    used = TEXTS["use"].format(pictures=uses(run)[0].pictures, turns=turns)
    return f"{TEXTS[name].format(first=uses(run)[0].name, **about)} {used}"


@clearable_cache(4)
def looks_player(run: TrainedRun) -> Player:
    """Return a player of what the first layer looks for; of a convolutional network, of all its filters."""
    network = run.model.network
    first = inside.first_tiles(network)
    named = {} if first is None else {uses(run)[0].name: first}
    return weights_player(run, named | inside.inner_filters(network), normalized_in_words(run.settings.plan))


@clearable_cache(4)
def paints_player(run: TrainedRun) -> Player:
    """Return a player of what the units before the last layer paint."""
    last = inside.last_tiles(run.model.network)
    return weights_player(run, {} if last is None else {inside.painters(run.model.network): last})


def weights_player(run: TrainedRun, layers: Mapping[str, np.ndarray], normalized: str = "") -> Player:
    """Return a player of tiles (units, height, width, channels) by layer, on one scale; the slider turns pages."""
    gray = {name: tiles[use_of_layer(run, name).order_of(len(tiles))].mean(axis=-1) for name, tiles in layers.items()}
    scale = inside.scale_of(*gray.values())
    sent = {name: tiles[: max(COLUMNS, MOST_PIXELS // tiles[0].size)] for name, tiles in gray.items()}
    beyond = np.mean(np.concatenate([np.abs(tiles).ravel() for tiles in gray.values()]) > scale)
    colored = any(tiles.shape[-1] > 1 for tiles in layers.values())
    channels = TEXTS["channels"] if colored else ""
    text = TEXTS["weights"].format(beyond=beyond, normalized=normalized, channels=channels)
    return wall({name: tiles_of(tiles, scale) for name, tiles in sent.items()}, signed_legend(scale, text))


def wall(layers: Mapping[str, np.ndarray], legend: Legend) -> Player:
    """Return a player of tiles, uint8 (n, height, width) by layer: ROWS × COLUMNS of them on each page."""
    most = max(len(tiles) for tiles in layers.values())
    columns = min(COLUMNS, most)
    rows = min(ROWS, math.ceil(most / columns))
    height, width = (max(tiles.shape[side] for tiles in layers.values()) for side in (1, 2))
    paged = [pages(enlarge(tiles, height, width), rows * columns) for tiles in layers.values()]
    by_row = np.concatenate(paged).reshape(-1, rows, columns, height, width)
    positions = []
    for name, tiles in layers.items():
        parts = page_names(len(tiles), rows * columns)
        if len(layers) > 1:
            parts = [f"{name.capitalize()}, {part}" for part in parts] if len(parts) > 1 else [name.capitalize()]
        positions += parts
    about = "Units {position}, the most used first, row "
    return Player(
        slider_label="Units, the most used first",
        positions=positions,
        rows=[Row("", tile_sheet(by_row[:, row]), len(by_row), f"{about}{row + 1}") for row in range(rows)],
        columns=columns,
        tile_width=width,
        tile_height=height,
        legend=legend,
    )


@clearable_cache(4)
def fires_player(
    run: TrainedRun, content: bytes, shape: tuple[int, ...], names: tuple[str, ...], size: int | None, chosen: int
) -> tuple[Player, tuple[float, ...]]:
    """Return `fires_player_of` pictures, the content of an array float32 of this shape, and every layer's scale.

    With one of them `chosen`, that alone is shown, large.
    """
    pictures = np.frombuffer(content, np.float32).reshape(shape)
    layers = inside.activations_of(run.model.network, pictures, size)
    scales = tuple(float(np.abs(layer.values).max()) or 1.0 for layer in layers[:-1])
    if chosen == ALL:
        return fires_player_of(pictures, layers, scales, names), scales
    one = slice(chosen, chosen + 1)
    layers = [replace(layer, values=layer.values[one]) for layer in layers]
    return large_player_of(pictures[one], layers, scales), scales


def fires_player_of(
    pictures: np.ndarray, layers: Sequence[Activation], scales: Sequence[float], names: Sequence[str] = ()
) -> Player:
    """Return a player whose slider goes from layer to layer: which units fire for pictures (n, …) in [0, 1].

    `layers` is what every layer makes of them, `scales` what has the full color in each layer but the last.
    """
    whole, grids, painted = _same_size(pictures, layers, scales)
    about = with_names("The units of {position}, a grid for each picture", names)
    rows = [
        row_of("Input", whole[np.newaxis], with_names("What the network is shown", names)),
        Row("Layer", tile_sheet(grids), len(grids), about),
        row_of("Reconstruction", painted[np.newaxis], with_names("What the network paints", names)),
    ]
    return player_of(whole, rows, column_names=names, **_layer_slider(layers[:-1], scales))


def large_player_of(picture: np.ndarray, layers: Sequence[Activation], scales: Sequence[float]) -> Player:
    """Return the same of one picture (1, …), with the layer between what is shown and what is painted."""
    whole, grids, painted = _same_size(picture, layers, scales)
    ends = (np.repeat(some, len(grids), axis=0) for some in (whole, painted))
    row = Row("", mixed_sheet(next(ends), grids[:, 0], next(ends)), len(grids), "Picture, {position}, reconstruction")
    height, width = whole.shape[1:3]
    slider = _layer_slider(layers[:-1], scales)
    names = ("Input", "Layer", "Reconstruction")
    return Player(rows=[row], columns=3, column_names=names, tile_width=width, tile_height=height, large=True, **slider)


def _same_size(
    pictures: np.ndarray, layers: Sequence[Activation], scales: Sequence[float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pictures, a mosaic of every hidden layer, and reconstructions, all as high and as wide."""
    *hidden, rebuilt = layers
    made = [mosaic(layer.values, scale) for layer, scale in zip(hidden, scales, strict=True)]
    factor = math.ceil(max(one.shape[side] / pictures.shape[side] for one in made for side in (1, 2)))
    whole, painted = (some.repeat(factor, axis=1).repeat(factor, axis=2) for some in (pictures, rebuilt.values))
    return whole, np.stack([enlarge(one, *whole.shape[1:3]) for one in made]), painted


def _layer_slider(layers: Sequence[Activation], scales: Sequence[float]) -> dict[str, Any]:
    return {
        "slider_label": "Layer",
        "positions": [layer.name.capitalize() for layer in layers],
        "captions": [firing_in_words(layer, scale) for layer, scale in zip(layers, scales, strict=True)],
        "ticks": list(range(len(layers))),
        "legend": Legend(True, "below 0", "0", "above 0", TEXTS["activations"]),
    }


def fires_for_drawing(run: TrainedRun, scales: tuple[float, ...], size: int | None, drawing: Drawing) -> bytes:
    """Return the column of a drawing in `fires_player`, with how many units fire in each layer."""
    picture = drawing.picture[np.newaxis]
    player = fires_player_of(picture, inside.activations_of(run.model.network, picture, size), scales)
    return packed_answer(player.captions, player)


def firing_in_words(made: Activation, scale: float) -> str:
    """Return how many units of a layer fire for a picture, on average over several, and what has the full color."""
    units, fire = made.layer.units, made.firing.sum(axis=1).mean()
    said = "firing" if made.layer.rectified else "numbers_of_code" if made.name == CODE else "never_0"
    average = TEXTS["average"] if len(made.values) > 1 else ""
    some = made.values.ndim == 4 and made.values.shape[-1] > MOST_MAPS
    drawn = TEXTS["some"].format(most=MOST_MAPS) if some else ""
    return str(TEXTS[said].format(fire=fire, units=units, average=average, scale=scale, some=drawn))


def numbers_in_words(run: TrainedRun) -> str:
    """Return how many numbers of a code are used for a picture, and how many never."""
    use = use_of_layer(run, CODE)
    never = TEXTS["never"]["some" if len(use.dead) else "none"].format(dead=len(use.dead))
    numbers, most = len(use.share), use.share.max()
    return str(
        TEXTS["numbers"].format(used=use.share.sum(), numbers=numbers, never=never, most=most, pictures=use.pictures)
    )


def numbers_chart(run: TrainedRun) -> ChartData:
    """Return a bar chart: for which share of the test pictures each number of the code is not 0."""
    shares = np.sort(use_of_layer(run, CODE).share)[::-1].tolist()
    bars = tuple((number + 0.5, share) for number, share in enumerate([*shares, 0.0]))
    return ChartData(lines=[Line("Not 0", bars, "area")], x_range=(0.5, len(shares) + 0.5), **TEXTS["chart"])


@clearable_cache(4)
def beside_pca(run: TrainedRun) -> Player | None:
    """Return what each number of a linear code paints, above PCA's components; None where PCA was not worked out."""
    components = (run.folder.measured_arrays(family.PCA) or {}).get("components")
    tiles = inside.last_tiles(run.model.network)
    if components is None or tiles is None or components.shape != (tiles[0].size, len(tiles)):
        return None
    learned = tiles[use_of_layer(run, CODE).order]
    learned = learned / np.linalg.norm(learned.reshape(len(tiles), -1), axis=1).reshape(-1, 1, 1, 1)
    both = {"Linear": learned.mean(axis=-1), "PCA": components.T.reshape(tiles.shape).mean(axis=-1)}
    scale = inside.scale_of(*both.values())
    columns = min(COLUMNS, len(tiles))
    sheets = {name: pages(tiles_of(some, scale), columns) for name, some in both.items()}
    pages_of = page_names(len(tiles), columns)
    height, width, channels = tiles.shape[1:]
    text = TEXTS["lengths"].format(channels=TEXTS["channels"] if channels > 1 else "")
    return Player(
        slider_label="Numbers, components" if len(pages_of) > 1 else "",
        positions=pages_of if len(pages_of) > 1 else [""],
        rows=[Row(name, tile_sheet(some), len(some), f"{name}: tiles {{position}}") for name, some in sheets.items()],
        columns=columns,
        tile_width=width,
        tile_height=height,
        legend=signed_legend(scale, text),
    )


def page_names(count: int, each: int) -> list[str]:
    """Return which of `count` tiles are on every page, with `each` on one: "1–50", "51–64"."""
    return [f"{start + 1}–{min(start + each, count)}" for start in range(0, count, each)]
