import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.networks.ordered import Ordering, draw_sizes, keep_first, milestones

CODE_SIZES = st.integers(1, 64)


@given(CODE_SIZES.flatmap(lambda size: st.tuples(st.just(size), st.lists(st.integers(0, size), min_size=1))))
def test_as_many_ones_first_as_numbers_are_kept(case: tuple[int, list[int]]) -> None:
    code_size, sizes = case
    kept = keep_first(np.array(sizes), code_size)
    assert kept.dtype == np.float32
    assert kept.tolist() == [[1.0] * size + [0.0] * (code_size - size) for size in sizes]


@pytest.mark.parametrize(
    ("code_size", "expected"),
    [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (12, [1, 2, 4, 8, 12]), (64, [1, 2, 4, 8, 16, 32, 64])],
)
def test_milestones_are_the_powers_of_two_and_the_last_size(code_size: int, expected: list[int]) -> None:
    assert milestones(code_size) == expected


@given(CODE_SIZES, st.integers(0, 2**32 - 1))
def test_drawn_sizes_pass_the_bottleneck_and_follow_the_seed(code_size: int, seed: int) -> None:
    one, same = (draw_sizes(np.random.default_rng(seed), (5, 7), code_size) for _ in range(2))
    assert one.shape == (5, 7)
    assert one.dtype == np.int32
    assert one.min() >= 1
    assert one.max() <= code_size
    np.testing.assert_array_equal(one, same)


def test_every_size_is_drawn_and_few_numbers_more_often() -> None:
    counts = np.bincount(draw_sizes(np.random.default_rng(0), (64, 1000), 64).ravel(), minlength=65)[1:]
    assert counts.min() > 0
    assert counts[0] == counts.max()
    assert counts[:8].sum() > 2 * counts[-8:].sum()


def test_of_eight_draws_six_are_milestones() -> None:
    sizes = draw_sizes(np.random.default_rng(0), (64, 1000), 64, ordering=Ordering(draws=8))
    between = ~np.isin(sizes, milestones(64))
    possible = 64 - len(milestones(64))
    logarithmic = 1 - sum(np.log1p(1 / size) for size in milestones(64)) / np.log(65)
    assert between.mean() == pytest.approx((possible / 64 + logarithmic) / 8, abs=0.01)  # 1 / sqrt(64,000) is 0.004
    assert len(np.unique(sizes)) == 64


@pytest.mark.parametrize("times", [1, 2, 3])
def test_the_largest_size_is_drawn_as_many_times_more_rarely(times: int) -> None:
    drawn = draw_sizes(np.random.default_rng(0), (64, 1000), 64, ordering=Ordering(draws=100, times=times))
    counts = np.bincount(drawn.ravel(), minlength=65)
    assert counts[32] / counts[64] == pytest.approx(times, rel=0.1)  # 1 / sqrt of some 5,000 is 0.014


def test_a_share_keeps_the_whole_code_and_the_others_as_ever() -> None:
    plain, some = (draw_sizes(np.random.default_rng(0), (64, 1000), 64, share) for share in (0.0, 0.5))
    assert (some == 64).mean() == pytest.approx(0.5 + 0.5 * (plain == 64).mean(), abs=0.01)
    np.testing.assert_array_equal(some[some < 64], plain[some < 64])
