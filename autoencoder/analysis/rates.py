"""Rate and distortion: how many bytes a picture takes, and how far from it is what comes back.

A trained network is held against PCA, JPEG and WebP: on pictures like those that it learned, and on pictures unlike
them. A rate is a mean over pictures, in real bytes. A distortion is the mean squared error over all pixels of all
pictures, shown as its PSNR: −10 log₁₀ of that mean, and no mean of PSNRs. It takes seconds, so pages have it done in
the background process (`autoencoder.training.executors`).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product, takewhile

import numpy as np

from autoencoder.analysis.codecs import CODECS, QUALITIES, SCALES, WAYS, code_alone, code_sheets
from autoencoder.analysis.metrics import decibels
from autoencoder.analysis.principal import as_floats, principal_components, training_pictures
from autoencoder.data.bananas import bananas
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.rendering.sprites import to_bytes, to_image
from autoencoder.training.run_folder import RunFolder

BUDGETS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 128, 256, 512)  # bytes a picture, at which pictures are shown
MOST_COMPONENTS = 64
FULL_PCA = 1_000  # numbers in a picture, up to which PCA is fitted to all training pictures
PCA_PICTURES = 1_500  # to which it is fitted beyond that, which is quick where pixels are many
PICTURES, FEWER_PICTURES = 200, 100  # that are judged: two sheets, or one where a picture has more than LARGE pixels
LARGE = 1_000
RANGE_PICTURES = 2_000  # training pictures from whose codes the ranges of the bytes are taken
STRANGE_SEED = 77
DIGITS = ("mnist", "mnist_sample")  # sources that are made of digits
FLOAT_BYTES = 4


@dataclass(frozen=True)
class Point:
    """One setting of a codec."""

    rate: float  # mean bytes a picture
    error: float  # the mean squared one, of pixels from 0 to 1
    setting: str  # in words

    @property
    def psnr(self) -> float:
        """Return the error in dB, at most `MOST_PSNR`."""
        return float(decibels(self.error))


@dataclass(frozen=True, eq=False)
class Coded:
    """Pictures through one codec: a point for each of its settings, and the one to show for each of `BUDGETS`.

    What is `shown` has a rate above the budget where the codec cannot go so low; `frames`, uint8 (budgets, pictures,
    height, width, channels), are the first pictures.
    """

    title: str
    points: tuple[Point, ...]
    shown: tuple[Point, ...]
    frames: np.ndarray = field(repr=False)


def gather(title: str, sent: Iterable[tuple[Point, np.ndarray]], *, most_bytes: bool = False) -> Coded:
    """Return what a codec gave at its settings, at least one, with the shown pictures as they came; see `choose`."""
    points, kept = zip(*sent, strict=True)
    chosen = [choose(points, budget, most_bytes=most_bytes) for budget in BUDGETS]
    return Coded(title, points, tuple(points[one] for one in chosen), np.stack([kept[one] for one in chosen]))


def choose(points: Sequence[Point], budget: float, *, most_bytes: bool = False) -> int:
    """Return the place of the point with the least error, or the most bytes, within so many; else the fewest bytes."""
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
    """Return the bytes, at least its fewest, at which a codec reaches a PSNR; None where no setting gives so much.

    Between two settings it is interpolated in dB and log bytes.
    """
    best = front(points)
    if psnr > best[-1].psnr:
        return None
    return float(np.exp(np.interp(psnr, [point.psnr for point in best], [math.log(point.rate) for point in best])))


def as_bytes(codes: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return codes (n, numbers) as they come back from one byte for each number: float32 of the same shape.

    The bytes lie evenly between the lowest and the highest value in `known`, (m, numbers), and what is out of range
    becomes the nearest end. The ranges belong to the decoder: they are of other pictures than those that are coded.
    """
    low = known.min(axis=0)
    step = (known.max(axis=0) - low) / np.float32(255)
    stored = np.rint(np.clip((codes - low) / np.where(step > 0, step, 1), 0, 255)).astype(np.uint8)
    return (low + stored * step).astype(np.float32)


