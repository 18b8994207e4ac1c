"""A learner's own pictures, shown to a network that was trained on others: as it sees them, and whole photos.

A whole photo goes through a network that learned small squares: cut into squares, denoised, put together again.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autoencoder.analysis.metrics import peak_signal_to_noise_ratio
from autoencoder.data import own
from autoencoder.data.image_dataset import PictureError, PictureProblem
from autoencoder.data.noise import add_noise
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.cropping import How, map_tiles, to_float, to_square
from autoencoder.data.uploads.reading import Photo
from autoencoder.data.uploads.writing import like_mnist
from autoencoder.networks.compiled import BATCH, CompiledNetwork
from autoencoder.rendering.sprites import png, to_bytes
from autoencoder.training.capacity import cores
from autoencoder.training.run_folder import RunFolder

LEAST_ERROR = 1e-12  # so that no error is infinitely many times another
BY_SQUARE = ("patch", "stains")  # noises of as large things as the picture is: every square gets its own


def as_seen(
    photos: Sequence[Photo],
    shape: tuple[int, ...],
    how: How = "crop",
    *,
    writing: bool = False,
    inverted: bool = False,
) -> np.ndarray:
    """Return photos, at least one, as a network takes them: float32 of its pictures' shape (side, side, 1 or 3).

    Of each, "crop" takes the largest square in the middle, "fit" shows all; of `writing`, what is written, as MNIST.
    What is no writing is `inverted`, light and dark, where that is wanted.
    """
    side, _, channels = shape
    if writing:
        return np.stack([like_mnist(photo, side) for photo in photos]).repeat(channels, axis=-1)
    pictures = np.stack([to_square(photo, side, "gray" if channels == 1 else "color", how) for photo in photos])
    return 1 - pictures if inverted else pictures


def between(known: Sequence[tuple[float, float]], positions: Sequence[float]) -> list[float]:
    """Return errors at `positions` from `known` (place, error): in between by equal ratios, at the ends as known."""
    measured, errors = zip(*sorted(known), strict=True)
    logarithms = np.interp(positions, measured, np.log(np.maximum(errors, LEAST_ERROR)))
    return np.exp(logarithms).tolist()


def some_kept(folder: Path, most: int) -> list[Photo]:
    """Return at most `most` photos that a session keeps in its folder; raises a PictureError if they cannot be read."""
    some = storage.evenly(storage.load_photos(folder), most)
    return [Photo(photo.name, photo.label, photo.pixels) for photo in some]  # with their pixels, whatever becomes of it


@dataclass(frozen=True)
class PhotoFiles:
    """A photo with noise, denoised and without noise: PNG files, and how close the first two are to the last, in dB."""

    noisy: bytes = field(repr=False)
    denoised: bytes = field(repr=False)
    clean: bytes = field(repr=False)
    noisy_psnr: float
    denoised_psnr: float


def names_of_photos(source: str) -> tuple[str, ...]:
    """Return the names of the photos that are kept whole beside a session's own pictures; none for any other source."""
    if own.token_of(source) is None:
        return ()
    try:
        about = json.loads((own.set_folder(source) / storage.ABOUT).read_bytes())
        return tuple(str(photo["name"]) for photo in about["photos"])
    except (OSError, ValueError, KeyError, TypeError):  # they are gone
        return ()


def photo_files(folder: RunFolder, version: str, index: int, kind: str, level: float, seed: int) -> PhotoFiles:
    """Return what becomes of a photo, one of `names_of_photos`; pages have another process do it.

    The run's `network_version` makes it another question when it is asked of another network. Raises a PictureError if
    the photo is gone, and a DamagedRun if the network cannot be read.
    """
    settings = folder.settings()
    photos = storage.load_dataset(own.set_folder(settings.source), test_only=True)[1]
    if not 0 <= index < len(photos):
        raise PictureError(PictureProblem.NOT_KEPT)
    network = CompiledNetwork(*folder.network(), threads=cores())
    side, _, channels = settings.plan.shape
    clean = to_float(photos[index].pixels, "gray" if channels == 1 else "color")
    noisy = corrupt(clean, side, kind, level, seed)
    denoised = by_squares(noisy, side, lambda squares: network.decode(network.encode(squares)))
    files = [png(to_bytes(picture)) for picture in (noisy, denoised, clean)]
    psnrs = [float(peak_signal_to_noise_ratio(clean, picture)) for picture in (noisy, denoised)]
    return PhotoFiles(files[0], files[1], files[2], psnrs[0], psnrs[1])


def by_squares(picture: np.ndarray, side: int, network: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return what a network of small squares makes of a large picture, float32 (height, width, channels) in [0, 1].

    The network takes and returns squares, float32 (n, side, side, channels) in [0, 1].
    The squares overlap by half of their side, and fade into each other there. They go through the network in batches of
    at most `BATCH`, so that beside the squares themselves, four times the picture, nothing grows with the picture.
    """

    def in_batches(squares: np.ndarray) -> np.ndarray:
        for begin in range(0, len(squares), BATCH):
            squares[begin : begin + BATCH] = network(squares[begin : begin + BATCH])
        return squares

    return np.clip(map_tiles(picture, side, side // 2, in_batches), 0, 1)


def corrupt(picture: np.ndarray, side: int, kind: str, level: float, seed: int) -> np.ndarray:
    """Put noise on a large picture as a network knows it from small squares.

    What falls on single pixels does so on the whole picture. Blur reaches as many pixels as in a square. What hides a
    part of the picture, float32 (height, width, channels) in [0, 1], hides a part of every square, `side` pixels wide,
    of a grid from the upper left, whose last ones are mirrored to their full size. At level 0 it is the picture itself.
    """
    height, width, channels = picture.shape
    if kind not in BY_SQUARE:
        if kind == "blur":  # whose level is a share of the height
            level = min(1.0, level * side / height)
        return add_noise(picture[np.newaxis], kind, level, seed)[0]
    padded = np.pad(picture, [(0, -height % side), (0, -width % side), (0, 0)], mode="symmetric")
    grid = padded.reshape(-1, side, padded.shape[1] // side, side, channels).swapaxes(1, 2)
    corrupted = add_noise(grid.reshape(-1, side, side, channels), kind, level, seed).reshape(grid.shape)
    return corrupted.swapaxes(1, 2).reshape(padded.shape)[:height, :width]
