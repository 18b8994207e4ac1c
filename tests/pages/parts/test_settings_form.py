from dataclasses import replace

import pytest

from autoencoder.training.settings import TrainingSettings
from pages.parts import shared
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, button, progress, trained, words
from tests.waiting import wait_for


def test_without_mnist_the_form_begins_with_the_digits(app: App, no_mnist: object) -> None:
    assert trained(app, app.open(BOTTLENECK)) == LIKE_PRETRAINED


@pytest.mark.mnist
def test_with_mnist_the_form_begins_with_mnist(app: App, with_mnist: object) -> None:
    assert trained(app, app.open(BOTTLENECK)) == TrainingSettings("mnist")


def test_every_widget_is_a_setting(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="network").set_value("convolutional")
    tab.selectbox(key="bottleneck").set_value("exact")
    tab.number_input(key="bottleneck_size").set_value(8)
    tab.number_input(key="epochs_digits").set_value(3)
    tab.select_slider(key="batch_size_digits").set_value(256)
    tab.select_slider(key="learning_rate").set_value(0.01)
    tab.selectbox(key="loss").set_value("mean_absolute_error")
    tab.number_input(key="seed").set_value(2**32 - 1)
    tab.run()
    expected = TrainingSettings(
        "mnist_sample", "convolutional", "exact", 8, 3, 256, 0.01, "mean_absolute_error", 2**32 - 1
    )
    assert trained(app, tab) == expected


def test_the_form_is_kept_over_a_visit_of_another_page(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    tab.number_input(key="epochs_digits").set_value(7).run()
    tab.switch_page("pages/idea.py").run()
    tab.switch_page(BOTTLENECK).run()
    assert trained(app, tab) == replace(LIKE_PRETRAINED, epochs=7)


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
        ("bottleneck_size", "0"),
        ("bottleneck_size", "1e9"),
        ("bottleneck_size", "many"),
        ("bottleneck_size", "inf"),
        ("epochs", "-1"),
        ("learning_rate", "nan"),
        ("seed", "99999999999999999999"),
        ("seed", "-1e999"),
        ("loss", ""),
    ],
)
def test_nonsense_in_the_address_leaves_the_form_valid(app: App, no_mnist: object, name: str, value: str) -> None:
    tab = app.open(BOTTLENECK, **{name: value})
    assert not tab.exception
    assert trained(app, tab) == LIKE_PRETRAINED


def test_where_mnist_is_missing_a_sentence_says_so_and_offers_it(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert "MNIST is not on this computer yet. Until then the small digits" in words(tab)
    assert button(tab, "Download MNIST (11 MB)").disabled is False


def test_a_missing_mnist_cannot_be_trained_on(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="source").set_value("mnist").run()
    assert not tab.exception
    assert button(tab, "Train").disabled is True
    assert [caption.value for caption in tab.caption].count("MNIST is not on this computer yet.") == 1


def test_a_named_mnist_that_is_no_file_is_named(app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOURGLASS_MNIST", "/nowhere/mnist.npz")
    said = words(app.open(BOTTLENECK))
    assert (
        "Expected the MNIST file that HOURGLASS_MNIST names. Received: '/nowhere/mnist.npz', where no file is." in said
    )


def test_with_a_broken_mnist_the_digits_can_be_trained(app: App, broken_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert "Expected Keras' MNIST file" in words(tab)
    assert "truncated or of another kind" in words(tab)
    assert button(tab, "Download MNIST (11 MB)").disabled is False
    if tab.selectbox(key="source").value != "mnist_sample":
        tab.selectbox(key="source").set_value("mnist_sample").run()
    assert trained(app, tab) == LIKE_PRETRAINED


def test_with_a_broken_mnist_the_form_begins_with_the_digits(app: App, broken_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert tab.selectbox(key="source").value == "mnist_sample"
    assert button(tab, "Train").disabled is False


def test_a_download_that_fails_can_be_tried_again(app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch) -> None:
    download = shared.MnistDownload("http://127.0.0.1:9/mnist.npz")
    monkeypatch.setattr(shared, "MnistDownload", lambda: download)
    tab = app.open(BOTTLENECK)
    button(tab, "Download MNIST (11 MB)").click().run()
    wait_for(lambda: download.state.step == "failed")
    tab.run()
    assert not tab.exception
    assert "MNIST could not be downloaded: its server was not reached." in words(tab)
    button(tab, "Try again").click().run()
    assert not tab.exception
    wait_for(lambda: download.state.step == "failed")


def test_a_download_under_way_shows_how_far_it_is(app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from autoencoder.images.download import DownloadState, DownloadStep

    class Halfway:
        state = DownloadState(DownloadStep.RUNNING, 0.5)

        def start(self) -> None:
            raise AssertionError("nobody asked for it")

    monkeypatch.setattr(shared, "MnistDownload", Halfway)
    tab = app.open(BOTTLENECK)
    assert not tab.exception
    assert progress(tab) == ["Downloading MNIST: 50% of 11 MB"]


@pytest.mark.mnist
def test_the_offer_goes_when_mnist_has_come(
    app: App, no_mnist: object, mnist: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = app.open(BOTTLENECK)
    assert "not on this computer" in words(tab)
    monkeypatch.setenv("HOURGLASS_MNIST", str(mnist))
    tab.run()
    assert "not on this computer" not in words(tab)
