import numpy as np
import pytest

from autoencoder.analysis.latent import Likeness, NeighborPlane, plane_of
from ui.lessons.latent.players import averages_answer, plane_in_words, samples_in_words

CODES = np.random.default_rng(0).normal(size=(30, 6)).astype(np.float32)
BENT = NeighborPlane(CODES[:, :2], CODES)


def test_axes() -> None:
    one, two, six = (plane_in_words(plane_of(CODES[:, :size]), size, 0) for size in (1, 2, 6))
    assert one["axes"] == "Left to right: the code's only number. Upwards: nothing."
    assert "the first number of the code. Upwards: the second." in two["axes"]
    plane = plane_of(CODES)
    assert f"hold {plane.explained[0]:.0%} and {plane.explained[1]:.0%}" in six["axes"]
    assert "after 500 of 1,000 iterations" in plane_in_words(BENT, 6, 2)["axes"]
    assert "iterations" not in plane_in_words(BENT, 6, 4)["axes"]


def test_only_where_there_is_a_way_back_a_place_is_a_code() -> None:
    bent, flat = plane_in_words(BENT, 6, 4), plane_in_words(plane_of(CODES), 6, 0)
    assert "t-SNE has no way back" in bent["place"]
    assert "5 nearest codes" in bent["place"]
    assert flat["place"].startswith("Every place is a code on this plane")
    assert flat["decoded"] == "decoded from here"


@pytest.mark.parametrize(
    ("times", "said"), [(1.1, "about where real codes lie"), (1.7, "where hardly any picture has one")]
)
def test_new_codes_are_called_strange_only_where_they_are(times: float, said: str) -> None:
    opening, answer = samples_in_words(times, "all")
    assert said in answer
    assert f"{times:.1f} times" in answer
    assert f"{times:.1f}" not in opening


def test_nothing_is_claimed_where_nothing_could_be_measured() -> None:
    assert samples_in_words(float("nan"), "all")[1] == ""


def test_averages_are_called_like_their_class_only_where_they_are() -> None:
    wrong, right, pixels = Likeness([(5, 8)], 0.2), Likeness([], 0.1), Likeness([], 0.15)
    said = averages_answer({2: wrong, 8: right}, pixels, "0123456789")
    assert "**With 2 numbers, this does not hold for every class:** 5 looks like 8." in said
    assert "**With 8 numbers**, every average code" in said
    assert "is closer to a real picture than an average picture" in said
    assert "closer" not in averages_answer({2: wrong}, pixels, "0123456789")
