"""Draws ripe bananas: lit, with five flat sides, a stem and a tip, on a plain ground with a soft shadow.

The spine is two circular arcs that share a tangent (a biarc), with the stem and the tip as straight ends. So the point
of the spine that is nearest to a pixel is known in closed form, and with it the pixel's place on the skin.

Lengths are in sides of the picture. x is to the right and y is up; "local" coordinates have the middle of the spine at
(0, 0), the tip to the right, and the hollow side up.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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
    """Ripe bananas, and what must be known of them to damage them."""

    pictures: np.ndarray  # float32 (n, side, side, 3) in [0, 1], in shades of 8 bits
    coverage: np.ndarray  # float32 (n, side, side) in [0, 1], how much of each pixel is banana
    light: np.ndarray  # float32 (n, side, side), how brightly the skin is lit; about 1
    skin: np.ndarray  # bool (n, side, side), the pixels of the yellow skin: the fruit without its stem and its tip

    @property
    def fruit(self) -> np.ndarray:
        """bool (n, side, side), the pixels of which at least half is banana."""
        return self.coverage >= 0.5


class Shape(NamedTuple):  # the form of n bananas; every array is float32 (n, 1, 1)
    half_length: np.ndarray  # of the body, along the spine
    stem_bend: np.ndarray  # radians, from the middle to the stem
    tip_bend: np.ndarray
    thickness: np.ndarray  # half of it, in the middle
    stem_length: np.ndarray
    stem_thickness: np.ndarray
    tip_length: np.ndarray


class Positions(NamedTuple):  # where every pixel is on the spine of its banana; every array is (n, side, side)
    along: np.ndarray  # from the middle, negative towards the stem
    across: np.ndarray  # from the spine, positive on the hollow side
    normal: tuple[np.ndarray, np.ndarray]  # of the spine, local, towards the hollow side


Dice = Iterator[np.ndarray]  # random numbers in [0, 1), float32 (n,), for one thing that varies after the other


def between(throw: Dice, low: float, high: float) -> np.ndarray:
    """Return the next number of each banana, evenly drawn from `low` to `high`: (n, 1, 1)."""
    return (low + (high - low) * next(throw))[:, np.newaxis, np.newaxis]


def draw(dice: np.ndarray, side: int) -> Drawing:
    """Draw a ripe banana for each row of dice, (n, DICE) in [0, 1), on `side` × `side` pixels."""
    throw = iter(dice.astype(np.float32).T)
    shape = throw_shape(throw)
    x, y, light = throw_pose(throw, shape, side)  # light: (x, y, z), a unit vector, local
    positions = find_positions(shape, x, y)
    thickness = thickness_at(shape, positions)
    coverage = coverage_of(shape, positions, thickness, softness=1 / side)
    skin_color, brightness = _paint_skin(throw, positions, thickness, light)
    stem = _step((-positions.along - 0.99 * shape.half_length) / (0.6 * shape.stem_length))  # how much of its color
    tip = _step((positions.along - 0.97 * shape.half_length) / (0.03 * shape.half_length))
    ground = _paint_ground(throw, shape, x, y, light)
    color = skin_color + stem[..., np.newaxis] * (_lit(STEM, brightness) - skin_color)
    color += tip[..., np.newaxis] * (_lit(TIP, brightness) - color)
    pictures = eight_bits(ground + coverage[..., np.newaxis] * (color - ground))
    return Drawing(pictures, coverage, brightness, skin=(coverage >= 0.5) & (stem < 0.2) & (tip < 0.2))


def eight_bits(pictures: np.ndarray) -> np.ndarray:
    """The nearest of 256 shades, float32 in [0, 1]."""
    return np.rint(np.clip(pictures, 0, 1) * 255) / np.float32(255)


def _paint_skin(
    throw: Dice, positions: Positions, thickness: np.ndarray, light: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The color of the skin, (n, side, side, 3), and how brightly it is lit, (n, side, side)."""
    round_angle = np.arcsin(np.clip(positions.across / thickness, -1, 1))
    facet = (round_angle + between(throw, 0, FACET)) * (2 * math.pi / FACET)  # 2π for each facet, an edge at 0
    angle = round_angle + between(throw, 0.6, 0.9) * (FACET / (2 * math.pi)) * np.sin(facet)  # flat sides, soft edges
    towards_light = positions.normal[0] * light[0] + positions.normal[1] * light[1]
    facing = np.sin(angle) * towards_light + np.cos(angle) * light[2]
    edge = np.square(np.square(0.5 + 0.5 * np.cos(facet)))
    brightness = (1.05 - between(throw, 0.35, 0.5) * (1 - np.maximum(facing, 0))) * (1 - 0.11 * edge)
    gloss = np.maximum(facing, 0) ** 16 * between(throw, 0.1, 0.5)
    lemon, gold = np.array([LEMON, GOLD], np.float32)
    color = _lit(lemon + between(throw, 0, 1)[..., np.newaxis] * (gold - lemon), brightness)
    color += gloss[..., np.newaxis] * (1 - color)
    return color, brightness


