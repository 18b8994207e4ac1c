from dataclasses import replace

import pytest

from autoencoder.analysis.denoising import DEFAULT
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import DENOISER, DENOISING, UNUSUAL, App, button, fill, labels, trained
from ui.lessons.denoising.form import KEYS

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
)


def test_without_mnist_the_form_begins_with_the_digits(app: App, no_mnist: object) -> None:
    assert trained(app, app.open(DENOISING)) == DENOISER


@pytest.mark.mnist
def test_with_mnist_the_form_begins_as_it_is_benchmarked(app: App, with_mnist: object) -> None:
    assert trained(app, app.open(DENOISING)) == DEFAULT


def test_every_widget_is_a_setting(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    tab.selectbox(key="denoiser").set_value("dense").run()
    fields = {KEYS[name]: value for name, value in UNUSUAL.items() if name in KEYS}
    fields |= {"denoiser_epochs_mnist_sample": 3, "denoiser_size": 8, "denoiser_schedule": "constant"}
    fill(tab, fields | {"noise": "salt_pepper", "levels": (0.15, 0.6), "noise_drawn": "once"})
    assert trained(app, tab) == TrainingSettings(
        "mnist_sample",
        "dense",
        "exact",
        8,
        schedule="constant",
        noise="salt_pepper",
        noise_low=0.15,
        noise_high=0.6,
        fresh_noise=False,
        **UNUSUAL,
    )


def test_what_the_very_click_changes_is_trained(app: App, no_mnist: object) -> None:
    """Leaving a field by a click on Train changes it in the same moment."""
    tab = app.open(DENOISING)
    tab.number_input(key="denoiser_epochs_mnist_sample").set_value(7)
    tab.slider(key="levels").set_range(0.2, 0.3)
    assert trained(app, tab) == replace(DENOISER, epochs=7, noise_low=0.2, noise_high=0.3)


def test_equal_handles_are_one_level(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    tab.slider(key="levels").set_range(0.35, 0.35).run()
    assert trained(app, tab) == replace(DENOISER, noise_low=0.35, noise_high=0.35)


@pytest.mark.parametrize(
    ("network", "has_size"),
    [("denoiser", False), ("keras_example", False), ("dense", True), ("convolutional", True)],
)
def test_only_a_bottleneck_has_a_size(app: App, no_mnist: object, network: str, has_size: bool) -> None:
    tab = app.open(DENOISING)
    tab.selectbox(key="denoiser").set_value(network).run()
    assert ("Bottleneck size" in labels(tab.number_input)) == has_size
    assert trained(app, tab).bottleneck == ("exact" if has_size else "open")


def test_the_example_is_filled_in(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    tab.selectbox(key="denoiser").set_value("dense").run()
    tab.selectbox(key="noise").set_value("blur")
    tab.selectbox(key="denoiser_loss").set_value("mean_squared_error").run()
    button(tab, "Fill in the example's settings").click().run()
    assert trained(app, tab) == EXAMPLE


@pytest.mark.mnist
def test_with_mnist_the_example_is_on_mnist(app: App, with_mnist: object) -> None:
    tab = app.open(DENOISING)
    tab.selectbox(key="source").set_value("mnist_sample").run()
    button(tab, "Fill in the example's settings").click().run()
    assert trained(app, tab) == replace(EXAMPLE, source="mnist")


def test_the_form_is_kept_over_a_visit_of_another_page(app: App, no_mnist: object) -> None:
    tab = app.open(DENOISING)
    tab.slider(key="levels").set_range(0.2, 0.6)
    tab.selectbox(key="noise").set_value("masked").run()
    tab.switch_page("pages/idea.py").run()
    tab.switch_page(DENOISING).run()
    assert trained(app, tab) == replace(DENOISER, noise="masked", noise_low=0.2, noise_high=0.6)


@pytest.mark.parametrize(
    ("address", "changes"),
    [
        ({"noise": "blur", "epochs": "3"}, {"noise": "blur", "epochs": 3}),
        ({"noise_levels": "0.2-0.6"}, {"noise_low": 0.2, "noise_high": 0.6}),
        ({"noise": "nonsense", "network": "../../etc", "seed": "-1", "learning_rate": "nan"}, {}),
        ({"noise_levels": "-1-7"}, {}),
        ({"noise_levels": "many", "noise_drawn": ""}, {}),
        ({"noise_levels": "nan-0.2"}, {}),
        ({"seed": "inf", "epochs": "-inf"}, {}),
        ({"noise_levels": "0.6-0.2"}, {"noise_low": 0.2, "noise_high": 0.6}),
    ],
    ids=str,
)
def test_the_address_fills_the_form_and_nonsense_leaves_it_valid(
    app: App, no_mnist: object, address: dict, changes: dict
) -> None:
    tab = app.open(DENOISING, **address)
    assert not tab.exception
    assert trained(app, tab) == replace(DENOISER, **changes)
