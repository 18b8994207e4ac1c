import json
from dataclasses import replace

from autoencoder.analysis.compression import CompressionReport
from tests.pages.running import BOTTLENECK, PRETRAINED, App, words
from ui.lessons.bottleneck.explore import things_to_try
from ui.lessons.bottleneck.rates import pca_needs

MEASURED = CompressionReport(
    pictures=100,
    sizes=(1, 8, 64),
    errors=(0.05, 0.01, 0.005),
    pca_sizes=(1, 8, 16, 64),
    pca_errors=(0.06, 0.03, 0.01, 0.001),
    class_size=8,
    class_errors=(0.02, 0.01, 0.03),
)


def answer(title: str, measured: CompressionReport = MEASURED) -> str | None:
    """What is seen on trying what begins so; None where nobody is asked to."""
    prompts = things_to_try(measured, ("cat", "dog", "*hen*"))
    return next((one["answer"] for one in prompts if one["question"].startswith(f"**{title}.**")), None)


def test_what_pca_needs_is_read_from_the_measurement() -> None:
    said = answer("Beat PCA")
    assert "error is 0.0100 and PCA's is 0.0300." in said
    assert "PCA needs 9 to 16 numbers to do as well." in said
    assert answer("Beat PCA", replace(MEASURED, errors=(0.05, 0.04, 0.005))) is None, "it does not beat PCA"


def test_the_easy_and_the_hard_class() -> None:
    said = answer("Easy and hard")
    assert "class dog is rebuilt best (error 0.0100)" in said
    assert "Class &#42;hen&#42; is rebuilt worst (0.0300)" in said
    assert answer("Easy and hard", replace(MEASURED, class_errors=())) is None


def test_pca_is_ahead_only_from_where_it_stays_ahead() -> None:
    def said(*errors: float) -> str:
        return answer("Where PCA wins", replace(MEASURED, errors=errors)).split(" PCA keeps")[0]

    assert said(0.05, 0.01, 0.005) == "PCA is ahead at 64 numbers."
    assert said(0.05, 0.04, 0.005) == "PCA is ahead from 8 numbers."
    assert said(0.07, 0.04, 0.005) == "PCA is ahead at every size."
    assert said(0.07, 0.01, 0.005) == "PCA is ahead at 64 numbers."
    assert answer("Where PCA wins", replace(MEASURED, errors=(0.05, 0.01, 0.0005))) is None


def test_the_page_says_what_was_measured_of_the_network_that_came_with_the_app(app: App, no_mnist: object) -> None:
    said = words(app.open(BOTTLENECK, tab="try"))
    assert f"this network's error is {dict(CompressionReport.of(PRETRAINED).points)[8]:.4f}" in said


def test_one_answer_to_how_many_numbers_pca_needs(app: App, no_mnist: object) -> None:
    measured = CompressionReport.of(PRETRAINED)
    assert measured is not None
    (needed,) = measured.pca_needs(8)
    assert needed == json.loads((PRETRAINED.path.parents[1] / "lesson_figures.json").read_text())["pca_needs_for_8"]
    assert pca_needs(measured, 8) == f" PCA needs {needed} numbers to do as well."
    assert pca_needs(measured, 8) in words(app.open(BOTTLENECK, tab="try"))