def _lit(color: np.ndarray | tuple[float, float, float], brightness: np.ndarray) -> np.ndarray:
    """A color by this light; shade is warmer than light. (n, side, side, 3)"""
    red, green, blue = np.moveaxis(np.asarray(color, np.float32), -1, 0)
    darker = brightness * (0.75 + 0.25 * brightness)
    return np.stack([red * brightness, green * darker, blue * darker * brightness], axis=-1)


def _paint_ground(throw: Dice, shape: Shape, x: np.ndarray, y: np.ndarray, light: tuple[np.ndarray, ...]) -> np.ndarray:
    """A plain color that grows lighter in one direction, and the banana's shadow on it, (n, side, side, 3)."""
    drawn = np.minimum(between(throw, 0, len(GROUNDS)).astype(int), len(GROUNDS) - 1)  # 0.99999999 is 1 in float32
    color = np.array(GROUNDS, np.float32)[drawn] * between(throw, 0.9, 1.05)[..., np.newaxis]
    direction, slope = between(throw, 0, 2 * math.pi), between(throw, 0, 0.28)
    pixels = (np.arange(x.shape[1], dtype=np.float32) + 0.5) / x.shape[1] - 0.5
    down, right = pixels[np.newaxis, :, np.newaxis], pixels[np.newaxis, np.newaxis, :]
    lighter = 1 + slope * (right * np.cos(direction) + down * np.sin(direction))
    reach = between(throw, 0.05, 0.09)
    positions = find_positions(shape, x + reach * light[0], y + reach * light[1])
    covered = coverage_of(shape, positions, thickness_at(shape, positions), softness=0.13)
    shadow = 1 - between(throw, 0.25, 0.45) * _step(covered)  # what it leaves of the light
    return np.minimum(color * lighter[..., np.newaxis], 1) * shadow[..., np.newaxis]


def _step(part: np.ndarray) -> np.ndarray:
    part = np.clip(part, 0, 1)
    return part * part * (3 - 2 * part)


def throw_shape(throw: Dice) -> Shape:
    """From end to end, as the crow flies, every banana is 0.70 to 0.87 sides long, however bent."""
    extent, bend, uneven = between(throw, 0.70, 0.87), between(throw, 1.0, 2.1), between(throw, -0.22, 0.22)
    stem_bend, tip_bend = bend / 2 * (1 + uneven), bend / 2 * (1 - uneven)
    stem, tip = between(throw, 0.17, 0.28), between(throw, 0.035, 0.055)  # their lengths, in halves of the body's
    halves = np.sin(stem_bend) / stem_bend + np.sin(tip_bend) / tip_bend
    half_length = extent / (halves + stem * np.cos(stem_bend) + tip * np.cos(tip_bend))
    thickness = half_length * between(throw, 0.24, 0.31)
    stem_thickness = thickness * between(throw, 0.22, 0.30)
    return Shape(half_length, stem_bend, tip_bend, thickness, stem * half_length, stem_thickness, tip * half_length)


