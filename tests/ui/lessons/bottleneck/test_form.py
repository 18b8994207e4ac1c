from dataclasses import replace

import pytest

from autoencoder.training.settings import TrainingSettings
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, trained


def test_every_widget_is_a_setting(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="network").set_value("convolutional")
    tab.selectbox(key="bottleneck").set_value("exact")
    tab.number_input(key="bottleneck_size").set_value(8)
    tab.number_input(key="epochs_mnist_sample").set_value(3)
    tab.select_slider(key="batch_size_mnist_sample").set_value(256)
    tab.select_slider(key="learning_rate").set_value(0.01)
    tab.selectbox(key="loss").set_value("mean_absolute_error")
    tab.selectbox(key="augmentation_mnist_sample").set_value("none")
    tab.number_input(key="seed").set_value(2**32 - 1)
    tab.run()
    expected = TrainingSettings(
        "mnist_sample", "convolutional", "exact", 8, 3, 256, 0.01, "mean_absolute_error", 2**32 - 1
    )
    assert trained(app, tab) == expected


def test_the_address_fills_the_form(app: App, no_mnist: object) -> None:
    """As the browser writes it; `tests/browser` sees that it does."""
    address = {"network": "convolutional", "bottleneck_size": "16", "learning_rate": "0.01", "seed": "5"}
    expected = replace(LIKE_PRETRAINED, network="convolutional", bottleneck_size=16, learning_rate=0.01, seed=5)
    assert trained(app, app.open(BOTTLENECK, **address)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network", "nonsense"),
        ("source", "../../etc"),
        ("bottleneck_size", "1e9"),
        ("learning_rate", "nan"),
        ("seed", "99999999999999999999"),
        ("loss", ""),
    ],
)
def test_nonsense_in_the_address_leaves_the_form_valid(app: App, no_mnist: object, name: str, value: str) -> None:
    tab = app.open(BOTTLENECK, **{name: value})
    assert not tab.exception
    assert trained(app, tab) == replace(LIKE_PRETRAINED, network="dense")  # which links mean that name none
