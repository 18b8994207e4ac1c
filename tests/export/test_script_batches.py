from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from autoencoder.data.augmentation import draw_transforms
from autoencoder.export.script import render, script
from autoencoder.networks.architectures import NETWORKS
from autoencoder.networks.ordered import draw_sizes, keep_first
from autoencoder.training.settings import TrainingSettings

ORDERED = TrainingSettings(bottleneck_size=16, batch_size=8)
EXACT = replace(ORDERED, bottleneck="exact")
NOISE = {"noise": "gaussian", "noise_low": 0.1, "noise_high": 0.6}
PICTURES = np.arange(30, dtype=np.float32).reshape(30, 1, 1, 1)  # each tells which it is


def written(settings: TrainingSettings, code: str) -> dict[str, Any]:
    """The variables that the lines end with; noise adds its level."""
    scope = {
        "np": np,
        "rng": np.random.default_rng(0),
        "CODE": settings.bottleneck_size,
        "BATCH": settings.batch_size,
        "LOW": settings.noise_low,
        "HIGH": settings.noise_high,
        "LEVEL": settings.noise_high,
        "x_train": PICTURES,
        "x_val": PICTURES,
        "add_noise": lambda pictures, levels: pictures + levels[:, None, None, None],
    }
    exec(code, scope)
    return scope


def batches(settings: TrainingSettings, count: int) -> list[Any]:
    return list(islice(written(settings, render("batches", settings))["batches"](), count))


def indices(pictures: np.ndarray) -> list[int]:
    return [int(place) for place in np.floor(pictures.ravel())]


@pytest.mark.parametrize("settings", [ORDERED, EXACT], ids=["ordered", "exact"])
def test_an_epoch_has_whole_batches_of_different_pictures(settings: TrainingSettings) -> None:
    targets = [indices(batch[1]) for batch in batches(settings, 6)]
    assert [len(each) for each in targets] == [8] * 6
    for epoch in (targets[:3], targets[3:]):
        assert len({place for batch in epoch for place in batch}) == 24
    assert targets[:3] != targets[3:]


@pytest.mark.parametrize(("network", "whole_share"), [("dense", 0.0), ("dense", 0.5), ("deep", 0.0), ("gated", 0.0)])
def test_what_passes_is_drawn_as_in_the_app(network: str, whole_share: float) -> None:
    settings = replace(ORDERED, network=network, bottleneck_size=64, whole_share=whole_share)
    kept = written(settings, render("batches", settings))["draw_kept"](40_000)
    sizes = kept.sum(axis=1).astype(int)
    np.testing.assert_array_equal(kept, keep_first(sizes, 64))
    expected = draw_sizes(np.random.default_rng(1), (40_000,), 64, whole_share, NETWORKS[network].ordering)
    shares = [np.bincount(each, minlength=65) / 40_000 for each in (sizes, expected)]
    assert np.abs(shares[0] - shares[1]).max() < 0.01
    assert np.abs(np.cumsum(shares[0]) - np.cumsum(shares[1])).max() < 0.015


def test_noise_is_drawn_anew_and_little_noise_counts_more() -> None:
    for noisy, clean, weights in batches(replace(EXACT, **NOISE), 4):
        levels = (noisy - clean).ravel()
        assert 0.1 <= levels.min() < levels.max() <= 0.6
        expected = 1 / (0.1 + levels)
        np.testing.assert_allclose(weights.ravel(), expected / expected.mean(), rtol=1e-3)


def test_noise_of_one_level_counts_alike() -> None:
    noisy, clean = batches(replace(EXACT, noise="gaussian", noise_low=0.4, noise_high=0.4), 1)[0]
    np.testing.assert_allclose(noisy - clean, 0.4, atol=1e-5)


def test_ordered_pictures_with_noise_come_with_what_passes() -> None:
    (noisy, kept), clean = batches(replace(ORDERED, **NOISE), 1)[0]
    assert kept.shape == (8, 16)
    assert indices(noisy) == indices(clean)
    assert np.ptp(noisy - clean) > 0.05


@pytest.mark.parametrize("noise", ["gaussian", "stains"])
def test_noise_that_is_drawn_once_is_the_same_for_every_batch(noise: str) -> None:
    settings = replace(EXACT, fresh_noise=False, **(NOISE | {"noise": noise}))
    code = render("noisy_pictures", settings) + render("batches", settings)
    made = islice(written(settings, code)["batches"](), 6)
    levels: dict[int, float] = {}
    for noisy, clean in made:
        for place, level in zip(indices(clean), (noisy - clean).ravel(), strict=True):
            assert levels.setdefault(place, level) == level
    assert len(levels) > 24
    assert np.ptp(list(levels.values())) > 0.3


def test_what_is_validated_on_has_every_level() -> None:
    levels = (
        written(replace(EXACT, **NOISE), render("noisy_pictures", replace(EXACT, **NOISE)))["noisy_val"] - PICTURES
    ).ravel()
    np.testing.assert_allclose(np.sort(levels), np.linspace(0.1, 0.6, 30), atol=1e-4)


def test_keras_makes_plain_batches_itself() -> None:
    assert "batches()" not in script(EXACT, "x")
    few = replace(EXACT, source="mnist_sample", batch_size=1024)
    assert "def batches()" in script(few, "x")


# Augmentation


def test_pictures_are_moved_as_in_the_app() -> None:
    import keras

    pictures = np.random.default_rng(0).random((6, 28, 20, 1), np.float32)
    scope = {"np": np, "ops": keras.ops, "rng": np.random.default_rng(5)}
    exec(render("augmentation", EXACT), scope)
    maps = draw_transforms(np.random.default_rng(5), 6, 28, 20)
    expected = keras.ops.image.affine_transform(pictures, maps, fill_mode="nearest")
    np.testing.assert_allclose(scope["move"](pictures), expected, atol=28 * 2**-20)  # both round places to float32


@pytest.mark.parametrize("settings", [ORDERED, EXACT, replace(EXACT, **NOISE)], ids=["ordered", "exact", "noisy"])
def test_what_is_shown_and_what_is_asked_for_are_moved_alike(settings: TrainingSettings) -> None:
    code = render("batches", replace(settings, augmentation="affine"))
    scope = written(settings, code)
    scope["move"] = lambda pictures: pictures + 1000
    shown, clean = next(scope["batches"]())[:2]
    shown = shown[0] if settings.ordered else shown
    assert (clean >= 1000).all()
    assert indices(shown) == indices(clean)
