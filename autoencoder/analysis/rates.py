"""Rate and distortion: how many bytes a picture takes, and how far from it is what comes back.

A rate is a mean over pictures, in real bytes. A distortion is the mean squared error over all pixels of all pictures,
shown as its PSNR: −10 log₁₀ of that mean, and no mean of PSNRs.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from autoencoder.analysis.codecs import CODECS, QUALITIES, SCALES, WAYS, code_alone, code_sheets
from autoencoder.analysis.metrics import MOST_PSNR
from autoencoder.analysis.principal import principal_components
from autoencoder.analysis.quantizing import Quantizer
from autoencoder.networks.compiled import CompiledNetwork

BUDGETS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 128, 256, 512)  # bytes a picture, at which pictures are shown
MOST_COMPONENTS = 64
FULL_PCA = 1_000  # numbers in a picture, up to which PCA is fitted to all training pictures
PCA_PICTURES = 1_500  # to which it is fitted beyond that, which is quick where pixels are many
FLOAT_BYTES = 4


@dataclass(frozen=True)
class Point:
    """One setting of a codec.

    Args:
        rate: Bytes a picture, the mean.
        error: The mean squared error, pixels from 0 to 1.
        setting: In words, for example "quality 5".
    """

    rate: float
    error: float
    setting: str

    @property
    def psnr(self) -> float:
        """The error in dB, at most `MOST_PSNR`."""
        return min(-10 * math.log10(max(self.error, 1e-12)), MOST_PSNR)


@dataclass(frozen=True, eq=False)
class Coded:
    """Pictures through one codec.

    Args:
        title: Of the codec.
        points: One for each setting.
        chosen: For each of `BUDGETS` the setting to show, a place in `points`.
        frames: uint8 (budgets, shown, height, width, channels): the first pictures at each of `BUDGETS`.
    """

    title: str
    points: tuple[Point, ...]
    chosen: tuple[int, ...]
    frames: np.ndarray = field(repr=False)

    @property
    def shown(self) -> tuple[Point, ...]:
        """The point of each of `BUDGETS`; its rate is above the budget where the codec cannot go so low."""
        return tuple(self.points[index] for index in self.chosen)


Choose = Callable[[Sequence[Point], float], int]  # points, budget → the place of one
Sent = tuple[str, float, float, np.ndarray]  # a setting's name, its rate, its error, the shown pictures as they came


def gather(title: str, sent: Iterable[Sent], choose: Choose) -> Coded:
    """Return what a codec gave at all its settings.

    Args:
        title: Of the codec.
        sent: One for each setting, at least one.
        choose: Which of them is shown at a budget.
    """
    names, rates, errors, kept = zip(*sent, strict=True)
    points = tuple(map(Point, rates, errors, names))
    chosen = tuple(choose(points, budget) for budget in BUDGETS)
    return Coded(title, points, chosen, np.stack([kept[index] for index in chosen]))


def squared_error(pictures: np.ndarray, others: np.ndarray) -> float:
    """The mean squared error of pixels from 0 to 1: uint8 of one shape, twice."""
    return float(np.square(pictures.astype(np.float32) - others).mean(dtype=np.float64)) / 255**2


def at_most(points: Sequence[Point], budget: float) -> int:
    """The place of the best point within so many bytes; of the one with the fewest bytes where none is within."""
    indices = range(len(points))
    within = [index for index in indices if points[index].rate <= budget]
    if not within:
        return min(indices, key=lambda index: points[index].rate)
    return min(within, key=lambda index: (points[index].error, points[index].rate))


def nearest_below(points: Sequence[Point], budget: float) -> int:
    """The place of the point with the most bytes within so many; with the fewest where none is within."""
    indices = range(len(points))
    within = [index for index in indices if points[index].rate <= budget]
    return max(within, key=lambda index: points[index].rate) if within else at_most(points, budget)


def front(points: Iterable[Point]) -> list[Point]:
    """The points that no other beats in both rate and error: rates rise, errors fall."""
    best: list[Point] = []
    for point in sorted(points, key=lambda point: (point.rate, point.error)):
        if not best or point.error < best[-1].error:
            best.append(point)
    return best


def rate_for(points: Iterable[Point], psnr: float) -> float | None:
    """The bytes at which a codec reaches a PSNR, between two settings interpolated in dB and log bytes.

    Returns:
        At the least its fewest bytes, even where these give more than is asked for; None where no setting gives so
        much.
    """
    best = front(points)
    if psnr > best[-1].psnr:
        return None
    return float(np.exp(np.interp(psnr, [point.psnr for point in best], [math.log(point.rate) for point in best])))


def break_even(decoder_bytes: int, rate: float, other_rate: float | None) -> int | None:
    """Return how many pictures it takes until what they spare has paid for a decoder; None where they spare nothing.

    Args:
        decoder_bytes: What the decoder takes.
        rate: Bytes a picture with it.
        other_rate: Bytes a picture without, at the same quality; None where that is out of reach.
    """
    if other_rate is None or other_rate <= rate:
        return None
    return math.ceil(decoder_bytes / (other_rate - rate))


# The codecs


def to_pixels(pictures: np.ndarray) -> np.ndarray:
    """float in [0, 1] → uint8, rounded"""
    return np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)


def learned(
    network: CompiledNetwork, sizes: Sequence[int], train: np.ndarray, pictures: np.ndarray, shown: int
) -> Coded:
    """An autoencoder whose code is sent in as many bytes as it has numbers.

    Args:
        network: A trained one.
        sizes: Its bottleneck sizes.
        train: float32 (n, height, width, channels) in [0, 1]: pictures from whose codes the bytes' ranges are taken.
        pictures: uint8 (m, height, width, channels), the pictures to send.
        shown: How many of them are kept as they come back.
    """
    quantizer = Quantizer.of(network.encode(train))
    stored = quantizer.to_bytes(network.encode(pictures.astype(np.float32) / 255))
    codes = quantizer.to_codes(stored)

    def send(size: int) -> Sent:
        decoded = to_pixels(network.decode(codes, size))
        return _numbers(size), _bytes_of(stored[:, :size]), squared_error(pictures, decoded), decoded[:shown]

    return gather("This autoencoder", map(send, sizes), nearest_below)


def linear(train: np.ndarray, pictures: np.ndarray, shown: int) -> Coded:
    """PCA whose numbers are sent in one byte each.

    Args:
        train: float32 in [0, 1] or uint8 (n, height, width, channels), to which it is fitted.
        pictures: As in `learned`.
        shown: As in `learned`.
    """
    mean, components = components_of(train, MOST_COMPONENTS)
    quantizer = Quantizer.of((_flat(train[: 2 * PCA_PICTURES]) - mean) @ components)
    stored = quantizer.to_bytes((_flat(pictures) - mean) @ components)
    codes = quantizer.to_codes(stored)

    def send(size: int) -> Sent:
        decoded = to_pixels(codes[:, :size] @ components[:, :size].T + mean).reshape(pictures.shape)
        return _numbers(size), _bytes_of(stored[:, :size]), squared_error(pictures, decoded), decoded[:shown]

    return gather("PCA", map(send, range(1, components.shape[1] + 1)), nearest_below)


def components_of(train: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and first components as `principal_components` gives them, from fewer pictures where pixels are many.

    The components of n pictures are sums of these pictures, so an n × n matrix is enough to find them.
    """
    if math.prod(train.shape[1:]) <= FULL_PCA:
        return principal_components(train, count)
    flat = _flat(train[:PCA_PICTURES])
    mean = flat.mean(axis=0, dtype=np.float64).astype(np.float32)
    centered = flat - mean
    values, vectors = np.linalg.eigh(centered @ centered.T)
    kept = np.flatnonzero(values > values[-1] * 1e-6)[::-1][:count]
    return mean, (centered.T @ (vectors[:, kept] / np.sqrt(values[kept]))).astype(np.float32)


def classical(name: str, pictures: np.ndarray, shown: int) -> dict[str, Coded]:
    """JPEG or WebP at every quality and scale, counted in each of `WAYS`: way → what came back.

    Args:
        name: A key of `CODECS`.
        pictures: As in `learned`.
        shown: As in `learned`.
    """
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
    return {way: gather(codec.title, settings, at_most) for way, settings in sent.items()}


def _numbers(size: int) -> str:
    return f"{size} number{'s' if size > 1 else ''}"


def _bytes_of(stored: np.ndarray) -> float:
    """The bytes of one code: uint8 (n, numbers)"""
    return stored.nbytes / len(stored)


def _flat(pictures: np.ndarray) -> np.ndarray:
    """uint8, or float in [0, 1] → float32 (n, pixels) in [0, 1]"""
    top = np.float32(255 if pictures.dtype == np.uint8 else 1)
    return (pictures.reshape(len(pictures), -1) / top).astype(np.float32)
