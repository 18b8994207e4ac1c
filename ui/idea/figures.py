"""The pictures of the story, each worked out once from the networks that came with the app."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from autoencoder.analysis.anomalies import SCORES, maps_of, rebuild
from autoencoder.data.bananas.bananas import RIPE_TEST_SEED, ROTTEN_TEST_SEED, ripe, rotten
from autoencoder.data.noise import add_noise
from autoencoder.rendering.difference import colors_of
from autoencoder.rendering.sprites import png, to_bytes
from ui.services.services import PRETRAINED_ANOMALIES, PRETRAINED_DENOISER, clearable_cache, get_jobs, test_pictures
from ui.services.trained_run import TrainedRun

COUNT = 6  # pictures in a row
SIZES = (1, 2, 4, 8, 16, 32, 64)
SIZE = 8  # the bottleneck size that the story speaks of
FEW = 4  # numbers, of which only what digits have in common can be painted
NOISE_LEVEL = 0.5


def figure(rows: Mapping[str, np.ndarray], description: str, names: Sequence[str] = (), heading: str = "") -> str:
    """Return rows of small pictures, one below the other, as HTML, with `names` under a `heading` above the columns.

    `rows` has a label for each row → its pictures, float (n, height, width, channels) in [0, 1]; n is the same in all.
    Screen readers read the description.
    """
    cells = "".join(f"<span>{escape(name)}</span>" for name in names)
    parts = [f"<span>{escape(heading)}</span><div>{cells}</div>"] if names else []
    for label, pictures in rows.items():
        image = b64encode(png(to_bytes(np.hstack(list(pictures))))).decode()
        parts.append(f'<span>{escape(label)}</span><img src="data:image/png;base64,{image}" alt="">')
    return f'<div class="story-figure" role="img" aria-label="{escape(description)}">{"".join(parts)}</div>'


@clearable_cache(1)
def digit_figures(run: TrainedRun) -> dict[str, str]:
    """Return what a bottleneck keeps of a digit at every size, of sevens, and of what no training picture had."""
    pictures = test_pictures(run.source)
    two, sevens = (pictures.test[pictures.test_labels == label] for label in (2, 7))
    two, sevens, marked = two[:1], sevens[:COUNT], pictures.test[:COUNT].copy()
    marked[:, 3:7, -8:-3] = 1
    every = np.concatenate([two, *(run.model.reconstruct(two, size) for size in SIZES)])
    sizes = [str(size) for size in SIZES]
    rebuilt = f"A two, and the same rebuilt from {', '.join(sizes)} numbers"
    alike = f"Sevens by different hands; from {FEW} numbers they come back much alike"
    without = "Digits beside a white square; they come back without the square"
    few, more = run.model.reconstruct(sevens, FEW), run.model.reconstruct(marked, SIZE)
    return {
        "sizes": figure({"A digit": every}, rebuilt, ["all", *sizes], "Numbers"),
        "common": figure({"Input": sevens, f"From {FEW} numbers": few}, alike),
        "uncommon": figure({"Input": marked, f"From {SIZE} numbers": more}, without),
    }


@clearable_cache(1)
def banana_figures() -> dict[str, str]:
    """Return bananas through the network that learned from ripe ones alone, and where they differ."""
    bananas = np.concatenate([ripe(COUNT, RIPE_TEST_SEED), rotten(COUNT, ROTTEN_TEST_SEED).pictures])
    model = get_jobs().store.load(PRETRAINED_ANOMALIES)
    repainted = rebuild(model.network, model.settings, bananas, model.settings.bottleneck_size)
    half = COUNT // 2
    both = slice(COUNT - half, COUNT + half)
    maps = maps_of(bananas[both], repainted[both], np.zeros(bananas.shape[1:3], np.float32), "strongest")
    colored = colors_of(maps[..., np.newaxis] / SCORES["strongest"].top, signed=False) / 255
    fresh = {"Input": bananas[:COUNT], "Reconstruction": repainted[:COUNT]}
    bad = {"Input": bananas[COUNT:], "Reconstruction": repainted[COUNT:]}
    return {
        "ripe": figure(fresh, "Ripe bananas come back nearly as they are"),
        "rotten": figure(bad, "Rotten bananas come back without most of their rot"),
        "difference": figure(
            {"Input": bananas[both], "Difference": colored},
            "Ripe bananas have dark difference maps; those of rotten ones are light where the rot is",
            [*["ripe"] * half, *["rotten"] * half],
        ),
    }


@clearable_cache(1)
def noise_figures(run: TrainedRun) -> dict[str, str]:
    """Return noisy digits through the network that was trained to copy, and new ones through one that removes noise."""
    half, test = COUNT // 2, test_pictures(run.source).test
    clean, digits = test[:COUNT], test[COUNT : COUNT + half]
    bananas = ripe(half, RIPE_TEST_SEED, digits.shape[1]).mean(axis=-1, keepdims=True)
    mixed = np.concatenate([digits, bananas])
    noisy, others = (add_noise(some, "gaussian", NOISE_LEVEL, seed=1) for some in (clean, mixed))
    return {
        "copied": figure(
            {"Input": noisy, "Reconstruction": run.model.reconstruct(noisy, SIZES[-1])},
            "Noisy digits; the network that was trained to copy makes gray blurs of them",
        ),
        "pairs": figure({"Input": noisy, "Target": clean}, "Digits with noise, and the same digits without"),
        "denoised": figure(
            {"Input": others, "Reconstruction": get_jobs().store.load(PRETRAINED_DENOISER).reconstruct(others)},
            "New noisy digits come back clean; noisy bananas come back as strokes",
            [*["digit"] * half, *["banana"] * half],
        ),
    }
