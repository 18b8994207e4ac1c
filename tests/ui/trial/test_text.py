import pytest

from autoencoder.analysis.trying import ErrorComparison
from ui.trial.text import after_denoising, by_size, by_threshold, times_in_words, whose


@pytest.mark.parametrize(
    ("times", "said"),
    [(0.836, "0.84 times"), (1, "1.0 times"), (3.25, "3.2 times"), (47.4, "47 times"), (2345, "2,345 times")],
)
def test_a_ratio_has_as_many_digits_as_anybody_compares(times: float, said: str) -> None:
    assert times_in_words(times) == said


def test_a_sentence_for_every_size() -> None:
    assert by_size([1, 2], [ErrorComparison(0.2, 0.05), ErrorComparison(0.1)]) == [
        "From 1 number: mean squared error 0.2000, 4.0 times that of the test pictures (0.0500)",
        "From 2 numbers: mean squared error 0.1000",
    ]


def test_a_sentence_for_every_level() -> None:
    assert after_denoising([ErrorComparison(0.1, 0.01)]) == [
        "Denoised: mean squared error 0.1000, 10 times that of the test pictures (0.0100)"
    ]


def test_a_sentence_for_every_threshold() -> None:
    assert by_threshold([[True, True], [False, True]], ErrorComparison(0.03, 0.00001)) == [
        f"{count} of 2 called anomaly; mean score 0.03, 3,000 times that of normal test pictures (1.0e-5)"
        for count in (2, 1)
    ]


def test_whose_they_are() -> None:
    assert (whose(1), whose(3)) == ("1 picture of your own", "3 pictures of your own")
