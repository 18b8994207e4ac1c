"""Rate and distortion: how many bytes a picture takes, and how far from it is what comes back.

A rate is a mean over pictures, in real bytes. A distortion is the mean squared error over all pixels of all pictures,
shown as its PSNR: −10 log₁₀ of that mean, and no mean of PSNRs.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Self

import numpy as np

from autoencoder.analysis.codecs import CODECS, QUALITIES, SCALES, WAYS, code_alone, code_sheets
from autoencoder.analysis.metrics import decibels
from autoencoder.analysis.principal import as_floats, principal_components
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.rendering.sprites import to_bytes

BUDGETS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 128, 256, 512)  # bytes a picture, at which pictures are shown
MOST_COMPONENTS = 64
FULL_PCA = 1_000  # numbers in a picture, up to which PCA is fitted to all training pictures
PCA_PICTURES = 1_500  # to which it is fitted beyond that, which is quick where pixels are many
TOP = 255  # the highest byte


@dataclass(frozen=True)
class Point:
    """One setting of a codec, in words, with its mean bytes a picture and its squared error, pixels from 0 to 1."""

    rate: float
    error: float
    setting: str

    @property
    def psnr(self) -> float:
        """Return the error in dB, at most `MOST_PSNR`."""
        return float(decibels(self.error))


@dataclass(frozen=True, eq=False)
class Coded:
    """Pictures through one codec: a point for each of its settings, and the setting to show for each of `BUDGETS`.

    `chosen` are places in `points`; `frames`, uint8 (budgets, shown, height, width, channels), the first pictures.
    """

    title: str
    points: tuple[Point, ...]
    chosen: tuple[int, ...]
    frames: np.ndarray = field(repr=False)

    @property
    def shown(self) -> tuple[Point, ...]:
        """Return the point of each of `BUDGETS`; its rate is above the budget where the codec cannot go so low."""
        return tuple(self.points[index] for index in self.chosen)


Sent = tuple[str, float, float, np.ndarray]  # a setting's name, its rate, its error, the shown pictures as they came


def gather(title: str, sent: Iterable[Sent], *, most_bytes: bool = False) -> Coded:
    """Return what a codec gave at all its settings, at least one; see `choose`."""
    names, rates, errors, kept = zip(*sent, strict=True)
    points = tuple(map(Point, rates, errors, names))
    chosen = tuple(choose(points, budget, most_bytes=most_bytes) for budget in BUDGETS)
    return Coded(title, points, chosen, np.stack([kept[index] for index in chosen]))


def choose(points: Sequence[Point], budget: float, *, most_bytes: bool = False) -> int:
    """Return the place of the point with the least error, or the most bytes, within so many bytes.

    Where none is within, it is that of the point with the fewest bytes.
    """
    within = [index for index, point in enumerate(points) if point.rate <= budget]
    if not within:
        return min(range(len(points)), key=lambda index: points[index].rate)
    if most_bytes:
        return max(within, key=lambda index: points[index].rate)
    return min(within, key=lambda index: (points[index].error, points[index].rate))


def squared_error(pictures: np.ndarray, others: np.ndarray) -> float:
    """Return the mean squared error of pixels from 0 to 1: uint8 of one shape, twice."""
    return float(np.square(pictures.astype(np.float32) - others).mean(dtype=np.float64)) / 255**2


def front(points: Iterable[Point]) -> list[Point]:
    """Return the points that no other beats in both rate and error: rates rise, errors fall."""
    best: list[Point] = []
    for point in sorted(points, key=lambda point: (point.rate, point.error)):
        if not best or point.error < best[-1].error:
            best.append(point)
    return best


def rate_for(points: Iterable[Point], psnr: float) -> float | None:
    """Return the bytes at which a codec reaches a PSNR, between two settings interpolated in dB and log bytes.

    At the least these are its fewest bytes, even where these give more than is asked for. None where no setting gives
    so much.
    """
    best = front(points)
    if psnr > best[-1].psnr:
        return None
    return float(np.exp(np.interp(psnr, [point.psnr for point in best], [math.log(point.rate) for point in best])))


# The codecs


@dataclass(frozen=True, eq=False)
class Quantizer:
    """One byte for each number of a code, evenly between its lowest and its highest value, float32 (numbers,) both.

    These ranges belong to the decoder: they come from other pictures than those that are coded.
    """

    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, codes: np.ndarray) -> Self:
        """Return the ranges of the codes of some training pictures, float32 (n, numbers), n ≥ 1."""
        return cls(codes.min(axis=0), codes.max(axis=0))

    @property
    def step(self) -> np.ndarray:
        """Return how far two neighboring bytes are apart: float32 (numbers,)."""
        return (self.high - self.low) / np.float32(TOP)

    def to_bytes(self, codes: np.ndarray) -> np.ndarray:
        """Return codes (n, numbers) as uint8; what is out of range becomes the nearest end of it."""
        step = np.where(self.step > 0, self.step, 1)  # a number that is always the same needs no step
        return np.rint(np.clip((codes - self.low) / step, 0, TOP)).astype(np.uint8)

    def to_codes(self, stored: np.ndarray) -> np.ndarray:
        """Return bytes (n, numbers) as the codes that they stand for, float32."""
        return (self.low + stored * self.step).astype(np.float32)


def learned(
    network: CompiledNetwork, sizes: Sequence[int], train: np.ndarray, pictures: np.ndarray, shown: int
) -> Coded:
    """Return what an autoencoder gives whose code is sent in as many bytes as it has numbers.

    Args:
        network: A trained one.
        sizes: Its bottleneck sizes.
        train: float32 in [0, 1] or uint8 (n, height, width, channels): from their codes the bytes' ranges are taken.
        pictures: uint8 (m, height, width, channels), the pictures to send.
        shown: How many of them are kept as they come back.
    """

    def encode(some: np.ndarray) -> np.ndarray:
        return network.encode(as_floats(some))

    return _in_bytes("This autoencoder", encode, network.decode, sizes, train, pictures, shown)


def linear(train: np.ndarray, pictures: np.ndarray, shown: int) -> Coded:
    """Return what PCA gives whose numbers are sent in one byte each; the arguments are those of `learned`."""
    fitted = train if math.prod(train.shape[1:]) <= FULL_PCA else train[:PCA_PICTURES]
    count = max(1, min(MOST_COMPONENTS, len(fitted) - 1))  # n pictures span no more about their mean
    mean, components = principal_components(fitted, count)

    def encode(some: np.ndarray) -> np.ndarray:
        return (as_floats(some).reshape(len(some), -1) - mean) @ components

    def decode(codes: np.ndarray, size: int) -> np.ndarray:
        return codes[:, :size] @ components[:, :size].T + mean

    return _in_bytes("PCA", encode, decode, range(1, count + 1), train[: 2 * PCA_PICTURES], pictures, shown)


def _in_bytes(
    title: str,
    encode: Callable[[np.ndarray], np.ndarray],
    decode: Callable[[np.ndarray, int], np.ndarray],
    sizes: Iterable[int],
    train: np.ndarray,
    pictures: np.ndarray,
    shown: int,
) -> Coded:
    """Return what an encoder and a decoder give where each number of a code is sent in one byte."""
    quantizer = Quantizer.of(encode(train))
    stored = quantizer.to_bytes(encode(pictures))
    codes = quantizer.to_codes(stored)

    def send(size: int) -> Sent:
        decoded = to_bytes(decode(codes, size)).reshape(pictures.shape)
        rate, name = stored[:, :size].nbytes / len(stored), f"{size} number{'s' if size > 1 else ''}"
        return name, rate, squared_error(pictures, decoded), decoded[:shown]

    return gather(title, map(send, sizes), most_bytes=True)


def classical(name: str, pictures: np.ndarray, shown: int) -> dict[str, Coded]:
    """Return what JPEG or WebP, a key of `CODECS`, gives at every quality and scale, counted in each of `WAYS`."""
    codec = CODECS[name]
    sent: dict[str, list[Sent]] = {way: [] for way in WAYS}
    for scale, quality in product(SCALES, QUALITIES):
        setting = f"quality {quality}" + ("" if scale == 1 else f", {scale} × smaller")
        whole, body, decoded = code_alone(codec, pictures, quality, scale)
        alone = squared_error(pictures, decoded), decoded[:shown]
        sent["alone"].append((setting, whole, *alone))
        sent["body"].append((setting, body, *alone))
        rate, decoded = code_sheets(codec, pictures, quality, scale)
        sent["sheet"].append((setting, rate, squared_error(pictures, decoded), decoded[:shown]))
    return {way: gather(codec.title, settings) for way, settings in sent.items()}
