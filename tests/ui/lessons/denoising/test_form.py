from dataclasses import replace

import pytest

from autoencoder.analysis.denoising import DEFAULT
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import DENOISER, DENOISING, UNUSUAL, App, button, fill, labels, trained, unusual

EXAMPLE = replace(
    DENOISER,
    network="keras_example",
    noise_low=0.4,
    noise_high=0.4,
    fresh_noise=False,
    epochs=100,
    batch_size=128,
    learning_rate=0.001,
    schedule="constant",
    optimizer="adam",
)


def test_without_mnist_the_form_begins_with_the_digits(app: App, no_mnist: object) -> None:
    assert trained(app, app.open(DENOISING)) == DENOISER


@pytest.mark.mnist
def test_with_mnist_the_form_begins_as_it_is_benchmarked(app: App, with_mnist: object) -> None:
    assert trained(app, app.open(DENOISING)) == DEFAULT


def test_every_widget_is_a_setting(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    tab.selectbox(key="denoiser").set_value("dense").run()
    fill(tab, unusual("epochs_mnist_sample", "batch_dense", "rate", "loss", "seed"), "denoiser_")
    fill(tab, {"denoiser_size": 8, "denoiser_schedule": "constant", "denoiser_optimizer_dense": "muon"})
    fill(tab, {"noise": "salt_pepper", "levels": (0.15, 0.6), "noise_drawn": False})
    assert trained(app, tab) == TrainingSettings(
        "mnist_sample",
        "dense",
        "exact",
        8,
        schedule="constant",
        optimizer="muon",
        noise="salt_pepper",
        noise_low=0.15,
        noise_high=0.6,
        fresh_noise=False,
        **UNUSUAL,
    )


@pytest.mark.parametrize(
    ("network", "has_size"),
    [("denoiser", False), ("keras_example", False), ("dense", True), ("convolutional", True)],
)
def test_only_a_bottleneck_has_a_size_and_only_the_denoiser_learns_with_muon(
    app: App, no_mnist: object, network: str, has_size: bool
) -> None:
    tab = app.open(DENOISING)
    tab.selectbox(key="denoiser").set_value(network).run()
    assert ("Bottleneck size" in labels(tab.number_input)) == has_size
    settings = trained(app, tab)
    assert settings.bottleneck == ("exact" if has_size else "open")
    assert (settings.batch_size, settings.optimizer) == ((16, "muon") if network == "denoiser" else (8, "adam"))


def test_the_example_is_filled_in(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING, tab="keras")
    tab.selectbox(key="denoiser").set_value("dense").run()
    tab.selectbox(key="noise").set_value("blur")
    tab.selectbox(key="denoiser_loss").set_value("mean_squared_error").run()
    button(tab, "Fill in the example's settings").click().run()
    assert [toast.value for toast in tab.toast] == ["The example's settings are filled in. Press Train in the sidebar."]
    assert trained(app, tab) == EXAMPLE


@pytest.mark.mnist
def test_with_mnist_the_example_is_on_mnist(app: App, with_mnist: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOURGLASS_MOST_MINUTES", "600")  # on two cores it takes about an hour
    tab = app.open(DENOISING, tab="keras")
    tab.selectbox(key="source").set_value("mnist_sample").run()
    button(tab, "Fill in the example's settings").click().run()
    assert [toast.value for toast in tab.toast] == ["The example's settings are filled in. Press Train in the sidebar."]
    assert trained(app, tab) == replace(EXAMPLE, source="mnist")


@pytest.mark.parametrize(
    ("address", "changes"),
    [
        ({"noise": "blur", "epochs": "3"}, {"noise": "blur", "epochs": 3}),
        ({"optimizer": "muon", "batch_size": "16"}, {"optimizer": "muon", "batch_size": 16}),
        ({"noise": "nonsense", "network": "../../etc", "seed": "-1", "learning_rate": "nan"}, {}),
        ({"noise_levels": "-1-7", "noise_drawn": ""}, {}),
        (
            {"noise_levels": "0.4-0.4", "noise_drawn": "once"},
            {"noise_low": 0.4, "noise_high": 0.4, "fresh_noise": False},
        ),
    ],
    ids=str,
)
def test_the_address_fills_the_form_and_nonsense_leaves_it_valid(
    app: App, no_mnist: object, address: dict, changes: dict
) -> None:
    tab = app.open(DENOISING, **address)
    assert not tab.exception
    of_then = {"optimizer": "adam", "batch_size": 8}  # what links mean that were made before Muon
    assert trained(app, tab) == replace(DENOISER, **of_then | changes)
