import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoencoder.data.uploads.augmenting import FARTHEST_SHIFT, Variation, augment
from tests.examples import make_pictures

NOTHING = Variation(shifts=False, flips=False, turns=False, light=False)


@given(
    st.integers(1, 5),
    st.integers(0, 80),
    st.sampled_from([(8, 8, 1), (9, 16, 3)]),
    st.builds(Variation, *[st.booleans()] * 4),
    st.integers(0, 9),
)
@settings(max_examples=30)
def test_the_pictures_come_first_and_variants_of_each_in_turn(
    n: int, more: int, shape: tuple[int, int, int], variation: Variation, seed: int
) -> None:
    pictures = make_pictures(n, shape)
    enlarged, origins = augment(pictures, n + more, seed, variation)
    assert enlarged.dtype == np.float32
    assert enlarged.shape == (n + more, *shape)
    np.testing.assert_array_equal(enlarged[:n], pictures)
    np.testing.assert_array_equal(origins, np.arange(n + more) % n)
    assert enlarged.min() >= 0
    assert enlarged.max() <= 1


def test_the_same_seed_gives_the_same_and_another_other_variants() -> None:
    pictures = make_pictures(3, (16, 16, 3))
    one, again, other = (augment(pictures, 99, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one[3:], other[3:])


def test_where_nothing_may_differ_nothing_does() -> None:
    pictures = make_pictures(3, (15, 16, 3))
    enlarged, origins = augment(pictures, 80, 0, NOTHING)
    np.testing.assert_array_equal(enlarged, pictures[origins])


def test_flips_mirror_about_half_of_them() -> None:
    pictures = make_pictures(2, (15, 16, 3))
    enlarged, origins = augment(pictures, 402, 0, Variation(shifts=False, turns=False, light=False))
    same = (enlarged == pictures[origins]).all(axis=(1, 2, 3))
    mirrored = (enlarged == pictures[origins][:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ mirrored).all()
    assert 150 < mirrored.sum() < 250


def test_shifts_are_by_whole_pixels_within_reach_and_mirror_at_the_edge() -> None:
    picture = make_pictures(1, (32, 32, 1))
    enlarged, _ = augment(picture, 200, 0, Variation(flips=False, turns=False, light=False))
    reach = round(FARTHEST_SHIFT * 32)
    around = np.pad(picture[0], [(reach, reach), (reach, reach), (0, 0)], mode="reflect")
    possible = {
        around[row : row + 32, column : column + 32].tobytes()
        for row in range(2 * reach + 1)
        for column in range(2 * reach + 1)
    }
    found = {variant.tobytes() for variant in enlarged}
    assert found <= possible
    assert len(found) > len(possible) / 2


def test_turns_have_no_black_corners_and_keep_the_middle() -> None:
    white = np.ones((1, 33, 33, 1), np.float32)
    enlarged, _ = augment(white, 50, 0, Variation(light=False))
    np.testing.assert_allclose(enlarged, 1, atol=1e-6)
    picture = make_pictures(1, (33, 33, 1))
    turned, _ = augment(picture, 50, 0, Variation(shifts=False, flips=False, light=False))
    np.testing.assert_allclose(turned[:, 16, 16, 0], picture[0, 16, 16, 0], atol=1e-6)
    assert np.abs(turned[1:] - picture).max() > 0.05


def test_light_is_a_line_through_the_shades() -> None:
    picture = 0.4 + 0.2 * make_pictures(1, (16, 16, 1))  # far from where values are clipped
    enlarged, _ = augment(picture, 20, 0, Variation(shifts=False, flips=False, turns=False))
    for variant in enlarged[1:]:
        slope, offset = np.polyfit(picture.ravel(), variant.ravel(), 1)
        np.testing.assert_allclose(slope * picture[0] + offset, variant, atol=1e-5)
        assert 0.79 < slope < 1.21
        assert abs(variant.mean() - picture.mean()) <= 0.1001


@pytest.mark.parametrize(("pictures", "count"), [(0, 5), (5, 4)])
def test_too_few_are_errors(pictures: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"Expected 1 to `count` pictures. Received: {pictures}, and {count}."):
        augment(make_pictures(pictures, (8, 8, 1)), count, 0)
