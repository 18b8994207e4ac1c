import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.images.choosing import draw, one_of_each

LABELS = st.lists(st.integers(0, 12), min_size=1, max_size=40).map(np.array)
COUNTS = st.integers(1, 15)


@given(LABELS, COUNTS)
def test_one_of_each_shows_every_class_once_before_any_twice(labels: np.ndarray, count: int) -> None:
    places = one_of_each(labels, len(labels), count)
    assert len(places) == len(set(places.tolist())) == min(count, len(labels))
    classes = sorted(set(labels.tolist()))[:count]
    assert labels[places[: len(classes)]].tolist() == classes
    firsts = [labels.tolist().index(wanted) for wanted in classes]
    assert places[: len(classes)].tolist() == firsts
    rest = places[len(classes) :].tolist()
    assert rest == sorted(rest)


@given(st.integers(1, 30), COUNTS)
def test_without_labels_the_first_pictures_are_shown(pictures: int, count: int) -> None:
    assert one_of_each(None, pictures, count).tolist() == list(range(min(pictures, count)))


@given(LABELS, st.one_of(st.none(), st.integers(0, 12)), st.integers(0, 99), COUNTS)
def test_draw_gives_each_picture_once_and_of_the_wanted_class_only(
    labels: np.ndarray, wanted: int | None, seed: int, count: int
) -> None:
    places = draw(labels, len(labels), wanted, seed, count)
    there = len(labels) if wanted is None else labels.tolist().count(wanted)
    assert len(places) == len(set(places.tolist())) == min(count, there)
    assert wanted is None or set(labels[places].tolist()) <= {wanted}
    assert places.tolist() == draw(labels, len(labels), wanted, seed, count).tolist()


def test_another_seed_draws_others() -> None:
    drawn = {tuple(draw(None, 1000, None, seed).tolist()) for seed in range(20)}
    assert len(drawn) == 20


def test_draw_without_labels_takes_any() -> None:
    assert sorted(draw(None, 5, 3, 0).tolist()) == [0, 1, 2, 3, 4]


def test_every_picture_can_be_drawn() -> None:
    assert {place for seed in range(60) for place in draw(None, 20, None, seed, 5).tolist()} == set(range(20))