def learned(network: CompiledNetwork, sizes: list[int], train: np.ndarray, pictures: np.ndarray, shown: int) -> Coded:
    """Return what an autoencoder of these bottleneck sizes gives whose code is sent in a byte for each number.

    The bytes' ranges are of the codes of `train`, float32 in [0, 1] or uint8 (n, height, width, channels), of the first
    RANGE_PICTURES. What is sent are `pictures`, uint8 (m, …), of which the first `shown` are kept as they come back.
    """
    received = as_bytes(*(network.encode(as_floats(some)) for some in (pictures, train[:RANGE_PICTURES])))
    return _in_bytes("This autoencoder", lambda size: network.decode(received, size), sizes, pictures, shown)


def linear(train: np.ndarray, pictures: np.ndarray, shown: int) -> Coded:
    """Return what PCA gives whose numbers are sent in one byte each; the arguments are those of `learned`."""
    fitted = train if math.prod(train.shape[1:]) <= FULL_PCA else train[:PCA_PICTURES]
    count = max(1, min(MOST_COMPONENTS, len(fitted) - 1))  # n pictures span no more about their mean
    mean, components = principal_components(fitted, count)
    flat = (as_floats(some).reshape(len(some), -1) for some in (pictures, train[: 2 * PCA_PICTURES]))
    received = as_bytes(*((some - mean) @ components for some in flat))
    return _in_bytes(
        "PCA", lambda size: received[:, :size] @ components[:, :size].T + mean, range(1, count + 1), pictures, shown
    )


def _in_bytes(
    title: str, decode: Callable[[int], np.ndarray], sizes: Iterable[int], pictures: np.ndarray, shown: int
) -> Coded:
    """Return what a decoder gives at each size, where codes are sent in one byte a number."""
    sent = []
    for size in sizes:
        decoded = to_bytes(decode(size)).reshape(pictures.shape)
        point = Point(float(size), squared_error(pictures, decoded), f"{size} number{'s' if size > 1 else ''}")
        sent.append((point, decoded[:shown]))
    return gather(title, sent, most_bytes=True)


def classical(codec: str, pictures: np.ndarray, shown: int) -> dict[str, Coded]:
    """Return what JPEG or WebP, a key of `CODECS`, gives at every quality and scale, counted in each of `WAYS`."""
    sent: dict[str, list[tuple[Point, np.ndarray]]] = {way: [] for way in WAYS}
    for scale, quality in product(SCALES, QUALITIES):
        setting = f"quality {quality}" + ("" if scale == 1 else f", {scale} × smaller")
        whole, body, alone = code_alone(codec, pictures, quality, scale)
        in_sheet, sheets = code_sheets(codec, pictures, quality, scale)
        for way, rate, decoded in (("alone", whole, alone), ("body", body, alone), ("sheet", in_sheet, sheets)):
            sent[way].append((Point(rate, squared_error(pictures, decoded), setting), decoded[:shown]))
    return {way: gather(CODECS[codec], settings) for way, settings in sent.items()}


