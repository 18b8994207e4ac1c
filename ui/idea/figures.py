"""The pictures of the story, each worked out once from the networks that came with the app."""

import numpy as np

from autoencoder.analysis.anomalies import SCORES, maps_of, rebuild
from autoencoder.data.bananas.bananas import RIPE_TEST_SEED, ROTTEN_TEST_SEED, ripe, rotten
from autoencoder.data.noise import add_noise
from autoencoder.rendering.difference import colors_of
from ui.idea.figure import figure
from ui.services.cache import clearable_cache
from ui.services.services import PRETRAINED_ANOMALIES, PRETRAINED_DENOISER, load_model, test_pictures
from ui.services.trained_run import TrainedRun

COUNT = 6  # pictures in a row
SIZES = (1, 2, 4, 8, 16, 32, 64)
FEW = 4  # numbers, of which only what digits have in common can be painted
NOISE_LEVEL = 0.5


@clearable_cache(1)
def sizes_figure(run: TrainedRun) -> str:
    """Return a digit, rebuilt from ever more numbers."""
    digit = _digits(run, 2)[:1]
    rebuilt = [_squeezed(run, digit, size) for size in SIZES]
    description = f"A two, and the same rebuilt from {', '.join(map(str, SIZES))} numbers"
    return figure({"A digit": np.concatenate([digit, *rebuilt])}, description, ["all", *map(str, SIZES)], "Numbers")


@clearable_cache(1)
def common_figure(run: TrainedRun) -> str:
    """Return sevens of many hands, which come back much alike."""
    sevens = _digits(run, 7)[:COUNT]
    rows = {"Input": sevens, f"From {FEW} numbers": _squeezed(run, sevens, FEW)}
    return figure(rows, f"Sevens by different hands; from {FEW} numbers they come back much alike")


@clearable_cache(1)
def uncommon_figure(run: TrainedRun, size: int) -> str:
    """Return digits with a white square in a corner, which no training picture had."""
    marked = test_pictures(run.source).test[:COUNT].copy()
    marked[:, 3:7, -8:-3] = 1
    rows = {"Input": marked, f"From {size} numbers": _squeezed(run, marked, size)}
    return figure(rows, "Digits beside a white square; they come back without the square")


@clearable_cache(1)
def ripe_figure() -> str:
    """Return ripe bananas through the network that learned from such alone."""
    bananas = _bananas()[:COUNT]
    rows = {"Input": bananas, "Reconstruction": _repainted(bananas)}
    return figure(rows, "Ripe bananas come back as they are")


@clearable_cache(1)
def rotten_figure() -> str:
    """Return rotten bananas through the same network."""
    bananas = _bananas()[COUNT:]
    rows = {"Input": bananas, "Reconstruction": _repainted(bananas)}
    return figure(rows, "Rotten bananas come back without most of their rot")


@clearable_cache(1)
def difference_figure() -> str:
    """Return where bananas, first ripe ones, then rotten ones, and their reconstructions differ."""
    half = COUNT // 2
    bananas = _bananas()[COUNT - half : COUNT + half]
    maps = maps_of(bananas, _repainted(bananas), np.zeros(bananas.shape[1:3], np.float32), "strongest")
    colored = colors_of(maps[..., np.newaxis] / SCORES["strongest"].top, signed=False) / 255
    description = "Ripe bananas have dark difference maps; those of rotten ones are light where the rot is"
    return figure({"Input": bananas, "Difference": colored}, description, [*["ripe"] * half, *["rotten"] * half])


@clearable_cache(1)
def copied_figure(run: TrainedRun) -> str:
    """Return noisy digits through the network that was trained to copy."""
    noisy = _noisy(test_pictures(run.source).test[:COUNT])
    rows = {"Input": noisy, "Reconstruction": _squeezed(run, noisy, SIZES[-1])}
    return figure(rows, "Noisy digits; the network that was trained to copy makes gray blurs of them")


@clearable_cache(1)
def pairs_figure(run: TrainedRun) -> str:
    """Return pairs as a denoising network learns from: the same digits with noise and without."""
    clean = test_pictures(run.source).test[:COUNT]
    return figure({"Input": _noisy(clean), "Target": clean}, "Digits with noise, and the same digits without")


@clearable_cache(1)
def denoised_figure(run: TrainedRun) -> str:
    """Return noisy digits that the denoising network never saw, then bananas, which it never learned."""
    half = COUNT // 2
    digits = test_pictures(run.source).test[COUNT : COUNT + half]
    bananas = ripe(half, RIPE_TEST_SEED, digits.shape[1]).pictures.mean(axis=-1, keepdims=True)
    noisy = _noisy(np.concatenate([digits, bananas]))
    rows = {"Input": noisy, "Reconstruction": load_model(PRETRAINED_DENOISER).reconstruct(noisy)}
    description = "New noisy digits come back clean; noisy bananas come back as strokes"
    return figure(rows, description, [*["digit"] * half, *["banana"] * half])


def _digits(run: TrainedRun, label: int) -> np.ndarray:
    """Return the test pictures of a digit: float32 (n, height, width, 1)."""
    pictures = test_pictures(run.source)
    return pictures.test[pictures.test_labels == label]


def _squeezed(run: TrainedRun, pictures: np.ndarray, size: int) -> np.ndarray:
    network = run.model.network
    return network.decode(network.encode(pictures), size)


def _noisy(pictures: np.ndarray) -> np.ndarray:
    return add_noise(pictures, "gaussian", NOISE_LEVEL, seed=1)


@clearable_cache(1)
def _bananas() -> np.ndarray:
    """Return the first ripe and then the first rotten test bananas: float32 (2 × COUNT, height, width, 3)."""
    return np.concatenate([ripe(COUNT, RIPE_TEST_SEED).pictures, rotten(COUNT, ROTTEN_TEST_SEED).pictures])


def _repainted(bananas: np.ndarray) -> np.ndarray:
    model = load_model(PRETRAINED_ANOMALIES)
    return rebuild(model.network, model.settings, bananas, model.settings.bottleneck_size)