def throw_pose(throw: Dice, shape: Shape, side: int) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """The local x and y of every pixel, (n, side, side) each, and the local direction of the light."""
    turn = between(throw, -0.75, 0.75)
    mirror = np.where(between(throw, -1, 1) < 0, np.float32(-1), np.float32(1))
    middle, reach = _box(shape, turn, mirror)
    pixels = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    shift = [between(throw, -1, 1) * np.clip(0.48 - part, 0, 0.06) for part in reach]  # as far as there is room
    right = pixels[np.newaxis, np.newaxis, :] + middle[0] - shift[0]
    up = -pixels[np.newaxis, :, np.newaxis] + middle[1] - shift[1]
    azimuth, height = between(throw, 0.6, 2.5), between(throw, 0.65, 1.1)  # the light comes from above

    def to_local(right: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return mirror * (right * np.cos(turn) + up * np.sin(turn)), up * np.cos(turn) - right * np.sin(turn)

    light = to_local(np.cos(height) * np.cos(azimuth), np.cos(height) * np.sin(azimuth))
    x, y = to_local(right, up)
    return x, y, (*light, np.sin(height))


def _box(shape: Shape, turn: np.ndarray, mirror: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The middle of the upright box around each turned banana, and how far it reaches from there: (2, n, 1, 1)."""
    part = np.linspace(0.1, 0.8, 5, dtype=np.float32)
    thickness = np.broadcast_to(shape.thickness, (len(turn), 1, len(part)))
    x, y, around = [], [], []
    for sign, bend, straight in ((-1, shape.stem_bend, shape.stem_length), (1, shape.tip_bend, shape.tip_length)):
        body = _end_of(part * bend, part * shape.half_length, 0.0)
        end = _end_of(bend, shape.half_length, straight)
        x += [sign * body[0], sign * end[0]]
        y += [body[1], end[1]]
        around += [thickness, 1.5 * shape.stem_thickness]
    across, up = mirror * np.concatenate(x, axis=2), np.concatenate(y, axis=2)
    points = np.stack([across * np.cos(turn) - up * np.sin(turn), across * np.sin(turn) + up * np.cos(turn)])
    margin = np.concatenate(around, axis=2)
    low, high = (points - margin).min(axis=3, keepdims=True), (points + margin).max(axis=3, keepdims=True)
    return (low + high) / 2, (high - low) / 2


def _end_of(bend: np.ndarray, half_length: np.ndarray, straight: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Return how far to the side and up an arc with a straight end reaches."""
    radius, sine, cosine = half_length / bend, np.sin(bend), np.cos(bend)
    return radius * sine + straight * cosine, radius * (1 - cosine) + straight * sine


def find_positions(shape: Shape, x: np.ndarray, y: np.ndarray) -> Positions:
    """Return where the pixels at x and y, local, (n, side, side), are on the spine."""
    sign = np.where(x < 0, np.float32(-1), np.float32(1))
    bend = np.where(x < 0, shape.stem_bend, shape.tip_bend)
    radius = shape.half_length / bend
    x = np.abs(x)
    to_center = np.maximum(np.hypot(x, radius - y), 1e-6)
    angle = np.arctan2(x, radius - y)
    sine, cosine = np.sin(bend), np.cos(bend)
    beyond_x, beyond_y = x - radius * sine, y - radius * (1 - cosine)  # from the end of the arc
    straight = angle > bend
    along = np.where(straight, shape.half_length + beyond_x * cosine + beyond_y * sine, radius * angle)
    across = np.where(straight, beyond_y * cosine - beyond_x * sine, radius - to_center)
    normal_x = -sign * np.where(straight, sine, x / to_center)
    normal_y = np.where(straight, cosine, (radius - y) / to_center)
    return Positions(sign * along, across, (normal_x, normal_y))


def thickness_at(shape: Shape, positions: Positions) -> np.ndarray:
    """Half the thickness at each pixel's point of the spine: slim towards the stem, blunt towards the tip."""
    at_stem = positions.along < 0
    beyond = np.abs(positions.along) - shape.half_length
    part = np.minimum(np.square(positions.along / shape.half_length), 1)
    fullness = np.where(at_stem, 0.7 * part, part + 0.5 * part * part)
    body = shape.thickness * (1 - part) * (1 + fullness)
    flare = 1 + 0.4 * np.clip(beyond / shape.stem_length, 0, 1)
    return np.hypot(body, part * shape.stem_thickness * np.where(at_stem, flare, np.float32(0.75)))


def coverage_of(shape: Shape, positions: Positions, thickness: np.ndarray, softness: float) -> np.ndarray:
    """Return how much of each pixel is banana, with edges as wide as `softness`."""
    end = shape.half_length + np.where(positions.along < 0, shape.stem_length, shape.tip_length)
    inside = np.minimum(thickness - np.abs(positions.across), end - np.abs(positions.along))
    return np.clip(inside / softness + 0.5, 0, 1)
