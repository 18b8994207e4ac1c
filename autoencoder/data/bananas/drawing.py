"""Draws ripe bananas: lit, with five flat sides, a stem and a tip, on a plain ground with a soft shadow."""

import math
from dataclasses import dataclass

import numpy as np

from autoencoder.data.bananas.shape import (
    Dice,
    Positions,
    Shape,
    coverage_of,
    find_positions,
    thickness_at,
    throw_pose,
    throw_shape,
)

DICE = 24  # random numbers in [0, 1) for each banana
FACET = 2 * math.pi / 5  # bananas have five sides

LEMON, GOLD = (1.0, 0.87, 0.27), (0.98, 0.76, 0.16)
STEM, TIP = (0.42, 0.29, 0.13), (0.20, 0.14, 0.09)
GROUNDS = (  # plates, cloths and tables; none is yellow
    (0.93, 0.92, 0.90),
    (0.80, 0.86, 0.92),
    (0.62, 0.70, 0.78),
    (0.72, 0.80, 0.72),
    (0.88, 0.78, 0.76),
    (0.62, 0.46, 0.34),
    (0.76, 0.64, 0.54),
    (0.45, 0.48, 0.54),
)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Ripe bananas, and what must be known of them to damage them.

    Args:
        pictures: float32 (n, side, side, 3) in [0, 1], in shades of 8 bits.
        coverage: float32 (n, side, side) in [0, 1], how much of each pixel is banana.
        light: float32 (n, side, side), how brightly the skin is lit; about 1.
        skin: bool (n, side, side), the pixels of the yellow skin: the fruit without its stem and its tip.
    """

    pictures: np.ndarray
    coverage: np.ndarray
    light: np.ndarray
    skin: np.ndarray

    @property
    def fruit(self) -> np.ndarray:
        """bool (n, side, side), the pixels of which at least half is banana."""
        return self.coverage >= 0.5


def draw(dice: np.ndarray, side: int) -> Drawing:
    """Draw a ripe banana for each row of dice.

    Args:
        dice: (n, DICE) in [0, 1).
        side: Pixels along a side of a picture.
    """
    throw = Dice(dice)
    shape = throw_shape(throw)
    x, y, light = throw_pose(throw, shape, side)  # light: (x, y, z), a unit vector, local
    positions = find_positions(shape, x, y)
    thickness = thickness_at(shape, positions)
    coverage = coverage_of(shape, positions, thickness, softness=1 / side)
    skin_color, brightness = _paint_skin(throw, shape, positions, thickness, light)
    stem, tip = _ends(shape, positions.along)
    ground = _paint_ground(throw, side) * _shadow(throw, shape, x, y, light)[..., np.newaxis]
    color = skin_color + stem[..., np.newaxis] * (_lit(STEM, brightness) - skin_color)
    color += tip[..., np.newaxis] * (_lit(TIP, brightness) - color)
    return Drawing(
        pictures=eight_bits(ground + coverage[..., np.newaxis] * (color - ground)),
        coverage=coverage,
        light=brightness,
        skin=(coverage >= 0.5) & (stem < 0.2) & (tip < 0.2),
    )


def eight_bits(pictures: np.ndarray) -> np.ndarray:
    """The nearest of 256 shades, float32 in [0, 1]."""
    return np.rint(np.clip(pictures, 0, 1) * 255) / np.float32(255)


def _ends(shape: Shape, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how much of the stem's color, and of the tip's, each pixel has."""
    stem = _step((-along - 0.99 * shape.half_length) / (0.6 * shape.stem_length))
    tip = _step((along - 0.97 * shape.half_length) / (0.03 * shape.half_length))
    return stem, tip


def _paint_skin(
    throw: Dice, shape: Shape, positions: Positions, thickness: np.ndarray, light: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The color of the skin, (n, side, side, 3), and how brightly it is lit, (n, side, side)."""
    round_angle = np.arcsin(np.clip(positions.across / thickness, -1, 1))
    facet = (round_angle + throw.between(0, FACET)) * (2 * math.pi / FACET)  # 2π for each facet, an edge at 0
    angle = round_angle + throw.between(0.6, 0.9) * (FACET / (2 * math.pi)) * np.sin(facet)  # flat sides, soft edges
    towards_light = positions.normal[0] * light[0] + positions.normal[1] * light[1]
    facing = np.sin(angle) * towards_light + np.cos(angle) * light[2]
    edge = np.square(np.square(0.5 + 0.5 * np.cos(facet)))
    brightness = (1.05 - throw.between(0.35, 0.5) * (1 - np.maximum(facing, 0))) * (1 - 0.11 * edge)
    gloss = np.maximum(facing, 0) ** 16 * throw.between(0.1, 0.5)
    tone = throw.between(0, 1)[..., np.newaxis]
    yellow = np.array(LEMON, np.float32) + tone * (np.array(GOLD, np.float32) - np.array(LEMON, np.float32))
    color = _lit(yellow, brightness)
    color += gloss[..., np.newaxis] * (1 - color)
    return color, brightness


def _lit(color: np.ndarray | tuple[float, float, float], brightness: np.ndarray) -> np.ndarray:
    """A color by this light; shade is warmer than light. (n, side, side, 3)"""
    red, green, blue = np.moveaxis(np.asarray(color, np.float32), -1, 0)
    darker = brightness * (0.75 + 0.25 * brightness)
    return np.stack([red * brightness, green * darker, blue * darker * brightness], axis=-1)


def _paint_ground(throw: Dice, side: int) -> np.ndarray:
    """A plain color that grows lighter in one direction, (n, side, side, 3)."""
    color = throw.among(GROUNDS) * throw.between(0.9, 1.05)[..., np.newaxis]
    direction, slope = throw.between(0, 2 * math.pi), throw.between(0, 0.28)
    pixels = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    down, right = pixels[np.newaxis, :, np.newaxis], pixels[np.newaxis, np.newaxis, :]
    lighter = 1 + slope * (right * np.cos(direction) + down * np.sin(direction))
    return np.minimum(color * lighter[..., np.newaxis], 1)


def _shadow(throw: Dice, shape: Shape, x: np.ndarray, y: np.ndarray, light: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return what the banana leaves of the light on the ground, (n, side, side)."""
    reach = throw.between(0.05, 0.09)
    positions = find_positions(shape, x + reach * light[0], y + reach * light[1])
    return 1 - throw.between(0.25, 0.45) * _step(
        coverage_of(shape, positions, thickness_at(shape, positions), softness=0.13)
    )


def _step(part: np.ndarray) -> np.ndarray:
    part = np.clip(part, 0, 1)
    return part * part * (3 - 2 * part)
