"""The form and the pose of a banana, and where every pixel is on it.

The spine is two circular arcs that share a tangent (a biarc), with the stem and the tip as straight ends. So the point
of the spine that is nearest to a pixel is known in closed form, and with it the pixel's place on the skin.

Lengths are in sides of the picture. x is to the right and y is up; "local" coordinates have the middle of the spine at
(0, 0), the tip to the right, and the hollow side up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Shape:
    """The form of n bananas; every array is float32 (n, 1, 1)."""

    half_length: np.ndarray  # of the body, along the spine
    stem_bend: np.ndarray  # radians, from the middle to the stem
    tip_bend: np.ndarray
    thickness: np.ndarray  # half of it, in the middle
    stem_length: np.ndarray
    stem_thickness: np.ndarray
    tip_length: np.ndarray


@dataclass(frozen=True, eq=False)
class Positions:
    """Where every pixel is on the spine of its banana; every array is (n, side, side)."""

    along: np.ndarray  # from the middle, negative towards the stem
    across: np.ndarray  # from the spine, positive on the hollow side
    normal: tuple[np.ndarray, np.ndarray]  # of the spine, local, towards the hollow side


class Dice:
    """Hands out the columns of a table of random numbers in [0, 1), (n, numbers): one for each thing that varies."""

    def __init__(self, table: np.ndarray) -> None:
        self._columns: Iterator[np.ndarray] = iter(table.astype(np.float32).T)

    def between(self, low: float, high: float) -> np.ndarray:
        """(n, 1, 1)"""
        return (low + (high - low) * next(self._columns))[:, np.newaxis, np.newaxis]

    def sign(self) -> np.ndarray:
        """−1 or 1, (n, 1, 1)"""
        return np.where(self.between(-1, 1) < 0, np.float32(-1), np.float32(1))

    def among(self, colors: tuple[tuple[float, float, float], ...]) -> np.ndarray:
        """(n, 1, 1, 3)"""
        numbers = self.between(0, len(colors)).astype(int)
        return np.array(colors, np.float32)[np.minimum(numbers, len(colors) - 1)]  # 0.99999999 is 1 in float32


def throw_shape(throw: Dice) -> Shape:
    """From end to end, as the crow flies, every banana is 0.70 to 0.87 sides long, however bent."""
    extent, bend, uneven = throw.between(0.70, 0.87), throw.between(1.0, 2.1), throw.between(-0.22, 0.22)
    stem_bend, tip_bend = bend / 2 * (1 + uneven), bend / 2 * (1 - uneven)
    stem, tip = throw.between(0.17, 0.28), throw.between(0.035, 0.055)  # their lengths, in halves of the body's
    halves = np.sin(stem_bend) / stem_bend + np.sin(tip_bend) / tip_bend
    half_length = extent / (halves + stem * np.cos(stem_bend) + tip * np.cos(tip_bend))
    thickness = half_length * throw.between(0.24, 0.31)
    return Shape(
        half_length=half_length,
        stem_bend=stem_bend,
        tip_bend=tip_bend,
        thickness=thickness,
        stem_length=stem * half_length,
        stem_thickness=thickness * throw.between(0.22, 0.30),
        tip_length=tip * half_length,
    )


def throw_pose(throw: Dice, shape: Shape, side: int) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """The local x and y of every pixel, (n, side, side) each, and the local direction of the light."""
    turn, mirror = throw.between(-0.75, 0.75), throw.sign()
    middle, reach = _box(shape, turn, mirror)
    pixels = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    shift = [throw.between(-1, 1) * np.clip(0.48 - part, 0, 0.06) for part in reach]  # as far as there is room
    right = pixels[np.newaxis, np.newaxis, :] + middle[0] - shift[0]
    up = -pixels[np.newaxis, :, np.newaxis] + middle[1] - shift[1]
    azimuth, height = throw.between(0.6, 2.5), throw.between(0.65, 1.1)  # the light comes from above

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
        body = _end_of(part * bend, part * shape.half_length, np.float32(0))
        end = _end_of(bend, shape.half_length, straight)
        x += [sign * body[0], sign * end[0]]
        y += [body[1], end[1]]
        around += [thickness, 1.5 * shape.stem_thickness]
    across, up = mirror * np.concatenate(x, axis=2), np.concatenate(y, axis=2)
    points = np.stack([across * np.cos(turn) - up * np.sin(turn), across * np.sin(turn) + up * np.cos(turn)])
    margin = np.concatenate(around, axis=2)
    low, high = (points - margin).min(axis=3, keepdims=True), (points + margin).max(axis=3, keepdims=True)
    return (low + high) / 2, (high - low) / 2


def _end_of(
    bend: np.ndarray, half_length: np.ndarray, straight: np.ndarray | np.float32
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far to the side and up an arc with a straight end reaches."""
    radius = half_length / bend
    return (
        radius * np.sin(bend) + straight * np.cos(bend),
        radius * (1 - np.cos(bend)) + straight * np.sin(bend),
    )


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
