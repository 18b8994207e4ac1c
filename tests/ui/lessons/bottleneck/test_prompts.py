from dataclasses import replace

from autoencoder.analysis.compression import CompressionReport
from tests.pages.running import BOTTLENECK, PRETRAINED, App, words
from ui.lessons.bottleneck.prompts import _beat_pca, _easy_and_hard, _where_pca_wins

MEASURED = CompressionReport(
    pictures=100,
    sizes=(1, 8, 64),
    errors=(0.05, 0.01, 0.005),
    pca_sizes=(1, 8, 16, 64),
    pca_errors=(0.06, 0.03, 0.01, 0.001),
    class_size=8,
    class_errors=(0.02, 0.01, 0.03),
)


def test_what_pca_needs_is_read_from_the_measurement() -> None:
    said = _beat_pca(MEASURED)
    assert "error is 0.0100" in said
    assert "compression, 0.0300." in said
    assert "PCA needs 9 to 16 numbers to do as well." in said
    assert _beat_pca(replace(MEASURED, errors=(0.05, 0.04, 0.005))) == "", "it does not beat PCA"


def test_the_easy_and_the_hard_class() -> None:
    said = _easy_and_hard(MEASURED, ("cat", "dog", "*hen*"))
    assert "those of class dog are rebuilt best (error 0.0100)" in said
    assert "those of class &#42;hen&#42; worst (0.0300)" in said
    assert _easy_and_hard(replace(MEASURED, class_errors=()), ()) == ""


def test_where_pca_wins() -> None:
    assert "At 64 numbers, PCA is ahead" in _where_pca_wins(MEASURED)
    assert _where_pca_wins(replace(MEASURED, errors=(0.05, 0.01, 0.0005))) == ""


def test_pca_is_ahead_only_from_where_it_stays_ahead() -> None:
    twice = replace(MEASURED, errors=(0.07, 0.04, 0.005))
    assert "From 1 numbers" not in _where_pca_wins(replace(twice, errors=(0.07, 0.01, 0.005)))
    assert "From 8 numbers on" in _where_pca_wins(replace(twice, errors=(0.05, 0.04, 0.005)))


def test_the_page_says_what_was_measured_of_the_network_that_came_with_the_app(app: App, no_mnist: object) -> None:
    said = words(app.open(BOTTLENECK, tab="try"))
    assert f"this network's error is {CompressionReport.of(PRETRAINED).error_at(8):.4f}" in said
