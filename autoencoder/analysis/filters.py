"""What a person would use against noise without learning: filters of scikit-image, four, against blur six.

Each has one parameter, how strongly it smooths or sharpens, and the best value is another for each noise and level. It
is chosen on training pictures and judged on test pictures. Scikit-image loads its parts when they are first used, which
takes 75 MB: so only processes beside the one that serves pages apply filters, see `autoencoder.training.executors`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import skimage

from autoencoder.analysis.denoising import MEASURED_PICTURES, TEST_SEED, DenoisingTable, Quality, quality
from autoencoder.analysis.measured import from_json
from autoencoder.analysis.metrics import peak_signal_to_noise_ratio
from autoencoder.data.noise import SHOWN_LEVELS, STRONGEST_BLUR, add_noise
from autoencoder.data.sources import get_source
from autoencoder.files import read_json, write_json
from autoencoder.training.run_folder import RunFolder

CHOOSING_PICTURES = 24  # of the training set, on which a parameter is chosen
CHOOSING_SEED = 3  # of the noise on them


@dataclass(frozen=True)
class Filter:
    """A filter: its name, a sentence about it, and how it is applied to float32 (height, width, channels) in [0, 1].

    It is given the strength and the level of the noise, which those against blur are told.
    """

    title: str
    about: str
    strengths: tuple[float, ...]  # the best is chosen; at the first it is not applied at all
    apply: Callable[[np.ndarray, float, float], np.ndarray]


def _deblur(picture: np.ndarray, level: float, restore: Callable[..., np.ndarray], **how: Any) -> np.ndarray:
    """Return each channel restored, given its point spread function; beyond its edges the picture goes on alike."""
    deviation = max(level * STRONGEST_BLUR * picture.shape[0], 1e-3)
    reach = math.ceil(3 * deviation)
    line = np.exp(-np.square(np.arange(-reach, reach + 1)) / (2 * deviation**2))
    spread, inner = np.outer(line, line) / line.sum() ** 2, slice(reach, -reach)
    channels = (np.pad(channel.astype(float), reach, "edge") for channel in np.moveaxis(picture, -1, 0))
    return np.stack([restore(channel, spread, clip=False, **how)[inner, inner] for channel in channels], axis=-1)


FILTERS: Mapping[str, Filter] = {
    "median": Filter(
        "Median filter",
        "Each pixel becomes the middle one of the pixels around it.",
        (1, 3, 5, 7, 9),
        lambda picture, side, _: skimage.filters.median(picture, np.ones((side, side, 1)), mode="reflect"),
    ),
    "gaussian": Filter(
        "Gaussian filter",
        "Each pixel becomes a weighted mean of the pixels around it.",
        (0, 0.3, 0.5, 0.7, 0.9, 1.2, 1.6, 2.2, 3),
        lambda picture, deviation, _: skimage.filters.gaussian(picture, deviation, channel_axis=-1),
    ),
    "total_variation": Filter(
        "Total variation",
        "The flattest picture that is still like the noisy one (Rudin, Osher and Fatemi, 1992).",
        (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 1, 1.5),
        lambda picture, weight, _: skimage.restoration.denoise_tv_chambolle(picture, weight, channel_axis=-1),
    ),
    "non_local_means": Filter(
        "Non-local means",
        "Each pixel becomes the mean of pixels whose surroundings look alike (Buades, Coll and Morel, 2005).",
        (0, 0.03, 0.06, 0.1, 0.15, 0.22, 0.32, 0.45, 0.65, 0.9),
        lambda picture, cut_off, _: skimage.restoration.denoise_nl_means(picture, 5, 6, cut_off, channel_axis=-1),
    ),
    "wiener": Filter(
        "Wiener filter",
        "Divides the blur out of the picture's waves, but for those of which it left too little (Wiener, 1949).",
        (0, 1, 10, 30, 100, 1e3, 1e4, 1e5),
        lambda picture, signal, level: _deblur(picture, level, skimage.restoration.wiener, balance=1 / signal),
    ),
    "richardson_lucy": Filter(
        "Richardson–Lucy",
        "Step by step, the picture that this blur would turn into the one seen (Richardson, 1972; Lucy, 1974).",
        (0, 2, 5, 10, 20),
        lambda picture, steps, level: _deblur(
            picture, level, skimage.restoration.richardson_lucy, num_iter=int(steps), filter_epsilon=1e-6
        ),
    ),
}
DEBLURRING = ("wiener", "richardson_lucy")  # these are told how wide the blur is, and are of use against nothing else


def filters_for(kind: str) -> dict[str, Filter]:
    """Return the filters that are tried against a noise."""
    return {name: one for name, one in FILTERS.items() if kind == "blur" or name not in DEBLURRING}


@dataclass(frozen=True)
class FilterTable:
    """For each of `filters_for` a noise the parameter chosen, and what it reached, at each of `SHOWN_LEVELS`."""

    strengths: dict[str, list[int | float]]  # the median's are whole
    qualities: dict[str, list[Quality]]


def apply_filter(name: str, pictures: np.ndarray, strength: float, level: float) -> np.ndarray:
    """Return each of the pictures, float32 (n, height, width, channels) in [0, 1], through a filter: the same."""
    kind = FILTERS[name]
    if strength == kind.strengths[0]:
        return pictures
    filtered = np.stack([kind.apply(picture, strength, level) for picture in pictures])
    return np.clip(filtered, 0, 1).astype(np.float32).reshape(pictures.shape)  # some drop a single channel


def kept_table(kind: str, file: Path) -> FilterTable | None:
    """Return the table for a noise that `filter_table` has kept in a file; None where that is not whole."""
    kept = from_json(FilterTable, read_json(file))
    parts = (kept.strengths, kept.qualities) if kept else ({},)
    whole = all(len(part.get(name, ())) == len(SHOWN_LEVELS) for part in parts for name in filters_for(kind))
    return kept if whole else None


def filter_table(source: str, kind: str, keep_at: Path) -> FilterTable:
    """Choose each filter's parameter for each level of a noise, then judge it; or read what is kept in a file."""
    if kept := kept_table(kind, keep_at):
        return kept
    pictures, names = get_source(source).load(), filters_for(kind)
    choosing, evaluated = pictures.train[:CHOOSING_PICTURES], pictures.test[:MEASURED_PICTURES]
    table = FilterTable({name: [] for name in names}, {name: [] for name in names})
    for level in SHOWN_LEVELS:
        corrupted = add_noise(choosing, kind, level, CHOOSING_SEED)
        corrupted_test = add_noise(evaluated, kind, level, TEST_SEED)
        for name in names:
            best = choose_strength(name, choosing, corrupted, level)
            table.strengths[name].append(best)
            table.qualities[name].append(quality(evaluated, apply_filter(name, corrupted_test, best, level)))
    write_json(keep_at, asdict(table))
    return table