@dataclass(frozen=True, eq=False)
class Comparison:
    """So many pictures, `what` they are in words, through the autoencoder, PCA, and JPEG and WebP by the way to count.

    The first of them are shown, uint8 (shown, height, width, channels). Of the decoder it is known how many numbers it
    learned, and its bytes as it is stored.
    """

    what: str
    pictures: int
    shown: np.ndarray = field(repr=False)
    learned: Coded
    linear: Coded
    classical: Mapping[str, Mapping[str, Coded]]
    decoder_parameters: int
    stored_bytes: int

    @property
    def weight_bytes(self) -> int:
        """Return what the decoder's weights take in float32."""
        return FLOAT_BYTES * self.decoder_parameters

    @property
    def linear_bytes(self) -> int:
        """Return what PCA's decoder takes in float32: its mean picture and its components."""
        return FLOAT_BYTES * (1 + len(self.linear.points)) * math.prod(self.shown.shape[1:])

    def rivals(self, way: str) -> tuple[Coded, ...]:
        """Return PCA, and JPEG and WebP counted this way."""
        return (self.linear, *self.classical[way].values())

    def needed(self, way: str, size: int) -> dict[str, float | None]:
        """Return the bytes that each rival needs to be as good as the autoencoder with `size`: title → bytes."""
        psnr = self.psnr_at(size)
        return {rival.title: None if psnr is None else rate_for(rival.points, psnr) for rival in self.rivals(way)}

    def best_classical(self, way: str, size: int) -> tuple[str, float] | None:
        """Return the one of JPEG and WebP that needs fewer bytes for the same, and how many; None where none can."""
        needed = self.needed(way, size)
        able = [(coded.title, rate) for coded in self.classical[way].values() if (rate := needed[coded.title])]
        return min(able, key=lambda pair: pair[::-1], default=None)

    def psnr_at(self, size: int) -> float | None:
        """Return the autoencoder's PSNR with so many bytes, where it has that size."""
        return next((point.psnr for point in self.learned.points if point.rate == size), None)

    def ahead_from(self, way: str, rival: str) -> int | None:
        """Return the size from which on, up to the largest, a rival needs no more bytes for the same; None for none."""
        sizes = sorted((round(point.rate) for point in self.learned.points), reverse=True)
        return min(takewhile(lambda size: (self.needed(way, size)[rival] or math.inf) <= size, sizes), default=None)

    def pays_after(self, way: str, size: int) -> int | None:
        """Return how many pictures pay for the stored decoder, against the better of JPEG and WebP; None for never."""
        best = self.best_classical(way, size)
        return None if best is None or best[1] <= size else math.ceil(self.stored_bytes / (best[1] - size))


def compare(folder: RunFolder, version: str, indices: tuple[int, ...], strange: bool) -> Comparison:
    """Return a network's comparison, the pictures at `indices` shown; asked anew of a new `network_version`."""
    settings, files = folder.settings(), folder.network()
    train, test = training_pictures(settings.source), get_source(settings.source).load(test_only=True).test
    what, pictures = strangers(settings.source, test.shape[1:]) if strange else ("test pictures", chosen(test, indices))
    decoder, pictures = (settings.plan.decoder_parameters, len(files[1])), to_bytes(pictures)
    own = learned(CompiledNetwork(*files), settings.sizes, train, pictures, len(indices))
    return judge(own, train, pictures, what=what, decoder=decoder)


def judge(own: Coded, train: np.ndarray, pictures: np.ndarray, *, what: str, decoder: tuple[int, int]) -> Comparison:
    """Return pictures through every other codec beside what a network makes of them; see `Comparison` and `learned`."""
    shown = own.frames.shape[1]
    rivals = {name: classical(name, pictures, shown) for name in CODECS}
    by_way = {way: {name: ways[way] for name, ways in rivals.items()} for way in WAYS}
    return Comparison(what, len(pictures), pictures[:shown], own, linear(train, pictures, shown), by_way, *decoder)


def chosen(test: np.ndarray, indices: tuple[int, ...]) -> np.ndarray:
    """Return the pictures at these places, then others from the beginning, `how_many` if there are so many."""
    others = np.setdiff1d(np.arange(len(test)), indices)
    return test[[*indices, *others][: how_many(test.shape[1:])]]


def how_many(shape: tuple[int, ...]) -> int:
    """Return how many pictures of (height, width, channels) are judged."""
    return PICTURES if shape[0] * shape[1] <= LARGE else FEWER_PICTURES


def strangers(source: str, shape: tuple[int, ...]) -> tuple[str, np.ndarray]:
    """Return pictures unlike those of a source, float32 (n, *shape) in [0, 1], and before, what they are, in words."""
    if source in DIGITS:
        drawn = bananas.ripe(how_many(shape), STRANGE_SEED)
        return ("bananas in gray" if shape[2] == 1 else "bananas"), fitted(drawn, shape)
    return "handwritten digits", fitted(get_source("mnist_sample").load(test_only=True).test[: how_many(shape)], shape)


def fitted(pictures: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return pictures, float32 (n, …, …, 1 or 3) in [0, 1], as (n, *shape): resized, and in gray or color."""
    height, width, channels = shape
    mode = "L" if channels == 1 else "RGB"
    images = (to_image(picture).convert(mode).resize((width, height)) for picture in to_bytes(pictures))
    return np.stack([np.asarray(image, np.float32).reshape(shape) / 255 for image in images])
