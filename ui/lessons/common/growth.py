"""How a network grew, or grows: tiles of its weights, and maps of a picture, at moments that a training has kept."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np
import streamlit as st

from autoencoder.analysis.inside import scale_of
from autoencoder.networks.layers import BatchNormalization
from autoencoder.networks.plan import Plan
from autoencoder.rendering.difference import Legend
from autoencoder.rendering.mosaic import enlarge, pages, tile_sheet, tiles_of
from autoencoder.training.growth import FIRST, LAST, Tiles
from autoencoder.training.run_folder import DamagedRun, RunFolder
from ui.components.player.player import Player, Position, Row, frames
from ui.lessons.common.players import class_names, default_indices, epoch_slider
from ui.services.services import clearable_cache
from ui.services.trained_run import Preview, TrainedRun
from ui.url.codecs import decimal
from ui.words import read_texts

COLUMNS, MOST_ROWS, EACH = 10, 12, 3  # of tiles; rows in all, and of a layer
TEXTS = read_texts("lessons/common/inside.toml")
WORDS = TEXTS["growth"]


def look_back(run: TrainedRun) -> None:
    """Draw the tiles of a trained network, of which some were kept, with a slider through its training."""
    moments = moments_of(run)
    epochs, key = list(moments), f"growth {run.key}"
    st.markdown(about(run.settings.source, moments[epochs[-1]]))
    time = Position("moment", f"moment {run.key}", epochs, epochs[-1], decimal(0, epochs[-1]))
    time.play(growth_player(run), key=key)


def grow_live(preview: Preview) -> None:
    """Draw a box that, open, has the latest tiles of a network under training, by its last preview."""
    with st.expander(WORDS["live"], key=f"growing {preview.folder.path.name}", on_change="rerun") as box:
        if box.open:
            _draw_latest(preview)


def _draw_latest(preview: Preview) -> None:
    latest = latest_player(preview)
    if latest is None:
        st.caption(WORDS["none"])
        return
    words, player = latest
    st.markdown(words)
    frames(player, key=f"grows {preview.folder.path.name}")


@clearable_cache(4)
def latest_player(preview: Preview) -> tuple[str, Player] | None:
    """Return what is said of the latest tiles that a training has kept by a preview, and a player of them."""
    folder, source = preview.folder, preview.settings.source
    for number in range(preview.number, -1, -1):
        if tiles := tiles_of_preview(folder, number, folder.preview_version(number)):
            player = player_of({0.0: tiles}, preview.settings.plan)
            return about(source, tiles), replace(player, slider_label="", positions=[""], captions=[])
    return None


def about(source: str, tiles: Tiles) -> str:
    """Return what tiles are those of."""
    name = ", ".join(class_names(source, default_indices(source)[:1])) or "1"
    maps = WORDS["maps"].format(name=name) if {*tiles} - {FIRST, LAST} else ""
    return str(WORDS["about"].format(units=min(len(tiles[FIRST]), COLUMNS * rows_of_each(tiles)))) + maps


@clearable_cache(2)
def moments_of(run: TrainedRun) -> Mapping[float, Tiles]:
    """Return the tiles that were kept in a training, by the epoch; a network that came with the app has none."""
    found = {}
    for number, epoch in enumerate(run.snapshot.previews if run.snapshot else ()):
        if tiles := tiles_of_preview(run.folder, number, run.folder.preview_version(number)):
            found[epoch] = tiles
    return found


@clearable_cache(4)
def tiles_of_preview(folder: RunFolder, number: int, version: int) -> Tiles:
    """Return the tiles that are kept with a preview; {} where there are none, or none that can be read."""
    with suppress(DamagedRun):
        return folder.tiles(number)
    return {}


@clearable_cache(2)
def growth_player(run: TrainedRun) -> Player:
    """Return a player whose slider is time, see `player_of`."""
    return player_of(moments_of(run), run.settings.plan)


def player_of(moments: Mapping[float, Tiles], plan: Plan) -> Player:
    """Return a player of the tiles at some moments, by the epoch, of a network with this plan."""
    first, *_ = every = list(moments.values())
    titles = {name: WORDS.get(name, name.capitalize()) for name in first}
    layers = {name: np.stack([tiles[name] for tiles in every]) for name in first}  # (moments, units, height, width)
    scales = {
        name: scale_of(tiles) if name in (FIRST, LAST) else float(np.abs(tiles).max()) or 1.0
        for name, tiles in layers.items()
    }
    height, width = (max(tiles.shape[side] for tiles in layers.values()) for side in (2, 3))
    each, rows = rows_of_each(first), []
    for name, tiles in layers.items():
        large = enlarge(tiles_of(tiles[:, : each * COLUMNS], scales[name]), height, width)
        paged = np.stack([pages(of_moment, COLUMNS) for of_moment in large])  # (moments, rows, COLUMNS, …)
        for row in range(paged.shape[1]):
            about = f"{titles[name]}, row {row + 1}, {{position}} epochs"
            rows.append(Row("" if row else titles[name], tile_sheet(paged[:, row]), len(every), about))
    return Player(
        rows=rows,
        columns=COLUMNS,
        tile_width=width,
        tile_height=height,
        legend=Legend(True, "below 0", "0", "above 0", _legend(layers, scales, plan)),
        **epoch_slider(list(moments)),
    )


def rows_of_each(tiles: Tiles) -> int:
    """Return how many rows of tiles a layer has at most."""
    return min(EACH, max(1, MOST_ROWS // len(tiles)))


def normalized_in_words(plan: Plan) -> str:
    """Return what is said of the weights of a first layer behind which there is batch normalization, else nothing."""
    return TEXTS["normalized"] if any(isinstance(layer, BatchNormalization) for layer in plan.encoder.layers) else ""


def _legend(layers: Mapping[str, np.ndarray], scales: Mapping[str, float], plan: Plan) -> str:
    weights = [name for name in layers if name in (FIRST, LAST)]
    beyond = np.concatenate([np.abs(layers[name]).ravel() > scales[name] for name in weights])
    return str(
        WORDS["legend"].format(
            scales=", ".join(f"{WORDS[name]} ±{scales[name]:.2g}" for name in weights),
            beyond=beyond.mean(),
            maps=WORDS["maps_legend"] if len(layers) > len(weights) else "",
            normalized=normalized_in_words(plan),
            channels=TEXTS["channels"] if plan.shape[2] > 1 else "",
        )
    )
