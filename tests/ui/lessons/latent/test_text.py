import numpy as np
import pytest

from autoencoder.analysis.planes import NeighborPlane, plane_of
from ui.lessons.latent.text import (
    axes_in_words,
    place_in_words,
    plot_in_words,
    samples_in_words,
    spot_in_words,
    walk_in_words,
)

CODES = np.random.default_rng(0).normal(size=(30, 6)).astype(np.float32)
BENT = NeighborPlane(CODES[:, :2], CODES)


def test_axes() -> None:
    assert axes_in_words(plane_of(CODES[:, :1]), 1, 0) == "Left to right: the code's only number. Upwards: nothing."
    assert "the first number of the code. Upwards: the second." in axes_in_words(plane_of(CODES[:, :2]), 2, 0)
    plane = plane_of(CODES)
    assert f"hold {plane.explained[0]:.0%} and {plane.explained[1]:.0%}" in axes_in_words(plane, 6, 0)
    assert "after 500 of 1,000 iterations" in axes_in_words(BENT, 6, 2)
    assert "iterations" not in axes_in_words(BENT, 6, 4)


def test_only_where_there_is_a_way_back_a_place_is_a_code() -> None:
    assert "t-SNE has no way back" in place_in_words(BENT, 6)
    assert "5 codes" in place_in_words(BENT, 6)
    assert place_in_words(plane_of(CODES), 6).startswith("Every place is a code on the plane")
    assert spot_in_words(plane_of(CODES), -1.5, 2) == "decoded from here: (−1.5, 2)"


def test_what_a_screen_reader_says() -> None:
    assert plot_in_words(2000, plane_of(CODES), 6).startswith("The codes of 2,000 test pictures, of 6 numbers each, ")
    assert "drawn by t-SNE" in plot_in_words(30, BENT, 6)
    assert "1 number each, drawn as they are" in plot_in_words(30, plane_of(CODES[:, :1]), 1)


@pytest.mark.parametrize(
    ("times", "said"), [(1.1, "about where pictures have theirs"), (1.7, "where hardly any picture has one")]
)
def test_new_codes_are_called_strange_only_where_they_are(times: float, said: str) -> None:
    assert said in samples_in_words(times, "all")
    assert f"{times:.1f} times" in samples_in_words(times, "all")


def test_nothing_is_claimed_where_nothing_could_be_measured() -> None:
    assert "times" not in samples_in_words(float("nan"), "all")


def test_only_digits_are_called_digits() -> None:
    assert "digit" in walk_in_words("mnist")
    assert "digit" not in walk_in_words("bananas")
