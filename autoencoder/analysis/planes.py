"""Planes on which codes are drawn, and the way back from a place on the plane to a code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

NEIGHBORS = 5  # codes that a place between them is made of, where a plane has no way back of its own
MARGIN = 0.04  # of the width, left free around the points


class Plane(Protocol):
    """Where every code is drawn, and which code a place stands for.

    Attributes:
        points: float32 (n, 2), the place of each code.
    """

    @property
    def points(self) -> np.ndarray: ...

    def codes_at(self, positions: np.ndarray) -> np.ndarray:
        """The codes float32 (m, size) of places (m, 2)."""


@dataclass(frozen=True, eq=False)
class FlatPlane:
    """A plane in the space of the codes, through `mean`: a place on it is a code.

    Args:
        points: float32 (n, 2), the codes' nearest places on the plane.
        mean: float32 (size,), the code at place (0, 0).
        axes: float32 (2, size), orthonormal; the second is nothing where the code is a single number.
        explained: The share of the codes' variance along each axis, each in [0, 1].
    """

    points: np.ndarray = field(repr=False)
    mean: np.ndarray = field(repr=False)
    axes: np.ndarray = field(repr=False)
    explained: tuple[float, float] = (1.0, 0.0)

    def codes_at(self, positions: np.ndarray) -> np.ndarray:
        """The codes float32 (m, size) of places (m, 2)."""
        return (self.mean + np.asarray(positions, np.float32) @ self.axes).astype(np.float32)


@dataclass(frozen=True, eq=False)
class NeighborPlane:
    """A plane without a way back, as t-SNE's: a place stands for a mixture of the codes that are drawn nearest to it.

    D. Shepard, "A two-dimensional interpolation function for irregularly-spaced data", 1968,
    doi:10.1145/800186.810616: each of the NEIGHBORS nearest weighs one by its squared distance.

    Args:
        points: float32 (n, 2).
        values: float32 (n, size), the codes.
    """

    points: np.ndarray = field(repr=False)
    values: np.ndarray = field(repr=False)

    def codes_at(self, positions: np.ndarray) -> np.ndarray:
        """The codes float32 (m, size) of places (m, 2); at a point itself, that point's code."""
        away = np.square(np.asarray(positions)[:, np.newaxis] - self.points).sum(axis=2)
        nearest = np.argsort(away, axis=1, kind="stable")[:, :NEIGHBORS]
        weights = 1 / np.maximum(np.take_along_axis(away, nearest, axis=1), 1e-12)
        weights /= weights.sum(axis=1, keepdims=True)
        return np.einsum("mk,mks->ms", weights, self.values[nearest]).astype(np.float32)


def plane_of(codes: np.ndarray) -> FlatPlane:
    """The plane to draw codes on: their two numbers as they are, else the first two principal components.

    Args:
        codes: float32 (n, size). A single number is drawn from left to right, all on one height.
    """
    if codes.shape[1] > 2:
        return principal_plane(codes)
    size = codes.shape[1]
    axes = np.eye(2, size, dtype=np.float32)
    variances = np.resize(np.append(codes.var(axis=0, dtype=np.float64), 0), 2)
    shares = variances / max(variances.sum(), np.finfo(np.float32).tiny)
    return FlatPlane(codes @ axes.T, np.zeros(size, np.float32), axes, (float(shares[0]), float(shares[1])))


def principal_plane(codes: np.ndarray) -> FlatPlane:
    """The plane on which codes float32 (n, size ≥ 2) lie most spread out: their first two principal components.

    Each component points to where its largest entry is positive, so that the same codes give the same plane.
    """
    mean = codes.mean(axis=0, dtype=np.float64)
    values, vectors = np.linalg.eigh(np.cov(codes, rowvar=False, bias=True))
    axes = vectors[:, ::-1][:, :2].T
    axes = axes * np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, np.newaxis]
    shares = values[::-1][:2] / max(values.sum(), np.finfo(np.float32).tiny)
    points = ((codes - mean) @ axes.T).astype(np.float32)
    return FlatPlane(points, mean.astype(np.float32), axes.astype(np.float32), (float(shares[0]), float(shares[1])))


@dataclass(frozen=True)
class Frame:
    """The part of a plane that is drawn: from left to right and from bottom to top."""

    left: float
    right: float
    bottom: float
    top: float

    def position(self, across: float, up: float) -> np.ndarray:
        """The place float64 (2,) at shares of the width and the height, each in [0, 1]."""
        return np.array([self.left + across * (self.right - self.left), self.bottom + up * (self.top - self.bottom)])

    def shares(self, points: np.ndarray | Sequence[Sequence[float]]) -> np.ndarray:
        """Points (n, 2) as shares of the width and the height: float64 (n, 2), in [0, 1] where they are inside."""
        start, end = self.position(0, 0), self.position(1, 1)
        return (np.asarray(points) - start) / (end - start)

    def grid(self, columns: int, rows: int) -> np.ndarray:
        """The middles of a grid of equal cells, row by row from the top left: float64 (rows × columns, 2)."""
        across, down = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
        return np.array([self.position(x, 1 - y) for y in down for x in across])


def frame_of(points: np.ndarray) -> Frame:
    """All the points (n, 2) and a margin around them; never of no width."""
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    width = np.where(high > low, high - low, 1.0)
    (left, bottom), (right, top) = low - MARGIN * width, high + MARGIN * width
    return Frame(float(left), float(right), float(bottom), float(top))


def middle_of(points: np.ndarray) -> tuple[float, float]:
    """The place with half of the points (n, 2) on either side, along both axes."""
    across, up = np.median(points, axis=0).tolist()
    return across, up


def quantile_grid(points: np.ndarray, side: int) -> np.ndarray:
    """Places that lie closer together where there are more points: quantiles along both axes.

    Args:
        points: (n, 2).
        side: How many places along each axis.

    Returns:
        float64 (side × side, 2), row by row from the top left, within the range of the points.
    """
    shares = (np.arange(side) + 0.5) / side
    across, up = np.quantile(points[:, 0], shares), np.quantile(points[:, 1], shares)
    return np.array([(x, y) for y in up[::-1] for x in across])


@dataclass(frozen=True)
class Rail:
    """What a slider needs to move along one axis in round steps.

    Args:
        low: The first value, a multiple of the step.
        high: The last.
        step: A power of ten, between a hundredth and a thousandth of the way.
    """

    low: float
    high: float
    step: float

    @property
    def decimals(self) -> int:
        """Return how many digits after the point its values have."""
        return max(0, -round(np.log10(self.step)))

    def snap(self, value: float) -> float:
        """The nearest value of the slider."""
        return float(round(min(max(round(value / self.step) * self.step, self.low), self.high), self.decimals))


def rail(low: float, high: float) -> Rail:
    """A slider from about `low` to about `high` (larger), and not less."""
    step = float(10.0 ** np.floor(np.log10((high - low) / 100)))
    decimals = max(0, -round(np.log10(step)))
    return Rail(
        float(round(np.floor(low / step) * step, decimals)), float(round(np.ceil(high / step) * step, decimals)), step
    )
