from dataclasses import replace

import pytest

from autoencoder.data import own
from autoencoder.data.uploads import storage
from autoencoder.data.uploads.datasets import UploadChoices, make_dataset
from autoencoder.networks.plan import make_plan
from autoencoder.training.settings import TrainingSettings
from tests.data.uploads.examples import make_photos
from ui.lessons.common.text import (
    classes_in_words,
    compression_in_words,
    differences_in_words,
    effort_in_words,
    epochs_in_words,
    plan_in_words,
    seconds_in_words,
    setting_in_words,
    settings_in_words,
)

PLAN = make_plan("dense", (28, 28, 1), 64, ordered=True)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a second"),
        (0.9, "less than a second"),
        (1, "1 s"),
        (59.6, "60 s"),
        (89, "89 s"),
        (90, "2 min"),
        (600, "10 min"),
    ],
)
def test_seconds(seconds: float, said: str) -> None:
    assert seconds_in_words(seconds) == said


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        (0, "0 epochs"),
        (0.0625, "0.06 epochs"),
        (0.5, "0.5 epochs"),
        (1, "1 epoch"),
        (1.0, "1 epoch"),
        (100, "100 epochs"),
    ],
)
def test_epochs(epochs: float, said: str) -> None:
    assert epochs_in_words(epochs) == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("source", "mnist", "Full MNIST"),
        ("network", "dense", "dense"),
        ("bottleneck", "ordered", "every size"),
        ("loss", "binary_crossentropy", "binary cross-entropy"),
        ("learning_rate", 0.0001, "0.0001"),
        ("learning_rate", 1.0, "1"),
        ("epochs", 10, "10"),
        ("noise", "blur", "Blur"),
        ("schedule", "constant", "constant"),
        ("fresh_noise", False, "once"),
    ],
)
def test_a_setting(name: str, value: object, said: str) -> None:
    assert setting_in_words(replace(TrainingSettings(noise="gaussian", noise_high=0.5), **{name: value}), name) == said


def test_differences_go_from_the_trained_to_the_wanted() -> None:
    trained = TrainingSettings(epochs=10, seed=1)
    wanted = TrainingSettings(epochs=3, seed=2)
    assert differences_in_words(wanted, trained) == "epochs (10 → 3), seed (1 → 2)"
    assert differences_in_words(trained, trained) == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (TrainingSettings(epochs=1), "Dense network · MNIST sample · 1 to 64 numbers · 1 epoch"),
        (
            TrainingSettings("mnist", "convolutional", "exact", 8),
            "Convolutional network · Full MNIST · exactly 8 numbers · 10 epochs",
        ),
        (
            TrainingSettings(bottleneck="exact", bottleneck_size=1),
            "Dense network · MNIST sample · exactly 1 number · 10 epochs",
        ),
    ],
)
def test_settings(settings: TrainingSettings, said: str) -> None:
    assert settings_in_words(settings) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "784 pixel values → 1 number (784 : 1)"),
        (8, "784 pixel values → 8 numbers (98 : 1)"),
        (64, "784 pixel values → 64 numbers (12 : 1)"),
    ],
)
def test_compression(size: int, said: str) -> None:
    assert compression_in_words(PLAN, size) == said


def test_plan_names_the_parameters_of_both_halves() -> None:
    said = plan_in_words(PLAN, 8)
    assert f"{PLAN.encoder_parameters:,} parameters" in said
    assert f"{PLAN.decoder_parameters:,} parameters" in said
    assert "a code of 8 numbers" in said
    assert "**98 : 1**" in said


def test_a_network_on_own_pictures_that_are_gone_has_its_words() -> None:
    source = own.name_of("a" * 32, "0" * 12)
    storage.save_dataset(
        own.set_folder(source), make_dataset(make_photos(3, "<b>", "*c*"), UploadChoices(side=16, augment=False))[0]
    )
    settings = TrainingSettings(source)
    assert classes_in_words(source, (0, 1)) == "&#42;c&#42;, &#60;b&#62;"
    for path in own.set_folder(source).iterdir():
        path.unlink()
    own.describe.cache_clear()
    assert "Your pictures" in settings_in_words(settings)
    assert setting_in_words(settings, "source") == "Your pictures"


@pytest.mark.parametrize(
    ("others", "own", "said"),
    [
        ([10, 10], 10, ""),
        ([], 10, ""),
        ([10], 2.25, " (10 epochs, this one 2.25)"),
        ([10, 2], 10, " (2 to 10 epochs, this one 10)"),
    ],
)
def test_unequal_effort_is_named(others: list[float], own: float, said: str) -> None:
    assert effort_in_words(others, own) == said
