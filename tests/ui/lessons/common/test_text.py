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


def test_seconds() -> None:
    said = ["less than a second", "less than a second", "1 s", "60 s", "89 s", "2 min", "10 min"]
    assert list(map(seconds_in_words, (0, 0.9, 1, 59.6, 89, 90, 600))) == said


def test_epochs() -> None:
    said = ["0 epochs", "0.06 epochs", "0.5 epochs", "1 epoch", "1 epoch", "100 epochs"]
    assert list(map(epochs_in_words, (0, 0.0625, 0.5, 1, 1.0, 100))) == said


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


def test_layers_that_were_composed_differ_from_those_that_are_built_in() -> None:
    own = TrainingSettings(network="own", composition="dense-40")
    said = differences_in_words(own, TrainingSettings())
    assert said == "network (dense → your own), layers (built in → dense-40)"
    assert differences_in_words(own, TrainingSettings(network="own", composition="dense-9")).count("layers") == 1


def test_differences_go_from_the_trained_to_the_wanted() -> None:
    trained = TrainingSettings(epochs=10, seed=1)
    wanted = TrainingSettings(epochs=3, seed=2)
    assert differences_in_words(wanted, trained) == "epochs (10 → 3), seed (1 → 2)"
    assert differences_in_words(trained, trained) == ""


def test_settings() -> None:
    said = settings_in_words(TrainingSettings(epochs=1))
    assert said == "Dense network · MNIST sample · 1 to 64 numbers · 1 epoch"
    said = settings_in_words(TrainingSettings("mnist", "own", composition="dense-40"))
    assert said.startswith("Your own network · dense-40 · Full MNIST")
    said = settings_in_words(TrainingSettings("mnist", "convolutional", "exact", 8))
    assert said == "Convolutional network · Full MNIST · exactly 8 numbers · 10 epochs"
    said = settings_in_words(TrainingSettings(bottleneck="exact", bottleneck_size=1))
    assert said == "Dense network · MNIST sample · exactly 1 number · 10 epochs"
    noisy = replace(TrainingSettings(noise="blur", noise_high=0.5), augmentation="affine", normal_classes=(3,))
    assert "· normal: 3 · 1 to 64 numbers · Blur, levels 0 to 0.5 · augmented ·" in settings_in_words(noisy)


def test_compression() -> None:
    assert compression_in_words(PLAN, 1) == "784 pixel values → 1 number (784 : 1)"
    assert compression_in_words(PLAN, 8) == "784 pixel values → 8 numbers (98 : 1)"
    assert compression_in_words(PLAN, 64) == "784 pixel values → 64 numbers (12 : 1)"


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


def test_unequal_effort_is_named() -> None:
    assert effort_in_words([10, 10], 10) == effort_in_words([], 10) == ""
    assert effort_in_words([10], 2.25) == " (10 epochs, this one 2.25)"
    assert effort_in_words([10, 2], 10) == " (2 to 10 epochs, this one 10)"
