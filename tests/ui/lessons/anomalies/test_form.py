from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from autoencoder.analysis.anomalies import DEFAULTS, default_settings
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import TrainingSettings
from tests.pages.anomaly_runs import ANOMALIES, BANANAS, DIGITS
from tests.pages.own_examples import with_pictures
from tests.pages.running import UNUSUAL, App, fill, labels, trained, unusual, words
from ui.uploads.session import OWN

TAKEN = ", ".join(map(str, DIGITS.normal_classes))
SOURCES = pytest.mark.parametrize("source", ["bananas", "mnist_sample", pytest.param("mnist", marks=pytest.mark.mnist)])


def with_digits(app: App) -> AppTest:
    return fill(app.open(ANOMALIES), {"anomaly_source": "mnist_sample"})


@SOURCES
def test_the_form_begins_as_it_is_benchmarked(app: App, source: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("with_mnist" if source == "mnist" else "no_mnist")
    tab = app.open(ANOMALIES)
    assert tab.selectbox(key="anomaly_source").value == "bananas"
    tab.selectbox(key="anomaly_source").set_value(source).run()
    assert trained(app, tab) == DEFAULTS[source]


def test_every_widget_is_a_setting(app: App, no_mnist: object) -> None:
    tab = with_digits(app)
    tab.multiselect(key="normal_mnist_sample").set_value(["7", "0", "3"])
    fill(tab, {"network": "convolutional", "bottleneck": "ordered"}, "anomaly_", "_mnist_sample")
    fields = unusual("epochs", "batch", "rate", "loss", "seed")
    fields |= {"ordered_size": 32, "noise": "patch", "levels": (0.15, 0.6)}
    fill(tab, fields, "anomaly_", "_mnist_sample")
    assert trained(app, tab) == TrainingSettings(
        "mnist_sample",
        "convolutional",
        "ordered",
        32,
        noise="patch",
        noise_low=0.15,
        noise_high=0.6,
        normal_classes=(0, 3, 7),
        **UNUSUAL,
    )


def test_what_the_very_click_changes_is_trained(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    tab.number_input(key="anomaly_epochs_bananas").set_value(1)
    tab.slider(key="anomaly_levels_bananas").set_range(0.1, 0.2)
    assert trained(app, tab) == replace(BANANAS, epochs=1, noise_low=0.1, noise_high=0.2)


def test_classes_that_the_very_click_chooses_are_trained(app: App, no_mnist: object) -> None:
    tab = with_digits(app)
    tab.multiselect(key="normal_mnist_sample").set_value(["2", "1"])
    assert trained(app, tab) == replace(DIGITS, normal_classes=(1, 2))


def test_none_by_the_very_click_is_still_a_training(app: App, no_mnist: object) -> None:
    tab = with_digits(app)
    tab.multiselect(key="normal_mnist_sample").set_value([])
    assert trained(app, tab) == DIGITS


def test_another_source_by_the_very_click_is_trained_as_its_form_begins(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    tab.number_input(key="anomaly_epochs_bananas").set_value(1).run()
    tab.selectbox(key="anomaly_source").set_value("mnist_sample")
    assert trained(app, tab) == DIGITS


# What is normal


def test_of_bananas_the_ripe_are_normal_and_nothing_else_can_be(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    assert "Normal: ripe. It learns from nothing else." in words(tab)
    assert "Normal" not in labels(tab.multiselect)


@pytest.mark.parametrize(("chosen", "said"), [([], "none is normal"), (list("0123456789"), "all are normal")])
def test_all_or_none_normal_gives_a_sentence_and_the_default(
    app: App, no_mnist: object, chosen: list[str], said: str
) -> None:
    tab = with_digits(app)
    tab.multiselect(key="normal_mnist_sample").set_value(chosen).run()
    sentence = f"At least one class must be normal, and one abnormal. Now {said}, so {TAKEN} is used."
    assert sentence in words(tab)
    assert trained(app, tab) == DIGITS
    tab.multiselect(key="normal_mnist_sample").set_value(["3"]).run()
    assert sentence not in words(tab)


# What depends on what


@pytest.mark.parametrize("task", ["thing", "damage"])
def test_what_is_abnormal_among_own_pictures_decides_how_it_is_looked_for(
    app: App, no_mnist: object, task: str
) -> None:
    tab = with_pictures(app, "bad", "good", each=6)
    tab = fill(tab.switch_page(ANOMALIES).run(), {"anomaly_source": OWN})
    assert tab.selectbox(key="anomaly_task").value == "thing"
    settings = trained(app, fill(tab, {"anomaly_task": task}))
    assert settings == default_settings(settings.source, damage=task == "damage")
    assert settings.normal_classes == (1,)


@pytest.mark.parametrize("network", ["repairer", "dense", "convolutional", "denoiser"])
def test_only_a_bottleneck_has_a_size(app: App, no_mnist: object, network: str) -> None:
    tab = app.open(ANOMALIES)
    tab.selectbox(key="anomaly_network_bananas").set_value(network).run()
    is_open = NETWORKS[network].open
    assert ("Largest size" in labels(tab.number_input)) is not is_open
    assert ("Bottleneck" in labels(tab.selectbox)) is not is_open
    settings = trained(app, tab)
    assert (settings.network, settings.bottleneck) == (network, "open" if is_open else "ordered")


def test_without_noise_there_are_no_levels(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    tab.selectbox(key="anomaly_noise_bananas").set_value("none").run()
    assert "Levels to learn from" not in labels(tab.slider)
    assert trained(app, tab) == replace(BANANAS, noise="none")


def test_each_source_keeps_its_own_settings_over_a_visit_of_another_page(app: App, no_mnist: object) -> None:
    tab = app.open(ANOMALIES)
    tab.number_input(key="anomaly_epochs_bananas").set_value(2).run()
    tab.selectbox(key="anomaly_source").set_value("mnist_sample").run()
    tab.multiselect(key="normal_mnist_sample").set_value(["5"]).run()
    tab.switch_page("pages/idea.py").run()
    tab.switch_page(ANOMALIES).run()
    assert trained(app, tab) == replace(DIGITS, normal_classes=(5,))
    tab.selectbox(key="anomaly_source").set_value("bananas").run()
    assert tab.number_input(key="anomaly_epochs_bananas").value == 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"epochs": "1", "noise_levels": "0.6-0.2"}, replace(BANANAS, epochs=1, noise_low=0.2, noise_high=0.6)),
        ({"source": "mnist_sample", "normal_classes": "3.1"}, replace(DIGITS, normal_classes=(1, 3))),
        ({"source": "mnist_sample", "normal_classes": "ripe.12"}, DIGITS),
        ({"source": "mnist_sample", "normal_classes": "none"}, DIGITS),
        ({"source": "cats", "network": "../../etc", "seed": "-1"}, BANANAS),
        ({"normal_classes": "rotten", "noise_levels": "nan-7"}, BANANAS),
    ],
    ids=str,
)
def test_the_address_fills_the_form_and_nonsense_leaves_it_valid(
    app: App, no_mnist: object, address: dict, expected: TrainingSettings
) -> None:
    tab = app.open(ANOMALIES, **address)
    assert not tab.exception
    assert trained(app, tab) == expected