def choose_strength(name: str, pictures: np.ndarray, corrupted: np.ndarray, level: float) -> float:
    """Return the parameter that brings `corrupted` closest to `pictures`, by mean PSNR; the weaker of equals."""
    strengths = FILTERS[name].strengths
    filtered = (apply_filter(name, corrupted, strength, level) for strength in strengths)
    closeness = [peak_signal_to_noise_ratio(pictures, one).mean(dtype=np.float64) for one in filtered]
    return strengths[int(np.argmax(closeness))]


def kept_at(folder: RunFolder, kind: str) -> Path:
    """Return where the table of the filters is kept that comes with a network."""
    return folder.path / "measured" / f"filters {kind}.json"


def filter_frames(
    source: str, kind: str, indices: tuple[int, ...], levels: tuple[float, ...], seed: int, learned: str, keep_at: Path
) -> dict[str, np.ndarray]:
    """Return noisy test pictures through each filter at its best for the nearest of `SHOWN_LEVELS`: (levels, n, …).

    Its best is that for the pictures of the source `learned`, see `filter_table`.
    """
    table, pictures = filter_table(learned, kind, keep_at), get_source(source).load(test_only=True).test[list(indices)]
    frames: dict[str, list[np.ndarray]] = {name: [] for name in table.strengths}
    for level in levels:
        corrupted, nearest = add_noise(pictures, kind, level, seed), np.abs(np.array(SHOWN_LEVELS) - level).argmin()
        for name, parts in frames.items():
            parts.append(apply_filter(name, corrupted, table.strengths[name][nearest], level))
    return {name: np.stack(parts) for name, parts in frames.items()}


@dataclass(frozen=True)
class Winners:
    """At which `SHOWN_LEVELS` above 0 the network (level → by how many dB), a filter, or neither is ahead by PSNR."""

    network: Mapping[float, float]
    filters: tuple[float, ...]
    untouched: tuple[float, ...]


def winners(table: DenoisingTable, filters: FilterTable) -> Winners:
    """Compare a network with the filters, both measured against the same noise."""
    network: dict[float, float] = {}
    ahead, untouched = [], []
    for number, level in enumerate(SHOWN_LEVELS[1:], start=1):
        own, best = table.after[number].psnr, max(qualities[number].psnr for qualities in filters.qualities.values())
        if table.before[number].psnr >= max(own, best):
            untouched.append(level)
        elif best > own:
            ahead.append(level)
        else:
            network[level] = own - best
    return Winners(network, tuple(ahead), tuple(untouched))


def idle_levels(filters: FilterTable) -> dict[str, list[float]]:
    """Return at which levels above 0 a filter leaves pictures as they are: filter → levels, without those with none."""
    found: dict[str, list[float]] = {}
    for name, strengths in filters.strengths.items():
        for level, strength in zip(SHOWN_LEVELS, strengths, strict=True):
            if level and strength == FILTERS[name].strengths[0]:
                found.setdefault(name, []).append(level)
    return found
