"""Difference maps: what a reconstruction left out or made up, in colors, on one fixed scale for all pictures.

Zero is black, as the paper of MNIST is. The signed map runs from sky blue over black to orange, two colors that
people with any of the common kinds of color blindness tell apart (M. Okabe and K. Ito, "Color Universal Design",
2008). The absolute map grows lighter from black over purple and orange to yellow, as matplotlib's `inferno` does.
"""

from dataclasses import dataclass

import numpy as np

from autoencoder.rendering.sprites import png, sheet

LEVELS = 255  # an odd number, so that the signed map has zero exactly in its middle
LEGEND_STEP = 16  # from one color of a legend on the page to the next

SIGNED_COLORS = ((86, 180, 233), (0, 0, 0), (255, 159, 20))  # evenly spaced
ABSOLUTE_COLORS = ((0, 0, 0), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164))


@dataclass(frozen=True)
class DifferenceStyle:
    """How difference maps are drawn: with their sign, and by how much they are multiplied before."""

    signed: bool = True
    contrast: float | None = 1.0  # None: for each map as much as gives its largest difference the full color


FIXED_SCALE = DifferenceStyle()


@dataclass(frozen=True)
class Legend:
    """What the colors of difference maps mean: which map, the values at its ends and in its middle, and a sentence."""

    signed: bool
    low: str
    mid: str
    high: str
    text: str

    @property
    def colors(self) -> list[str]:
        """Return CSS colors from low to high, evenly spaced."""
        return [f"#{bytes(color).hex()}" for color in palette(signed=self.signed)[::LEGEND_STEP]]


def difference(pictures: np.ndarray, reconstructions: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return reconstruction minus picture (…, channels) in [0, 1], with its sign or without, averaged over channels."""
    raw = reconstructions - pictures
    return (raw if signed else np.abs(raw)).mean(axis=-1, keepdims=True)


def palette(*, signed: bool) -> np.ndarray:
    """Return the colors of the map from its lowest to its highest value: uint8 (255, 3)."""
    colors = SIGNED_COLORS if signed else ABSOLUTE_COLORS
    at, positions = np.linspace(0, 1, LEVELS), np.linspace(0, 1, len(colors))
    return np.rint([np.interp(at, positions, channel) for channel in zip(*colors, strict=True)]).T.astype(np.uint8)


def to_levels(differences: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return differences as indices of the palette, uint8 in 0..254, on a fixed scale: −1 to 1 signed, 0 to 1 not."""
    fraction = (differences + 1) / 2 if signed else differences
    return np.rint(np.clip(fraction, 0, 1) * (LEVELS - 1)).astype(np.uint8)


def colors_of(differences: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return differences (…, 1) in the colors of the map: uint8 (…, 3)."""
    return palette(signed=signed)[to_levels(differences[..., 0], signed=signed)]


def difference_sheet(pictures: np.ndarray, frames: np.ndarray, style: DifferenceStyle = FIXED_SCALE) -> bytes:
    """Return a PNG sheet of difference maps of pictures (n, …) in [0, 1] and their reconstructions (frames, n, …)."""
    maps = difference(pictures[np.newaxis], frames, signed=style.signed)
    if style.contrast is None:
        largest = np.abs(maps).max(axis=(2, 3, 4), keepdims=True)
        maps = np.divide(maps, largest, out=np.zeros_like(maps), where=largest > 0)
    else:
        maps = maps * style.contrast
    return png(sheet(to_levels(maps, signed=style.signed)), palette(signed=style.signed))
