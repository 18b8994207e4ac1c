"""How a network grows: tiles of the weights at both its ends, kept with some previews of a training, in few bytes.

Of a convolutional network the maps of one picture are kept too. Kept are the first units by their number. Before the
training all units are alike, so these are as good as drawn; which will be used most is not known then. Of weights for
colors it is the mean over the channels.
"""

from collections.abc import Mapping

import numpy as np

from autoencoder.networks.tiles import shrink

MOST_UNITS = 30  # of each layer
MOST_MOMENTS, EARLY = 40, 10  # previews with tiles, and how many of them are the first ones
MOST_BYTES = 3_200_000  # in all of them, which leaves room for what `unfolding` keeps
LEVELS = 127  # above 0, and as many below
SCALE = " scale"  # ends the name of what the largest weight is called in a file
FIRST, LAST = "first", "last"  # the names of weights; maps have that of their layer
Tiles = dict[str, np.ndarray]  # by name, float32 (units, height, width)


def moments(previews: int, most: int = MOST_MOMENTS, early: int = EARLY) -> set[int]:
    """Return which previews, of so many, have tiles: the first ones, and of the others some, evenly, with the last."""
    later = np.linspace(early, previews - 1, most - early).round().astype(int)
    return {*range(min(early, previews)), *(later.tolist() if previews > early else ())}


def pack(layers: Mapping[str, np.ndarray], previews: int) -> dict[str, np.ndarray]:
    """Return tiles float32 (units, height, width, channels) of layers as arrays for the file of one of the previews."""
    gray = {name: shrink(tiles[:MOST_UNITS].mean(axis=-1)) for name, tiles in layers.items()}
    room = MOST_BYTES // len(moments(previews)) // max(1, sum(tiles[0].size for tiles in gray.values()))
    arrays = {}
    for name, tiles in gray.items():
        kept = tiles[: max(1, room)]
        scale = np.abs(kept).max() or 1.0
        arrays[name] = np.rint(kept / scale * LEVELS).astype(np.int8)
        arrays[name + SCALE] = np.float32(scale)
    return arrays


def unpack(arrays: Mapping[str, np.ndarray]) -> Tiles:
    """Return the tiles in what `pack` returned, to within a half of 1/LEVELS of the largest weight; {} in all else."""
    found = {}
    for name, tiles in arrays.items():
        scale = np.asarray(arrays.get(name + SCALE))
        if tiles.dtype == np.int8 and tiles.ndim == 3 and tiles.size and scale.dtype == np.float32 and scale.ndim == 0:
            found[name] = scale / LEVELS * tiles
    return {name: tiles for name, tiles in found.items() if np.isfinite(tiles).all()}
