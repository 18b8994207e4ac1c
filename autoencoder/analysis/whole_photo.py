"""Whole photos through a network that learned small squares: cut into squares, denoised, put together again."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.metrics import peak_signal_to_noise_ratio
from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.noise import STRONGEST_BLUR, add_noise
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.cropping import map_tiles, to_float
from autoencoder.data.uploads.reading import Photo
from autoencoder.networks.compiled import BATCH, CompiledNetwork
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder

Network = Callable[[np.ndarray], np.ndarray]  # squares → squares, float32 (n, side, side, channels) in [0, 1]
BY_SQUARE = ("patch", "stains")  # noises of as large things as the picture is: every square gets its own


@dataclass(frozen=True, eq=False)
class WholePhoto:
    """A photo without noise, with it, and what a network makes of it.

    Args:
        clean: float32 (height, width, channels) in [0, 1].
        noisy: The same.
        denoised: The same.
    """

    clean: np.ndarray = field(repr=False)
    noisy: np.ndarray = field(repr=False)
    denoised: np.ndarray = field(repr=False)

    @property
    def noisy_psnr(self) -> float:
        """Return how close the noisy photo is to the clean one, in dB."""
        return float(peak_signal_to_noise_ratio(self.clean, self.noisy))

    @property
    def denoised_psnr(self) -> float:
        """Return how close the denoised photo is to the clean one, in dB."""
        return float(peak_signal_to_noise_ratio(self.clean, self.denoised))


def names_of_photos(source: str) -> tuple[str, ...]:
    """The names of the photos that are kept whole beside a session's own pictures; none for any other source."""
    if own.token_of(source) is None:
        return ()
    try:
        about = json.loads((own.set_folder(source) / storage.ABOUT).read_bytes())
        return tuple(str(photo["name"]) for photo in about["photos"])
    except (OSError, ValueError, KeyError, TypeError):  # they are gone
        return ()


def denoise_kept(folder: RunFolder, index: int, kind: str, level: float, seed: int) -> WholePhoto:
    """`denoise_photo` for one of the photos that are kept beside the pictures that a network learned from.

    Takes tenths of a second, so that pages have another process do it.

    Args:
        folder: A run with a trained network, on a session's own pictures.
        index: Of the photo, among `names_of_photos`.
        kind: A key of `autoencoder.data.noise.NOISES`.
        level: In [0, 1].
        seed: Of the noise.

    Raises:
        PictureError: If the photo is gone.
        DamagedRun: If the network cannot be read.
    """
    settings = folder.settings()
    photos = storage.load_dataset(own.set_folder(settings.source), test_only=True)[1]
    if not 0 <= index < len(photos):
        raise PictureError(PictureProblem.NOT_KEPT)
    network = CompiledNetwork(*folder.network(), threads=cores())
    return denoise_photo(network, photos[index], settings.plan.shape, kind, level, seed)


def denoise_photo(
    network: CompiledNetwork, photo: Photo, shape: tuple[int, ...], kind: str, level: float, seed: int
) -> WholePhoto:
    """Put noise on a photo, and have a network take it away.

    Args:
        network: One that removes noise.
        photo: Of any size.
        shape: (side, side, 1 or 3) of the network's pictures.
        kind: A key of `autoencoder.data.noise.NOISES`.
        level: In [0, 1].
        seed: Of the noise.
    """
    side, _, channels = shape
    clean = to_float(photo.pixels, "gray" if channels == 1 else "color")
    noisy = corrupt(clean, side, kind, level, seed)
    return WholePhoto(clean, noisy, by_squares(noisy, side, lambda squares: network.decode(network.encode(squares))))


def by_squares(picture: np.ndarray, side: int, network: Network) -> np.ndarray:
    """Return what a network of small squares makes of a large picture.

    The squares overlap by half of their side, and fade into each other there. They go through the network in batches,
    so that beside the squares themselves, four times the picture, nothing grows with the picture.

    Args:
        picture: float32 (height, width, channels) in [0, 1].
        side: Of a square, pixels.
        network: Called with at most `BATCH` squares at once.

    Returns:
        float32 (height, width, channels) in [0, 1].
    """

    def in_batches(squares: np.ndarray) -> np.ndarray:
        for begin in range(0, len(squares), BATCH):
            squares[begin : begin + BATCH] = network(squares[begin : begin + BATCH])
        return squares

    return np.clip(map_tiles(picture, side, side // 2, in_batches), 0, 1)


def corrupt(picture: np.ndarray, side: int, kind: str, level: float, seed: int) -> np.ndarray:
    """Put noise on a large picture as a network knows it from small squares.

    What falls on single pixels does so on the whole picture. Blur reaches as many pixels as in a square. What hides a
    part of the picture hides a part of every square.

    Args:
        picture: float32 (height, width, channels) in [0, 1].
        side: Of the squares that the network knows.
        kind: A key of `autoencoder.data.noise.NOISES`.
        level: In [0, 1].
        seed: Of the noise.

    Returns:
        float32 (height, width, channels) in [0, 1]; at level 0 the picture itself.
    """
    if kind in BY_SQUARE:
        return _spoil_squares(picture, side, kind, level, seed)
    if kind == "blur":
        return _blur(picture, STRONGEST_BLUR * side * level)
    return add_noise(picture[np.newaxis], kind, level, seed)[0]


def _blur(picture: np.ndarray, deviation: float) -> np.ndarray:
    """A blur of so many pixels; `add_noise` takes it as a share of the height."""
    return add_noise(picture[np.newaxis], "blur", min(1.0, deviation / (STRONGEST_BLUR * len(picture))), 0)[0]


def _spoil_squares(picture: np.ndarray, side: int, kind: str, level: float, seed: int) -> np.ndarray:
    """Noise on every square of a grid from the upper left corner; the last ones are mirrored to their full size."""
    height, width, channels = picture.shape
    rows, columns = -(-height // side), -(-width // side)
    padded = np.pad(picture, [(0, rows * side - height), (0, columns * side - width), (0, 0)], mode="symmetric")
    grid = padded.reshape(rows, side, columns, side, channels).swapaxes(1, 2)  # (rows, columns, side, side, channels)
    corrupted = add_noise(grid.reshape(-1, side, side, channels), kind, level, seed).reshape(grid.shape)
    return corrupted.swapaxes(1, 2).reshape(padded.shape)[:height, :width]
