"""A trained network against PCA, JPEG and WebP: on pictures like those that it learned, and on pictures unlike them.

What is here takes seconds, so pages have it done in the background process (`autoencoder.training.executors`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from autoencoder.analysis.codecs import CODECS, WAYS
from autoencoder.analysis.rates import FLOAT_BYTES, Coded, break_even, classical, learned, linear, rate_for, to_pixels
from autoencoder.data.bananas import bananas
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder

PICTURES, FEWER_PICTURES = 200, 100  # that are judged: two sheets, or one where a picture has more than LARGE pixels
LARGE = 1_000
RANGE_PICTURES = 2_000  # training pictures from whose codes the ranges of the bytes are taken
STRANGE_SEED = 77
DIGITS = ("mnist", "mnist_sample")  # sources that are made of digits


@dataclass(frozen=True, eq=False)
class Comparison:
    """The same pictures through every codec.

    Args:
        what: What they are, in words.
        pictures: How many there are.
        shown: uint8 (shown, height, width, channels), the first of them.
        learned: Through the autoencoder.
        linear: Through PCA.
        classical: Way to count → codec → through JPEG and WebP.
        decoder_parameters: How many numbers the decoder learned.
        stored_bytes: The decoder as it is stored.
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
        """The decoder's weights in float32."""
        return FLOAT_BYTES * self.decoder_parameters

    @property
    def linear_bytes(self) -> int:
        """Return what PCA's decoder takes in float32: its mean picture and its components."""
        return FLOAT_BYTES * (1 + len(self.linear.points)) * math.prod(self.shown.shape[1:])

    def rivals(self, way: str) -> tuple[Coded, ...]:
        """PCA, and JPEG and WebP counted this way."""
        return (self.linear, *self.classical[way].values())

    def needed(self, way: str, size: int) -> dict[str, float | None]:
        """The bytes that each rival needs to be as good as the autoencoder is with `size`: title → bytes."""
        psnr = self.psnr_at(size)
        return {rival.title: None if psnr is None else rate_for(rival.points, psnr) for rival in self.rivals(way)}

    def best_classical(self, way: str, size: int) -> tuple[str, float] | None:
        """The one of JPEG and WebP that needs fewer bytes for the same, and how many; None where none can."""
        titles = {coded.title for coded in self.classical[way].values()}
        able = [(rate, title) for title, rate in self.needed(way, size).items() if title in titles and rate is not None]
        return (min(able)[1], min(able)[0]) if able else None

    def psnr_at(self, size: int) -> float | None:
        """The autoencoder's PSNR with so many bytes, where it has that size."""
        return next((point.psnr for point in self.learned.points if point.rate == size), None)

    def ahead_from(self, way: str, rival: str) -> int | None:
        """The size from which on, up to the largest, a rival needs no more bytes for the same; None for none."""
        first = None
        for point in sorted(self.learned.points, key=lambda point: -point.rate):
            needed = self.needed(way, round(point.rate))[rival]
            if needed is None or needed > point.rate:
                break
            first = round(point.rate)
        return first

    def pays_after(self, way: str, size: int) -> int | None:
        """Return how many pictures pay for the stored decoder, against the better of JPEG and WebP; None for never."""
        best = self.best_classical(way, size)
        return None if best is None else break_even(self.stored_bytes, size, best[1])


def compare(folder: RunFolder, version: str, indices: tuple[int, ...], strange: bool) -> Comparison:
    """A trained network's comparison.

    Args:
        folder: A run with a trained network.
        version: Its `network_version`, so that a network that was trained on is compared anew.
        indices: The test pictures to show.
        strange: Whether on pictures unlike those that it learned, instead of test pictures.
    """
    settings = folder.settings()
    train = training_pictures(settings.source)
    test = get_source(settings.source).load(test_only=True).test
    what, evaluated = (
        strangers(settings.source, test.shape[1:]) if strange else ("test pictures", chosen(test, indices))
    )
    files = folder.network()
    return judge(
        CompiledNetwork(*files),
        settings.sizes,
        train,
        to_pixels(evaluated),
        what=what,
        shown=len(indices),
        decoder=(settings.plan.decoder_parameters, len(files[1])),
    )


def judge(
    network: CompiledNetwork,
    sizes: list[int],
    train: np.ndarray,
    pictures: np.ndarray,
    *,
    what: str,
    shown: int,
    decoder: tuple[int, int],
) -> Comparison:
    """Some pictures through every codec.

    Args:
        network: A trained one.
        sizes: Its bottleneck sizes.
        train: uint8, or float32 in [0, 1], (n, height, width, channels): what was learned from.
        pictures: uint8 (m, height, width, channels), to be judged.
        what: What they are, in words.
        shown: How many of them are kept as they come back.
        decoder: How many numbers it learned, and its bytes as it is stored.
    """
    rivals = {name: classical(name, pictures, shown) for name in CODECS}
    some = train[:RANGE_PICTURES]
    ranges = some.astype(np.float32) / np.float32(255 if train.dtype == np.uint8 else 1)
    return Comparison(
        what,
        len(pictures),
        pictures[:shown],
        learned(network, sizes, ranges, pictures, shown),
        linear(train, pictures, shown),
        {way: {name: ways[way] for name, ways in rivals.items()} for way in WAYS},
        *decoder,
    )


def training_pictures(source: str) -> np.ndarray:
    """Return what was learned from: uint8 where that spares memory, else float32 in [0, 1]."""
    found = get_source(source)
    return found.load().train if found.train_bytes is None else found.train_bytes()


def chosen(test: np.ndarray, indices: tuple[int, ...]) -> np.ndarray:
    """The pictures at these places, then others from the beginning, `how_many` in all where there are so many."""
    others = [index for index in range(len(test)) if index not in indices]
    return test[[*indices, *others][: how_many(test.shape[1:])]]


def how_many(shape: tuple[int, ...]) -> int:
    """Return how many pictures of (height, width, channels) are judged."""
    return PICTURES if shape[0] * shape[1] <= LARGE else FEWER_PICTURES


def strangers(source: str, shape: tuple[int, ...]) -> tuple[str, np.ndarray]:
    """Pictures unlike those of a source, in its shape: bananas for networks that learned digits, digits for others.

    Returns:
        What they are, in words, and float32 (n, height, width, channels) in [0, 1].
    """
    if source in DIGITS:
        drawn = bananas.ripe(how_many(shape), STRANGE_SEED).pictures
        return ("bananas in gray" if shape[2] == 1 else "bananas"), fitted(drawn, shape)
    return "handwritten digits", fitted(get_source("mnist_sample").load(test_only=True).test[: how_many(shape)], shape)


def fitted(pictures: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """float32 (n, …, …, 1 or 3) in [0, 1] → (n, *shape), resized, and gray or color as `shape` says."""
    height, width, channels = shape
    mode = "L" if channels == 1 else "RGB"
    pixels = to_pixels(pictures)[..., 0] if pictures.shape[3] == 1 else to_pixels(pictures)
    images = (Image.fromarray(picture).convert(mode).resize((width, height)) for picture in pixels)
    return np.stack([np.asarray(image, np.float32).reshape(shape) / 255 for image in images])
