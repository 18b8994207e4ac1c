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

SIGNED_COLORS = ((0.0, (86, 180, 233)), (0.5, (0, 0, 0)), (1.0, (255, 159, 20)))
ABSOLUTE_COLORS = (
    (0.0, (0, 0, 0)),
    (0.25, (87, 16, 110)),
    (0.5, (188, 55, 84)),
    (0.75, (249, 142, 9)),
    (1.0, (252, 255, 164)),
)


@dataclass(frozen=True)
class DifferenceStyle:
    """How difference maps are drawn.

    Args:
        signed: Whether they keep their sign.
        contrast: What differences are multiplied by before they are drawn; None: each map by as much as gives its
            largest difference the full color.
    """

    signed: bool = True
    contrast: float | None = 1.0


FIXED_SCALE = DifferenceStyle()


@dataclass(frozen=True)
class Legend:
    """What the colors of difference maps mean.

    Args:
        signed: Which of the two maps.
        low: What the left end stands for, e.g. "−1".
        mid: What the middle stands for, e.g. "0".
        high: What the right end stands for, e.g. "+1".
        text: One sentence, e.g. "Reconstruction minus input".
    """

    signed: bool
    low: str
    mid: str
    high: str
    text: str

    @property
    def colors(self) -> list[str]:
        """Return CSS colors from low to high, evenly spaced."""
        return [
            f"#{red:02x}{green:02x}{blue:02x}"
            for red, green, blue in palette(signed=self.signed)[::LEGEND_STEP].tolist()
        ]


def difference(pictures: np.ndarray, reconstructions: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return reconstruction minus picture, the mean over the channels.

    Args:
        pictures: float (…, height, width, channels) in [0, 1].
        reconstructions: float, of the same shape or one that broadcasts with it.
        signed: Keep the sign, or take the absolute value before the mean.

    Returns:
        float (…, height, width, 1): in [−1, 1] signed, in [0, 1] absolute.
    """
    raw = reconstructions - pictures
    return (raw if signed else np.abs(raw)).mean(axis=-1, keepdims=True)


def palette(*, signed: bool) -> np.ndarray:
    """Return the colors of the map from its lowest to its highest value: uint8 (255, 3)."""
    anchors = SIGNED_COLORS if signed else ABSOLUTE_COLORS
    positions = [position for position, _ in anchors]
    channels = np.array([color for _, color in anchors]).T  # (3, anchors)
    at = np.linspace(0, 1, LEVELS)
    return np.stack([np.rint(np.interp(at, positions, channel)) for channel in channels], axis=1).astype(np.uint8)


def to_levels(differences: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return differences as indices of the palette, uint8 in 0..254, on a fixed scale: −1 to 1 signed, 0 to 1 not."""
    fraction = (differences + 1) / 2 if signed else differences
    return np.rint(np.clip(fraction, 0, 1) * (LEVELS - 1)).astype(np.uint8)


def colors_of(differences: np.ndarray, *, signed: bool) -> np.ndarray:
    """Return differences (…, 1) in the colors of the map: uint8 (…, 3)"""
    return palette(signed=signed)[to_levels(differences[..., 0], signed=signed)]


def difference_sheet(pictures: np.ndarray, frames: np.ndarray, style: DifferenceStyle = FIXED_SCALE) -> bytes:
    """Return a PNG sheet of difference maps.

    Args:
        pictures: float (pictures, height, width, channels) in [0, 1].
        frames: Their reconstructions, float (frames, pictures, height, width, channels) in [0, 1].
        style: How they are drawn.
    """
    maps = difference(pictures[np.newaxis], frames, signed=style.signed)
    if style.contrast is None:
        largest = np.abs(maps).max(axis=(2, 3, 4), keepdims=True)
        maps = np.divide(maps, largest, out=np.zeros_like(maps), where=largest > 0)
    else:
        maps = maps * style.contrast
    return png(sheet(to_levels(maps, signed=style.signed)), palette(signed=style.signed))
