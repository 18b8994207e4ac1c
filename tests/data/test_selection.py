import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.data.selection import MOST_HELD_OUT, draw, hold_out, of_classes, one_of_each

LABELS = st.lists(st.integers(0, 12), min_size=1, max_size=40).map(np.array)
COUNTS = st.integers(1, 15)


@given(LABELS, COUNTS)
def test_one_of_each_shows_every_class_once_before_any_twice(labels: np.ndarray, count: int) -> None:
    indices = one_of_each(labels, len(labels), count)
    assert len(indices) == len(set(indices.tolist())) == min(count, len(labels))
    classes = sorted(set(labels.tolist()))[:count]
    assert labels[indices[: len(classes)]].tolist() == classes
    firsts = [labels.tolist().index(wanted) for wanted in classes]
    assert indices[: len(classes)].tolist() == firsts
    rest = indices[len(classes) :].tolist()
    assert rest == sorted(rest)


@given(st.integers(1, 30), COUNTS)
def test_without_labels_the_first_pictures_are_shown(pictures: int, count: int) -> None:
    assert one_of_each(None, pictures, count).tolist() == list(range(min(pictures, count)))


@given(LABELS, st.one_of(st.none(), st.integers(0, 12)), st.integers(0, 99), COUNTS)
def test_draw_gives_each_picture_once_and_of_the_wanted_class_only(
    labels: np.ndarray, wanted: int | None, seed: int, count: int
) -> None:
    indices = draw(labels, len(labels), wanted, seed, count)
    there = len(labels) if wanted is None else labels.tolist().count(wanted)
    assert len(indices) == len(set(indices.tolist())) == min(count, there)
    assert wanted is None or set(labels[indices].tolist()) <= {wanted}
    assert indices.tolist() == draw(labels, len(labels), wanted, seed, count).tolist()


def test_another_seed_draws_others() -> None:
    drawn = {tuple(draw(None, 1000, None, seed).tolist()) for seed in range(20)}
    assert len(drawn) == 20


def test_draw_without_labels_takes_any() -> None:
    assert sorted(draw(None, 5, 3, 0).tolist()) == [0, 1, 2, 3, 4]


def test_every_picture_can_be_drawn() -> None:
    assert {place for seed in range(60) for place in draw(None, 20, None, seed, 5).tolist()} == set(range(20))


# What is learned from


@given(LABELS, st.sets(st.integers(0, 13), min_size=1))
def test_the_pictures_of_some_classes_are_all_of_these_in_their_order(labels: np.ndarray, classes: set[int]) -> None:
    indices = of_classes(labels, len(labels), classes)
    assert indices.tolist() == [place for place, label in enumerate(labels) if label in classes]


@given(LABELS)
def test_where_no_class_is_named_or_nothing_is_labeled_it_is_all_pictures(labels: np.ndarray) -> None:
    everything = list(range(len(labels)))
    assert of_classes(labels, len(labels), ()).tolist() == everything
    assert of_classes(None, len(labels), (3,)).tolist() == everything


@given(st.sets(st.integers(0, 10**6), min_size=2, max_size=300), st.integers(0, 2**32 - 1))
def test_every_picture_is_learned_from_or_held_out(chosen: set[int], seed: int) -> None:
    indices = np.array(sorted(chosen))
    learned, held_out = hold_out(indices, seed)
    assert sorted([*learned.tolist(), *held_out.tolist()]) == indices.tolist()
    assert len(held_out) == max(1, round(len(indices) / 10))
    for one, again in zip((learned, held_out), hold_out(indices, seed), strict=True):
        np.testing.assert_array_equal(one, again)


def test_what_is_held_out_is_drawn_at_random_and_bounded() -> None:
    learned, held_out = hold_out(np.arange(60_000), 0)
    assert (len(learned), len(held_out)) == (55_000, MOST_HELD_OUT)
    assert held_out.mean() == np.clip(held_out.mean(), 29_000, 31_000)  # 250 is the standard error
    assert set(held_out.tolist()) != set(hold_out(np.arange(60_000), 1)[1].tolist())
    assert (np.diff(learned) < 0).any()


def test_of_one_picture_alone_it_is_learned_from_and_judged_on() -> None:
    assert [indices.tolist() for indices in hold_out(np.array([7]), 0)] == [[7], [7]]


@given(st.lists(st.integers(0, 5), min_size=2, max_size=60).map(np.array), st.integers(0, 99))
def test_no_group_is_on_both_sides_unless_there_is_one_alone(groups: np.ndarray, seed: int) -> None:
    learned, held_out = hold_out(np.arange(len(groups)), seed, groups)
    assert sorted([*learned.tolist(), *held_out.tolist()]) == list(range(len(groups)))
    assert min(len(learned), len(held_out)) >= 1
    if len(set(groups.tolist())) > 1:
        assert not set(groups[learned].tolist()) & set(groups[held_out].tolist())
