"""A trained network against PCA, JPEG and WebP: on pictures like those that it learned, and on pictures unlike them.

What is here takes seconds, so pages have it done in the background process (`autoencoder.training.executors`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.codecs import CODECS, WAYS
from autoencoder.analysis.principal import training_pictures
from autoencoder.analysis.rates import Coded, classical, learned, linear, rate_for
from autoencoder.data.bananas import bananas
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.rendering.sprites import to_bytes, to_image
from autoencoder.training.run_folder import RunFolder

PICTURES, FEWER_PICTURES = 200, 100  # that are judged: two sheets, or one where a picture has more than LARGE pixels
LARGE = 1_000
RANGE_PICTURES = 2_000  # training pictures from whose codes the ranges of the bytes are taken
STRANGE_SEED = 77
DIGITS = ("mnist", "mnist_sample")  # sources that are made of digits
FLOAT_BYTES = 4


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
        first = None
        for size in sorted((round(point.rate) for point in self.learned.points), reverse=True):
            needed = self.needed(way, size)[rival]
            if needed is None or needed > size:
                break
            first = size
        return first

    def pays_after(self, way: str, size: int) -> int | None:
        """Return how many pictures pay for the stored decoder, against the better of JPEG and WebP; None for never."""
        best = self.best_classical(way, size)
        return None if best is None or best[1] <= size else math.ceil(self.stored_bytes / (best[1] - size))


def compare(folder: RunFolder, version: str, indices: tuple[int, ...], strange: bool) -> Comparison:
    """Return a trained network's comparison, on test pictures or on strange ones, unlike those that it learned.

    The run's `network_version` has a network that was trained on compared anew. The pictures at `indices` are shown.
    """
    settings, files = folder.settings(), folder.network()
    train, test = training_pictures(settings.source), get_source(settings.source).load(test_only=True).test
    what, pictures = strangers(settings.source, test.shape[1:]) if strange else ("test pictures", chosen(test, indices))
    decoder = (settings.plan.decoder_parameters, len(files[1]))
    network = CompiledNetwork(*files)
    return judge(network, settings.sizes, train, to_bytes(pictures), what=what, shown=len(indices), decoder=decoder)


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
    """Return some pictures, uint8 (m, height, width, channels), through every codec; see `Comparison` and `learned`.

    Of the decoder it is given how many numbers it learned, and its bytes as it is stored.
    """
    rivals = {name: classical(name, pictures, shown) for name in CODECS}
    return Comparison(
        what,
        len(pictures),
        pictures[:shown],
        learned(network, sizes, train[:RANGE_PICTURES], pictures, shown),
        linear(train, pictures, shown),
        {way: {name: ways[way] for name, ways in rivals.items()} for way in WAYS},
        *decoder,
    )


def chosen(test: np.ndarray, indices: tuple[int, ...]) -> np.ndarray:
    """Return the pictures at these places, then others from the beginning, `how_many` if there are so many."""
    others = [index for index in range(len(test)) if index not in indices]
    return test[[*indices, *others][: how_many(test.shape[1:])]]


def how_many(shape: tuple[int, ...]) -> int:
    """Return how many pictures of (height, width, channels) are judged."""
    return PICTURES if shape[0] * shape[1] <= LARGE else FEWER_PICTURES


def strangers(source: str, shape: tuple[int, ...]) -> tuple[str, np.ndarray]:
    """Return pictures unlike those of a source, float32 (n, *shape) in [0, 1], and before, what they are, in words."""
    if source in DIGITS:
        drawn = bananas.ripe(how_many(shape), STRANGE_SEED).pictures
        return ("bananas in gray" if shape[2] == 1 else "bananas"), fitted(drawn, shape)
    return "handwritten digits", fitted(get_source("mnist_sample").load(test_only=True).test[: how_many(shape)], shape)


def fitted(pictures: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return pictures, float32 (n, …, …, 1 or 3) in [0, 1], as (n, *shape): resized, and in gray or color."""
    height, width, channels = shape
    mode = "L" if channels == 1 else "RGB"
    images = (to_image(picture).convert(mode).resize((width, height)) for picture in to_bytes(pictures))
    return np.stack([np.asarray(image, np.float32).reshape(shape) / 255 for image in images])
