import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoder.files import write_arrays
from autoencoder.training import growth
from autoencoder.training.unfolding import (
    FEWEST_MOMENTS,
    MOST_BYTES,
    MOST_MOMENTS,
    MOST_NUMBERS,
    MOST_PICTURES,
    WORK,
    kept_numbers,
    kept_pictures,
    moments,
    pack,
    unpack,
    which_pictures,
)


@given(st.integers(5, 2000), st.integers(1, 10**8))
def test_the_first_and_the_last_previews_have_codes(previews: int, learned: int) -> None:
    kept = moments(previews, learned)
    assert {*range(5), previews - 1} <= kept <= {*range(previews)}
    assert min(previews, FEWEST_MOMENTS) <= len(kept) <= MOST_MOMENTS


@given(st.integers(1, 10**5), st.integers(5, 1000), st.integers(1, 10**8), st.integers(1, MOST_NUMBERS))
def test_few_enough_pictures_are_encoded_and_kept(there: int, previews: int, learned: int, numbers: int) -> None:
    count, times = kept_pictures(there, previews, learned, numbers), len(moments(previews, learned))
    assert 1 <= count <= min(there, MOST_PICTURES)
    assert count == 1 or count * times <= WORK * learned
    assert count * times * numbers * (2 if numbers <= 2 else 1) <= MOST_BYTES


def test_a_long_training_shows_a_thousand_pictures_and_a_short_one_fewer() -> None:
    assert kept_pictures(10_000, 14, 54_000 * 6, 2) == MOST_PICTURES
    assert kept_pictures(1000, 44, 3600 * 40, 2) == int(WORK * 3600 * 40) // 18 == 400
    assert len(moments(44, 3600 * 40)) == 18


@pytest.mark.parametrize(("size", "ordered", "kept"), [(64, True, 2), (1, True, 1), (64, False, 64), (65, False, 0)])
def test_of_ordered_codes_two_numbers_are_kept_and_of_no_bottleneck_none(size: int, ordered: bool, kept: int) -> None:
    assert kept_numbers(size, ordered=ordered) == kept


def test_pictures_of_all_classes_are_kept_the_same_each_time() -> None:
    indices = which_pictures(1000, 100)
    assert (np.diff(indices) > 0).all()
    assert {*(indices // 100).tolist()} == {*range(10)}, "also where test pictures are sorted by class"
    np.testing.assert_array_equal(indices, which_pictures(1000, 100))
    np.testing.assert_array_equal(which_pictures(7, 7), range(7))


@pytest.mark.parametrize(("numbers", "levels"), [(1, 2**16 - 1), (2, 2**16 - 1), (3, 2**8 - 1), (64, 2**8 - 1)])
def test_codes_come_back_to_within_half_a_level(numbers: int, levels: int) -> None:
    codes = np.random.default_rng(0).normal(3, 5, (200, numbers)).astype(np.float32)
    codes[:, 0] *= 1e-3
    found = unpack(pack(codes))
    assert found is not None
    assert found.dtype == np.float32
    ranges = np.ptp(codes, axis=0)
    rounding = 4 * np.finfo(np.float32).eps * np.abs(codes).max(axis=0)  # of a few operations in float32
    assert (np.abs(found - codes) <= ranges / levels / 2 + rounding).all()


def test_codes_that_are_all_the_same_stay_so() -> None:
    codes = np.full((5, 3), -2.5, np.float32)
    np.testing.assert_array_equal(unpack(pack(codes)), codes)


@pytest.mark.parametrize("numbers", [1, 2, 3, 64])
@pytest.mark.parametrize("previews", [5, 44, 104, 1004])
def test_a_run_grows_by_less_than_what_tiles_leave_of_five_megabytes(tmp_path, previews: int, numbers: int) -> None:
    learned = 10**8
    count = kept_pictures(10_000, previews, learned, numbers)
    preview = {"reconstructions": np.zeros((1, 10, 8, 8, 1), np.uint8)}
    write_arrays(tmp_path / "without.npz", preview)
    write_arrays(tmp_path / "with.npz", preview | pack(np.zeros((count, numbers), np.float32)))
    before, after = ((tmp_path / f"{name}.npz").stat().st_size for name in ("without", "with"))
    assert (after - before) * len(moments(previews, learned)) < 5_000_000 - growth.MOST_BYTES


GOOD = pack(np.arange(6, dtype=np.float32).reshape(3, 2))


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"reconstructions": np.zeros((1, 10, 8, 8, 1), np.uint8)},
        {"codes": GOOD["codes"]},
        GOOD | {"codes": GOOD["codes"].astype(np.float32)},
        GOOD | {"codes": GOOD["codes"][0]},
        GOOD | {"codes": GOOD["codes"][:0]},
        GOOD | {"codes low": np.zeros(3, np.float32)},
        GOOD | {"codes high": np.zeros(2)},
        GOOD | {"codes high": np.array([1, np.nan], np.float32)},
    ],
)
def test_what_is_none_of_them_gives_no_codes(arrays: dict[str, np.ndarray]) -> None:
    assert unpack(arrays) is None
    assert unpack(GOOD) is not None
